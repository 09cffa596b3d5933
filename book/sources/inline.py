"""What stands in a line of MyST: words with their places, and what is no word."""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK = "\ufffc"
"""Stands in a passage's text for what is no word."""

MarkKind = Literal["role", "code", "math", "image", "address", "substitution", "note", "html", "span"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in a passage that is no plain word."""

    kind: MarkKind
    """`role`, `code`, `math`, `image`, `address` (a bare or bracketed URL), `substitution`, `note` (a footnote's mark), `html` (a tag), `span` (attributes of a bracketed span, at its end)."""
    index: int
    """Where it stands in the passage's text: at a U+FFFC, or for `note`, `html` and `span` before that character."""
    name: str
    """A role's name with its domain (`cite:p`), a footnote's label, a picture's file, a tag's text, the attributes of a span; empty for other kinds."""
    text: str
    """What it holds, as written: a role's content, a formula, code, a picture's alternative text, an address, the words of a span."""


_ROLE = re.compile(r"\{([A-Za-z0-9_+:.-]+)\}(?=`)")
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<>`\"]{1,2000}|www\.[^\s<>`\"]{1,2000}")
_AUTOLINK = re.compile(r"<((?:[A-Za-z][A-Za-z0-9+.-]{1,31}:|[\w.+-]+@)[^\s<>]{1,2000})>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ATTRIBUTES = re.compile(r"\{(?=[.#%\w])[^{}\n]{0,1000}\}")
_SUBSTITUTION = re.compile(r"\{\{[^{}\n]{1,500}\}\}")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
MOST_NESTED = 20
"""Spans within spans beyond which their words are not kept."""
_LONGEST_LABEL = 200
_TARGET = re.compile(r"\((?:[^()\\\n]|\\.|\n|\([^()\n]{0,500}\)){0,4000}\)")


def read_inline(content: str, offsets: Sequence[int]) -> tuple[str, tuple[int, ...], tuple[Mark, ...]]:
    """Words, the offset of each character of them in the source, and what is no word.

    `offsets` gives the source's offset of each character of `content`. Takes time in proportion to the text.
    """
    scan = _Scan(content, offsets)
    scan.run()
    return "".join(scan.text), tuple(scan.places), tuple(sorted(scan.marks, key=lambda mark: mark.index))


class _Scan:
    """One pass over a run of text."""

    def __init__(self, content: str, offsets: Sequence[int]) -> None:
        self.content, self.offsets = content, offsets
        self.text: list[str] = []
        self.places: list[int] = []
        self.marks: list[Mark] = []
        self.ticks: dict[int, list[int]] = defaultdict(list)
        for match in re.finditer("`+", content):
            self.ticks[len(match[0])].append(match.start())
        self.closing = _pairs(content)
        self.ends: dict[int, list[int]] = {}
        """Where link targets and attributes that follow a closing bracket end: position of the bracket -> where to go on."""
        self.spans: dict[int, tuple[int, str]] = {}
        """Spans that a closing bracket ends: position of the bracket -> beginning in the text, attributes."""
        self.uncommented = len(content)

    def run(self) -> None:
        position = 0
        while position < len(self.content):
            character = self.content[position]
            rule = _RULES.get(character)
            taken = rule(self, position) if rule else 0
            if not taken and character in "hfw":
                taken = self.address(position)
            if taken:
                position += taken
            else:
                self.put(" " if character == "\n" else character, position)
                position += 1

    def put(self, character: str, position: int) -> None:
        self.text.append(character)
        self.places.append(self.offsets[position])

    def mark(self, kind: MarkKind, position: int, name: str, text: str, *, visible: bool = True) -> None:
        self.marks.append(Mark(kind, len(self.text), name, text))
        if visible:
            self.put(MARK, position)

    # -- rules: each returns how many characters it has taken, 0 where it does not apply

    def escape(self, position: int) -> int:
        following = self.content[position + 1 : position + 2]
        if following in _PUNCTUATION and following:
            self.put(following, position + 1)
            return 2
        return 1 if following == "\n" else 0

    def code(self, position: int) -> int:
        length, end = self.ticked(position)
        if end < 0:
            for tick in range(length):
                self.put("`", position + tick)
            return length
        self.mark("code", position, "", self.content[position + length : end])
        return end + length - position + self.attributes(end + length)

    def ticked(self, position: int) -> tuple[int, int]:
        """Length of the run of backticks here, and where the same run closes it; -1 where nothing does."""
        length = 0
        while self.content.startswith("`", position + length):
            length += 1
        runs = self.ticks[length]
        following = bisect.bisect_right(runs, position)
        return length, runs[following] if following < len(runs) else -1

    def brace(self, position: int) -> int:
        role = _ROLE.match(self.content, position)
        if role:
            length, end = self.ticked(role.end())
            if end > 0:
                self.mark("role", position, role[1], self.content[role.end() + length : end])
                return end + length - position
        substitution = _SUBSTITUTION.match(self.content, position)
        if substitution:
            self.mark("substitution", position, "", substitution[0][2:-2].strip())
            return len(substitution[0])
        return 0

    def attributes(self, position: int) -> int:
        """Attributes in braces behind a span, a link, a picture or code."""
        match = _ATTRIBUTES.match(self.content, position)
        return len(match[0]) if match else 0

    def dollar(self, position: int) -> int:
        double = self.content.startswith("$$", position)
        start = position + (2 if double else 1)
        end = self.content.find("$$" if double else "$", start)
        while end > 0 and self.content[end - 1] == "\\" and not double:
            end = self.content.find("$", end + 1)
        if end <= start:
            return 0
        inner = self.content[start:end]
        if not double and (inner[0].isspace() or inner[-1].isspace() or self.content[end + 1 : end + 2].isdigit()):
            return 0
        self.mark("math", position, "", inner)
        return end + (2 if double else 1) - position

    def bang(self, position: int) -> int:
        if not self.content.startswith("[", position + 1) or position + 1 not in self.closing:
            return 0
        end = self.closing[position + 1]
        target = _TARGET.match(self.content, end + 1)
        if not target:
            return 0
        self.mark("image", position, target[0][1:-1].strip().split(" ")[0], self.content[position + 2 : end])
        return target.end() - position + self.attributes(target.end())

    def opening(self, position: int) -> int:
        end = self.closing.get(position)
        if end is None:
            return 0
        label = self.content.startswith("^", position + 1) and end - position < _LONGEST_LABEL
        if label and not re.search(r"\s", self.content[position + 2 : end]):
            self.mark("note", position, self.content[position + 2 : end], "", visible=False)
            return end + 1 - position
        following = end + 1
        attributes = ""
        target = _TARGET.match(self.content, following)
        if target:
            following = target.end()
        elif self.content.startswith("[", following) and following in self.closing:
            following = self.closing[following] + 1
        taken = self.attributes(following)
        attributes = self.content[following + 1 : following + taken - 1]
        if following + taken == end + 1:
            return 0
        self.ends.setdefault(end, []).append(following + taken)
        if attributes and not target and len(self.spans) < MOST_NESTED:
            self.spans[end] = (len(self.text), attributes)
        return 1

    def ending(self, position: int) -> int:
        """The bracket that closes a link or a span: what follows it is no text."""
        if position not in self.ends:
            return 0
        start, attributes = self.spans.pop(position, (0, ""))
        if attributes:
            self.mark("span", position, attributes, "".join(self.text[start:]), visible=False)
        return max(self.ends[position]) - position

    def angle(self, position: int) -> int:
        if self.content.startswith("<!--", position):
            end = self.content.find("-->", position) if position < self.uncommented else -1
            if end < 0:
                self.uncommented = min(self.uncommented, position)
                return 0
            return end + 3 - position
        link = _AUTOLINK.match(self.content, position)
        if link:
            self.mark("address", position, "", link[1])
            return len(link[0])
        tag = _TAG.match(self.content, position)
        if tag:
            self.mark("html", position, tag[0], "", visible=False)
            if tag[0].lower().startswith("<br"):
                self.put(" ", position)
            return len(tag[0])
        return 0

    def address(self, position: int) -> int:
        if position and (self.content[position - 1].isalnum() or self.content[position - 1] in "/."):
            return 0
        match = _ADDRESS.match(self.content, position)
        if not match:
            return 0
        found = match[0].rstrip(".,;:!?'*_)]" if "(" not in match[0] else ".,;:!?'*_]")
        self.mark("address", position, "", found)
        return len(found)

    def star(self, position: int) -> int:
        return self.emphasis(position, inside_words=True)

    def underscore(self, position: int) -> int:
        return self.emphasis(position, inside_words=False)

    def emphasis(self, position: int, *, inside_words: bool) -> int:
        character = self.content[position]
        length = 1
        while self.content.startswith(character, position + length):
            length += 1
        before = self.content[position - 1 : position] if position else " "
        after = self.content[position + length : position + length + 1] or " "
        if (before.isspace() and after.isspace()) or (not inside_words and before.isalnum() and after.isalnum()):
            for number in range(length):
                self.put(character, position + number)
        return length

    def tilde(self, position: int) -> int:
        return 2 if self.content.startswith("~~", position) else 0

    def ampersand(self, position: int) -> int:
        match = _ENTITY.match(self.content, position)
        meant = unescape(match[0]) if match else ""
        if not match or meant == match[0]:
            return 0
        for character in meant:
            self.put(character, position)
        return len(match[0])


_RULES = {
    "\\": _Scan.escape,
    "`": _Scan.code,
    "{": _Scan.brace,
    "$": _Scan.dollar,
    "!": _Scan.bang,
    "[": _Scan.opening,
    "]": _Scan.ending,
    "<": _Scan.angle,
    "*": _Scan.star,
    "_": _Scan.underscore,
    "~": _Scan.tilde,
    "&": _Scan.ampersand,
}


def _pairs(content: str) -> dict[int, int]:
    """For each opening bracket the one that closes it."""
    stack: list[int] = []
    found: dict[int, int] = {}
    escaped = False
    for position, character in enumerate(content):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "[":
            stack.append(position)
        elif character == "]" and stack:
            found[stack.pop()] = position
    return found
