"""The styles of a Word file: found by their names, since each language of Word gives them identifiers of its own."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OURS = Path(__file__).parents[2] / "templates" / "docx" / "styles.xml"
NAMED_BY = (f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")
"""What names a style in a text."""
BUILT_ON = (f"{W}basedOn", f"{W}next", f"{W}link")
"""What names a style in another one."""


class Styles:
    """The styles that a file has, and ours for what it lacks."""

    def __init__(self, content: bytes) -> None:
        """Take `word/styles.xml`."""
        self.tree = etree.fromstring(content)
        self._known = {str(one.get(f"{W}styleId")) for one in self.tree.iter(f"{W}style")}
        self._by_name = {_name(one): str(one.get(f"{W}styleId")) for one in self.tree.iter(f"{W}style")}

    def called(self, *names: str) -> set[str]:
        """Identifiers of styles by their names in English, which Word writes in any language."""
        return {self._by_name[name] for name in names if name in self._by_name}

    def settle(self, trees: Iterable[Any]) -> None:
        """Have each text name a style that is there: the file's own of that name, or ours, which is added."""
        for tree in trees:
            for one in tree.iter(*NAMED_BY):
                one.set(f"{W}val", self._settled(str(one.get(f"{W}val"))))

    def _settled(self, identifier: str) -> str:
        ours = _ours().get(identifier)
        if identifier in self._known or ours is None:
            return identifier
        name = _name(ours)
        if name not in self._by_name:
            self._known.add(identifier)
            self._by_name[name] = identifier
            added = copy.deepcopy(ours)
            self.tree.append(added)
            for one in added.iter(*BUILT_ON):
                one.set(f"{W}val", self._settled(str(one.get(f"{W}val"))))
        return self._by_name[name]


def _name(style: Any) -> str:
    name = style.find(f"{W}name")
    return str(name.get(f"{W}val")).lower() if name is not None else ""


@cache
def _ours() -> dict[str, Any]:
    return {str(one.get(f"{W}styleId")): one for one in etree.fromstring(OURS.read_bytes()).iter(f"{W}style")}
