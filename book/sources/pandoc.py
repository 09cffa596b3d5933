"""Pandoc, called so that it never hangs and never eats the machine."""

from __future__ import annotations

import os
import signal
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MEMORY = "3g"
"""Heap that pandoc may use; 2,000 citations of 2,000 works need half of it."""


class PandocError(Exception):
    """Pandoc refused its input, or ran over its time."""


def run_pandoc(arguments: Sequence[str], data: bytes, seconds: float) -> bytes:
    """Hand `data` to pandoc and return what it writes.

    Raises PandocError with pandoc's own first words, or after `seconds`.
    """
    command = [pandoc(), *arguments, "+RTS", f"-M{MEMORY}", "-RTS"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            written, said = process.communicate(data, timeout=seconds)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise PandocError(f"pandoc gave no answer within {seconds:g} seconds") from None
            raise
    if process.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise PandocError(lines[0] if lines else f"pandoc ended with {process.returncode}")
    return written


@cache
def pandoc() -> str:
    """Where the pandoc is that writes: the one that comes with `pypandoc_binary`, whatever the system has.

    pypandoc itself takes the first that the path names, and each call may set another one for all threads.
    """
    import pypandoc

    given = os.environ.get("PYPANDOC_PANDOC", "")
    carried = Path(pypandoc.__file__).parent / "files" / ("pandoc.exe" if os.name == "nt" else "pandoc")
    return given or (str(carried) if carried.is_file() else str(pypandoc.get_pandoc_path()))


@cache
def pandoc_version() -> str:
    """Say which pandoc writes: what its results are cached under."""
    return metadata.version("pypandoc_binary")
