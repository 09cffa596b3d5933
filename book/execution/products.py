"""Files that a pinned chapter's cells wrote for others, kept with its accepted run: one archive, each file by its digest."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from book.execution.names import FILES_END, PINNED
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from book.execution.present import Present
    from book.execution.runfile import Head
    from book.project import Project
    from book.sources.chapters import Chapter

DATE = (1980, 1, 1, 0, 0, 0)
"""Of every file in an archive, so that the same files give the same bytes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a run's files."""

    path: str
    """The archive, from the thesis; empty where nothing is kept."""
    names: tuple[str, ...]
    """Files that it holds."""
    size: int
    """Bytes that they take, unpacked."""
    left: tuple[str, ...]
    """Files that others read and that were too large to keep."""


def path_of(docname: str) -> str:
    """Where the files of a chapter's accepted run lie, from the thesis."""
    return f"{PINNED}/{docname}{FILES_END}"


def wanted(chapter: Chapter, head: Head, chapters: Sequence[Chapter], now: Present) -> dict[str, str]:
    """Files that a run wrote and that other chapters read, or that a text or the data package names; with the digests that it left them with."""
    texts = [_prose(one) if one.docname == chapter.docname else one.text for one in chapters]
    if now.config.thesis.data:
        texts += _texts([now.root / now.config.thesis.data])
    read = read_by_others(chapter.docname, head, now)
    return {
        name: digest
        for name, digest in sorted(head.writes.items())
        if name in read or any(_named(name, text) for text in texts)
    }


def read_by_others(docname: str, head: Head, now: Present) -> frozenset[str]:
    """Files that a run wrote and that the last runs of other chapters read or asked for."""
    own = {one.fingerprint.key for one in now.store.heads(docname)} | {head.fingerprint.key}
    others = (one.fingerprint for one in now.store.last_heads() if one.fingerprint.key not in own)
    return frozenset({name for one in others for name in (*one.files, *one.probes)} & {*head.writes})


def keep(docname: str, products: Mapping[str, str], project: Project, most: int) -> Kept:
    """Keep files, the smallest first and no more than `most` bytes; those that are the same as before stay as they are.

    Raises OSError where one cannot be read or the archive cannot be written.
    """
    sizes = {name: (project.root / name).stat().st_size for name in products}
    names, size = [], 0
    for name in sorted(products, key=lambda name: (sizes[name], name)):
        if size + sizes[name] > most:
            break
        names.append(name)
        size += sizes[name]
    path, left = path_of(docname), tuple(sorted({*products} - {*names}))
    if not names:
        (project.root / path).unlink(missing_ok=True)
        return Kept("", (), 0, left)
    if {name: products[name] for name in names} != _digests(project.root / path):
        write(project.root / path, _packed(project.root, sorted(names)))
    return Kept(path, tuple(sorted(names)), size, left)


def kept_names(docname: str, head: Head, root: Path) -> frozenset[str]:
    """Names of the files that are kept with a run; what the run did not write is not its."""
    try:
        with zipfile.ZipFile(root / path_of(docname)) as archive:
            return frozenset(archive.namelist()) & {*head.writes}
    except (OSError, zipfile.BadZipFile):
        return frozenset()


def bring_back(docname: str, head: Head, project: Project) -> None:
    """Write the files that are kept with a run and are not in the thesis; one that is there stays as it is.

    What is damaged in the archive is left out. Raises OSError where a file cannot be written.
    """
    names = [name for name in sorted(kept_names(docname, head, project.root)) if _is_ours(name)]
    missing = [name for name in names if not (project.root / name).exists()]
    for name, content in _contents(project.root / path_of(docname), missing):
        if hashlib.sha256(content).hexdigest() == head.writes[name]:
            write(project.root / name, content)


def _is_ours(name: str) -> bool:
    """Whether a name stays in the thesis, whoever wrote the archive."""
    inner = PurePosixPath(name)
    return not inner.is_absolute() and ".." not in inner.parts


def _contents(path: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """What an archive holds under these names, as far as it can be read."""
    for name in names:
        try:
            with zipfile.ZipFile(path) as archive:
                yield name, archive.read(name)
        except (OSError, KeyError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
            continue


def _digests(path: Path) -> dict[str, str]:
    """Digests of all that an archive holds; none where something in it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return {}
    found = {name: hashlib.sha256(content).hexdigest() for name, content in _contents(path, names)}
    return found if len(found) == len(names) else {}


def _packed(root: Path, names: Sequence[str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (root / name).read_bytes(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _texts(paths: Iterable[Path]) -> list[str]:
    return [path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file()]


def _prose(chapter: Chapter) -> str:
    """A chapter without its cells, which name what they write."""
    if chapter.format == "notebook":
        cells = json.loads(chapter.text).get("cells", [])
        return "\n".join("".join(cell.get("source", "")) for cell in cells if cell.get("cell_type") != "code")
    lines = {line for cell in chapter.cells for line in cell.code.splitlines()}
    return "\n".join(line for line in chapter.text.splitlines() if line not in lines)


def _named(name: str, text: str) -> bool:
    """Whether a text names a file, with its ending or with any."""
    path = PurePosixPath(name)
    return path.name in text or f"{path.stem}.*" in text
