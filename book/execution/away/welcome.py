"""What comes back: files that a run wrote are brought into the thesis, unless their author was faster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from book.execution.away.parcel import looks, pieces_of
from book.execution.away.retold import UNLIKE
from book.project import digest, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from book.execution.away.orders import Done
    from book.execution.away.parcel import Parcel, Sent
    from book.execution.chapter import Result


def welcome(done: Done, parcel: Parcel) -> Result:
    """Write what a run wrote; where a file changed here meanwhile it stays, and the run serves this build alone.

    Raises OSError where a file cannot be written.
    """
    root = Path(parcel.root)
    kept = [name for name, content in done.written.items() if not _written(root, name, content, parcel)]
    return replace(done.result, trace=_doubting(done.result.trace, root, kept)) if kept else done.result


def _written(root: Path, name: str, content: bytes | None, parcel: Parcel) -> bool:
    """Bring one file in; whether it is now as the run left it."""
    inner = PurePosixPath(name)
    if inner.is_absolute() or ".." in inner.parts:
        return False
    path, sent = root / inner, parcel.files.get(name)
    if _same(path, content):
        return True
    if not _untouched(path, sent):
        return False
    if content is None:
        path.unlink()
    else:
        write(path, content)
    return True


def _untouched(path: Path, sent: Sent | None) -> bool:
    """Whether a file here is what was sent, or is not there as it was not then."""
    try:
        found = looks(path)
        return sent is not None and (found == sent.looks or pieces_of(path, found[0], digest) == sent.pieces)
    except FileNotFoundError:
        return sent is None


def _same(path: Path, content: bytes | None) -> bool:
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return content is None
    except OSError:
        return False


def _doubting(trace: dict[str, Any] | None, root: Path, names: Iterable[str]) -> dict[str, Any] | None:
    """A trace that says of files that they are not what the run knew."""
    if trace is None:
        return None
    paths = {str(root / name) for name in names}
    digests = {path: known for path, known in trace["digests"].items() if path not in paths}
    return {**trace, "reads": {**trace["reads"], **dict.fromkeys(paths, UNLIKE)}, "digests": digests}
