"""The bag: BagIt 1.0 (RFC 8493) around a folder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from book.project import write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALGORITHM = "sha512"
"""What RFC 8493 asks for."""


def write_bag(folder: Path, about: Mapping[str, str]) -> None:
    """Make a bag of a folder whose payload lies in `data`: declaration, description, manifests."""
    payload = [path for path in (folder / "data").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in payload)
    described = {**about, "Payload-Oxum": f"{size}.{len(payload)}"}
    write(folder / "bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    write(
        folder / "bag-info.txt",
        "".join(f"{label}: {_one_line(value)}\n" for label, value in described.items() if value),
    )
    write(folder / f"manifest-{ALGORITHM}.txt", _manifest(folder, payload))
    tags = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith("tagmanifest-")]
    write(folder / f"tagmanifest-{ALGORITHM}.txt", _manifest(folder, tags))


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _manifest(folder: Path, paths: list[Path]) -> str:
    names = sorted((path.relative_to(folder).as_posix(), path) for path in paths)
    return "".join(f"{_digest(path)}  {_written(name)}\n" for name, path in names)


def _written(name: str) -> str:
    """A path as a manifest writes it: ends of lines and per cent signs by their number."""
    return name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, ALGORITHM).hexdigest()
