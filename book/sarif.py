"""Remarks as SARIF 2.1.0, which GitHub and editors show in place."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from book.config import FILE
from book.diagnostics import clean
from book.rules import RULES
from book.sources.cellplaces import CellPlaces

if TYPE_CHECKING:
    from book.diagnostics import Diagnostic, Silenced, Verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
"""Name of the schema, as the standard asks for it; nobody fetches it."""
_BASE = "%SRCROOT%"
_NUMBERS = re.compile(r"\d+")


def as_sarif(verdict: Verdict, root: Path, *, exit_code: int = 0) -> str:
    """One run with every remark, and with those that the author has silenced; the same for the same remarks."""
    writer = _Writer(root.resolve())
    results = [writer.result(diagnostic) for diagnostic in verdict.diagnostics]
    results += [writer.result(one.diagnostic) | {"suppressions": [writer.suppression(one)]} for one in verdict.silenced]
    run = {
        "tool": {"driver": {"name": "thesis", **_version(), "rules": writer.rules()}},
        "invocations": [{"executionSuccessful": exit_code in (0, 1), "exitCode": exit_code}],
        "originalUriBaseIds": {_BASE: {"description": {"text": "the folder of the repository, or else of the thesis"}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _version() -> dict[str, str]:
    try:
        return {"version": version("thesis-book")}
    except PackageNotFoundError:  # run from a folder that is not installed
        return {}


class _Writer:
    """Writes results; reads each file that they stand in once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.base = _repository(root)
        self.files: dict[str, list[str]] = {}
        self.notebooks: dict[str, CellPlaces] = {}
        self.levels: dict[str, str] = {}
        self.seen: Counter[str] = Counter()

    def rules(self) -> list[dict[str, Any]]:
        """Every rule that a result has, in their order."""
        return [
            {
                "id": rule,
                "shortDescription": {"text": RULES.get(rule, "What Sphinx or an extension warns of.")},
                "help": {"text": f"'thesis check --rule {rule}' reports this rule alone; docs/rules.md lists all"},
                "defaultConfiguration": {"level": level},
            }
            for rule, level in self.levels.items()
        ]

    def result(self, diagnostic: Diagnostic) -> dict[str, Any]:
        """One remark."""
        rule = clean(diagnostic.rule)
        if self.levels.setdefault(rule, diagnostic.severity) == "warning":
            self.levels[rule] = diagnostic.severity
        text = diagnostic.message + (f"\nhint: {diagnostic.hint}" if diagnostic.hint else "")
        row, column = self._position(diagnostic.path, diagnostic.cell, diagnostic.line, diagnostic.column)
        place: dict[str, Any] = {"physicalLocation": self._physical(diagnostic.path, row, column)}
        named = _within(diagnostic)
        if named:
            place["logicalLocations"] = [named]
        return {
            "ruleId": rule,
            "ruleIndex": list(self.levels).index(rule),
            "level": diagnostic.severity,
            "message": {"text": clean(text)},
            "locations": [place],
            "partialFingerprints": {"thesisPlace/v1": self._fingerprint(diagnostic, row)},
        }

    def suppression(self, silenced: Silenced) -> dict[str, Any]:
        """How and why a remark is silenced."""
        row, _column = self._position(silenced.path, silenced.cell, silenced.line, 0)
        said = {"justification": clean(silenced.reason)} if silenced.reason else {}
        kind = "external" if silenced.path == FILE else "inSource"
        return {"kind": kind, **said, "location": {"physicalLocation": self._physical(silenced.path, row, 0)}}

    def _physical(self, path: str, row: int, column: int) -> dict[str, Any]:
        """A place in a file; what concerns no file stands in `_config.yml`, since readers want some place."""
        region = {"startLine": row, **({"startColumn": column} if column else {})}
        return {"artifactLocation": self._artifact(path or FILE), **({"region": region} if row else {})}

    def _artifact(self, path: str) -> dict[str, str]:
        path = clean(path)
        whole = Path(self.root / path)
        try:
            return {"uri": quote(whole.relative_to(self.base).as_posix()), "uriBaseId": _BASE}
        except ValueError:  # somewhere else on this machine: its name is enough
            return {"uri": quote(whole.name)}

    def _position(self, path: str, cell: int, line: int, column: int) -> tuple[int, int]:
        """Line and column of the file itself; in a notebook, those of the raw file. 0 where unknown."""
        if not path.endswith(".ipynb"):
            return line, column if line else 0
        if path not in self.notebooks:
            self.notebooks[path] = CellPlaces("\n".join(self._lines(path)))
        if cell:
            return self.notebooks[path].place(cell, line, column)
        return self.notebooks[path].place(line)  # where only the cell is known, its number is the line

    def _lines(self, path: str) -> list[str]:
        if path not in self.files:
            try:
                text = (self.root / path).read_bytes().decode("utf-8", "replace")
            except (OSError, ValueError):
                text = ""
            self.files[path] = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self.files[path]

    def _fingerprint(self, diagnostic: Diagnostic, row: int) -> str:
        """A name for a remark that stays when lines move: its rule, its file, the words of its line, and which of several it is."""
        lines = self._lines(diagnostic.path) if row and not diagnostic.page else []
        words = lines[row - 1].strip() if 0 < row <= len(lines) else _NUMBERS.sub("#", diagnostic.message)
        name = clean(f"{diagnostic.rule}\n{diagnostic.path}\n{words}")
        self.seen[name] += 1
        return hashlib.sha256(f"{name}\n{self.seen[name]}".encode()).hexdigest()[:32]


def _within(diagnostic: Diagnostic) -> dict[str, str]:
    """The cell of a notebook or the page of a PDF; empty elsewhere."""
    cell = diagnostic.cell or (diagnostic.line if diagnostic.path.endswith(".ipynb") else 0)
    if cell:
        whole = f"cell {cell}, line {diagnostic.line}" if diagnostic.cell and diagnostic.line else f"cell {cell}"
        return {"name": f"cell {cell}", "fullyQualifiedName": whole, "kind": "cell"}
    if diagnostic.page:
        box = f", box {' '.join(f'{side:g}' for side in diagnostic.box)}" if diagnostic.box else ""
        name = f"page {diagnostic.page}"
        return {"name": name, "fullyQualifiedName": name + box, "kind": "page"}
    return {}


def _repository(root: Path) -> Path:
    """The folder that paths are told from: the repository's, where the thesis lies in one."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
