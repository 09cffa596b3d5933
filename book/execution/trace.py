"""What a run read and asked for, as its kernel handed it back, told by names that hold on any machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.execution.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VERSION = 2
"""Of what kernels hand back."""
HEARD = frozenset(
    {
        "numpy", "pandas", "matplotlib", "PIL", "scipy", "kiwisolver", "contourpy", "zmq", "tornado", "psutil", "debugpy", "_pydevd_bundle",
        "_pydevd_frame_eval", "_pydevd_sys_monitoring", "yaml", "_yaml", "markupsafe", "charset_normalizer", "fontTools", "pyarrow_hotfix",
        "regex", "msgpack", "rpds", "pydantic_core", "cffi", "_cffi_backend", "jedi", "sklearn", "statsmodels", "patsy", "numexpr",
    }
)  # fmt: skip
"""Compiled packages that open files through Python, or none: what they read is heard of on every system."""


@dataclass(frozen=True, slots=True)
class Trace:
    """All that was noted of one run."""

    reads: Mapping[str, list[int] | None]
    """Files that were read, by name, as they looked then; None where there was none."""
    digests: Mapping[str, str]
    """Digests, as they were read, of files that the run changed afterwards."""
    moved: frozenset[str]
    """Those that changed between the run's beginning and their being read."""
    writes: Mapping[str, int]
    """Files that the run made, changed or deleted, each with the number of the cell that did so last; 0 where nobody knows."""
    probes: Mapping[str, str]
    """Paths that were asked for, and what was there."""
    listings: Mapping[str, tuple[str, ...]]
    """Names that the run found in folders."""
    patterns: tuple[str, ...]
    """Patterns that it looked for files by, as `listings` of a fingerprint names them."""
    variables: Mapping[str, str]
    """Digests of the environment variables that the thesis's own code asked for; empty where one was not set."""
    programs: tuple[str, ...]
    """Programs of the system that the thesis's own code started, as it named them."""
    local: tuple[Path, ...]
    """Local modules that were loaded at the end."""
    loaded: frozenset[str]
    """Top-level names of all modules that were loaded at the end."""
    new: frozenset[str]
    """Those that were loaded since the first cell."""
    modules: tuple[str, ...]
    """Modules of packages that were loaded at the end, down to their second level."""
    wide: bool
    """Whether there may be more that nobody has seen."""
    away: bool = False
    """Whether the run was on another machine."""


def read_trace(given: Mapping[str, Any] | None, root: Path) -> Trace | None:
    """Understand what a kernel handed back; None where it handed nothing back, or what this version does not know."""
    if given is None or given.get("version") != VERSION:
        return None
    names = Names(root)
    unheard = frozenset(given["compiled"]) - HEARD or given["spawned"] or "sqlite3" in given["loaded"]
    return Trace(
        reads={name: seen for path, seen in given["reads"].items() if (name := names.of(path))},
        digests={name: digest for path, digest in given["digests"].items() if (name := names.of(path))},
        moved=frozenset(name for path in given["moved"] if (name := names.of(path))),
        writes={name: cell for path, cell in given["writes"].items() if (name := names.of(path))},
        probes={name: found for path, found in given["probes"].items() if (name := names.of(path))},
        listings={f"{name}/": tuple(found) for path, found in given["listings"].items() if (name := names.of(path))},
        patterns=tuple(_patterns(given["patterns"], names)),
        variables={name: found or "" for name, found in given["variables"].items()},
        programs=tuple(given["commands"]),
        local=tuple(Path(path) for path in given["local"]),
        loaded=frozenset(given["loaded"]),
        new=frozenset(given["new"]),
        modules=tuple(given["modules"]),
        wide=not given["watch"] and bool(unheard),
        away=bool(given.get("away")),
    )


def _patterns(given: list[tuple[str, str, bool]], names: Names) -> Iterator[str]:
    for folder, pattern, deep in given:
        name = names.of(folder)
        if name:
            yield f"{name}/{pattern if deep else pattern.replace('**', '*')}"
