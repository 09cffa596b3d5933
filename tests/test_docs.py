"""Every command, option, setting and rule has its place in the docs."""

from __future__ import annotations

import dataclasses
import re
import typing
from pathlib import Path

import click
import pytest

from book.cli import thesis
from book.config import Thesis, TitlePage
from book.document.remarks import MESSAGES, RULES
from book.settings import key_of

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
RULEBOOK = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
RULE = re.compile(r"Diagnostic\(\s*\"([a-z-]+)\"", re.DOTALL)


@pytest.mark.parametrize("name", sorted(thesis.commands))
def test_every_command_and_option_is_documented(name: str) -> None:
    """A command has a heading of its own, and its options stand below it."""
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", COMMANDS, re.MULTILINE | re.DOTALL))
    options = [option.opts[0] for option in thesis.commands[name].params if isinstance(option, click.Option)]

    assert [option for option in options if f"`{option}" not in sections[name]] == []


def settings(kind: type, keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every setting below a record with its full name and its sentence."""
    hints = typing.get_type_hints(kind)
    found = []
    for one in dataclasses.fields(kind):
        name = (*keys, key_of(one.name))
        if dataclasses.is_dataclass(hints[one.name]):
            found += settings(hints[one.name], name)
        else:
            found.append((".".join(name), one.metadata["about"]))
    return found


@pytest.mark.parametrize(("name", "about"), [*settings(Thesis, ("thesis",)), *settings(TitlePage, ("thesis", "front", "title-page"))])
def test_every_setting_is_documented_in_the_words_of_the_code(name: str, about: str) -> None:
    """The docs say of a setting what its declaration says."""
    assert f"| `{name}` | {about} |" in SETTINGS


def rules_of_the_code() -> set[str]:
    """Names of all rules that the code gives to a diagnostic."""
    named = {rule for path in (ROOT / "book").rglob("*.py") for rule in RULE.findall(path.read_text(encoding="utf-8"))}
    named |= {rule for rule, _severity in RULES.values()} | {rule for _words, rule, _severity in MESSAGES}
    return named


def test_every_rule_has_a_heading() -> None:
    """A rule's name can be looked up, and no rule is documented that does not exist."""
    headed = set(re.findall(r"^### ([a-z-]+)$", RULEBOOK, re.MULTILINE))

    assert headed == rules_of_the_code()
