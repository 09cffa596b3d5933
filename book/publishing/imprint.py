"""A site made into a published edition: it says which one it is, where the newest is, and what it consists of."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from book.document.facts import tools_here
from book.publishing.catalogue import LATEST, VERSION, Edition, Told
from book.publishing.places.place import name_of
from book.publishing.words import edition_words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from book.publishing.reasons import Reason

RECORD = "edition.json"
"""What an edition says of itself to programs."""
MANIFEST = "manifest-sha256.txt"
"""Digests of an edition's files, in the form that `sha256sum --check` reads."""
STATIC = Path(__file__).parents[1] / "templates" / "publishing"
SCRIPT, STYLES = "thesis-editions.js", "thesis-editions.css"
CANONICAL = re.compile(rb"<link\b[^>]*\brel=[\"']canonical[\"'][^>]*>")
CONTAINER = b'<div class="bd-container">'
BODY = re.compile(rb"<body\b[^>]*>")


@dataclass(frozen=True, slots=True)
class Origin:
    """What an edition was made from."""

    commit: str
    """Full hash; empty where the thesis is not in git."""
    date: str
    """Its day, as YYYY-MM-DD."""


def imprinted(
    site: Path, name: str, told: Told, origin: Origin, allowed: tuple[Reason, ...]
) -> tuple[Edition, dict[str, bytes]]:
    """An edition and its files, by path relative to its folder; the same site, name and origin give the same bytes."""
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}
    files = {path: _placed(path, data, name, told, files.keys()) for path, data in files.items()}
    pages = tuple(path for path in files if path.endswith(".html") and not path.startswith("_"))
    for page in pages:
        files[page] = _marked(page, files[page], name, told, origin)
    for own in (SCRIPT, STYLES):
        files[f"_static/{own}"] = (STATIC / own).read_bytes()
    record = {
        "version": VERSION, "edition": name, "title": told.title, "date": origin.date, "commit": origin.commit, "tool": _tool(),
        "allowed": [{"reason": one.name, "message": one.message} for one in allowed],
    }  # fmt: skip
    files[RECORD] = (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")
    digests = "".join(f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files))
    files[MANIFEST] = digests.encode("utf-8")
    sha256 = hashlib.sha256(files[MANIFEST]).hexdigest()
    tree = tree_of({path: name_of(data) for path, data in files.items()})
    return Edition(
        name, origin.date, origin.commit, _tool(), sha256, tuple(one.name for one in allowed), pages, tree
    ), files


def tree_of(names: Mapping[str, str]) -> str:
    """One digest for the files of an edition: their paths and the names of their contents in git."""
    return hashlib.sha256(
        "".join(f"{names[path]}  {path}\n" for path in sorted(names)).encode("utf-8", "surrogateescape")
    ).hexdigest()


def allowed_in(record: bytes | None) -> tuple[Reason, ...]:
    """What a published edition says was allowed; nothing where it cannot be read."""
    from book.publishing.reasons import Reason

    try:
        return tuple(Reason(str(one["reason"]), str(one["message"])) for one in json.loads(record or b"{}")["allowed"])
    except (ValueError, KeyError, TypeError):
        return ()


def _placed(path: str, data: bytes, name: str, told: Told, files: Collection[str]) -> bytes:
    """Addresses of the site's own files, as they are below the folder of the edition; the newest one's for search engines."""
    if not told.address or not path.endswith((".html", ".xml", ".json")):
        return data
    base = told.address.encode()
    own = re.compile(re.escape(base) + rb"/([^\"'<>#?\s\\]*)(?=[\"'<>#?\s\\]|$)")

    def below(folder: str) -> Callable[[re.Match[bytes]], bytes]:
        def put(found: re.Match[bytes]) -> bytes:
            said = found[1].decode("utf-8", "replace")
            known = not said or said in files or f"{said.rstrip('/')}/index.html" in files
            return base + b"/" + folder.encode() + b"/" + found[1] if known else found[0]

        return put

    if path.endswith(".html"):
        kept: list[bytes] = []

        def canonical(link: re.Match[bytes]) -> bytes:
            kept.append(own.sub(below(LATEST), link[0]))
            return b"\0canonical\0"

        data = own.sub(below(name), CANONICAL.sub(canonical, data))
        for link in kept:
            data = data.replace(b"\0canonical\0", link, 1)
        return data
    return own.sub(below(name), data)


def _marked(page: str, data: bytes, name: str, told: Told, origin: Origin) -> bytes:
    """A page with its edition at the head."""
    inside = "../" * page.count("/")
    words = edition_words(told.language)
    notice = (
        f'<aside class="thesis-edition" aria-label="{escape(words.edition)}" data-edition="{escape(name)}" data-root="{inside}../" '
        f'data-page="{escape(page)}" data-newer="{escape(words.newer)}" data-others="{escape(words.others)}">'
        f'<span class="thesis-edition__name">{escape(words.edition)} {escape(name)}, <time>{origin.date}</time></span> '
        f'<a class="thesis-edition__newest" href="{inside}../{LATEST}/index.html">{escape(words.newest)}</a></aside>\n'
    ).encode()
    loaded = (
        f'<link rel="alternate" type="application/atom+xml" href="{inside}../feed.xml">\n'
        f'<link rel="stylesheet" href="{inside}_static/{STYLES}">\n<script defer src="{inside}../editions.js"></script>\n'
        f'<script defer src="{inside}_static/{SCRIPT}"></script>\n'
    ).encode()
    data = data.replace(b"</head>", loaded + b"</head>", 1)
    if CONTAINER in data:
        return data.replace(CONTAINER, notice + CONTAINER, 1)
    return BODY.sub(lambda body: body[0] + b"\n" + notice, data, count=1)


def at_place(name: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files of an edition below its folder."""
    return {f"{name}/{path}": data for path, data in files.items()}


def _tool() -> str:
    return f"thesis-book {tools_here().get('thesis-book', '')}".strip()
