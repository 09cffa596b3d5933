"""Loaded inside a kernel's process before the first cell: notes what a run reads and asks for, and hands it back as JSON.

Knows nothing of the rest of `book`, needs nothing but the standard library, and does not care how the process was started. A process
that others are forked from calls `begin` before it imports anything local, and so does each forked one: what the first has noted is theirs too.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from .hooks import Hooks, NetworkRefused
from .ours import put_ours_first
from .places import Places
from .recorder import Recorder, as_json
from .watch import watching

__all__ = ["NetworkRefused", "begin", "finish", "load_ipython_extension"]

VERSION = 2
"""Of what is handed back."""
ORDER = "THESIS_TRACE"
"""Environment variable that says what to trace, and where to write it; taken away before cells can see it."""

_hooks = Hooks()
_before: set[str] = set()
_target = ""


def begin(order: dict[str, Any]) -> None:
    """Begin to note, by an order of `root`, `ours`, `cache`, `target` and `network`."""
    global _before, _target  # noqa: PLW0603
    _target = order["target"]
    put_ours_first(order["root"], order["ours"])
    places = Places(order["root"], order["ours"], order["cache"], str(Path(_target).parent))
    given = _hooks.recorder
    _hooks.network = bool(order["network"])
    _hooks.install()
    recorder = Recorder(places, watching(places.folders()))
    _before = set(sys.modules)
    if given is not None:
        recorder.reads, recorder.variables = {**given.reads}, {**given.variables}
    _hooks.recorder = recorder


def load_ipython_extension(shell: Any) -> None:
    """Begin, where the build asks for it, when IPython is ready and no cell has run."""
    asked = os.environ.pop(ORDER, "")
    if not asked:
        return
    described = shell._get_exc_info  # noqa: SLF001
    shell._get_exc_info = lambda *args, **options: _without_us(described(*args, **options))  # noqa: SLF001
    shell.events.register("pre_run_cell", _before_cell)
    shell.events.register("post_run_cell", _after_cell)
    begin(json.loads(asked))


def finish() -> None:
    """Write what was noted where the order said; nothing is noted any more."""
    recorder, _hooks.recorder = _hooks.recorder, None
    if recorder is None:
        return
    recorder.finish()
    local = _local_modules(recorder)
    for path in local:
        recorder.read(path)
    loaded = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
    new = {name.partition(".")[0] for name in set(sys.modules) - _before} - set(sys.stdlib_module_names)
    said = {
        "version": VERSION, "python": sys.version.partition(" ")[0], "prefix": sys.prefix, "local": local,
        "loaded": sorted(loaded), "modules": _modules(loaded), "new": sorted(new), "compiled": sorted(_compiled(recorder) & (new | loaded)), **as_json(recorder),
    }  # fmt: skip
    Path(_target).write_text(json.dumps(said), encoding="utf-8")


def _before_cell(*_given: Any) -> None:
    if _hooks.recorder is not None:
        _hooks.recorder.cell += 1


def _after_cell(*_given: Any) -> None:
    if _hooks.recorder is not None:
        _hooks.recorder.look()


def _without_us(raised: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
    """An exception whose traceback ends where the thesis's and the libraries' code ends."""
    here, last = str(Path(__file__).parent), None
    entry = raised[2]
    while entry is not None:
        if not entry.tb_frame.f_code.co_filename.startswith(here):
            last = entry
        entry = entry.tb_next
    if last is not None:
        last.tb_next = None
    return raised


def _local_modules(recorder: Recorder) -> list[str]:
    """Files of the modules of the thesis, and of this build system, that are loaded, whoever loaded them."""
    here = str(Path(__file__).parent)
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    paths = {os.path.abspath(file) for file in files if isinstance(file, str)}  # noqa: PTH100
    return sorted(path for path in paths if recorder.places.counts(path) and not path.startswith(here))


def _modules(loaded: set[str]) -> list[str]:
    """Public modules of installed packages that are loaded, down to their second level: `scipy`, `scipy.stats`."""
    found = {".".join(name.split(".")[:2]) for name in sys.modules if name.partition(".")[0] in loaded}
    return sorted(name for name in found if name in sys.modules and not any(part.startswith("_") for part in name.split(".")))


def _compiled(recorder: Recorder) -> set[str]:
    """Top-level names of loaded modules that are compiled: what they open, Python may not hear of."""
    found = set()
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith((".so", ".pyd", ".dylib")) and not recorder.places.inside(file):
            found.add(name.partition(".")[0])
    return found - set(sys.stdlib_module_names)
