"""A failing cell in words: what was raised, where, and the end of the traceback."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from book.sources.chapters import Cell, Chapter

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_FRAME = re.compile(r"(?:Cell|Input) In ?\[(?P<count>\d+)\](?:, line |, in <(?:module|cell line: )|:)(?P<line>\d+)")
_HEAD = re.compile(r"(?:File |(?:Cell|Input) In ?\[)")
"""How IPython begins a frame of a traceback."""
_FOREIGN = re.compile(r"File (?:[^,]*(?:site-packages|dist-packages|[\\/]lib[\\/]python[\d.]+)[\\/]|(?![\\/~]|\w:|\.)[^,]*\.p(?:yx|xi|xd):)")
"""A frame of a library, of Python's own or of compiled code."""
_CELL_FILE = re.compile(r"(?<=\()\d+\.py, (?=line \d+\))")
ADVICE = {
    "StdinNotImplementedError": "nobody can answer while a thesis is built: put the value into the code or a data file"
}
"""What helps more than a traceback, by the name of the exception."""
SHOWN_LINES = 12
"""Lines of a traceback that a hint holds."""
SHOWN_CHARACTERS = 300
"""Characters of an exception's own words that a message holds."""


def cell_failed(
    chapter: Chapter, cell: Cell, *, error: str, said: str, traceback: Sequence[str], count: int | None
) -> Diagnostic:
    """A cell that raised."""
    lines = plain(traceback)
    inside = line_in_cell(lines, cell, count)
    short = _short(_CELL_FILE.sub("", said))
    what = f"{error}: {short}" if short else error
    shown = ADVICE.get(error) or "\n    ".join(own_frames(lines)[-SHOWN_LINES:])
    return _place("cell-failed", chapter, cell, f"a cell raised {what}", shown, inside=inside)


def output_not_sound(chapter: Chapter, cell: Cell, said: str) -> Diagnostic:
    """A cell that publishes what no notebook can hold."""
    hint = "text and pictures are strings; only types that end in 'json' may hold dictionaries and lists"
    return _place(
        "cell-failed", chapter, cell, f"a cell publishes an output that a notebook cannot hold: {_short(said)}", hint
    )


def cell_timed_out(chapter: Chapter, cell: Cell, seconds: int) -> Diagnostic:
    """A cell over its time limit."""
    hint = "make the cell faster, or raise 'execute.timeout' in _config.yml (-1 for no limit)"
    return _place("cell-timeout", chapter, cell, f"a cell ran for more than {seconds} s", hint)


def cell_took_too_much(chapter: Chapter, cell: Cell, used: int, limit: int) -> Diagnostic:
    """A cell whose kernel was ended for its memory; a limit of 0 means that the machine had none left."""
    hint = "work on the data in parts, or raise 'thesis.execution.memory' in _config.yml"
    of = f", the limit is {_gigabytes(limit)}"
    if not limit:
        of, hint = (
            " when the machine had none left",
            "work on the data in parts, or run fewer chapters at once: thesis build --jobs 1",
        )
    return _place("cell-memory", chapter, cell, f"a cell held {_gigabytes(used)} of memory{of}", hint)


def network_refused(chapter: Chapter, cell: Cell, hosts: Sequence[str]) -> Diagnostic:
    """A cell that reached for the network, where nobody has allowed it."""
    wanted = ", ".join(f"'{host}'" for host in hosts)
    hint = f"keep what it fetches as a data file, or allow it in _config.yml: thesis: execution: network: [{chapter.docname}]"
    return _place("network-connection", chapter, cell, f"a cell opens a network connection to {wanted}", hint)


def kernel_died(chapter: Chapter, cell: Cell | None, code: int | None, last_words: str) -> Diagnostic:
    """A kernel that ended while a cell ran, or before the first one."""
    when = "while running a cell" if cell else "before the first cell ran"
    hint = "run the chapter in Jupyter to see what ends it"
    if code == -getattr(signal, "SIGKILL", 9):
        hint = "the system ends programs that take too much memory"
    elif last_words:
        hint = "its last words were:\n    " + "\n    ".join(plain([last_words]))
    return _place("kernel-died", chapter, cell, f"kernel '{chapter.kernel}' died {when}{_ending(code)}", hint)


def kernel_silent(chapter: Chapter, seconds: int) -> Diagnostic:
    """A kernel that was started and never answered."""
    hint = "start it by hand to see what keeps it: jupyter console --kernel " + chapter.kernel
    return _place("kernel-died", chapter, None, f"kernel '{chapter.kernel}' did not answer within {seconds} s", hint)


def kernel_not_started(chapter: Chapter, said: str) -> Diagnostic:
    """A kernel whose program cannot be started."""
    hint = "install the kernel again: python -m ipykernel install, or what its language asks for"
    return _place(
        "kernel-not-started", chapter, None, f"kernel '{chapter.kernel}' cannot be started: {_short(said)}", hint
    )


def kernel_not_installed(chapter: Chapter, installed: Sequence[str]) -> Diagnostic:
    """A kernel that nobody installed."""
    there = ", ".join(installed)
    hint = f"installed kernels: {there}" if there else "install one: pip install ipykernel"
    return _place("kernel-not-installed", chapter, None, f"kernel '{chapter.kernel}' is not installed", hint)


def run_in_circle(first: str, second: str, there: str, back: str) -> Diagnostic:
    """Two chapters, named by their files, that each read what the other writes."""
    said = f"it reads '{there}', which '{second}' writes, and that one depends on what this one writes ('{back}')"
    return Diagnostic("chapters-in-circle", said, "error", first, hint="compute what both need in a chapter of its own")


def plain(traceback: Sequence[str]) -> list[str]:
    """A traceback's lines without colours and empty lines."""
    text = _ANSI.sub("", "\n".join(traceback))
    return [line.rstrip() for line in text.splitlines() if line.strip() and line.strip("-")]


def own_frames(lines: Sequence[str]) -> list[str]:
    """The author's part of a traceback, cells and modules of the thesis; all of it where nothing is known to be theirs."""
    frames: list[list[str]] = []
    for line in lines:
        if _HEAD.match(line):
            frames.append([line])
        elif frames:
            frames[-1].append(line)
    own = [line for frame in frames if not _FOREIGN.match(frame[0]) for line in frame]
    return own or list(lines)


def line_in_cell(lines: Sequence[str], cell: Cell, count: int | None) -> int:
    """Line of the cell, counted from 1, that the traceback's innermost frame in it names; 1 where it names none."""
    frames = [match for line in lines for match in _FRAME.finditer(line)]
    own = [int(match["line"]) for match in frames if count is None or int(match["count"]) == count]
    blank = len(cell.code) - len(cell.code.lstrip("\n"))  # IPython counts from the first line that is not empty
    return own[-1] + blank if own else 1


def _place(rule: str, chapter: Chapter, cell: Cell | None, message: str, hint: str, *, inside: int = 1) -> Diagnostic:
    """In Markdown the line of the file; in a notebook the number of the cell, said in the message."""
    if cell is None:
        return Diagnostic(rule, message, "error", chapter.path, hint=hint)
    if chapter.format == "notebook":
        return Diagnostic(rule, f"cell {cell.line}, line {inside}: {message}", "error", chapter.path, hint=hint)
    return Diagnostic(rule, message, "error", chapter.path, cell.line + inside - 1, hint=hint)


def _short(said: str) -> str:
    text = " ".join(_ANSI.sub("", said).split())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.2f} GB"


def _ending(code: int | None) -> str:
    if code is None:
        return ""
    if code >= 0:
        return f" with exit code {code}"
    try:
        return f" of signal {signal.Signals(-code).name}"
    except ValueError:
        return f" of signal {-code}"
