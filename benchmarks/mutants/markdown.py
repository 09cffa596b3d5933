"""MyST Markdown taken apart into blocks by its lines alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}(?P<ticks>`+)(?P<text>[^`]+?)(?P=ticks)(?!`)")
"""A role with its text."""
CITING = frozenset(["cite", "cite:p", "cite:t", "cite:ps", "cite:ts", "cite:alp"])
PLAIN = re.compile(
    r"(?<![\w,;:])[A-ZÄÖÜ][^.!?`$\[\]{}<>|*_\\#\"“”„&:()]{40,400}(?<=[^\W\d_]{3})(?<!\betc)(?<!\busw)(?<!\bbzw)(?<!\bggf)(?<!\bvgl)[.](?=\s|$)"
)
"""A sentence of words alone; a stop behind an abbreviation does not end it."""

_FENCE = re.compile(r"(?P<indent> {0,3})(?P<mark>`{3,}|:{3,}|~{3,})[ \t]*(?P<info>.*)")
_SPECIAL = re.compile(
    r"#|[-*+]\s|\d+[.)]\s|>|\||<|%|\+\+\+|\([^)]+\)=|\$\$|\[\^|\{[#.%]|:\s|\\begin|={3,}|-{3,}|\*\*\*|!\[|\s"
)
_KINDS = (
    ("heading", re.compile(r"#{1,6}\s")),
    ("quote", re.compile(r">")),
    ("table", re.compile(r"\|")),
    ("comment", re.compile(r"%")),
    ("target", re.compile(r"\([^)]+\)=\s*$")),
    ("footnote", re.compile(r"\[\^[^\]]+\]:")),
    ("item", re.compile(r"([-*+]|\d+[.)])\s")),
    ("image", re.compile(r"!\[[^\]]*\]\([^)]*\)\s*$")),
)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page."""

    kind: str
    """heading, paragraph, quote, table, comment, target, footnote, item, image, fence, front or other."""
    start: int
    """Its first character."""
    end: int
    """The character after its last, without the end of the line."""
    text: str
    """Its characters."""
    info: str = ""
    """What stands behind the marks that open a fence."""

    @property
    def directive(self) -> str:
        """Name of the directive; empty for other blocks."""
        match = re.match(r"\{([^}]+)\}", self.info)
        return match[1] if match else ""

    @property
    def argument(self) -> str:
        """What stands behind a directive's name."""
        return self.info.partition("}")[2].strip()

    @property
    def fenced_options(self) -> bool:
        """Whether its options stand between lines of hyphens."""
        return re.match(r"[^\n]*\n\s*---\s*\n", self.text) is not None

    @property
    def options(self) -> dict[str, tuple[int, int, str]]:
        """A directive's options: first and last character within the page, and value."""
        found = {}
        pattern = r"^(\w[\w-]*):[ \t]*(.*)\n?" if self.fenced_options else r"^[ \t]*:(\w[\w-]*):[ \t]*(.*)\n?"
        limit = self.body[0] - self.start
        for match in re.compile(pattern, re.MULTILINE).finditer(self.text, 0, limit):
            found.setdefault(match[1], (self.start + match.start(), self.start + match.end(), match[2].strip()))
        return found

    @property
    def body(self) -> tuple[int, int]:
        """Where a directive's text begins and ends within the page, options and marks left out."""
        lines = list(re.finditer(r".*\n?", self.text))
        first = 1
        if self.fenced_options:
            first = next((i for i in range(2, len(lines)) if lines[i][0].strip() == "---"), 1) + 1
        while first < len(lines) - 1 and (re.match(r"\s*:\w[\w-]*:", lines[first][0]) or not lines[first][0].strip()):
            first += 1
        last = len(self.text.rstrip().rpartition("\n")[0]) + 1
        return self.start + min(lines[first].start(), last), self.start + last

    @property
    def level(self) -> int:
        """Of a heading."""
        return len(self.text) - len(self.text.lstrip("#"))


def blocks_of(text: str) -> list[Block]:
    """The blocks of a page, in order; what stands in a fence is one block."""
    return list(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    at = 0
    if lines and lines[0].rstrip() == "---":
        closing = next((i for i in range(1, len(lines)) if lines[i].rstrip() in ("---", "...")), 0)
        if closing:
            yield _block("front", text, 0, starts[closing + 1])
            at = closing + 1
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        end, kind, info = _one(lines, at)
        yield _block(kind, text, starts[at], starts[end], info)
        at = end


def _block(kind: str, text: str, start: int, end: int, info: str = "") -> Block:
    kept = text[start:end].rstrip()
    return Block(kind, start, start + len(kept), kept, info)


def _one(lines: list[str], at: int) -> tuple[int, str, str]:
    """Where the block that begins at a line ends, what it is, and what its fence says."""
    line = lines[at]
    fence = _FENCE.match(line)
    if fence and not ("`" in fence["info"] and fence["mark"][0] == "`"):
        mark = fence["mark"]
        close = re.compile(rf"\s*{re.escape(mark[0])}{{{len(mark)},}}\s*$")
        end = next((i for i in range(at + 1, len(lines)) if close.match(lines[i])), len(lines) - 1)
        return end + 1, "fence", fence["info"].strip()
    if line.startswith("<!--"):
        end = next((i for i in range(at, len(lines)) if "-->" in lines[i]), len(lines) - 1)
        return end + 1, "other", ""
    if line.startswith("$$"):
        if line.count("$$") > 1:
            return at + 1, "other", ""
        end = next((i for i in range(at + 1, len(lines)) if "$$" in lines[i]), len(lines) - 1)
        return end + 1, "other", ""
    kind = next((name for name, pattern in _KINDS if pattern.match(line)), "")
    if kind in ("heading", "comment", "target"):
        return at + 1, kind, ""
    end = at + 1
    while end < len(lines) and lines[end].strip() and not _FENCE.match(lines[end]) and not lines[end].startswith("#"):
        end += 1
    if not kind:
        plain = not any(_SPECIAL.match(one) for one in lines[at:end])
        kind = "paragraph" if plain else "other"
    elif kind == "item" and any(re.match(r"([-*+]|\d+[.)])\s", one) for one in lines[at + 1 : end]):
        kind = "items"
    return end, kind, ""
