"""Libraries that extensions import and our builds seldom or never use, loaded the moment they are used."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

UNUSED = ("myst_nb.core.execute.cache", "myst_nb.core.execute.direct", "myst_nb.core.execute.inline")
"""MyST-NB's own ways to run cells, which bring a database toolkit and a client of kernels along: half a second, and here runs are handed over by path."""
FAMILIES = (
    ("requests", "requests.exceptions", "sphinx.util.requests"),
    ("IPython", "IPython.display"),
    ("bs4",),
    ("snowballstemmer",),
    ("sphinx.ext.doctest",),
)
"""Modules that are loaded together as soon as one of them is used: for links, glue in a kernel, the navigation and index of pages, doctests."""
IMPORTERS = {
    "sphinx.search.en": "",
    "sphinx.transforms.post_transforms.code": "",
    "sphinx.builders.linkcheck": "",
    "sphinx.transforms.post_transforms.images": "",
    "sphinx.ext.intersphinx": "sphinx.ext.intersphinx",
    "myst_nb.ext.glue": "myst_nb",
    "pydata_sphinx_theme": "sphinx_book_theme",
}
"""Modules that import these and use them later, if at all, and the extension that brings each along."""


class Promise:
    """A function or class of a module that has not been loaded; whatever is asked of it loads the module."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def _meant(self) -> Any:
        return getattr(_real(self._module), self._name)

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Load the module and call what was meant."""
        return self._meant()(*given, **named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._meant(), name)

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, self._meant())

    def __mro_entries__(self, _bases: tuple[Any, ...]) -> tuple[Any, ...]:
        return (self._meant(),)

    def __or__(self, other: Any) -> Any:
        return Union[self._meant(), other]  # noqa: UP007  (what is meant is not known to be a class)

    def __ror__(self, other: Any) -> Any:
        return Union[other, self._meant()]  # noqa: UP007


def leave_unused(extensions: Collection[str] = ()) -> None:
    """Stand in for what is never used, and for what these extensions seldom use, unless it has been imported already."""
    if not any(name in sys.modules for name in UNUSED):
        for name in UNUSED:
            sys.modules[name] = _Waiting(name)
    for name, extension in IMPORTERS.items():
        if name not in sys.modules and (not extension or extension in extensions):
            with suppress(ImportError), _lent():
                importlib.import_module(name)


@contextmanager
def _lent() -> Iterator[None]:
    """Have stand-ins imported for a while; what is imported afterwards is real."""
    names = [name for family in FAMILIES if not any(name in sys.modules for name in family) for name in family]
    lent = {name: _STANDING.setdefault(name, _Waiting(name)) for name in names}
    sys.modules |= lent
    try:
        yield
    finally:
        for name, module in lent.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


_STANDING: dict[str, ModuleType] = {}
"""Stand-ins that were imported and whose modules have not been loaded."""


class _Waiting(ModuleType):
    """A module that stands in for one: names that are imported from it are promises, what is used is real."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is not self:
            return getattr(_real(self.__name__), name)
        return self.__dict__.setdefault(name, _promised(self.__name__, name))


def _promised(module: str, name: str) -> Any:
    """A promise; where it is to be caught, an exception that nobody raises, until the real one takes its place."""
    return type(name, (Exception,), {}) if module.endswith(".exceptions") else Promise(module, name)


def _real(module: str) -> ModuleType:
    if isinstance(sys.modules.get(module), _Waiting):
        del sys.modules[module]
    for family in FAMILIES:
        if module in family:
            _keep_word(family)
    return importlib.import_module(module)


def _keep_word(family: tuple[str, ...]) -> None:
    """Put the real modules of a family, and what was imported from them, wherever the stand-ins were imported."""
    standing = {name: _STANDING.pop(name) for name in family if name in _STANDING}
    real: dict[int, Any] = {}
    for name, module in standing.items():
        loaded = importlib.import_module(name)
        real[id(module)] = loaded
        real |= {id(promise): getattr(loaded, key) for key, promise in vars(module).items() if not key.startswith("__")}
    for importer in list(sys.modules.values()) if real else ():
        names = vars(importer)
        for key, value in list(names.items()) if type(importer) is ModuleType else ():
            if id(value) in real:
                names[key] = real[id(value)]
