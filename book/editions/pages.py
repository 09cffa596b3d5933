"""The online edition's pages: Jupyter Book's own HTML builder, run over the document that was read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.document.reading import unwritten
from book.editions.html.frame import Frame
from book.editions.html.generated import navigation_changed, stale
from book.editions.html.kept import assets_changed, assets_kept
from book.project import read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.application import Sphinx

    from book.document.reading import Document
    from book.project import Project


def write_pages(document: Document, project: Project) -> tuple[Path, tuple[Diagnostic, ...]]:
    """Write the pages that are new, changed or moved by others; return Sphinx's output folder and what it remarked.

    Remarks on pages that are not written again are kept from the time they were.
    """
    from sphinx.errors import ExtensionError

    app = document.app
    builder = app.builder
    wanted = builder.get_outdated_docs()
    everything = isinstance(wanted, str) or assets_changed(app) or navigation_changed(app)
    docnames = app.env.found_docs if everything else {*wanted, *document.pending} & app.env.found_docs
    if docnames or stale(app):
        _keep_templates(app, project.cache / "sphinx" / "templates")
        try:
            _write(app, sorted(docnames))
        except ExtensionError as error:  # a full disk is one, whoever was writing
            if isinstance(error.orig_exc, OSError):
                raise error.orig_exc from error
            raise
        unwritten(project).unlink(missing_ok=True)
    return builder.outdir, _keep_remarks(
        document, project, {project.relative(app.env.doc2path(name)) for name in docnames}
    )


def _keep_templates(app: Sphinx, folder: Path) -> None:
    """Compile the theme's templates once, not in every build; each is known by its source."""
    from jinja2 import FileSystemBytecodeCache

    class Kept(FileSystemBytecodeCache):
        """A template that cannot be kept, on a full disk say, is compiled again."""

        def dump_bytecode(self, bucket: Any) -> None:
            with suppress(OSError):
                super().dump_bytecode(bucket)

    environment = getattr(app.builder.templates, "environment", None)
    if environment is not None:
        folder.mkdir(parents=True, exist_ok=True)
        environment.bytecode_cache = Kept(str(folder))


def _write(app: Sphinx, docnames: list[str]) -> None:
    """The second half of `Builder.build`: its first half would read once more, and the toc collector counts chapters on.

    What Sphinx would write beside these pages is left where it stands as it would be written.
    """
    from sphinx.util.build_phase import BuildPhase
    from sphinx.util.parallel import SerialTasks

    builder = app.builder
    app.phase = BuildPhase.RESOLVING
    builder.finish_tasks = SerialTasks()
    frame = Frame(app, set(docnames))
    with assets_kept(app):
        if frame.stands:
            frame.leave()
            _write_alone(app, docnames)
        else:
            frame.forget()
            builder.write(docnames, docnames, "update")
        builder.finish()
        builder.finish_tasks.join()
        app.events.emit("build-finished", None)
        builder.cleanup()
    frame.keep()


def _write_alone(app: Sphinx, docnames: list[str]) -> None:
    """`Builder.write` without the pages that it adds."""
    builder = app.builder
    app.events.emit("write-started", builder)
    builder.prepare_writing(set(docnames))
    builder.copy_assets()
    builder._write_serial(docnames)  # noqa: SLF001


def _keep_remarks(document: Document, project: Project, written: set[str]) -> tuple[Diagnostic, ...]:
    path = project.cache / "sphinx" / "site-remarks.json"
    before = read_json(path) or []
    listed = {project.relative(document.app.env.doc2path(name)) for name in document.app.env.found_docs}
    kept = [Diagnostic(**row) for row in before if row["path"] in listed - written]
    found = tuple(dict.fromkeys([*kept, *document.remarks.take()]))
    write_json(path, [asdict(diagnostic) for diagnostic in found])
    return found
