"""The editions that have been published in one place: a list that readers, scripts and the next publication read."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from book.diagnostics import Diagnostic
from book.errors import ConfigError

FILE = "editions.json"
"""The list itself, at the root of what is published."""
LATEST = "latest"
"""The folder that holds a copy of the newest edition."""
VERSION = 1
"""Format of the list; keys are only ever added, since scripts of old editions read it for as long as they stand."""
NAME = re.compile(r"v?\d+(?:\.\d+)*(?:[A-Za-z][0-9A-Za-z]*)?(?:[-+.][0-9A-Za-z]+)*")


@dataclass(frozen=True, slots=True)
class Told:
    """What editions tell of the thesis."""

    title: str
    """Its title."""
    author: str
    """Its author or authors."""
    language: str
    """Its language as a BCP 47 tag."""
    address: str
    """Where it is published, without a slash at the end; empty where `html: baseurl` does not say."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One publication, permanent."""

    name: str
    """Its version, which is its folder: `v1.0`."""
    date: str
    """The day of the commit that it was built from, as YYYY-MM-DD."""
    commit: str
    """Full hash of that commit; empty where there is none."""
    tool: str
    """What built it: `thesis-book 0.5.0`."""
    sha256: str
    """Digest of its list of digests, `manifest-sha256.txt`."""
    allowed: tuple[str, ...]
    """What stood against its publication and was allowed by name."""
    pages: tuple[str, ...]
    """Its pages, relative to its folder."""
    tree: str = ""
    """Digest of the names that git has for its files, by which a changed file is noticed without reading any."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All editions of one place."""

    editions: tuple[Edition, ...] = ()
    """In the order of their publication."""

    @property
    def latest(self) -> Edition | None:
        """The edition with the highest version; the later published one where two are equal."""
        numbered = [(_numbers(one.name), at, one) for at, one in enumerate(self.editions)]
        return max(numbered, key=lambda one: one[:2])[2] if numbered else None

    def named(self, name: str) -> Edition | None:
        """The edition of a name."""
        return next((one for one in self.editions if one.name == name), None)

    def with_edition(self, edition: Edition) -> Catalogue:
        """One edition more."""
        return Catalogue((*self.editions, edition))

    def newest_first(self) -> list[Edition]:
        """As a list of editions is read."""
        numbered = [(_numbers(one.name), at, one) for at, one in enumerate(self.editions)]
        return [one for *_key, one in sorted(numbered, key=lambda one: one[:2], reverse=True)]


def check_name(name: str) -> None:
    """Raises ConfigError where an edition cannot be called so."""
    if not NAME.fullmatch(name) or name == LATEST:
        hint = "name it by a version, such as 'v1.0' or 'v1.1-submitted'"
        raise ConfigError([Diagnostic("bad-edition", f"'{name}' does not name an edition", "error", hint=hint)])


def _numbers(name: str) -> tuple[int, ...]:
    found = re.match(r"v?(\d+(?:\.\d+)*)", name)
    return tuple(int(number) for number in found[1].split(".")) if found else ()


def read_catalogue(data: bytes | None) -> Catalogue | None:
    """Read `editions.json`; an empty catalogue without one, None where it is not ours."""
    if data is None:
        return Catalogue()
    try:
        value = json.loads(data)
        listed = [_edition(entry) for entry in reversed(value["editions"])]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Catalogue(tuple(listed))


def _edition(entry: dict[str, Any]) -> Edition:
    """An entry of the list; raises KeyError, TypeError or AttributeError where it is none."""
    name, date, commit, tool, sha256 = (str(entry[key]) for key in ("name", "date", "commit", "tool", "sha256"))
    return Edition(
        name,
        date,
        commit,
        tool,
        sha256,
        tuple(map(str, entry["allowed"])),
        tuple(map(str, entry["pages"])),
        str(entry.get("tree", "")),
    )


def written(catalogue: Catalogue, told: Told) -> dict[str, bytes]:
    """The files at the root of a published place."""
    listed = _listed(catalogue, told)
    compact = json.dumps(listed, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    files = {
        FILE: json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        "editions.js": f"window.thesisEditions = {compact};\n",
        "index.html": _door(told),
        "feed.xml": _feed(catalogue, told),
        ".nojekyll": "",
    }
    latest = catalogue.latest
    if told.address and latest:
        files["sitemap.xml"] = _sitemap(latest, told)
    return {name: text.encode("utf-8") for name, text in files.items()}


def _listed(catalogue: Catalogue, told: Told) -> dict[str, Any]:
    # In the order of publication, the last one first: versions may be published out of their order.
    editions = [asdict(one) for one in reversed(catalogue.editions)]
    return {
        "version": VERSION,
        "title": told.title,
        "latest": catalogue.latest.name if catalogue.latest else "",
        "editions": editions,
    }


def _door(told: Told) -> str:
    """The page that leads to the newest edition, without a script."""
    title = escape(told.title)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(told.language)}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={LATEST}/index.html">\n'
        + (f'<link rel="canonical" href="{escape(told.address)}/{LATEST}/index.html">\n' if told.address else "")
        + f'<link rel="alternate" type="application/atom+xml" href="feed.xml" title="{title}">\n</head>\n'
        f'<body>\n<p><a href="{LATEST}/index.html">{title}</a></p>\n</body>\n</html>\n'
    )


def _feed(catalogue: Catalogue, told: Told) -> str:
    """Editions as an Atom feed (RFC 4287); links are absolute where the address of the site is known."""
    base = f"{told.address}/" if told.address else ""
    mark = told.address or f"urn:sha256:{catalogue.editions[0].sha256}" if catalogue.editions else told.address
    entries = "".join(
        f"<entry>\n<title>{escape(told.title)}, {escape(one.name)}</title>\n<id>{escape(_id(one, told))}</id>\n"
        f'<link href="{escape(base)}{escape(one.name)}/index.html"/>\n<updated>{one.date}T00:00:00Z</updated>\n'
        f"<summary>{escape(one.name)}, {one.date}{f', {one.commit[:12]}' if one.commit else ''}</summary>\n</entry>\n"
        for one in reversed(catalogue.editions)
    )
    updated = max((one.date for one in catalogue.editions), default="1980-01-01")
    itself = f'<link rel="self" href="{escape(base)}feed.xml"/>\n' if base else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{escape(told.title)}</title>\n<id>{escape(mark)}</id>\n{itself}"
        f"<updated>{updated}T00:00:00Z</updated>\n<author><name>{escape(told.author or told.title)}</name></author>\n{entries}</feed>\n"
    )


def _id(edition: Edition, told: Told) -> str:
    return f"{told.address}/{edition.name}/" if told.address else f"urn:sha256:{edition.sha256}"


def _sitemap(latest: Edition, told: Told) -> str:
    lines = "".join(
        f"<url><loc>{escape(told.address)}/{LATEST}/{escape(page)}</loc><lastmod>{latest.date}</lastmod></url>\n"
        for page in latest.pages
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{lines}</urlset>\n"
    )
