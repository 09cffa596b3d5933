"""Modules imported ahead of time and kept out of sight until somebody imports them."""

from __future__ import annotations

import builtins
import importlib
import io
import os
import sys
import threading
import warnings
from contextlib import redirect_stderr, redirect_stdout
from importlib.machinery import ModuleSpec
from importlib.util import resolve_name
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from importlib.abc import Loader
    from types import ModuleType

SPEAKS_TO_ITS_CALLER = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
"""Warnings that Python shows only where the code that caused them is a cell's own."""
UNFIT = ("matplotlib_inline.backend_inline",)
"""Modules that look for a running kernel while they are imported: a library that brings them in is left out."""

AT_IMPORT: dict[str, Callable[[Any], object]] = {
    "numpy.random": lambda module: module.seed(),
    "matplotlib": lambda module: module.matplotlib_fname(),
}
"""What an import does that depends on the process it is done in: drawing a seed, looking for settings beside the chapter."""


class NotFitError(Exception):
    """A library that must be imported in the kernel itself; its name is the only argument."""


class Shelf:
    """A finder that hands out modules which have been executed before.

    A module on the shelf is not in `sys.modules` and not an attribute of its package. Importing it looks to all who
    watch like any import: the event is raised for it and for everything that it imports in turn, and only then is it
    there. It is the same object for everybody, and given out once; importing it a second time after somebody has
    deleted it from `sys.modules` executes it anew.
    """

    def __init__(self) -> None:
        """An empty shelf."""
        self._modules: dict[str, ModuleType] = {}
        self._needs: dict[str, dict[str, None]] = {}
        self._bound: set[str] = set()
        self._filters: dict[str, list[Any]] = {}
        self._environment: dict[str, dict[str, str]] = {}
        self._opened: dict[str, list[tuple[Any, ...]]] = {}
        self.taken: list[str] = []
        """Modules that have been imported from the shelf, in their order."""

    def names(self) -> frozenset[str]:
        """The modules on the shelf."""
        return frozenset(self._modules)

    def module(self, name: str) -> ModuleType:
        """A module on the shelf, left where it is."""
        return self._modules[name]

    def fill(self, libraries: Sequence[str]) -> None:
        """Import libraries and put them, with all they import, on the shelf.

        Raises NotFitError with the first one that cannot be imported here, or that says something meanwhile: what it
        says belongs into the outputs of the cell that imports it.
        """
        before, opened = set(sys.modules), _Opened()
        with _Noting(self._needs):
            for library in libraries:
                there = set(sys.modules)
                self._import(library)
                self._opened[library] = opened.take()
                self._needs.setdefault(library, {}).update(dict.fromkeys(self._unexplained(there)))
        opened.stop()
        for name in [name for name in sys.modules if name not in before]:
            if getattr(sys.modules[name], "__spec__", None) is not None:
                self._modules[name] = sys.modules.pop(name)
        for name, module in self._modules.items():
            package, _, own = name.rpartition(".")
            holder = self._holder(package)
            if holder is not None and vars(holder).get(own) is module:
                delattr(holder, own)
                self._bound.add(name)
        sys.meta_path.insert(0, self)

    def _unexplained(self, there: set[str]) -> list[str]:
        """Modules that have come in ways which nobody saw, such as from compiled code."""
        seen = _with_parents({name for needs in self._needs.values() for name in needs})
        return [name for name in sys.modules if name not in there and name not in seen]

    def _import(self, library: str) -> None:
        printed, threads, standing = _Printed(), threading.active_count(), list(warnings.filters)
        environment = dict(os.environ)
        with warnings.catch_warnings(record=True) as said, redirect_stdout(printed), redirect_stderr(printed):
            warnings.simplefilter("always")
            mine = warnings.filters[0]
            try:
                with _StandIn() as shell:
                    importlib.import_module(library)
            except ModuleNotFoundError as error:
                if error.name != library:
                    raise NotFitError(library) from None
                return
            except BaseException:  # noqa: BLE001 - whatever it is, the cell will meet it
                raise NotFitError(library) from None
            added = [one for one in warnings.filters if one is not mine and one not in standing]
        loud = printed.getvalue() or any(map(_heard, said)) or shell.looked_at
        if loud or threading.active_count() != threads or any(name in sys.modules for name in UNFIT):
            raise NotFitError(library)
        self._filters[library] = added
        self._environment[library] = {
            name: value for name, value in os.environ.items() if environment.get(name) != value
        }

    def _holder(self, package: str) -> ModuleType | None:
        return sys.modules.get(package) or self._modules.get(package) if package else None

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002 - Python's own
        """Where a module on the shelf comes from: its own place, with the shelf for a loader."""
        module = self._modules.get(name)
        own = getattr(module, "__spec__", None)
        if module is None or own is None:
            return None
        spec = ModuleSpec(name, cast("Loader", _FromShelf(self, own)), origin=own.origin, loader_state=own.loader_state)
        spec.submodule_search_locations = own.submodule_search_locations
        spec.cached, spec.has_location = own.cached, own.has_location
        return spec

    def take(self, name: str) -> ModuleType:
        """Put a module, and before it all that it imports, where Python looks for modules."""
        module = self._modules[name]
        for other in self._order(name):
            found = self._modules.pop(other)
            if other != name:
                sys.audit("import", other, None, sys.path, sys.meta_path, sys.path_hooks)
                sys.modules[other] = found
            self._settle(other, found)
        return module

    def _settle(self, name: str, module: ModuleType) -> None:
        """Give a module that leaves the shelf what its import would have given it."""
        self.taken.append(name)
        if name in self._bound:
            package, _, own = name.rpartition(".")
            holder = self._holder(package)
            if holder is not None:
                setattr(holder, own, module)
        added = self._filters.get(name)
        if added:
            cast("list[Any]", warnings.filters)[:0] = added
            getattr(warnings, "_filters_mutated", lambda: None)()
        for event in self._opened.get(name, ()):
            sys.audit("open", *event)
        os.environ.update(self._environment.get(name, {}))
        if name in AT_IMPORT:
            AT_IMPORT[name](module)

    def _order(self, name: str) -> list[str]:
        """A module and what it imports that are still on the shelf, what is imported first in front."""
        order: dict[str, None] = {}
        waiting: list[tuple[str, Iterator[str]]] = []
        entered: set[str] = set()

        def enter(one: str) -> None:
            if one in self._modules and one not in entered:
                entered.add(one)
                package = one.rpartition(".")[0]
                waiting.append((one, iter([*([package] if package else []), *self._needs.get(one, ())])))

        enter(name)
        while waiting:
            one, rest = waiting[-1]
            following = next(rest, None)
            if following is None:
                order[one] = None
                waiting.pop()
            else:
                enter(following)
        return list(order)


class _Printed(io.StringIO):
    """Where a library prints while it is imported; it looks like a kernel's."""

    encoding = "UTF-8"


class _StandIn:
    """What a library finds while it is imported here and asks for IPython: somebody with a kernel, as pandas wants to know.

    A library that asks for more must be imported where there is an answer.
    """

    kernel = True

    def __init__(self) -> None:
        self.looked_at = False

    def __getattr__(self, name: str) -> Any:
        self.looked_at = True
        raise AttributeError(name)

    def _initialized(self) -> bool:
        self.looked_at = True
        return False

    def __enter__(self) -> _StandIn:  # noqa: PYI034
        from IPython.core.interactiveshell import InteractiveShell

        builtins.get_ipython = lambda: self  # type: ignore[attr-defined]
        InteractiveShell.initialized = self._initialized  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        from IPython.core.interactiveshell import InteractiveShell

        del builtins.get_ipython  # type: ignore[attr-defined]
        del InteractiveShell.initialized


class _Opened:
    """Notes the files outside of Python and its libraries that are opened, such as settings of the author's."""

    def __init__(self) -> None:
        self._found: list[tuple[Any, ...]] = []
        self._looking = True
        sys.addaudithook(self._hear)

    def _hear(self, event: str, given: tuple[Any, ...]) -> None:
        known = self._looking and event == "open" and isinstance(given[0], str)
        if known and not given[0].startswith((sys.prefix, sys.base_prefix)):
            self._found.append(given)

    def take(self) -> list[tuple[Any, ...]]:
        """What was opened since this was asked last."""
        found, self._found = self._found, []
        return found

    def stop(self) -> None:
        """Note no more; a hook cannot be taken away."""
        self._looking = False


class _FromShelf:
    """The loader of a module that is already there."""

    def __init__(self, shelf: Shelf, own: ModuleSpec) -> None:
        self._shelf, self._own = shelf, own

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self._shelf.take(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._own

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own.loader, name)


class _Noting:
    """Notes, while it is entered, which module imports which."""

    def __init__(self, needs: dict[str, dict[str, None]]) -> None:
        self._needs = needs
        self._executing: list[str] = []

    def __enter__(self) -> None:
        self._import, self._import_module = builtins.__import__, importlib.import_module
        builtins.__import__ = self._noted_import
        importlib.import_module = self._noted_import_module
        sys.meta_path.insert(0, self)

    def __exit__(self, *_: object) -> None:
        builtins.__import__, importlib.import_module = self._import, self._import_module
        sys.meta_path.remove(self)

    def _note(self, name: str) -> None:
        """Whatever is imported while a module is executed is what the module needs, whoever imports it."""
        if self._executing and self._executing[-1] != name:
            self._needs.setdefault(self._executing[-1], {})[name] = None

    def _noted_import(
        self, name: str, globals: Mapping[str, Any] | None = None, locals: Any = None, fromlist: Any = (), level: int = 0  # noqa: A002
    ) -> ModuleType:  # fmt: skip
        package = (globals or {}).get("__package__")
        absolute = resolve_name("." * level + name, package) if level and package else name
        self._note(absolute)
        module = self._import(name, globals, locals, fromlist, level)
        for part in fromlist or ():
            if f"{absolute}.{part}" in sys.modules:
                self._note(f"{absolute}.{part}")
        return module

    def _noted_import_module(self, name: str, package: str | None = None) -> ModuleType:
        self._note(resolve_name(name, package or "") if name.startswith(".") else name)
        return self._import_module(name, package)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """What the other finders say, with a loader that notes what is imported while the module is executed."""
        self._note(name)
        for finder in sys.meta_path[1:]:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _NotingLoader(spec.loader, name, self._executing)  # type: ignore[assignment]
                return spec
        return None


class _NotingLoader:
    """A loader that says which module is being executed."""

    def __init__(self, own: Loader, name: str, executing: list[str]) -> None:
        self._own, self._name, self._executing = own, name, executing

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        self._executing.append(self._name)
        try:
            return self._own.create_module(spec)
        finally:
            self._executing.pop()

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._own
        module.__loader__ = self._own
        self._executing.append(self._name)
        try:
            self._own.exec_module(module)
        finally:
            self._executing.pop()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)


def _heard(warning: warnings.WarningMessage) -> bool:
    """Whether an author would see a warning from a cell that imports the library."""
    return not issubclass(warning.category, SPEAKS_TO_ITS_CALLER) or warning.filename == __file__


def _with_parents(names: set[str]) -> set[str]:
    """Modules and the packages around them."""
    parts = (name.split(".") for name in names)
    return {".".join(part[:end]) for part in parts for end in range(1, len(part) + 1)}
