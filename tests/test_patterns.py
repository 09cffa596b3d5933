"""Compiled regular expressions that outlive a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from book.patterns import kept_patterns

if TYPE_CHECKING:
    from pathlib import Path

EXPRESSIONS = [
    ("a(?P<first>b)|(c)(?P<second>d+?)", 0),
    ("[^\\W\\d_]+(?=ß)", re.IGNORECASE),
    ("(?ix) ^ [a-zäöü\u0400-\u04ff]{2,5} $", re.MULTILINE),
    ("(?<!x)(y)(?(1)z|w)(?s:.)", re.ASCII),
    (b"[\x80-\xff]{3}\\s", 0),
    ("", 0),
]


def compiled(kept: Path) -> list[re.Pattern[str] | re.Pattern[bytes]]:
    with kept_patterns(kept):
        re.purge()
        return [re.compile(pattern, flags) for pattern, flags in EXPRESSIONS]


def test_a_kept_expression_is_the_one_that_python_compiles(tmp_path: Path) -> None:
    """The same code, flags and names, when it is compiled and when it is taken from the file."""
    re.purge()
    plain = [re.compile(pattern, flags) for pattern, flags in EXPRESSIONS]
    new, old = compiled(tmp_path / "kept"), compiled(tmp_path / "kept")

    assert new == plain
    assert old == plain
    assert [one.groupindex for one in old] == [one.groupindex for one in plain]
    assert old[0].fullmatch("cdd").lastgroup == "second"


def test_python_compiles_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one command has compiled the next one does not."""
    compiled(tmp_path / "kept")
    monkeypatch.setattr("re._compiler._code", lambda *_given: pytest.fail("it was compiled"))

    assert len(compiled(tmp_path / "kept")) == len(EXPRESSIONS)


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\x80\x05]."])
def test_a_damaged_file_is_none(tmp_path: Path, damage: bytes) -> None:
    """Everything is compiled, and kept anew."""
    compiled(tmp_path / "kept")
    (tmp_path / "kept").write_bytes(damage)

    assert compiled(tmp_path / "kept") == compiled(tmp_path / "kept")
    assert len((tmp_path / "kept").read_bytes()) > len(damage)


def test_code_that_python_refuses_is_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python checks what it is handed; a file that says nonsense under the right name gives the right expression."""
    monkeypatch.setattr("re._compiler._code", lambda *_given: [999, 999, 999])
    re.purge()
    with kept_patterns(tmp_path / "kept"), pytest.raises(RuntimeError):
        re.compile("a+b")
    monkeypatch.undo()
    with kept_patterns(tmp_path / "kept"):
        found = re.compile("a+b")

    assert found.fullmatch("aab")


def test_a_mistake_is_said_as_python_says_it(tmp_path: Path) -> None:
    """An expression that cannot be compiled, with its place; and Python is as it was afterwards."""
    before = re._compiler.compile  # type: ignore[attr-defined]
    with kept_patterns(tmp_path / "kept"), pytest.raises(re.error) as error:
        re.compile("a(b")

    assert error.value.pos == 1
    assert re._compiler.compile is before  # type: ignore[attr-defined]
