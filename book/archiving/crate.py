"""RO-Crate 1.2 metadata: what lies in a deposit, from what it was made, under which licence."""

from __future__ import annotations

import json
import mimetypes
import re
from typing import TYPE_CHECKING, Any

from book.project import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from book.archiving.about import About, Creator

FILE = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.2"
FOLDERS = {
    "thesis/": ("Sources", "Everything that the thesis is built from, as git knows it"),
    "editions/": ("Editions", "The thesis as one reads it, and the manifest of the build"),
    "results/": ("Results", "Every finding, table and figure, as data"),
    "environment/": ("Environment", "What it was built with: distributions by version and hash"),
    "logs/": ("Logs", "What the build remarked"),
}
"""Folders of a deposit, each with its title and a sentence."""
Entity = dict[str, Any]


def crate(folder: Path, about: About, tools: Mapping[str, str]) -> str:
    """The metadata of what lies in a folder."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != FILE]
    names = [path.relative_to(folder).as_posix() for path in files]
    people = [_person(number, one) for number, one in enumerate(about.creators, 1)]
    folders = [name for name in FOLDERS if any(one.startswith(name) for one in names)]
    top = [name for name in names if "/" not in name]
    graph: list[Entity] = [
        {"@id": FILE, "@type": "CreativeWork", "conformsTo": {"@id": SPECIFICATION}, "about": {"@id": "./"}},
        _root(about, people, [*folders, *top]),
        *people,
        *_licences(about),
        *(_folder(name, names) for name in folders),
        *(_file(path, name, about) for path, name in zip(files, names, strict=True)),
        *_making(tools, about, [name for name in ("editions/", "results/") if name in folders]),
    ]
    return json.dumps({"@context": f"{SPECIFICATION}/context", "@graph": graph}, ensure_ascii=False, indent=1) + "\n"


def _root(about: About, people: list[Entity], parts: Iterable[str]) -> Entity:
    own = next((one for one in about.licences if one.part == "thesis"), None)
    value = {
        "@id": "./",
        "@type": "Dataset",
        "name": about.whole_title,
        "description": about.description,
        "datePublished": about.date,
        "inLanguage": about.language,
        "keywords": ", ".join(about.keywords),
        "author": [{"@id": one["@id"]} for one in people],
        "license": {"@id": own.addresses[0]} if own and own.addresses else {"@id": "#licence"},
        "identifier": about.commit,
        "isBasedOn": about.repository,
        "hasPart": [{"@id": _address(name)} for name in parts],
    }
    return {key: item for key, item in value.items() if item}


def _person(number: int, one: Creator) -> Entity:
    if one.family:
        return {
            "@id": f"#author-{number}",
            "@type": "Person",
            "name": one.name,
            "givenName": one.given,
            "familyName": one.family,
        }
    return {"@id": f"#author-{number}", "@type": "Organization", "name": one.name}


def _licences(about: About) -> Iterator[Entity]:
    """Each licence once; where the thesis names none that is known, its own words."""
    known = {address: spdx for one in about.licences for address, spdx in zip(one.addresses, one.spdx, strict=True)}
    for address, spdx in known.items():
        yield {"@id": address, "@type": "CreativeWork", "name": spdx, "description": f"Licence {spdx}"}
    own = next((one for one in about.licences if one.part == "thesis"), None)
    if not own or not own.addresses:
        words = own.words if own else "No licence is stated: all rights are reserved"
        yield {"@id": "#licence", "@type": "CreativeWork", "name": words, "description": words}


def _folder(name: str, names: Iterable[str]) -> Entity:
    title, said = FOLDERS[name]
    parts = [{"@id": _address(one)} for one in names if one.startswith(name)]
    return {"@id": name, "@type": "Dataset", "name": title, "description": said, "hasPart": parts}


def _file(path: Path, name: str, about: About) -> Entity:
    value: Entity = {
        "@id": _address(name),
        "@type": "File",
        "name": name,
        "contentSize": str(path.stat().st_size),
        "encodingFormat": mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream",
        "sha256": digest(path),
    }
    licence = next(
        (
            one
            for one in reversed(about.licences)
            if name == f"thesis/{one.part}" or name.startswith(f"thesis/{one.part}/")
        ),
        None,
    )
    return value | ({"license": {"@id": licence.addresses[0]}} if licence and licence.addresses else {})


def _making(tools: Mapping[str, str], about: About, made: list[str]) -> Iterator[Entity]:
    """How editions and results came to be, and with what."""
    software = [
        {
            "@id": f"#{name}",
            "@type": "SoftwareApplication",
            "name": name,
            "version": version,
            "softwareVersion": version,
            "url": f"https://pypi.org/project/{name}/",
        }
        for name, version in sorted(tools.items())
        if version
    ]
    yield {
        "@id": "#build",
        "@type": "CreateAction",
        "name": "thesis build",
        "description": f"Built from commit {about.commit}",
        "instrument": [{"@id": one["@id"]} for one in software],
        "object": [{"@id": "thesis/"}, {"@id": "environment/"}],
        "result": [{"@id": name} for name in made],
        "endTime": about.date,
    }
    yield from software


def _address(name: str) -> str:
    """A path as an address: what addresses cannot hold is written by its number."""
    return re.sub(
        r"[^A-Za-z0-9._~/@:+,;=!$&'()*-]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), name
    )
