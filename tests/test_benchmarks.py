"""What measures the project keeps step with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.py")))
def test_every_benchmark_can_be_loaded(name: str) -> None:
    """No name that a benchmark imports is gone."""
    ended = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(FOLDER)!r}); import {name}"],
        cwd=FOLDER.parent, check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert ended.stderr == ""
