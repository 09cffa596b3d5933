"""What code imports, told from its text."""

from __future__ import annotations

import ast
import re

_MAGIC = re.compile(r"^\s*(%|!|\?)|\?\s*$")
_IMPORT = re.compile(r"^\s*(?:import|from)\s+([A-Za-z_]\w*)", re.MULTILINE)
_ASSIGNED_MAGIC = re.compile(r"=\s*[!%]")


def imported(code: str) -> frozenset[str]:
    """Top-level names of the modules that a cell or a module imports; lines that only IPython reads are left out."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        stripped = parse_cell(code)
        if stripped is None:
            return frozenset(_IMPORT.findall(code))
        tree = stripped
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return frozenset(found)


def parse_cell(code: str) -> ast.Module | None:
    """Parse a cell without its magics."""
    lines = ["" if _MAGIC.search(line) or _ASSIGNED_MAGIC.search(line) else line for line in code.splitlines()]
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError):
        return None
