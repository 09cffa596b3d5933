"""A wheel of this package as it is installed, for archives: byte for byte the same each time."""

from __future__ import annotations

import base64
import hashlib
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from book.archiving.packing import entry

if TYPE_CHECKING:
    from importlib.metadata import Distribution

PACKAGE = Path(__file__).resolve().parents[1]
"""This package."""
LEFT_OUT = frozenset({"__pycache__"})
_TAG = "py3-none-any"
_KEPT = ("entry_points.txt", "licenses/LICENSE")
"""What is taken over of what the installer has noted."""


def requirements(distribution: Distribution) -> list[str]:
    """What this package needs: of a checkout, what its `pyproject.toml` says now, and not when it was installed."""
    path = PACKAGE.parent / "pyproject.toml"
    project = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {}) if path.is_file() else {}
    if project.get("name") == distribution.metadata["Name"]:
        return [str(one) for one in project.get("dependencies", [])]
    return [one for one in distribution.requires or [] if "extra ==" not in one]


def _metadata(distribution: Distribution) -> str:
    """What an installer reads, with today's requirements."""
    head, gap, text = (distribution.read_text("METADATA") or "").partition("\n\n")
    lines = [line for line in head.splitlines() if not line.startswith(("Requires-Dist:", "Provides-Extra:"))]
    return "\n".join([*lines, *(f"Requires-Dist: {one}" for one in requirements(distribution))]) + gap + text


def write_wheel(distribution: Distribution, folder: Path, epoch: int) -> Path:
    """Write the wheel into a folder; works for what is installed from a checkout, too."""
    name = distribution.metadata["Name"].replace("-", "_")
    info = f"{name}-{distribution.version}.dist-info"
    files = {
        path.relative_to(PACKAGE.parent).as_posix(): path.read_bytes()
        for path in sorted(PACKAGE.rglob("*"))
        if path.is_file() and not LEFT_OUT & set(path.parts)
    }
    files[f"{info}/METADATA"] = _metadata(distribution).encode()
    for part in _KEPT:
        text = distribution.read_text(part)
        if text is not None:
            files[f"{info}/{part}"] = text.encode()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: thesis\nRoot-Is-Purelib: true\nTag: {_TAG}\n".encode()
    record = "".join(f"{path},sha256={_digest(content)},{len(content)}\n" for path, content in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}-{distribution.version}-{_TAG}.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in files.items():
            archive.writestr(entry(path, epoch), content)
    return target


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
