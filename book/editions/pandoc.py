"""One call of pandoc for all parts that have changed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.editions.tree import Node, document, raw_block
from book.errors import EditionError
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK = "%%part:{}%%"
AT_ONCE = 40
"""Parts in one call: pandoc's memory grows with what it is given."""


@dataclass(frozen=True, slots=True)
class Written:
    """A part as pandoc wrote it."""

    text: str
    """Typst or LaTeX."""
    failed: tuple[str, ...]
    """Formulas that pandoc could not carry over and left as they were."""
    key: str
    """Digest of what it was made from."""


def written(parts: Sequence[list[Node]], form: str, folder: Path) -> list[Written]:
    """Write lowered parts in a format, from the folder of earlier results where nothing has changed."""
    keys = [_key(part, form) for part in parts]
    kept = {key: _kept(folder / f"{key}.json", key) for key in dict.fromkeys(keys)}
    missing = [index for index, key in enumerate(keys) if kept[key] is None]
    for start in range(0, len(missing), AT_ONCE):
        some = missing[start : start + AT_ONCE]
        for index, made in zip(
            some, _call([parts[index] for index in some], [keys[index] for index in some], form), strict=True
        ):
            write(
                folder / f"{made.key}.json", json.dumps({"text": made.text, "failed": made.failed}, ensure_ascii=False)
            )
            kept[keys[index]] = made
    return [one for key in keys if (one := kept[key]) is not None]


def _kept(path: Path, key: str) -> Written | None:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return Written(read["text"], tuple(read["failed"]), key)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _key(part: list[Node], form: str) -> str:
    told = json.dumps([form, _version(), part], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@cache
def _version() -> str:
    return metadata.version("pypandoc_binary")


def _call(parts: list[list[Node]], keys: list[str], form: str) -> list[Written]:
    import pypandoc

    comment = "//" if form == "typst" else "%"
    blocks = [
        node for number, part in enumerate(parts) for node in (raw_block(form, comment + MARK.format(number)), *part)
    ]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log.json")
        command = [pypandoc.get_pandoc_path(), "-f", "json", "-t", form, "--wrap=none", "--quiet", f"--log={log}"]
        told = json.dumps(document(blocks), ensure_ascii=False).encode("utf-8", "replace")
        ran = subprocess.run(command, input=told, capture_output=True, check=False)
        failed = _failed(log)
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
        Written(text, tuple(tex for tex in failed if json.dumps(tex, ensure_ascii=False)[1:-1] in told_part), key)
        for text, told_part, key in zip(texts, inside, keys, strict=True)
    ]


def _failed(log: Path) -> list[str]:
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
