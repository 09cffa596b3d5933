"""The files that others cite and catalogue a deposit by: `CITATION.cff`, `codemeta.json`, `.zenodo.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from book.archiving.about import About, Creator

CFF, CODEMETA, ZENODO = "CITATION.cff", "codemeta.json", ".zenodo.json"


def citation(about: About) -> str:
    """Citation File Format 1.2: what GitHub, Zenodo and Zotero read."""
    value: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this thesis or its data, please cite it as below.",
        "type": "dataset",
        "title": about.whole_title,
        "authors": [_cff(one) for one in about.creators] or [{"name": "unknown"}],
        "abstract": about.abstract,
        "keywords": list(dict.fromkeys(about.keywords)),
        "license": list(_spdx(about)) if len(_spdx(about)) > 1 else "".join(_spdx(about)),
        "repository-code": about.repository,
        "commit": about.commit,
        "date-released": about.date,
    }
    kept = {key: item for key, item in value.items() if item}
    return str(yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=1000))


def _cff(one: Creator) -> dict[str, str]:
    return {"family-names": one.family, "given-names": one.given} if one.family else {"name": one.name}


def _spdx(about: About) -> tuple[str, ...]:
    """Licences of the thesis itself, by their names in the SPDX list."""
    return next((one.spdx for one in about.licences if one.part == "thesis"), ())


def codemeta(about: About, version: str) -> str:
    """CodeMeta 3.0, for the code that a thesis is."""
    value: dict[str, Any] = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": about.whole_title,
        "description": about.description,
        "author": [_codemeta(one) for one in about.creators],
        "keywords": list(about.keywords),
        "license": [f"https://spdx.org/licenses/{name}" for name in _spdx(about)],
        "codeRepository": about.repository,
        "identifier": about.commit,
        "dateModified": about.date,
        "inLanguage": about.language,
        "programmingLanguage": "Python",
        "softwareRequirements": f"thesis-book {version}",
    }
    return json.dumps({key: item for key, item in value.items() if item}, ensure_ascii=False, indent=2) + "\n"


def _codemeta(one: Creator) -> dict[str, str]:
    if one.family:
        return {"@type": "Person", "givenName": one.given, "familyName": one.family}
    return {"@type": "Organization", "name": one.name}


def zenodo(about: About) -> str:
    """What Zenodo asks when a deposit is made."""
    names = _spdx(about)
    value: dict[str, Any] = {
        "title": about.whole_title,
        "upload_type": "publication",
        "publication_type": "thesis",
        "creators": [{"name": one.sorted} for one in about.creators],
        "description": about.description,
        "keywords": list(about.keywords),
        "language": about.language_name,
        "access_right": "open",
        "license": names[0].lower() if names else "",
        "notes": _notes(about),
        "publication_date": about.date,
    }
    return json.dumps({key: item for key, item in value.items() if item}, ensure_ascii=False, indent=2) + "\n"


def _notes(about: About) -> str:
    said = [f"{one.part}: {one.words}" for one in about.licences]
    return "Licences: " + "; ".join(said) if len(said) > 1 or (said and len(about.licences[0].spdx) > 1) else ""
