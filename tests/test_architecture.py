"""Imports point upstream only, and nothing has a name that says nothing."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

STREAM = (
    ("errors", "diagnostics", "rules", "lookup", "words", "languages", "project", "git", "tracing", "scanning"),
    ("settings",),
    ("config",),
    ("freshness", "sealing", "patterns"),
    ("sources",),
    ("numbers", "values", "findings", "conditions", "author", "frames", "lock"),
    ("execution",),
    ("document",),
    ("editions",),
    ("listing", "accepting", "checks", "sarif", "changes", "comments"),
    ("publishing",),
    ("archiving", "examining", "verifying"),
    ("workflow", "doctor", "newcomer"),
    ("watching", "rebuilding"),
    ("cli", "pytest_plugin"),
)
"""Modules and folders of `book`, from the source to the sea."""

LEVEL = {name: level for level, names in enumerate(STREAM) for name in names}


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, in whatever place."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (
                (f"{node.module}.{alias.name}" for alias in node.names) if node.module == "book" else (node.module,)
            )


def modules(path: Path, known: Collection[str]) -> Iterator[str]:
    """The modules among the known ones that a file imports, where it names them as a package's, too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield from (name for name in [whole if whole in known else node.module] if name in known)


def stage(module: str) -> str:
    return module.split(".")[1] if module.startswith("book.") else ""


def test_every_stage_has_its_place() -> None:
    """A new module of `book` is given its place in the stream."""
    found = {
        path.stem if path.is_file() else path.name
        for path in (ROOT / "book").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    assert sorted(found - {"__init__"}) == sorted(LEVEL)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "book").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_imports_point_upstream(path: Path) -> None:
    """A file imports from its own stage and from those before it; what only types need does not count."""
    here = path.relative_to(ROOT / "book").parts[0].removesuffix(".py")
    if here == "__init__":
        return
    wrong = [module for module in imports(path) if stage(module) and LEVEL[stage(module)] > LEVEL[here]]

    assert wrong == []


def test_tool_and_study_do_not_know_each_other() -> None:
    """`book` imports nothing of `analysis`, and `analysis` nothing of `book`."""
    wrong = [
        path
        for path in (ROOT / "book").rglob("*.py")
        if any(name.split(".")[0] == "analysis" for name in imports(path))
    ]
    wrong += [
        path
        for path in (ROOT / "analysis").rglob("*.py")
        if any(name.split(".")[0] == "book" for name in imports(path))
    ]

    assert wrong == []


def test_names_say_something() -> None:
    """No file is called for saying nothing."""
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff"}

    assert [path for path in [*ROOT.glob("book/**/*.py"), *ROOT.glob("analysis/**/*.py")] if path.stem in vague] == []


def test_there_is_no_circle_of_imports() -> None:
    """No file imports itself by way of others, not even for types."""
    paths = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / "book").rglob("*.py")
    }
    found = {name: {one for one in modules(path, paths) if one != name} for name, path in paths.items()}
    while ready := [name for name, wanted in found.items() if not wanted & found.keys()]:
        for name in ready:
            del found[name]

    assert sorted(found) == []
