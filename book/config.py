"""What `_config.yml` says, typed, each value knowing its line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

from book.diagnostics import Diagnostic
from book.errors import ConfigError
from book.settings import Yaml, read_settings, read_yaml, said, setting, unknown_setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.project import Project

FILE = "_config.yml"

JUPYTER_BOOK_KEYS = (
    "title", "author", "copyright", "logo", "project", "exclude_patterns", "only_build_toc_files", "execute", "parse",
    "html", "latex", "launch_buttons", "repository", "sphinx", "bibtex_bibfiles", "thesis",
)  # fmt: skip
"""Top-level keys that Jupyter Book reads, and ours."""

_PLAIN = (str, int, float, date)
SHAPES: dict[tuple[str, ...], tuple[tuple[type, ...], str]] = {
    ("title",): ((*_PLAIN, list), "text"),
    ("author",): ((*_PLAIN, list), "text or a list"),
    ("exclude_patterns",): ((list,), "a list"),
    ("bibtex_bibfiles",): ((str, list), "a list"),
    ("execute", "exclude_patterns"): ((str, list), "a list"),
    ("sphinx", "config"): ((dict,), "settings"),
    ("sphinx", "config", "bibtex_bibfiles"): ((str, list), "a list"),
    ("sphinx", "config", "nb_kernel_rgx_aliases"): ((dict,), "settings"),
    ("sphinx", "extra_extensions"): ((list,), "a list"),
    ("sphinx", "local_extensions"): ((dict,), "settings"),
    ("parse",): ((dict,), "settings"),
    ("html",): ((dict,), "settings"),
    ("latex",): ((dict,), "settings"),
    ("repository",): ((dict,), "settings"),
    ("launch_buttons",): ((dict,), "settings"),
}
"""What settings of Jupyter Book can hold, and how to say it."""


@dataclass(frozen=True, slots=True)
class TitlePage:
    """What stands on the title page; an empty field is left out."""

    title: str = setting("", "title; the book's own `title` where empty")
    subtitle: str = setting("", "subtitle")
    author: str = setting("", "author; the book's own `author` where empty")
    degree: str = setting("", "what the thesis is submitted for, as one sentence")
    institution: str = setting("", "university or school")
    department: str = setting("", "department or faculty")
    supervisor: str = setting("", "supervisor or supervisors")
    place: str = setting("", "place")
    date: str = setting("", "date as it is to be printed")
    note: str = setting("", "a sentence at the foot of the title page")
    logo: str = setting("", "picture above the title, relative to the thesis")


@dataclass(frozen=True, slots=True)
class Pdf:
    """How the PDF looks and which standards it meets."""

    engine: Literal["typst", "latex"] = setting(
        "typst", "`typst`, always there, or `latex` (latexmk with XeLaTeX of the system)"
    )
    standards: tuple[str, ...] = setting(
        ("a-2a", "ua-1"), "PDF standards that the file is to meet; an empty list for none"
    )
    paper: str = setting("a4", "paper size, as Typst names it: `a4`, `us-letter`, `a5` ...")
    margins: dict[str, Any] = setting(None, "`inner`, `outer`, `top` and `bottom`, each a length such as `25mm`")
    two_sided: bool = setting(False, "chapters begin on right-hand pages, margins are mirrored")
    font: str = setting(
        "Libertinus Serif", "font of the text; bundled: Libertinus Serif, New Computer Modern, DejaVu Sans Mono"
    )
    heading_font: str = setting("", "font of headings; the text's where empty")
    math_font: str = setting("New Computer Modern Math", "font of formulas")
    mono_font: str = setting("DejaVu Sans Mono", "font of code")
    fonts: tuple[str, ...] = setting((), "folders with font files, relative to the thesis")
    font_size: str = setting("11pt", "size of the text")
    line_spacing: float = setting(1.25, "distance of lines, 1.0 is single spacing")
    numbering_front: str = setting("i", "page numbers of the front matter, as Typst writes the pattern")
    numbering_body: str = setting("1", "page numbers of the body")
    contents_depth: int = setting(3, "levels of headings in the contents")
    justify: bool = setting(True, "justified text, hyphenated in the thesis's language")
    floats: bool = setting(
        True, "figures and short tables move to the head or foot of a page, so that no page stays half empty"
    )
    part_pages: bool = setting(False, "captions of `_toc.yml` get a page of their own")
    template: str = setting("", "a Typst template of your own, relative to the thesis; ours where empty")
    code: Literal["show", "hide"] = setting("show", "whether the code of cells that the site shows stands in the other editions too: `show` or `hide`")

    def __post_init__(self) -> None:
        """An absent mapping is an empty one."""
        object.__setattr__(self, "margins", self.margins or {})


@dataclass(frozen=True, slots=True)
class Html:
    """What the online edition does beyond Jupyter Book's site."""

    allow_remote: tuple[str, ...] = setting((), "hosts that pages may load an author's own pictures from")
    pdf_link: bool = setting(True, "each page offers the PDF")
    provenance: bool = setting(True, "tables, figures and findings open how they were made: code, data, tools, claims")
    pages: tuple[Literal["lists", "findings", "data", "reproducibility"], ...] = setting(
        ("lists", "findings", "data", "reproducibility"),
        "pages that the site adds, in the order of its navigation; an empty list for none",
    )
    data_limit: int = setting(
        50_000_000, "bytes of the largest file of the data package that the site carries; a larger one is named with its hash"
    )


@dataclass(frozen=True, slots=True)
class Publish:
    """Where `thesis publish` puts editions of the site."""

    to: str = setting("origin", "a remote of the thesis's repository, its address, a folder (`../site/`) or a zip file")
    branch: str = setting("gh-pages", "branch of a remote that holds the editions")
    folder: str = setting("", "folder of the branch that they are in: `public` for GitLab's Pages; its root where empty")


@dataclass(frozen=True, slots=True)
class Docx:
    """How the Word file looks."""

    reference: str = setting(
        "", "a Word file whose styles, paper, headers and footers the Word edition takes over, relative to the thesis; ours where empty"
    )


@dataclass(frozen=True, slots=True)
class Words:
    """What a count of words counts."""

    count: tuple[
        Literal["text", "headings", "quotations", "footnotes", "captions", "tables", "formulas", "code", "bibliography"], ...
    ] = setting(
        ("text", "headings", "quotations", "footnotes"),
        "what counts: `text`, `headings`, `quotations`, `footnotes`, `captions`, `tables`, `formulas`, `code`, `bibliography`",
    )
    parts: tuple[Literal["front", "chapters", "appendices", "back"], ...] = setting(("chapters",), "parts that the total adds up: `front`, `chapters`, `appendices`, `back`")


@dataclass(frozen=True, slots=True)
class Execution:
    """How cells run; Jupyter Book's own `execute` settings keep their meaning."""

    jobs: int = setting(0, "chapters run at once; 0 for one a processor")
    inputs: tuple[str, ...] = setting((), "further files or folders whose change makes every run stale")
    warm: bool = setting(
        True, "kernels are copies of one process that has imported what cells import (on Linux, for Python); `false` starts each from nothing"
    )
    memory: int = setting(
        0, "bytes of memory that a chapter's kernel may take with all it starts; 0 for what the machine has"
    )
    pinned: tuple[str, ...] = setting(
        (), "chapters that take too long to run: each is built from the run that `thesis accept --run` has kept in the thesis"
    )
    pinned_files: int = setting(
        50_000_000, "bytes of files that a pinned chapter wrote for others that are kept with its accepted run; the smallest first"
    )
    store: str = setting(
        "",
        "folder of the runs that are kept, to share it between branches and checkouts (`../runs`, `~/thesis-runs`); outside of the thesis, in `_build/cache/runs` unless told otherwise; the environment variable `THESIS_STORE` comes first",
    )
    store_size: int = setting(
        5_000_000_000, "bytes that runs may take; the longest unused go first, those that this checkout uses never"
    )
    network: bool | tuple[str, ...] = setting(
        False, "whether cells may open network connections: `true`, or the chapters that may, such as `[chapters/prices]`"
    )


@dataclass(frozen=True, slots=True)
class Thesis:
    """Everything under the key `thesis`."""

    front: dict[str, Any] = setting(None, "parts before the first chapter, in their order")
    appendices: tuple[str, ...] = setting((), "pages that are lettered A, B, ... instead of numbered")
    csl: str = setting(
        "apa", "citation style: a name of a CSL style, a `.csl` file, or `none` for sphinxcontrib-bibtex's own"
    )
    nocite: tuple[str, ...] = setting((), "keys to print in the bibliography though nobody cites them; `*` for all")
    abstract: str = setting("", "page whose text describes the thesis to search engines and libraries")
    keywords: tuple[str, ...] = setting((), "keywords, for the metadata of all editions")
    licence: str = setting("", "licence of the text")
    data: str = setting("", "the data package's `datapackage.json`")
    restricted: str = setting(
        "", "folder where the author keeps restricted resources of the data package; they are found by their hash"
    )
    pdf: Pdf = setting(Pdf, "the PDF")
    html: Html = setting(Html, "the online edition")
    version: str = setting("", "version of the edition that is published next, such as `v1.0`; a tag of the commit where empty")
    publish: Publish = setting(Publish, "where the online edition is published")
    docx: Docx = setting(Docx, "the Word file")
    words: Words = setting(Words, "how words are counted")
    execution: Execution = setting(Execution, "how cells run")
    unused: tuple[str, ...] = setting(
        (), "findings recorded on purpose though nothing prints them: names, or patterns such as `margin.*`"
    )
    check: dict[str, Any] = setting(None, "rules to raise, lower or silence: `rule: error`, `rule: warning` or `rule: {level: off, reason: why}`")

    def __post_init__(self) -> None:
        """An absent mapping is an empty one."""
        object.__setattr__(self, "front", self.front or {})
        object.__setattr__(self, "check", self.check or {})


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of one thesis."""

    title: str
    """Title of the book."""
    author: str
    """Author or authors, as the book's `author` says."""
    language: str
    """Language of the text as a BCP 47 tag: `en`, `de`, `uk`."""
    names_language: bool
    """Whether the author named the language."""
    timeout: int
    """Seconds that a cell may run; -1 for no limit."""
    execute: str
    """Jupyter Book's `execute_notebooks`: `off` keeps the outputs that are stored in notebooks."""
    thesis: Thesis
    """Our own settings."""
    title_page: TitlePage
    """What stands on the title page."""
    yaml: Yaml
    """The file itself, for Jupyter Book and for places."""
    notes: tuple[Diagnostic, ...]
    """Remarks that do not stop the build: keys that nobody reads."""


def read_config(project: Project) -> Config:
    """Read `_config.yml`; a thesis without one has the defaults.

    Raises ConfigError with everything that is wrong in it.
    """
    path = project.root / FILE
    try:
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(
            [Diagnostic("broken-yaml", f"cannot be read: {said}", "error", FILE, hint="save the file as UTF-8 text")]
        ) from None
    read = read_yaml(text, FILE)
    if isinstance(read, Diagnostic):
        raise ConfigError([read])
    if read.value is not None and not isinstance(read.value, dict):
        raise ConfigError(
            [
                Diagnostic(
                    "bad-setting",
                    "must be a mapping of settings",
                    "error",
                    FILE,
                    1,
                    hint="write lines such as 'title: My thesis'",
                )
            ]
        )
    return _config(Yaml(FILE, read.value or {}, read.lines))


def default_config() -> Config:
    """The configuration of a thesis that has no `_config.yml`."""
    return _config(Yaml(FILE, {}, {}))


def _config(yaml_file: Yaml) -> Config:
    found: list[Diagnostic] = []
    notes = tuple(
        unknown_setting(yaml_file, (str(key),), list(JUPYTER_BOOK_KEYS), "warning")
        for key in yaml_file.value
        if key not in JUPYTER_BOOK_KEYS
    )
    thesis = read_settings(Thesis, yaml_file, ("thesis",), found)
    title_page = _title_page(thesis, yaml_file, found)
    execute = _mapping(yaml_file, "execute", found)
    sphinx = _mapping(yaml_file, "sphinx", found)
    options = sphinx.get("config") if isinstance(sphinx.get("config"), dict) else {}
    found += [*_shapes(yaml_file), *_store(thesis.execution.store, yaml_file)]
    mode = execute.get("execute_notebooks", "auto")
    timeout = execute.get("timeout", 30)
    if not isinstance(timeout, int) or isinstance(timeout, bool):
        found.append(
            Diagnostic(
                "bad-setting",
                f"'execute.timeout' is '{timeout}'",
                "error",
                FILE,
                *yaml_file.place("execute", "timeout"),
                hint="give a whole number of seconds, -1 for no limit",
            )
        )
    if found:
        raise ConfigError(found)
    return Config(
        title=str(yaml_file.value.get("title") or "My thesis"),
        author=_author(yaml_file.value.get("author")),
        language=str((options or {}).get("language") or "en").replace("_", "-"),
        names_language=bool((options or {}).get("language")),
        timeout=timeout,
        execute="off" if mode is False else str(mode),
        thesis=thesis,
        title_page=title_page,
        yaml=yaml_file,
        notes=notes,
    )


def _store(given: str, yaml_file: Yaml) -> Iterator[Diagnostic]:
    """Runs that lie among the sources would be sources: each build would have changed the thesis."""
    path = PurePath(given)
    if given and not path.is_absolute() and not path.parts[0].startswith((".", "~")) and path.parts[0] != "_build":
        place = yaml_file.place("thesis", "execution", "store")
        hint = "name a folder outside of it, such as '../runs' or '~/thesis-runs'"
        yield Diagnostic("bad-setting", f"'thesis.execution.store' is '{given}', which lies in the thesis", "error", FILE, *place, hint=hint)


def _shapes(yaml_file: Yaml) -> list[Diagnostic]:
    """Settings of Jupyter Book that hold what nobody could take for one; it would stop over them itself, without a place."""
    found = []
    for keys, (kinds, wanted) in SHAPES.items():
        value: Any = yaml_file.value
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None and not isinstance(value, kinds):
            message = f"'{'.'.join(keys)}' must hold {wanted}, not {said(value)}"
            found.append(
                Diagnostic("bad-setting", message, "error", FILE, *yaml_file.place(*keys), hint=f"give {wanted}")
            )
    return found


def _title_page(thesis: Thesis, yaml_file: Yaml, found: list[Diagnostic]) -> TitlePage:
    if isinstance(thesis.front.get("title-page"), dict):
        return read_settings(TitlePage, yaml_file, ("thesis", "front", "title-page"), found)
    return TitlePage()


def _mapping(yaml_file: Yaml, key: str, found: list[Diagnostic]) -> dict[str, Any]:
    value = yaml_file.value.get(key) or {}
    if isinstance(value, dict):
        return value
    found.append(
        Diagnostic(
            "bad-setting",
            f"'{key}' must hold settings",
            "error",
            FILE,
            *yaml_file.place(key),
            hint=f"indent the settings under '{key}:'",
        )
    )
    return {}


def _author(given: Any) -> str:
    if isinstance(given, list):
        return ", ".join(str(name) for name in given)
    return str(given or "")
