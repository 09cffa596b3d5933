"""Every resource of the data package is read."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject


def every_resource_is_read(subject: Subject) -> Iterator[Diagnostic]:
    """Every file of the data package is named by the code of a chapter, or of a module that a chapter imports."""
    name = subject.sources.config.thesis.data
    resources, text = package_of(subject)
    codes = [code.text for code in subject.code]
    if not resources or not codes or any(_takes_all(code) for code in codes):
        return
    named = {literal for code in codes for literal in _LITERAL.findall(code)}
    words = {part for literal in named for part in (literal, PurePosixPath(literal).name, PurePosixPath(literal).stem)}
    words |= {word for literal in named for word in literal.split()}
    for resource in resources:
        given = [str(path) for path in _paths(resource)]
        called = {
            str(resource.get("name", "")),
            *given,
            *(PurePosixPath(path).name for path in given),
            *(PurePosixPath(path).stem for path in given),
        }
        if called & words or any(_pattern_fits(path, named) for path in given):
            continue
        line, column = _place(text, resource)
        hint = "load it where it is needed, or take it out of the package"
        message = f"no chapter and no module that a chapter imports reads resource '{resource.get('name')}'"
        yield Diagnostic("unread-resource", message, "warning", name, line, column, hint=hint)


_LITERAL = re.compile(r"[\"']([^\"'\n]{1,200})[\"']")
_ALL = re.compile(r"\b(?:glob|rglob|iterdir|listdir|scandir|walk)\s*\(|\bread_(?:package|all)\w*\(|\bPackage\(")


def package_of(subject: Subject) -> tuple[list[dict[str, Any]], str]:
    """The resources of the data package, and its descriptor as text; none where there is no package."""
    name = subject.sources.config.thesis.data
    if not name:
        return [], ""
    try:
        text = (subject.project.root / name).read_text(encoding="utf-8")
        resources = json.loads(text)["resources"]
    except (OSError, ValueError, KeyError, TypeError):
        return [], ""
    return [one for one in resources if isinstance(one, dict)] if isinstance(resources, list) else [], text


def _takes_all(code: str) -> bool:
    """Whether code reads whatever lies in a folder, or loads every resource that the package lists."""
    if _ALL.search(code):
        return True
    return bool(
        re.search(
            r"for\s+(\w+)\s+in\s+[^:\n]*\b(?:names\(\)|resource_names|resources)[^\n]*:?[^\n]*\n?[^\n]*\b(?:load|read\w*)\(\s*\1\b",
            code,
        )
    )


def _paths(resource: dict[str, Any]) -> list[Any]:
    given = resource.get("path") or []
    return given if isinstance(given, list) else [given]


def _pattern_fits(path: str, named: set[str]) -> bool:
    """Whether code puts the name together: `f"scores-{year}.csv"`."""
    name = PurePosixPath(path).name
    for literal in named:
        if "{" in literal and re.search(
            r"\w", re.sub(r"\{[^{}]*\}", "", PurePosixPath(literal).name.rpartition(".")[0])
        ):
            pattern = "".join(
                ".+" if piece.startswith("{") else re.escape(piece)
                for piece in re.split(r"(\{[^{}]*\})", PurePosixPath(literal).name)
            )
            if re.fullmatch(pattern, name) or re.fullmatch(pattern, PurePosixPath(name).stem):
                return True
    return False


def _place(text: str, resource: dict[str, Any]) -> tuple[int, int]:
    """Line and column of the descriptor that name a resource."""
    found = re.search(
        rf'"name"\s*:\s*{re.escape(json.dumps(resource.get("name"), ensure_ascii=False))}',
        text[text.find('"resources"') :],
    )
    if not found:
        return 1, 1
    offset = text.find('"resources"') + found.start()
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
