"""Which libraries are imported once for all kernels: those that cells name, and that may be copied with their process."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from book.execution.imports import parse_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COPYABLE = (
    "numpy", "scipy", "pandas", "matplotlib", "PIL", "patsy", "statsmodels", "sklearn", "seaborn", "sympy", "networkx", "tabulate",
)  # fmt: skip
"""Libraries that hold no threads, connections or devices once they are imported, or that care for forks themselves.

A library that starts a runtime of its own while it is imported (polars, torch, jax, tensorflow, pyspark) may hang in a
copy, and is imported by the cell as ever.
"""
WITH = {"matplotlib": ("matplotlib.pyplot",)}
"""What is hardly ever imported without."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is imported once for all kernels."""

    named: tuple[str, ...]
    """Modules that code names: a process without them does not serve."""
    known: tuple[str, ...] = ()
    """Modules that earlier runs have loaded: a process that is started anew imports them too."""


def libraries(codes: Iterable[str], modules: frozenset[str], local: frozenset[str]) -> tuple[str, ...]:
    """Modules to import ahead for these cells, and for local modules that import `modules`; never one of the thesis."""
    named = {name for code in codes for name in _modules(code)}
    found: dict[str, None] = {}
    for library in COPYABLE:
        inner = sorted(name for name in named if name.startswith(f"{library}."))
        if library not in local and (library in named | modules or inner) and _installed(library):
            found.update(dict.fromkeys([library, *WITH.get(library, ()), *inner]))
    return tuple(found)


def known(before: Iterable[str], local: frozenset[str]) -> tuple[str, ...]:
    """Modules that earlier runs have loaded and that are there still, packages before their parts, in the order of `COPYABLE`."""
    found = {name for name in before if name.partition(".")[0] not in local}
    tops = [library for library in COPYABLE if any(name.partition(".")[0] == library for name in found)]
    return tuple(name for library in tops if _installed(library) for name in sorted(found) if name.partition(".")[0] == library)


def worth(loaded: Iterable[str]) -> tuple[str, ...]:
    """Of the modules that a run has loaded, those that may be imported ahead of the next one."""
    return tuple(sorted(name for name in loaded if name.partition(".")[0] in COPYABLE))


def _modules(code: str) -> Iterator[str]:
    """Dotted names that a cell imports; what follows `from x import` may be a module too."""
    tree = parse_cell(code)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _installed(library: str) -> bool:
    try:
        return find_spec(library) is not None
    except (ImportError, ValueError):
        return False
