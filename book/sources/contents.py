"""The table of contents: which pages, in which order, in which role."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from book.diagnostics import Diagnostic, errors
from book.errors import ConfigError
from book.settings import Yaml, read_yaml, said

if TYPE_CHECKING:
    from pathlib import Path

    from book.config import Config

FILE = "_toc.yml"
SUFFIXES = (".md", ".ipynb", ".rst", ".txt")
"""Suffixes that a page may have, in the order they are tried."""

Kind = Literal["root", "front", "chapter", "appendix", "back"]


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the table of contents."""

    docname: str
    """Path without suffix, as Sphinx names it."""
    path: str
    """Path relative to the thesis, with its suffix."""
    kind: Kind
    """What the page is in a thesis."""
    name: str
    """Its name among the parts of the front matter (`abstract`), or empty."""
    part: str
    """Caption of the part it stands in, or empty."""
    depth: int
    """How deep it is nested: 0 for a chapter, 1 for a file that is a section of one."""


@dataclass(frozen=True, slots=True)
class Contents:
    """`_toc.yml`, read."""

    pages: tuple[Page, ...]
    """All pages in reading order, the root first."""
    data: dict[str, Any]
    """The table itself in today's form, for Sphinx."""
    migrated: bool
    """Whether the file has the old list form."""
    notes: tuple[Diagnostic, ...]
    """Remarks that do not stop the build."""
    missing: dict[str, str] = field(default_factory=dict)
    """In a draft, pages that do not exist by docname, and what is to be said of each."""


def read_contents(root: Path, config: Config, *, draft: bool = False) -> Contents:
    """Read `_toc.yml` in today's form or the old list form.

    Raises ConfigError with everything that is wrong: the file, missing pages, pages listed twice. In a draft, pages
    that are missing are listed all the same, and only reported.
    """
    path = root / FILE
    if not path.exists():
        raise ConfigError([no_contents(root)])
    try:
        read = read_yaml(path.read_text(encoding="utf-8-sig"), FILE)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        read = Diagnostic("broken-yaml", f"cannot be read: {why}", "error", FILE, hint="save the file as UTF-8 text")
    if isinstance(read, Diagnostic):
        raise ConfigError([read])
    walk = _Walk(root, config, read, draft=draft)
    if walk.problems:
        raise ConfigError(walk.problems)
    data, notes = _today(read)
    pages, problems = walk.pages(_site_map(data, read))
    if errors(problems) and not draft:
        raise ConfigError(problems)
    unread = _appendices_not_listed(config, pages)
    return Contents(tuple(pages), data, isinstance(read.value, list), (*notes, *problems, *unread), walk.missing)


def no_contents(folder: Path) -> Diagnostic:
    """What is said of a folder that is no thesis; if one lies above it, where."""
    above = next((parent for parent in folder.parents if (parent / FILE).is_file()), None)
    way = "/".join(".." for _ in folder.relative_to(above).parts) if above else ""
    hint = f"this folder belongs to the thesis in '{way}': try 'thesis -C {way} ...'"
    if not above:
        hint = "run 'thesis init' in a new folder, or write 'format: jb-book', 'root: index' and 'chapters:'"
    return Diagnostic("no-contents", "there is no table of contents", "error", FILE, hint=hint)


def _today(read: Yaml) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """The table in today's form, and a word about the old one."""
    if isinstance(read.value, list):
        from sphinx_external_toc.parsing import MalformedError
        from sphinx_external_toc.tools import migrate_jupyter_book

        try:
            migrated = dict(migrate_jupyter_book(read_yaml_again(read)))
        except (MalformedError, AttributeError, KeyError, TypeError, IndexError) as error:
            raise ConfigError([_malformed(str(error) if read.value else "it is empty", read)]) from None
        hint = "run 'jupyter-book toc migrate _toc.yml -o _toc.yml'"
        return migrated, (
            Diagnostic(
                "old-contents",
                "the table of contents has the list form of old Jupyter Books",
                "warning",
                FILE,
                1,
                hint=hint,
            ),
        )
    if not isinstance(read.value, dict):
        raise ConfigError([_malformed("it is not a mapping", read)])
    return read.value, ()


def read_yaml_again(read: Yaml) -> list[Any]:
    """A copy that the migration may take apart."""
    import copy

    copied = copy.deepcopy(read.value)
    return copied if isinstance(copied, list) else [copied]


def _malformed(error: str, read: Yaml) -> Diagnostic:
    """What the parser says, in words and with the line of the entry that it means."""
    hint = "see 'format: jb-book' in Jupyter Book's documentation of _toc.yml"
    told, _, at = error.partition(" @ ")
    place = read.place(*filter(None, at.strip(" '").split("/")))
    unknown = re.match(r"Unknown keys found: (\{.*?\}), allowed: (\{.*\})", told)
    if unknown:
        found, allowed = (re.findall(r"'([^']*)'", group) for group in unknown.groups())
        told = f"unknown key{'' if len(found) == 1 else 's'} " + ", ".join(f"'{key}'" for key in sorted(found))
        hint = f"keys here are: {', '.join(sorted(allowed))}"
    if "format" not in (read.value if isinstance(read.value, dict) else {"format": ""}):
        hint = "write 'format: jb-book' in the first line"
    message = f"the table of contents cannot be used: {told[:1].lower() + told[1:]}"
    return Diagnostic("bad-contents", message, "error", FILE, place[0] or 1, place[1], hint=hint)


def _site_map(data: dict[str, Any], read: Yaml) -> Any:
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    try:
        return parse_toc_data(data)
    except MalformedError as error:
        raise ConfigError([_malformed(str(error), read)]) from None


class _Walk:
    """Collect pages in reading order, and what is wrong with them."""

    def __init__(self, root: Path, config: Config, read: Yaml, *, draft: bool) -> None:
        self.root = root
        self.config = config
        self.read = read
        self.front = {_docname(v): k for k, v in front_pages(config).items()}
        self.appendices = {_docname(name) for name in config.thesis.appendices}
        self.draft = draft
        self.missing: dict[str, str] = {}
        self.listed = _files_in(read.value)
        self.problems: list[Diagnostic] = []
        self._not_names(read.value, ())
        self._twice(self.listed)
        if self.problems:  # nobody walks through this table: what is missing from it is said now
            for name, _keys in self.listed:
                self._page(name, "", 0, is_root=False)

    def pages(self, site: Any) -> tuple[list[Page], list[Diagnostic]]:
        """Pages in reading order, and what is wrong with them."""
        found: list[Page] = []
        self._visit(site, site.root.docname, "", 0, found)
        return _with_back(found), self.problems

    def _not_names(self, value: Any, keys: tuple[str, ...]) -> None:
        """Entries that YAML takes for something else than a name: `on`, `2024-01-02`, nothing at all."""
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, one in inner:
            place = (*keys, str(key))
            if key in {"file", "root", "glob"} and not (isinstance(one, str) and one.strip()):
                message = f"'{key}' is {said(one) if one != '' else 'empty'}"
                hint = f"write the page's name as text, in quotes: '{key}: \"name\"'"
                self.problems.append(
                    Diagnostic("bad-contents", message, "error", FILE, *self.read.place(*place), hint=hint)
                )
            else:
                self._not_names(one, place)

    def _twice(self, listed: list[tuple[str, tuple[str, ...]]]) -> None:
        seen: dict[str, tuple[str, ...]] = {}
        for name, keys in listed:
            docname = _docname(name)
            if docname in seen:
                line, column = self.read.place(*keys)
                first = self.read.place(*seen[docname])[0]
                self.problems.append(
                    Diagnostic(
                        "chapter-listed-twice",
                        f"page '{name}' is listed twice",
                        "error",
                        FILE,
                        line,
                        column,
                        hint=f"it stands in line {first} already",
                    )
                )
            seen.setdefault(docname, keys)

    def _visit(self, site: Any, docname: str, part: str, depth: int, found: list[Page]) -> None:
        page = self._page(docname, part, depth, is_root=not found)
        if page:
            found.append(page)
        item = site.get(docname)
        for tree in item.subtrees if item else ():
            for entry in tree.items:
                caption = tree.caption or part
                inner = 0 if not docname or docname == site.root.docname else depth + 1
                for name in self._names(entry):
                    self._visit(site, name, caption, inner, found)

    def _names(self, entry: Any) -> list[str]:
        kind = type(entry).__name__
        if kind == "UrlItem":
            return []
        if kind == "GlobItem":
            return self._matches(str(entry))
        return [str(entry)]

    def _matches(self, pattern: str) -> list[str]:
        """Names of the pages that a pattern finds in the thesis."""
        try:
            found = [path.resolve() for path in self.root.glob(pattern) if path.suffix in SUFFIXES]
        except (NotImplementedError, ValueError):  # an absolute pattern
            found = []
        inside = sorted(path.relative_to(self.root).as_posix() for path in found if path.is_relative_to(self.root))
        return list(dict.fromkeys(_docname(match) for match in inside))

    def _page(self, name: str, part: str, depth: int, *, is_root: bool) -> Page | None:
        docname = _docname(name)
        path = next((docname + suffix for suffix in SUFFIXES if (self.root / (docname + suffix)).is_file()), None)
        if path is None or docname != posixpath.normpath(docname) or name.startswith(("./", "../", "/")):
            inside = self._missing(name, docname)
            if not (self.draft and inside):
                return None
            self.missing[docname] = f"page '{name}' does not exist"
            path = docname + SUFFIXES[0]
        kind: Kind = (
            "root"
            if is_root
            else "front"
            if docname in self.front
            else "appendix"
            if docname in self.appendices
            else "chapter"
        )
        return Page(docname, path, kind, self.front.get(docname, ""), part, depth)

    def _missing(self, name: str, docname: str) -> bool:
        """Say that a page does not exist; whether it could stand in the thesis under this name."""
        keys = next((keys for listed, keys in self.listed if _docname(listed) == docname), ())
        close = self._near(docname)
        hint = f"did you mean '{close}'?" if close else "create the file, or take the entry out"
        message = f"page '{name}' does not exist"
        if posixpath.normpath(docname).startswith(("../", "/")):
            message, hint = f"page '{name}' is not inside the thesis", "copy the file into the thesis's folder"
        elif close and posixpath.normpath(docname.replace("\\", "/")) == close:
            message = f"page '{name}' is not written as Jupyter Book reads it"
        self.problems.append(Diagnostic("chapter-missing", message, "error", FILE, *self.read.place(*keys), hint=hint))
        return message.endswith("exist")

    def _near(self, docname: str) -> str:
        """A page that was probably meant; empty where there is none."""
        import difflib

        plain = posixpath.normpath(docname.replace("\\", "/"))
        parent = PurePosixPath(plain).parent
        folder = self.root / parent
        there = (
            [(parent / p.stem).as_posix() for p in folder.glob("*") if p.suffix in SUFFIXES and p.is_file()]
            if folder.is_dir()
            else []
        )
        return next(iter(difflib.get_close_matches(plain, there, n=1)), "")


def _with_back(pages: list[Page]) -> list[Page]:
    """Top-level pages after the last appendix are back matter."""
    last = max((i for i, page in enumerate(pages) if page.kind == "appendix"), default=len(pages))
    return [
        Page(p.docname, p.path, "back", p.name, p.part, p.depth)
        if i > last and p.kind == "chapter" and not p.depth
        else p
        for i, p in enumerate(pages)
    ]


def front_pages(config: Config) -> dict[str, str]:
    """Pages of the front matter by name, whether written as `page` or as `{page: ..., lang: ...}`."""
    said = {
        name: given.get("page") if isinstance(given, dict) else given for name, given in config.thesis.front.items()
    }
    return {name: page for name, page in said.items() if isinstance(page, str)}


def _docname(name: str) -> str:
    """A page's name without the suffix that authors may write."""
    name = name.strip().removeprefix("./")
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name)


def _files_in(value: Any, keys: tuple[str, ...] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """Every `file:` and `root:` of the table with the keys that lead to it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("file", "root") and isinstance(inner, str):
                found.append((inner, (*keys, str(key))))
            else:
                found += _files_in(inner, (*keys, str(key)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += _files_in(inner, (*keys, str(number)))
    return found


def _appendices_not_listed(config: Config, pages: list[Page]) -> list[Diagnostic]:
    """Parts that `_config.yml` names and `_toc.yml` does not list."""
    listed = {page.docname for page in pages}
    named: list[tuple[str, tuple[str, ...]]] = [(name, ("thesis", "appendices")) for name in config.thesis.appendices]
    named += [(value, ("thesis", "front", key)) for key, value in front_pages(config).items()]
    return [
        Diagnostic(
            "part-not-listed",
            f"page '{name}' is not in the table of contents",
            "warning",
            config.yaml.path,
            *config.yaml.place(*keys),
            hint=f"add 'file: {name}' to {FILE}",
        )
        for name, keys in named
        if _docname(name) not in listed
    ]
