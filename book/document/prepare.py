"""What Sphinx is told before it reads: its configuration, runs, findings, the bibliography, the site's head."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from book.document.configuration import configure
from book.document.placeholders import write_placeholders
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from book.diagnostics import Diagnostic
    from book.execution.runs import Runs
    from book.findings import Finding
    from book.project import Project
    from book.sources.bibliography import Bibliography
    from book.sources.gather import Sources


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that reading starts from."""

    values: dict[str, Any]
    """Sphinx's configuration values."""
    notes: tuple[Diagnostic, ...]
    """What preparing found."""
    bibliography: Bibliography
    """The entries of all bibliography files."""
    findings: dict[str, Finding]
    """What cells recorded, by name."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What editions tell of how the thesis was made: set once Sphinx has started, since none of it changes what it reads."""


def prepare(project: Project, sources: Sources, runs: Runs, *, pdf: bool, for_editions: bool = True) -> Prepared:
    """Derive Sphinx's configuration and hand it what has been computed; `pdf` says whether the site can offer one.

    Without `for_editions` the scripts that the site offers are left as they are.
    """
    from book.document.facts import facts_of
    from book.execution.exports import write_notebooks
    from book.findings import collect
    from book.sources.bibliography import read_bibliography, write_clean
    from book.sources.data import read_data

    configuration = configure(
        sources, project.root, _contents_file(project, sources), project.cache / "jupyter-book.pickle"
    )
    bibliography = read_bibliography(project.root, sources.bibliographies)
    findings, remarks = collect(sources.chapters, {name: run.outputs for name, run in runs.items()})
    data = read_data(project, sources.config, bibliography.entries.keys())
    executed = project.cache / "executed"
    notebooks = write_notebooks(runs, sources.chapters, executed, project.root, scripts=for_editions)
    exported = [path.relative_to(executed) for path in notebooks]
    paths = {chapter.docname: chapter.path for chapter in sources.chapters}
    values = {
        **configuration.values,
        "thesis_runs": {
            name: {"path": paths[name], "executed": str(executed / f"{name}.ipynb"), "key": run.key}
            for name, run in sorted(runs.items())
        },
        "thesis_findings": {name: finding.as_dict() for name, finding in findings.items()},
        "thesis_csl": sources.config.thesis.csl,
        "thesis_nocite": list(sources.config.thesis.nocite),
        "thesis_cache": str(project.cache),
        "thesis_placeholders": write_placeholders(sources.placeholders, project.cache / "placeholders"),
        "thesis_site": {**_site(sources, pdf=pdf), "downloads": _downloads(exported)},
        "bibtex_bibfiles": [path.as_posix() for path in write_clean(bibliography, project.cache / "bibliography")],
    }
    notes = (*configuration.notes, *remarks, *bibliography.diagnostics, *data.diagnostics)
    facts = facts_of(project, sources, runs) if for_editions else {}
    return Prepared(values, notes, bibliography, findings, facts)


def _contents_file(project: Project, sources: Sources) -> Path:
    """The author's `_toc.yml`, or today's form of an old one."""
    if not sources.contents.migrated:
        return project.root / "_toc.yml"
    import yaml

    path = project.cache / "_toc.yml"
    write(path, yaml.safe_dump(sources.contents.data, allow_unicode=True, sort_keys=False))
    return path


def _downloads(exported: Iterable[Path]) -> dict[str, list[str]]:
    """For each page the files that were written of it, notebook first; a script ends as its language has it."""
    found: dict[str, list[str]] = {}
    for path in sorted(exported, key=lambda one: (one.suffix != ".ipynb", one.as_posix())):
        found.setdefault(path.with_suffix("").as_posix(), []).append(f"_downloads/{path.as_posix()}")
    return dict(sorted(found.items()))


def _site(sources: Sources, *, pdf: bool) -> dict[str, Any]:
    config = sources.config
    page = config.title_page
    return {
        "title": page.title or config.title,
        "subtitle": page.subtitle,
        "author": page.author or config.author,
        "date": page.date,
        "language": config.language,
        "keywords": list(config.thesis.keywords),
        "licence": config.thesis.licence,
        "abstract": config.thesis.abstract,
        "institution": page.institution,
        "degree": page.degree,
        "pdf": "thesis.pdf" if pdf and config.thesis.html.pdf_link else "",
        "allow_remote": list(config.thesis.html.allow_remote),
        "pages": list(config.thesis.html.pages),
        "provenance": config.thesis.html.provenance,
        "languages": _languages(config.thesis.front),
        "data_limit": config.thesis.html.data_limit,
    }


def _languages(front: dict[str, Any]) -> dict[str, str]:
    """Language of each part before the first chapter that is in another one than the thesis."""
    given = (part for part in front.values() if isinstance(part, dict))
    return {str(part["page"]): str(part["lang"]) for part in given if part.get("page") and part.get("lang")}
