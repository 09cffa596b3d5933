"""The table of contents: which pages, in which order, in which role."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from book.diagnostics import Diagnostic, errors
from book.errors import ConfigError
from book.settings import Yaml, read_yaml

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


def read_contents(root: Path, config: Config) -> Contents:
    """Read `_toc.yml` in today's form or the old list form.

    Raises ConfigError with everything that is wrong: the file, missing pages, pages listed twice.
    """
    path = root / FILE
    if not path.exists():
        raise ConfigError(
            [
                Diagnostic(
                    "no-contents",
                    "there is no table of contents",
                    "error",
                    FILE,
                    hint="run 'thesis init' in a new folder, or write 'format: jb-book', 'root: index' and 'chapters:'",
                )
            ]
        )
    read = read_yaml(path.read_text(encoding="utf-8-sig", errors="replace"), FILE)
    if isinstance(read, Diagnostic):
        raise ConfigError([read])
    data, notes = _today(read)
    site = _site_map(data)
    pages, problems = _Walk(root, config, read).pages(site)
    if errors(problems):
        raise ConfigError(problems)
    unread = _appendices_not_listed(config, pages)
    return Contents(tuple(pages), data, isinstance(read.value, list), (*notes, *problems, *unread))


def _today(read: Yaml) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """The table in today's form, and a word about the old one."""
    if isinstance(read.value, list):
        from sphinx_external_toc.parsing import MalformedError
        from sphinx_external_toc.tools import migrate_jupyter_book

        try:
            migrated = dict(migrate_jupyter_book(read_yaml_again(read)))
        except (MalformedError, AttributeError, KeyError, TypeError) as error:
            raise ConfigError([_malformed(str(error))]) from None
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
        raise ConfigError([_malformed("it is not a mapping")])
    return read.value, ()


def read_yaml_again(read: Yaml) -> list[Any]:
    """A copy that the migration may take apart."""
    import copy

    copied = copy.deepcopy(read.value)
    return copied if isinstance(copied, list) else [copied]


def _malformed(said: str) -> Diagnostic:
    return Diagnostic(
        "bad-contents",
        f"the table of contents cannot be used: {said}",
        "error",
        FILE,
        1,
        hint="see 'format: jb-book' in Jupyter Book's documentation of _toc.yml",
    )


def _site_map(data: dict[str, Any]) -> Any:
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    try:
        return parse_toc_data(data)
    except MalformedError as error:
        said = str(error)
        if "multiple times" in said:  # said again, with its line, by the walk
            return None
        raise ConfigError([_malformed(said)]) from None


class _Walk:
    """Collect pages in reading order, and what is wrong with them."""

    def __init__(self, root: Path, config: Config, read: Yaml) -> None:
        self.root = root
        self.config = config
        self.read = read
        self.front = {_docname(v): k for k, v in front_pages(config).items()}
        self.appendices = {_docname(name) for name in config.thesis.appendices}
        self.problems: list[Diagnostic] = []

    def pages(self, site: Any) -> tuple[list[Page], list[Diagnostic]]:
        listed = list(_files_in(self.read.value))
        self._twice(listed)
        if site is None:
            return [], self.problems
        found: list[Page] = []
        self._visit(site, site.root.docname, "", 0, found)
        return _with_back(found), self.problems

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
            matches = sorted(
                p.relative_to(self.root).as_posix() for p in self.root.glob(str(entry)) if p.suffix in SUFFIXES
            )
            return list(dict.fromkeys(_docname(match) for match in matches))
        return [str(entry)]

    def _page(self, name: str, part: str, depth: int, *, is_root: bool) -> Page | None:
        docname = _docname(name)
        path = next((docname + suffix for suffix in SUFFIXES if (self.root / (docname + suffix)).is_file()), None)
        if path is None:
            self._missing(name, docname)
            return None
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

    def _missing(self, name: str, docname: str) -> None:
        import difflib

        keys = next((keys for listed, keys in _files_in(self.read.value) if _docname(listed) == docname), ())
        parent = PurePosixPath(docname).parent
        folder = self.root / parent
        near = (
            [(parent / p.stem).as_posix() for p in folder.glob("*") if p.suffix in SUFFIXES] if folder.is_dir() else []
        )
        close = difflib.get_close_matches(docname, near, n=1)
        hint = f"did you mean '{close[0]}'?" if close else "create the file, or take the entry out"
        self.problems.append(
            Diagnostic(
                "chapter-missing", f"page '{name}' does not exist", "error", FILE, *self.read.place(*keys), hint=hint
            )
        )


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
    said = {name: given.get("page") if isinstance(given, dict) else given for name, given in config.thesis.front.items()}
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
