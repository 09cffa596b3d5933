"""git, asked from a folder of the author's repository."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class GitError(Exception):
    """A git command failed; its text is what git said, in one line."""


def git(folder: Path, *arguments: str, given: bytes = b"", variables: Mapping[str, str | None] | None = None) -> bytes:
    """What a git command prints; variables of the environment that are None are taken away.

    Raises GitError with what it says where it fails.
    """
    told = {**os.environ, "LC_ALL": "C", "TZ": "UTC", **(variables or {})}
    surroundings = {name: value for name, value in told.items() if value is not None}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], input=given, capture_output=True, check=False, env=surroundings
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", errors="replace")
        lines = [line.removeprefix("fatal: ").removeprefix("error: ") for line in said.splitlines() if line.strip()]
        raise GitError(without_password(" ".join(lines)) or f"git {arguments[0]} ended with {done.returncode}")
    return done.stdout


def without_password(said: str) -> str:
    """Words in which no address tells who may write there."""
    return re.sub(r"(?<=://)[^/\s'\"]+@", "***@", said)


def answer(folder: Path, *arguments: str) -> bytes | None:
    """What a git command prints; None where it fails."""
    try:
        return git(folder, *arguments)
    except GitError:
        return None


def line(folder: Path, *arguments: str) -> str:
    """What a git command prints as text, without the end of the line; empty where it fails."""
    return (answer(folder, *arguments) or b"").decode("utf-8", errors="replace").strip()
