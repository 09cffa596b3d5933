"""Every command, option, setting and rule has its place in the docs."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import click
import pytest

from book.cli import thesis
from book.document.remarks import MESSAGES
from book.document.remarks import RULES as REMARKED
from book.rules import RULES

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
CODE = sorted((ROOT / "book").rglob("*.py"))


@pytest.mark.parametrize("name", sorted(thesis.commands))
def test_every_command_and_option_is_documented(name: str) -> None:
    """A command has a heading of its own, and its options stand below it."""
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", COMMANDS, re.MULTILINE | re.DOTALL))
    options = [option.opts[0] for option in thesis.commands[name].params if isinstance(option, click.Option)]

    assert [option for option in options if f"`{option}" not in sections[name]] == []


@pytest.mark.parametrize("name", ["rules", "settings"])
def test_registers_are_written_anew(name: str) -> None:
    """The pages of rules and settings say what the code declares: `python docs/registers.py` writes them."""
    spec = importlib.util.spec_from_file_location("registers", ROOT / "docs" / "registers.py")
    registers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(registers)

    assert (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") == getattr(registers, name)()


def literals(path: Path) -> set[str]:
    """Texts of a file that look like the name of a rule."""
    found = (
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {text for text in found if re.fullmatch(r"[a-z]+(-[a-z]+)+", text)}


def given(path: Path) -> set[str]:
    """Rules that a file gives to a remark."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = (
                node.func.id
                if isinstance(node.func, ast.Name)
                else node.func.attr
                if isinstance(node.func, ast.Attribute)
                else ""
            )
            first = node.args[:1] if name in {"Diagnostic", "remark", "_place", "note"} else []
            named = [*first, *(word.value for word in node.keywords if word.arg in {"rule", "subtype"})]
            found |= {one.value for one in named if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def test_every_rule_of_the_code_is_in_the_register() -> None:
    """No remark has a rule that cannot be looked up."""
    named = {rule for path in CODE for rule in given(path)}
    named |= {rule for rule, _severity in REMARKED.values()} | {rule for _words, rule, _severity in MESSAGES}

    assert sorted(named - set(RULES)) == []


def test_every_rule_of_the_register_is_in_the_code() -> None:
    """No rule is promised that nothing keeps."""
    named = {text for path in CODE if path.name != "rules.py" for text in literals(path) | given(path)}

    assert sorted(set(RULES) - named) == []
