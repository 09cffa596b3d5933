"""The checks as a Sphinx extension: a plain `jupyter-book build` or `sphinx-build` warns of what has drifted apart."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from book.checks.subject import Subject
    from book.diagnostics import Diagnostic
    from book.project import Project
    from book.sources.gather import Sources


def setup(app: Sphinx) -> dict[str, Any]:
    """Check when everything has been read; citations and findings are collected by the extension of the document."""
    app.setup_extension("book.document.extension")
    app.connect("env-check-consistency", _check)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of every remark; our own build and `thesis check` make their own, and are left alone."""
    from book.document.findings import known_findings
    from book.errors import ThesisError
    from book.project import Project
    from book.sources.gather import read_thesis

    if known_findings(app.config) is not None:
        return
    project = Project(Path(app.srcdir).resolve())
    try:
        found = _remarks(app, env, project, read_thesis(project))
    except ThesisError as error:
        found = error.diagnostics
    _warn(project, found)


def _remarks(app: Sphinx, env: BuildEnvironment, project: Project, sources: Sources) -> Iterable[Diagnostic]:
    """What the checks find that need no final files."""
    from book.checks import CHECKS, editions, judge, privacy, run

    subject = _subject(app, env, project, sources)
    chosen = [check for check in CHECKS if check not in (*editions.CHECKS, *privacy.CHECKS)]
    return judge(subject, [*sources.notes, *run(chosen, subject)], building=True).diagnostics


def _subject(app: Sphinx, env: BuildEnvironment, project: Project, sources: Sources) -> Subject:
    """The thesis as this application has read it, with the runs that our own builds have left."""
    from book.checks.subject import Subject
    from book.document.findings import recorded_on
    from book.document.pictures import pictures_of
    from book.document.reading import document_of
    from book.document.remarks import Remarks
    from book.execution.reuse import last_runs
    from book.sources.bibliography import read_bibliography

    pages = [page for page in sources.contents.pages if page.docname in env.all_docs]
    pictures = [
        picture
        for page in pages
        for picture in pictures_of(env.get_doctree(page.docname), page.path)
        if not picture.computed
    ]
    remarks = Remarks(app, project)
    logging.getLogger("sphinx").removeHandler(remarks)  # nothing writes editions here, so nobody asks for them
    document = document_of(
        app,
        remarks,
        read_bibliography(project.root, sources.bibliographies),
        {finding.name: finding for found in recorded_on(env).values() for finding in found},
        pictures=tuple(pictures),
    )
    return Subject(project, sources, document, last_runs(sources.chapters, project, sources.config))


def _warn(project: Project, found: Iterable[Diagnostic]) -> None:
    """Each remark as a warning of type `thesis` and of its rule's subtype, at its place."""
    from sphinx.util.logging import getLogger

    logger = getLogger(__name__)
    for one in found:
        inside = f"cell {one.cell}" if one.cell else ""
        place = ":".join(str(part) for part in (project.root / one.path if one.path else "", inside, one.line) if part)
        text = f"{one.message}\nhint: {one.hint}" if one.hint else one.message
        logger.warning("%s", text, type="thesis", subtype=one.rule, location=place or None)
