"""Libraries that an extension imports and our builds never use, loaded only if they are used after all."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

UNUSED = ("myst_nb.core.execute.cache", "myst_nb.core.execute.direct", "myst_nb.core.execute.inline")
"""MyST-NB's own ways to run cells, which bring a database toolkit and a client of kernels along: half a second, and here runs are handed over by path."""


class Promise:
    """A function or class of a module that has not been loaded."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Load the module and call what was meant."""
        return getattr(_real(self._module), self._name)(*given, **named)


def leave_unused() -> None:
    """Stand in for what is never used, unless it has been imported already."""
    if any(name in sys.modules for name in UNUSED):
        return
    for name in UNUSED:
        sys.modules[name] = _Waiting(name)


class _Waiting(ModuleType):
    """A module that stands in for one."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Promise(self.__name__, name)


def _real(module: str) -> ModuleType:
    if isinstance(sys.modules.get(module), _Waiting):
        del sys.modules[module]
    return importlib.import_module(module)
