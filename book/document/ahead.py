"""Sphinx for the next reading, started while nobody waits: an author thinks longer than that takes.

Every reading has an application of its own, started as any other is; in a watch it may have been started since the last one.
It is taken where all that a start looks at is still as it was then, and is thrown away where anything is not.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book import freshness
from book.project import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from sphinx.application import Sphinx

    from book.document.remarks import Remarks
    from book.project import Project

    Start = Callable[[Project, dict[str, Any]], AbstractContextManager[tuple[Sphinx, Remarks]]]

KNOWN = frozenset(
    [
        "alabaster", "jupyter_book", "myst_nb", "myst_parser", "pydata_sphinx_theme", "sphinx_book_theme", "sphinx_comments", "sphinx_copybutton",
        "sphinx_design", "sphinx_external_toc", "sphinx_jupyterbook_latex", "sphinx_multitoc_numbering", "sphinx_proof", "sphinx_thebe",
        "sphinx_togglebutton", "sphinxcontrib.applehelp", "sphinxcontrib.bibtex", "sphinxcontrib.devhelp", "sphinxcontrib.htmlhelp",
        "sphinxcontrib.jsmath", "sphinxcontrib.qthelp", "sphinxcontrib.serializinghtml", "sphinx.ext.intersphinx", "sphinx.ext.mathjax",
    ]
)  # fmt: skip
"""Extensions whose start looks at the configuration and at files that are no pages, and at nothing else. With any other nothing is started ahead."""
OURS = ("book.", "sphinx.addnodes", "sphinx.builders.", "sphinx.config", "sphinx.directives", "sphinx.domains.", "sphinx.environment.",
        "sphinx.extension", "sphinx.parsers", "sphinx.registry", "sphinx.roles", "sphinx.transforms", "sphinx.versioning")  # fmt: skip
"""How names begin of what Sphinx itself, and we, always load."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the last reading was started with: the next one's most probable start."""

    project: Project
    values: dict[str, Any]
    pages: frozenset[str]
    start: Start
    templates: tuple[str, ...]
    """Templates that its pages were written with."""


class Ahead:
    """An application that waits, if there is one."""

    def __init__(self) -> None:
        self._waiting: tuple[str, ExitStack, tuple[Sphinx, Remarks]] | None = None
        self._wish: _Wish | None = None

    def prepare(self) -> None:
        """Start the next application; what goes wrong then is met again by the next reading."""
        self.close()
        wish, self._wish = self._wish, None
        if wish is None:
            return
        key = _state(wish.project, wish.values, wish.pages)
        with ExitStack() as opened, suppress(Exception):
            started = opened.enter_context(wish.start(wish.project, wish.values))
            _load_templates(started[0], wish.templates)
            self._waiting = key, opened.pop_all(), started

    @contextmanager
    def started(
        self, project: Project, values: dict[str, Any], pages: frozenset[str], start: Start
    ) -> Iterator[tuple[Sphinx, Remarks]]:
        """The application that waits, or one that is started now."""
        given = copy.deepcopy(values)  # a start adds to lists and mappings
        with ExitStack() as opened:
            waiting, self._waiting = self._waiting, None
            if waiting:
                opened.push(waiting[1])
            if waiting and waiting[0] == _state(project, values, pages):
                app, remarks = waiting[2]
            else:
                opened.close()
                app, remarks = opened.enter_context(start(project, values))
            yield app, remarks
            if only_known(app):
                self._wish = _Wish(project, given, pages, start, _templates(app))

    def close(self) -> None:
        """Let what waits go."""
        waiting, self._waiting = self._waiting, None
        if waiting:
            waiting[1].close()


def only_known(app: Sphinx) -> bool:
    """Whether all extensions are such that we know what they look at."""
    return all(name in KNOWN or name.startswith(OURS) for name in app.extensions)


@contextmanager
def ahead() -> Iterator[Ahead]:
    """Have readings take what was started ahead for as long as this lasts; `prepare` does it."""
    global _ahead  # noqa: PLW0603
    _ahead = Ahead()
    try:
        yield _ahead
    finally:
        _ahead.close()
        _ahead = None


@contextmanager
def started(
    project: Project, values: dict[str, Any], pages: frozenset[str], start: Start
) -> Iterator[tuple[Sphinx, Remarks]]:
    """An application for one reading of these pages, and where its warnings arrive."""
    with _ahead.started(project, values, pages, start) if _ahead else start(project, values) as (app, remarks):
        yield app, remarks


def _state(project: Project, values: dict[str, Any], pages: frozenset[str]) -> str:
    """All that a start may look at: values, every file of the thesis that is no page, what Sphinx kept, what is installed."""
    root = project.root
    files = {
        name: (found.st_size, found.st_mtime_ns, found.st_ino)
        for entry in freshness.files_below(root)
        if (name := entry.path.removeprefix(f"{root}{os.sep}").replace(os.sep, "/")) not in pages
        for found in (entry.stat(),)
    }
    named = [Path(values["external_toc_path"]), *(Path(name) for name in values.get("bibtex_bibfiles") or ())]
    derived = [digest(root / path) for path in named if (root / path).is_file()]
    kept = project.cache / "sphinx" / "doctrees" / "environment.pickle"
    stat = kept.stat() if kept.exists() else None
    environment = (stat.st_size, stat.st_mtime_ns, stat.st_ino) if stat else ()
    told = [values, sorted(pages), files, derived, environment, freshness.installed(), project.epoch()]
    return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()


def _templates(app: Sphinx) -> tuple[str, ...]:
    environment = getattr(getattr(app.builder, "templates", None), "environment", None)
    return tuple(sorted({name for _loader, name in environment.cache})) if environment and environment.cache else ()


def _load_templates(app: Sphinx, names: tuple[str, ...]) -> None:
    """Load what the last pages were written with; each is loaded again where its file changes."""
    for name in names:
        with suppress(Exception):
            app.builder.templates.environment.get_template(name)


_ahead: Ahead | None = None
