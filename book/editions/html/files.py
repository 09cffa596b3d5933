"""Files that the site carries beside its pages: data, tables as CSV, figures as PNG."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from book.editions.html.behind import DATA, look
from book.editions.html.cells import readable
from book.editions.html.provenance import FILES, tables_of
from book.editions.html.rasters import rasters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.document.reading import Document
    from book.editions.html.behind import Behind
    from book.project import Project


def site_files(document: Document, project: Project) -> dict[str, Path]:
    """Each file by its path in the site; nothing where the site does not say how it was made."""
    behind = look(document.app)
    if not behind.facts or not behind.site.provenance:
        return dict(_data(behind, project)) if "data" in behind.site.pages else {}
    graphics = dict(_graphics(document))
    made = rasters(graphics.values(), project.cache / "rasters")
    pictures = {
        f"{FILES}/{PurePosixPath(name).stem}.png": made[path] for name, path in graphics.items() if path in made
    }
    return {**dict(_data(behind, project)), **dict(_tables(document, project)), **pictures}


def _data(behind: Behind, project: Project) -> Iterator[tuple[str, Path]]:
    for one in behind.resources.values():
        address = behind.carried(one)
        if address:
            yield address, project.root / address.removeprefix(f"{DATA}/")


def _tables(document: Document, project: Project) -> Iterator[tuple[str, Path]]:
    labels: dict[str, set[str]] = {}
    for one in document.floats:
        if one.computed and one.label:
            labels.setdefault(one.docname, set()).add(one.label)
    for docname, here in labels.items():
        for path in tables_of(document.app.env, docname):
            if path.stem.lower() in here:
                page = Path(document.app.builder.get_outfilename(docname))  # type: ignore[attr-defined]
                yield f"{FILES}/{docname}/{path.name}", readable(path, page, path.stem.lower(), project.cache / "cells" / docname)


def _graphics(document: Document) -> Iterator[tuple[str, Path]]:
    """Names in `_images` of the vector graphics that cells made, and where each lies."""
    images = document.app.env.images
    for one in document.floats:
        for uri in one.pictures if one.computed else ():
            if uri.endswith(".svg") and uri in images:
                yield images[uri][1], Path(document.app.outdir) / "_images" / images[uri][1]
