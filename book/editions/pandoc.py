"""One call of pandoc for all parts that have changed."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.editions.tree import Node, document, raw_block
from book.errors import EditionError
from book.project import write
from book.sources.pandoc import pandoc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MARK = "%%part:{}%%"
AT_ONCE = 40
"""Parts in one call: pandoc's memory grows with what it is given."""


@dataclass(frozen=True, slots=True)
class Request:
    """A part to be written."""

    key: str
    """Digest of everything that decides what will be written."""
    lower: Callable[[], tuple[list[Node], list[Diagnostic]]]
    """Lowers the part, if it must be written anew; gives remarks too."""


@dataclass(frozen=True, slots=True)
class Written:
    """A part as pandoc wrote it."""

    text: str
    """Typst or LaTeX."""
    failed: tuple[str, ...]
    """Formulas that pandoc could not carry over and left as they were."""
    remarks: tuple[Diagnostic, ...]
    """What was noted on the way."""
    key: str
    """Digest of what it was made from."""


def written(requests: Sequence[Request], form: str, folder: Path) -> list[Written]:
    """Write parts in a format, from the folder of earlier results where nothing has changed."""
    kept = {request.key: _kept(folder / f"{request.key}.json", request.key) for request in requests}
    missing = list({request.key: request for request in requests if kept[request.key] is None}.values())
    for start in range(0, len(missing), AT_ONCE):
        for made in _call(missing[start : start + AT_ONCE], form):
            told = {"text": made.text, "failed": made.failed, "remarks": [asdict(one) for one in made.remarks]}
            write(folder / f"{made.key}.json", json.dumps(told, ensure_ascii=False))
            kept[made.key] = made
    return [one for request in requests if (one := kept[request.key]) is not None]


def _kept(path: Path, key: str) -> Written | None:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return Written(read["text"], tuple(read["failed"]), tuple(Diagnostic(**one) for one in read["remarks"]), key)
    except (OSError, ValueError, KeyError, TypeError):
        return None


@cache
def pandoc_version() -> str:
    """Version of the distribution that brings pandoc."""
    return metadata.version("pypandoc_binary")


def _call(requests: Sequence[Request], form: str) -> list[Written]:
    lowered = [request.lower() for request in requests]
    parts = [part for part, _ in lowered]
    comment = "//" if form == "typst" else "%"
    blocks = [
        node for number, part in enumerate(parts) for node in (raw_block(form, comment + MARK.format(number)), *part)
    ]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log.json")
        command = [pandoc(), "-f", "json", "-t", form, "--wrap=none", "--quiet", f"--log={log}"]
        told = json.dumps(document(blocks), ensure_ascii=False).encode("utf-8", "replace")
        ran = subprocess.run(command, input=told, capture_output=True, check=False)
        failed = not_carried(log)
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        raise EditionError(
            [
                Diagnostic(
                    "pandoc-failed",
                    f"pandoc stopped: {said[0] if said else ran.returncode}",
                    hint="run 'thesis doctor'",
                )
            ]
        )
    texts = _split(ran.stdout.decode("utf-8"), comment, len(parts))
    inside = [json.dumps(part, ensure_ascii=False) for part in parts]
    return [
        Written(
            text,
            tuple(tex for tex in failed if json.dumps(tex, ensure_ascii=False)[1:-1] in told_part),
            tuple(remarks),
            request.key,
        )
        for text, told_part, (_, remarks), request in zip(texts, inside, lowered, requests, strict=True)
    ]


def not_carried(log: Path) -> list[str]:
    """Formulas that pandoc could not carry over, by its log."""
    try:
        said = json.loads(log.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return sorted(
        {str(one["contents"]) for one in said if one.get("type") == "CouldNotConvertTeXMath" and "contents" in one}
    )


def _split(text: str, comment: str, count: int) -> list[str]:
    found: list[str] = []
    for number in range(count):
        after = text.split(comment + MARK.format(number) + "\n", 1)[-1]
        found.append(after.split("\n" + comment + MARK.format(number + 1) + "\n", 1)[0].strip("\n") + "\n")
    return found
