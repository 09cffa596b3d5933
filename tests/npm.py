"""Validators that come from npm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = [
    Path(os.environ.get("THESIS_NODE_MODULES", "")),
    ROOT / "node_modules",
    ROOT / ".ci" / "npm" / "node_modules",
]
"""Where npm may have put what is needed here; `.ci/run` puts it into the last."""


def package(name: str) -> Path:
    """A file of an npm package; skips where it is not installed."""
    found = next((folder / name for folder in PACKAGES if folder.parts and (folder / name).is_file()), None)
    if found is None:
        wanted = "/".join(name.split("/")[: 2 if name.startswith("@") else 1])
        pytest.skip(f"'{wanted}' is not installed: npm install --prefix .ci/npm {wanted}")
    return found
