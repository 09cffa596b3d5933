"""One Sphinx read of all chapters, and the document that every edition starts from."""

from __future__ import annotations

import gc
import io
import pickle
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic, in_order
from book.document.ahead import started
from book.document.claims.testing import Claim, claims_in
from book.document.counted import settle, settle_blocks, told
from book.document.counting import WordCount, count_words, words_of
from book.document.findings import Use, uses_in
from book.document.floats import Float, Mention, floats_in, mentions_in, reading_order
from book.document.kept import KeptPages, Resolved
from book.document.lazily import leave_unused
from book.document.parts import Part, printed_parts
from book.document.pictures import pictures_of
from book.document.promised import without_promised
from book.document.remarks import Remarks
from book.errors import ConfigError
from book.freshness import installed
from book.project import delete, read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinx.application import Sphinx

    from book.document.pictures import Picture
    from book.document.prepare import Prepared
    from book.findings import Finding
    from book.project import Project
    from book.sources.bibliography import Bibliography
    from book.sources.contents import Page
    from book.sources.gather import Sources

BUILDER = "thesis"
"""Our Sphinx builder, which writes the Pandoc AST."""


@dataclass(frozen=True, slots=True)
class Document:
    """All chapters, read once, with numbers, citations and findings fixed."""

    parts: tuple[Part, ...]
    """The thesis in the order of a printed one."""
    pending: frozenset[str]
    """Pages that were read anew, or that others changed, and that the site has not written since."""
    diagnostics: tuple[Diagnostic, ...]
    """What reading found."""
    app: Sphinx
    """The Sphinx application, for Jupyter Book's own builder."""
    remarks: Remarks
    """Where Sphinx's further warnings arrive."""
    bibliography: Bibliography
    """The entries of all bibliography files."""
    cited: frozenset[str]
    """Keys that some page cites."""
    pictures: tuple[Picture, ...]
    """Every picture of every page."""
    findings: Mapping[str, Finding]
    """What cells recorded, by name."""
    uses: tuple[Use, ...]
    """Every place in the text that prints a finding."""
    claims: tuple[Claim, ...]
    """Every claim of the text, with its verdict."""
    floats: tuple[Float, ...] = ()
    """Every figure and table of every page, in reading order."""
    mentions: tuple[Mention, ...] = ()
    """Every reference to a label, in reading order."""
    words: WordCount | None = None
    """How many words each part has; None where no parts were asked for."""


@contextmanager
def read_document(
    project: Project, sources: Sources, prepared: Prepared, *, for_editions: bool = True
) -> Iterator[Document]:
    """Read all pages once; the document lives as long as the context.

    Without `for_editions` it has no parts: checks ask for none, and those of unchanged pages need not be loaded.
    Raises ConfigError where Sphinx cannot start.
    """
    names = frozenset(page.path for page in sources.contents.pages)
    with started(project, prepared.values, names, _alone) as (app, remarks):
        app.config.thesis_facts = prepared.facts
        pages = KeptPages(project.cache / "sphinx" / "pages", prepared.values)
        updated = _read(app, remarks, pages)
        pending = frozenset({*updated, *(read_json(unwritten(project)) or ())})
        if updated:
            write_json(unwritten(project), sorted(pending))
        found = [*prepared.notes, *_kept_remarks(app), *remarks.take()]
        resolved, parts = _resolve(app, sources, pages, remarks, for_editions=for_editions)
        found += [remark for page in resolved for remark in page.remarks]
        pictures = tuple(picture for page in resolved for picture in page.pictures)
        words = count_words(printed_parts(parts, sources.config), sources.config.thesis.words) if for_editions else None
        if words:
            pending |= _settled(app, words, parts)
            parts = tuple(replace(part, title=_title(app, part.docname, part.title)) for part in parts)
            words = replace(words, parts=tuple(replace(one, title=_title(app, one.docname, one.title)) for one in words.parts))
            app.config.thesis_facts = {**prepared.facts, "counts": told(words, sources.config.language)}
        yield document_of(
            app, remarks, prepared.bibliography, prepared.findings, pictures=pictures, parts=parts, pending=pending, words=words,
            diagnostics=in_order(without_promised(found, sources)),
        )  # fmt: skip


def document_of(
    app: Sphinx, remarks: Remarks, bibliography: Bibliography, findings: Mapping[str, Finding], *, pictures: tuple[Picture, ...],
    parts: tuple[Part, ...] = (), pending: frozenset[str] = frozenset(), diagnostics: tuple[Diagnostic, ...] = (),
    words: WordCount | None = None,
) -> Document:  # fmt: skip
    """What an application has read, be it ours or that of a plain `jupyter-book build`, which has no parts."""
    cited = frozenset(key for citation in getattr(app.env, "thesis_citations", ()) for key in citation.keys)
    uses = tuple(use for kept in uses_in(app.env).values() for use in kept)
    claims = tuple(claim for kept in claims_in(app.env).values() for claim in kept)
    order = reading_order(app.env)
    floats, mentions = floats_in(app.env, order), mentions_in(app.env, order)
    return Document(
        parts,
        pending,
        diagnostics,
        app,
        remarks,
        bibliography,
        cited,
        pictures,
        findings,
        uses,
        claims,
        floats,
        mentions,
        words,
    )


def _settled(app: Sphinx, words: WordCount, parts: tuple[Part, ...]) -> frozenset[str]:
    """Let every place that prints a count say it; returns the pages that have one."""
    counts = words.by_name()
    pages = settle(app, counts)
    if pages:
        settle_blocks([part.blocks for part in parts], counts, app.config.language)
    return pages


def _title(app: Sphinx, docname: str, otherwise: str) -> str:
    """What a page is called, with the counts that its title quotes."""
    return app.env.titles[docname].astext() if docname in app.env.titles else otherwise


def unwritten(project: Project) -> Path:
    """Where the names of pages wait that were read and not yet written to the site."""
    return project.cache / "sphinx" / "unwritten.json"


def _fit(project: Project) -> None:
    """Drop what Sphinx kept if it was made by other versions than are installed now."""
    folder, stamp = project.cache / "sphinx", installed()
    if read_json(folder / "installed.json") != stamp:
        if folder.exists():
            delete(folder)
        write_json(folder / "installed.json", stamp)


@contextmanager
def _alone(project: Project, values: dict[str, Any]) -> Iterator[tuple[Sphinx, Remarks]]:
    """An application with names of its own for roles, directives and nodes."""
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    with patch_docutils(None), docutils_namespace():
        _fit(project)
        yield _start(project, values)


def _start(project: Project, values: dict[str, Any]) -> tuple[Sphinx, Remarks]:
    from sphinx import locale
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError

    folder = project.cache / "sphinx"
    early = io.StringIO()
    locale.translators.clear()  # the words of another language, from a build before this one, would stay
    leave_unused(values["extensions"])
    gc.freeze()  # the extension of tables of contents looks for one object among all that there are
    try:
        app = Sphinx(
            srcdir=project.root, confdir=None, outdir=folder / "html", doctreedir=folder / "doctrees", buildername="html",
            confoverrides=values, status=None, warning=early,
        )  # fmt: skip
    except (SphinxError, ImportError, TypeError, ValueError) as error:
        message = f"Sphinx cannot start: {' '.join(str(error).split())}"
        raise ConfigError(
            [
                Diagnostic(
                    "sphinx-cannot-start", message, "error", "_config.yml", hint="look at 'sphinx:' in _config.yml"
                )
            ]
        ) from error
    finally:
        gc.unfreeze()
    if "copyright" in values:  # Sphinx puts the year of SOURCE_DATE_EPOCH in place of the author's
        app.config.copyright = values["copyright"]
    return app, Remarks(app, project)


def _read(app: Sphinx, remarks: Remarks, pages: KeptPages) -> set[str]:
    """Read what is new or outdated, keep its remarks with the environment, save the environment."""
    from sphinx.application import ENV_PICKLE_FILENAME
    from sphinx.util.build_phase import BuildPhase

    env = app.env
    app.phase = BuildPhase.READING
    updated = set(app.builder.read())
    updated |= set(env.check_dependents(app, updated))
    kept: dict[str, list[Diagnostic]] = {
        name: list(found) for name, found in getattr(env, "thesis_remarks", {}).items() if name in env.all_docs
    }
    kept |= {name: [] for name in updated if name in remarks.read}
    for name, found in remarks.by_page().items():
        kept[name] = found
    env.thesis_remarks = kept  # type: ignore[attr-defined]
    if updated:
        pages.drop(updated)
        with (Path(app.doctreedir) / ENV_PICKLE_FILENAME).open("wb") as stream:
            pickle.dump(env, stream, pickle.HIGHEST_PROTOCOL)
    app.phase = BuildPhase.CONSISTENCY_CHECK
    env.check_consistency()
    app.phase = BuildPhase.RESOLVING
    return updated


def _kept_remarks(app: Sphinx) -> list[Diagnostic]:
    kept: dict[str, list[Diagnostic]] = app.env.thesis_remarks  # type: ignore[attr-defined]
    return [diagnostic for found in kept.values() for diagnostic in found]


@contextmanager
def _our_builder(app: Sphinx) -> Iterator[Any]:
    """Our builder over the environment that the HTML builder has read; nothing is read twice."""
    theirs = app.builder
    app.preload_builder(BUILDER)
    builder = app.create_builder(BUILDER)
    gone = {"html", "format_html", "builder_html"} & set(app.tags)
    app.builder = builder
    builder.init()
    for tag in gone:
        app.tags.remove(tag)
    for tag in (BUILDER, "pandoc"):
        app.tags.add(tag)
    try:
        yield builder
    finally:
        for tag in (BUILDER, "pandoc"):
            app.tags.remove(tag)
        for tag in gone:
            app.tags.add(tag)
        app.builder = theirs


def _resolve(
    app: Sphinx, sources: Sources, pages: KeptPages, remarks: Remarks, *, for_editions: bool
) -> tuple[list[Resolved], tuple[Part, ...]]:
    """The pages in the order of a printed thesis, front matter as configured, then the table of contents; the unchanged as they were kept."""
    with ExitStack() as opened:
        builder: Any = None
        resolved: list[Resolved] = []
        parts: list[Part] = []
        for page in _pages(sources):
            if isinstance(page, str):
                parts.append(Part("part", "", "", page, ()))
                continue
            if page.docname not in app.env.found_docs:
                continue
            kind = "chapter" if page.kind == "root" else page.kind
            role = (kind, page.depth + 1)
            known = pages.get(page.docname, role)
            blocks = pages.blocks(page.docname) if known and for_editions else []
            if known is None or blocks is None:
                builder = builder or opened.enter_context(_our_builder(app))
                known, blocks = _write(app, builder, page, role, remarks)
                pages.put(page.docname, role, known, blocks)
            resolved.append(known)
            if page.kind == "root" and sources.config.thesis.front:
                continue  # the site's first page; front matter stands in its place on paper
            title = _title(app, page.docname, "")
            parts.append(Part(kind, page.name, page.docname, title, tuple(blocks), known.words, role[1]))
    return resolved, tuple(parts) if for_editions else ()


def _write(
    app: Sphinx, builder: Any, page: Page, role: tuple[str, int], remarks: Remarks
) -> tuple[Resolved, list[Any]]:
    """One page as Pandoc AST, with what it prints and what was found on the way."""
    from book.document.pandoc.builder import write_page

    found: list[Diagnostic] = []
    doctree = app.env.get_and_resolve_doctree(page.docname, builder)
    pictures = tuple(pictures_of(doctree, page.path))
    blocks = write_page(doctree, docname=page.docname, env=app.env, level=role[1], kind=role[0], remarks=found)
    return Resolved(pictures, (*map(remarks.exact, found), *remarks.take()), words_of(blocks)), blocks


def _pages(sources: Sources) -> list[Page | str]:
    """Pages, and the captions of groups where a book has several of them."""
    pages = sources.contents.pages
    named = list(sources.config.thesis.front)
    front = sorted((page for page in pages if page.kind == "front"), key=lambda page: named.index(page.name))
    body = [page for page in pages if page.kind != "front"]
    captions = {page.part for page in body if page.part and page.kind == "chapter"}
    ordered: list[Page | str] = [*front]
    current = ""
    for page in body:
        if len(captions) > 1 and page.part != current and page.part and page.kind == "chapter":
            ordered.append(page.part)
        current = page.part
        ordered.append(page)
    return ordered
