"""What Jupyter Book makes of `_config.yml`, kept as long as it is asked the same."""

from __future__ import annotations

import contextlib
import hashlib
import io
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from book.document.kept import load
from book.freshness import installed
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VERSION = 1
"""Format of what is kept; another version is nothing at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Jupyter Book's own words on a configuration."""

    values: dict[str, Any]
    """Configuration values by Sphinx's names."""
    printed: str
    """What it printed on the way."""
    wrong: tuple[tuple[tuple[str, ...], str], ...]
    """What its schema finds wrong: keys, and words."""


def ask(given: dict[str, Any], asked: Mapping[str, Any], root: Path, kept: Path) -> Answer:
    """Have Jupyter Book translate a configuration; `kept` is the file that holds its last answer.

    Jupyter Book needs a client of kernels and a validator of schemas to say it, as long to load as many a check takes.
    """
    key = _key(given, asked, root)
    last = load(kept)
    if key and isinstance(last, tuple) and last[0] == key:
        return Answer(*last[1:])
    answer = _ask(given, asked, root)
    if key:
        # YAML and extensions may hand over what cannot be pickled
        with contextlib.suppress(TypeError, AttributeError, pickle.PicklingError):
            write(kept, pickle.dumps((key, answer.values, answer.printed, answer.wrong), pickle.HIGHEST_PROTOCOL))
    return answer


def _ask(given: dict[str, Any], asked: Mapping[str, Any], root: Path) -> Answer:
    from jupyter_book.config import get_final_config, get_validator

    wrong = tuple(
        (tuple(str(part) for part in error.path), error.message) for error in get_validator().iter_errors(given)
    )
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        values, _meta = get_final_config(user_yaml=given, cli_config=dict(asked), sourcedir=root, validate=False)
    return Answer(values, said.getvalue(), wrong)


def _key(given: dict[str, Any], asked: Mapping[str, Any], root: Path) -> str:
    """A digest of all that the answer depends on; empty where that cannot be told."""
    static = root / "_static"
    shown = (
        sorted(path.as_posix() for path in static.rglob("*") if path.suffix in {".css", ".js"})
        if static.is_dir()
        else None
    )
    if shown is not None and ((given.get("sphinx") or {}).get("config") or {}).get("html_static_path"):
        return ""  # it looks for styles and scripts in all of these folders, wherever they lie
    return hashlib.sha256(
        repr((VERSION, installed(), given, sorted(asked.items()), str(root), shown)).encode()
    ).hexdigest()
