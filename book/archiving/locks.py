"""Lock files of Python's package managers: which versions they pin, by which hashes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from book.execution.distributions import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLES = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
"""Lock files in TOML, a table for each distribution."""
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?P<rest>.*)$")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Pin:
    """A version that a lock file asks for."""

    path: str
    """The lock file, relative to the thesis."""
    name: str
    """The distribution, by its canonical name."""
    version: str
    """Its version."""
    hashes: tuple[str, ...]
    """SHA-256 of every file that may stand for it, sorted, each as `sha256:...`."""


def read_locks(root: Path) -> tuple[Pin, ...]:
    """Every pin with a hash in the lock files that lie beside `_config.yml`."""
    found: list[Pin] = []
    for path in sorted((*root.glob("*.txt"), *root.glob("*.lock"), *root.glob("pylock*.toml"))):
        text = path.read_text(encoding="utf-8", errors="replace")
        found += _tables(path.name, text) if path.name in TABLES or path.suffix == ".toml" else _lines(path.name, text)
    return tuple(found)


def _lines(path: str, text: str) -> Iterator[Pin]:
    """The form of pip: a version a line, its hashes behind it."""
    for line in text.replace("\\\n", " ").splitlines():
        match, hashes = _PIN.match(line.strip()), tuple(sorted(set(_HASH.findall(line))))
        if match and hashes:
            yield Pin(path, canonical(match["name"]), match["version"], hashes)


def _tables(path: str, text: str) -> Iterator[Pin]:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    tables = read.get("package", read.get("packages", []))
    for table in tables if isinstance(tables, list) else []:
        hashes = tuple(sorted(set(_hashes(table))))
        if hashes and isinstance(table.get("name"), str) and isinstance(table.get("version"), str):
            yield Pin(path, canonical(table["name"]), table["version"], hashes)


def _hashes(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("sha256"), str):
            yield f"sha256:{value['sha256']}"
        for inner in value.values():
            yield from _hashes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _hashes(inner)
    elif isinstance(value, str) and _HASH.fullmatch(value):
        yield value
