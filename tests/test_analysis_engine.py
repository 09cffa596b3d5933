"""The engine serves any process-tracing study, and imports point one way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "analysis"
ENGINE = ("bayes", "comparison", "dependence", "loading", "package", "probative", "robustness", "sequence", "verdicts")


@pytest.mark.parametrize("name", ENGINE)
def test_the_engine_knows_nothing_of_this_study(name: str) -> None:
    """No hypothesis, phase, actor or subject of this study stands in the engine: they come from the package."""
    text = (ROOT / f"{name}.py").read_text(encoding="utf-8")

    assert re.findall(r"(?i)drone|china|chinese|russia|iran|\bh[123]\b|\bp[123]\b|alignment|hedging", text) == []


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_analysis_never_imports_the_build_system(path: Path) -> None:
    """`analysis` can be used without `book`."""
    names = [
        name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
        if name.split(".")[0] == "book"
    ]

    assert names == []


@pytest.mark.parametrize("name", ENGINE)
def test_the_engine_imports_nothing_downstream(name: str) -> None:
    """Tables, figures and findings build on the engine, never the other way round."""
    tree = ast.parse((ROOT / f"{name}.py").read_text(encoding="utf-8"))
    used = {
        found.split(".")[1] for node in ast.walk(tree) for found in _imported(node) if found.startswith("analysis.")
    }

    assert used <= set(ENGINE)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
