"""Chapters with their outputs as notebooks and scripts, for the reader of MyST-NB and for downloads."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.errors import SourceError
from book.execution.scripts import Frames
from book.project import read_json, write, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from book.execution.runs import Run
    from book.sources.chapters import Chapter

VERSION = 1
"""Raised when the same run and text would be written otherwise than before."""
INDEX = "index.json"


def write_notebooks(
    runs: Mapping[str, Run], chapters: Iterable[Chapter], folder: Path, root: Path, *, scripts: bool = True
) -> tuple[Path, ...]:
    """Write `DOCNAME.ipynb`, with outputs, and `DOCNAME.py`, the code alone, for each chapter with a run.

    `root` is the thesis's folder: cells may load their code from files. Files are written anew only where run or text
    have changed; those of chapters that are gone are deleted. Without `scripts`, for which nbconvert must be loaded,
    those that stand are left as they are until they are asked for again.
    Returns what stands. Raises SourceError for a chapter that is no sound notebook.
    """
    known, frames = _index(folder), Frames(folder / "frames.json")
    index: dict[str, dict[str, Any]] = {}
    for chapter in chapters:
        run = runs.get(chapter.docname)
        if run is None:
            continue
        stamp = hashlib.sha256(
            json.dumps([VERSION, run.key, chapter.path, chapter.text, *(cell.code for cell in chapter.cells)]).encode()
        ).hexdigest()
        entry = known.get(chapter.docname) or {"stamp": "", "script": "", "files": []}
        lost = run.failed or not entry["files"] or not all((folder / name).is_file() for name in entry["files"])
        if lost or (scripts and entry["script"] != stamp):
            entry = {"stamp": stamp, "script": stamp, "files": _exported(run, chapter, folder, root, frames)}
        elif entry["stamp"] != stamp:
            _exported(run, chapter, folder, root)
            entry = {**entry, "stamp": stamp}
        index[chapter.docname] = entry
    standing = {name for entry in index.values() for name in entry["files"]}
    for name in {name for entry in known.values() for name in entry["files"]} - standing:
        (folder / name).unlink(missing_ok=True)
    frames.keep(index.keys())
    if index != known:
        write_json(folder / INDEX, index)
    return tuple(folder / name for name in sorted(standing))


def executed_notebook(run: Run, chapter: Chapter, root: Path) -> Any:
    """A chapter as an nbformat notebook, its outputs those of its run."""
    import nbformat

    stored = chapter.format == "notebook"
    notebook = nbformat.reads(chapter.text, as_version=4) if stored else _from_markdown(chapter, root)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        cell.outputs, cell.execution_count = [], None
    for cell, number in zip(code, _places([cell.source for cell in code], chapter), strict=True):
        if number is not None:
            cell.outputs = [nbformat.from_dict(output) for output in run.outputs[number]]
            cell.execution_count = run.counts[number]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        for volatile in ("execution", "ExecuteTime"):
            cell.metadata.pop(volatile, None)
    notebook.metadata.update(nbformat.from_dict(run.metadata))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def _index(folder: Path) -> dict[str, Any]:
    """What was written before, as far as it can be trusted."""
    value = read_json(folder / INDEX)
    listed = value.items() if isinstance(value, dict) else ()
    kept = {name: entry for name, entry in listed if isinstance(entry, dict) and isinstance(entry.get("files"), list)}
    return {
        name: entry
        for name, entry in kept.items()
        if isinstance(entry.get("stamp"), str) and isinstance(entry.get("script"), str)
    }


def _from_markdown(chapter: Chapter, root: Path) -> Any:
    from myst_nb.core.read import read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig

    path = str(root / chapter.path)
    return read_myst_markdown_notebook(chapter.text, config=MdParserConfig(), add_source_map=False, path=path)


def _places(sources: list[str], chapter: Chapter) -> list[int | None]:
    """For each code cell of a notebook, which cell of the chapter it is; MyST-NB may see fewer in a Markdown file than we."""
    found: list[int | None] = []
    following = 0
    for source in sources:
        rest = range(following, len(chapter.cells))
        number = next((i for i in rest if chapter.cells[i].code.strip() == source.strip()), None)
        following = following if number is None else number + 1
        found.append(number)
    return found


def _exported(run: Run, chapter: Chapter, folder: Path, root: Path, frames: Frames | None = None) -> list[str]:
    import nbformat
    from myst_nb.core.read import MystMetadataParsingError

    try:
        return _export(run, chapter, folder, root, frames)
    except (nbformat.ValidationError, MystMetadataParsingError) as error:
        first = str(error).strip().partition("\n")[0].removesuffix(".")
        message = f"not a sound notebook: {first[:1].lower() + first[1:]}"
        hint = (
            "open it in Jupyter and save it again"
            if chapter.format == "notebook"
            else "look at the options of its cells"
        )
        raise SourceError([Diagnostic("unreadable-chapter", message, "error", chapter.path, hint=hint)]) from None


def _export(run: Run, chapter: Chapter, folder: Path, root: Path, frames: Frames | None) -> list[str]:
    """Write a chapter's files; return their names below the folder."""
    import nbformat

    notebook = executed_notebook(run, chapter, root)
    written = {f"{chapter.docname}.ipynb": nbformat.v4.writes(notebook) + "\n"}
    if frames is not None:
        text, suffix = frames.script(notebook, chapter.docname)
        written[f"{chapter.docname}{suffix}"] = text
    for name, text in written.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != text.encode():
            write(path, text)
    return sorted(written)
