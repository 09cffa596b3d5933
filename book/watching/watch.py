"""The verb: build, show, wait for a save, and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from book.document.ahead import ahead
from book.editions.press import press
from book.editions.register import USUAL
from book.execution.warm.living import kept_warm
from book.watching.ending import ending
from book.watching.loop import Saves, follow
from book.watching.server import Preview
from book.watching.state import Board
from book.workflow import build, make_ready, thesis_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from book.errors import ThesisError
    from book.workflow import Outcome


def watch(
    root: Path | str, *, editions: Sequence[str] = USUAL, port: int = 0, told: Callable[[Outcome | ThesisError], None], ready: Callable[[str], None],
) -> None:  # fmt: skip
    """Build on every save, with a live preview, until interrupted; `ready` is given its address, `told` each build's outcome.

    A build that cannot go on is told as its error and does not end the watch. Raises ConfigError where there is
    no thesis, or the port is taken.
    """
    project, board = thesis_in(root), Board()
    saves, preview = Saves(project.root), Preview(project, board, port)
    preview.start()
    try:
        ready(preview.address)
        with press(), kept_warm(), ahead() as following, ending() as asked:
            follow(project, lambda: build(root, editions=editions), lambda: make_ready(root, following), board, saves, told, asked)
    finally:
        preview.stop()
