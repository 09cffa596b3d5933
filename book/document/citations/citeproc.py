"""One call of pandoc's citation processor for all citations of a thesis."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.document.pandoc.ast import API_VERSION, note, para, words
from book.languages import primary
from book.project import read_json, write, write_json
from book.sources.pandoc import pandoc_version, run_pandoc
from book.sources.titles import is_english, language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.document.citations.style import Style
    from book.document.pandoc.ast import Inline

VERSION = 2
"""Of the files that keep results."""
PARENTHETICAL, TEXTUAL, WITHOUT_AUTHOR = "NormalCitation", "AuthorInText", "SuppressAuthor"
OF_TITLE = ("title", "title-short")
OF_CONTAINER = ("container-title", "container-title-short", "collection-title")
"""Names of a work, and of what it stands in, as the processor has them."""
MARKING = Path(__file__).parents[2] / "templates" / "citations" / "languages.lua"
"""Marks titles where the processor has read them, so that it neither sorts nor abbreviates the marks."""
_SECONDS = 30.0
_SECONDS_EACH = 0.05


@dataclass(frozen=True, slots=True)
class Work:
    """A work in a citation, as the processor gets it."""

    id: str
    """Id of its item."""
    prefix: str = ""
    """Words before it."""
    suffix: str = ""
    """Locator and words after it."""


@dataclass(frozen=True, slots=True)
class Cite:
    """A citation, as the processor gets it."""

    works: tuple[Work, ...]
    """Its works."""
    mode: str = PARENTHETICAL
    """Pandoc's mode: all of it, the author in the text, without the author."""
    in_note: bool = False
    """Whether it stands in a footnote."""
    alone: bool = False
    """Whether that footnote holds nothing else; what stands among other words gets parentheses."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one call of the processor formats."""

    cites: tuple[Cite, ...]
    """Citations in the order of the text."""
    listed: tuple[str, ...]
    """Ids of works that the bibliography lists without a citation."""
    items: tuple[tuple[str, dict[str, Any]], ...]
    """The works, by id."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the processor made of a job."""

    cites: list[list[Inline]]
    """The words of each citation; a `Note` in styles with notes."""
    entries: dict[str, list[Inline]]
    """The entries of the bibliography by id, in the order of the style."""
    classes: list[str]
    """How the list is set: `hanging-indent`."""


def process(job: Job, style: Style, language: str, folder: Path) -> Result:
    """Format citations and entries, from the folder of earlier results where nothing has changed.

    Raises PandocError where pandoc refuses or does not return.
    """
    if not job.cites and not job.listed:
        return Result([], {}, [])
    marks = marks_of(job.items, language)
    told = json.dumps(_tree(job, marks), ensure_ascii=False, sort_keys=True)
    items = json.dumps([{**item, "id": name} for name, item in job.items], ensure_ascii=False, sort_keys=True)
    key = _key(told, items, style, language)
    path = folder / f"{key}.json"
    kept = read_json(path)
    if kept is None:
        kept = _asked(job, told, items, style, language, folder)
        write_json(path, kept)
    else:
        os.utime(path)
    return Result(kept["cites"], dict(kept["entries"]), kept["classes"])


def drop_old(folder: Path, most: int) -> None:
    """Delete all but the results used last."""
    kept = [path for path in folder.glob("*.json") if re.fullmatch(r"[0-9a-f]{32}", path.stem)]
    for path in sorted(kept, key=lambda one: one.stat().st_mtime_ns, reverse=True)[most:]:
        path.unlink(missing_ok=True)


def _key(told: str, items: str, style: Style, language: str) -> str:
    parts = [
        str(VERSION),
        pandoc_version(),
        language,
        style.path.read_text(encoding="utf-8", errors="replace"),
        items,
        told,
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def marks_of(items: Sequence[tuple[str, dict[str, Any]]], language: str) -> dict[str, dict[str, str]]:
    """Fields of each work that are in another language than the thesis, and in which."""
    found = {}
    for name, item in items:
        own = str(item.get("language", "")) or said_in(str(item.get("title", "")), language)
        if own and primary(own) != primary(language):
            around = str(item.get("container-title", ""))
            same = item.get("type") == "chapter" or primary(language_of(around)) == primary(own)
            found[name] = dict.fromkeys([*OF_TITLE, *(OF_CONTAINER if same else ())], own)
    return found


def said_in(title: str, language: str) -> str:
    """English, where a title plainly is and the thesis is not; empty for everything else."""
    return "en" if primary(language) != "en" and is_english(title) else ""


def _tree(job: Job, marks: dict[str, dict[str, str]]) -> dict[str, Any]:
    blocks = [_block(cite) for cite in job.cites]
    meta: dict[str, Any] = {}
    if marks:
        meta["thesis-marks"] = _map({name: _map({key: {"t": "MetaString", "c": tag} for key, tag in own.items()}) for name, own in marks.items()})
    if job.listed:
        cites = [{"t": "Cite", "c": [[_citation(Work(name), PARENTHETICAL)], []]} for name in job.listed]
        meta["nocite"] = {"t": "MetaInlines", "c": cites}
    return {"pandoc-api-version": API_VERSION, "meta": meta, "blocks": blocks}


def _map(content: dict[str, Any]) -> dict[str, Any]:
    return {"t": "MetaMap", "c": content}


def _block(cite: Cite) -> dict[str, Any]:
    inline = {"t": "Cite", "c": [[_citation(work, cite.mode) for work in cite.works], []]}
    return para([note([para([*([] if cite.alone else words("x ")), inline])])]) if cite.in_note else para([inline])


def _citation(work: Work, mode: str) -> dict[str, Any]:
    return {
        "citationId": work.id,
        "citationPrefix": words(work.prefix),
        "citationSuffix": words(f", {work.suffix}") if work.suffix else [],
        "citationMode": {"t": mode},
        "citationNoteNum": 1,
        "citationHash": 0,
    }


def _asked(job: Job, told: str, items: str, style: Style, language: str, folder: Path) -> dict[str, Any]:
    references = folder / f"items-{hashlib.sha256(items.encode()).hexdigest()[:12]}.json"
    write(references, items)
    marking = [f"--lua-filter={MARKING}"] if '"thesis-marks"' in told else []
    command = ["-f", "json", "-t", "json", *marking, "--citeproc", f"--csl={style.path}", f"--bibliography={references}"]
    command += ["-M", f"lang={language}", "-M", "link-citations=true", "-M", "link-bibliography=true"]
    seconds = _SECONDS + _SECONDS_EACH * (len(job.cites) + len(job.items))
    try:
        tree = json.loads(run_pandoc(command, told.encode("utf-8", "replace"), seconds))
    finally:
        references.unlink(missing_ok=True)
    blocks = tree["blocks"]
    cites = [_inlines(block, cite) for block, cite in zip(blocks, job.cites, strict=False)]
    listed = next((block for block in blocks if block["t"] == "Div" and block["c"][0][0] == "refs"), None)
    entries = _entries(listed["c"][1]) if listed else []
    classes = [name for name in listed["c"][0][1] if name not in ("references", "csl-bib-body")] if listed else []
    return {"cites": cites, "entries": entries, "classes": classes}


def _inlines(block: dict[str, Any], cite: Cite) -> list[Inline]:
    inlines = block["c"]
    if cite.in_note and inlines and inlines[0]["t"] == "Note":
        inlines = [inline for inline in inlines[0]["c"][0]["c"] if inline["t"] == "Cite"]
    return [part for inline in inlines for part in (inline["c"][1] if inline["t"] == "Cite" else [inline])]


def _entries(blocks: Sequence[dict[str, Any]]) -> list[tuple[str, list[Inline]]]:
    found = []
    for block in blocks:
        if block["t"] == "Div":
            inlines = [inline for inner in block["c"][1] if inner["t"] in ("Para", "Plain") for inline in inner["c"]]
            found.append((block["c"][0][0].removeprefix("ref-"), inlines))
    return found
