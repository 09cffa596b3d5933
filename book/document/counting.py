"""How many words a thesis has, by part and by what they stand in; what is printed is counted, numbers included."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from book.config import Words
    from book.document.parts import Part

KINDS = ("text", "headings", "quotations", "footnotes", "captions", "tables", "formulas", "code", "bibliography")
"""What a word can stand in. A formula counts as one; notes under figures and tables belong to their captions."""
LETTERS = "letters"
"""How many of the words are letters of scripts that separate none, beside the kinds."""
GROUPS = {"front": "front", "chapter": "chapters", "appendix": "appendices", "back": "back"}
"""Kind of a part -> what the settings call it."""
BOXES = {
    "csl-entry": "bibliography",
    "references": "bibliography",
    "epigraph": "quotations",
    "note": "captions",
    "footnote": "footnotes",
}
"""Class of a box -> what its words stand in."""
NOT_COUNTED = frozenset({"list-of-tables", "list-of-figures", "list-of-listings", "problem"})
"""Boxes whose words are no author's."""

_GROUPED = re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))")
_BY_SIGN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_BY_LETTER = re.compile(r"(?:(?=[^\W\d_])[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])")
"""A letter of Thai, Lao, Burmese or Khmer: nothing separates their words, and only a dictionary knows where they end."""
_MARKED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_WORD = re.compile(r"[^\W_]")


def words_in(text: str) -> int:
    """Count as word processors do: what stands between spaces and has a letter or digit; in scripts without spaces each sign or letter.

    A number counts once however its thousands are grouped, so that a text that prints its own count has the same count
    whatever that is.
    """
    signs = len(_BY_SIGN.findall(text)) + letters_in(text)
    rest = _MARKED.sub(_kept_digits, _BY_SIGN.sub(" ", _GROUPED.sub("", text)))
    return signs + sum(1 for piece in rest.split() if _WORD.search(piece))


def letters_in(text: str) -> int:
    """Letters of scripts that separate no words; the marks above and below them are none."""
    return len(_BY_LETTER.findall(text))


def _kept_digits(match: re.Match[str]) -> str:
    """The digits of such a script, which make numbers as others do."""
    return "".join(sign if sign.isdigit() else " " for sign in match[0])


@dataclass(frozen=True, slots=True)
class PartCount:
    """The words of one page."""

    docname: str
    """The page."""
    title: str
    """Its title."""
    group: str
    """`front`, `chapters`, `appendices` or `back`."""
    words: Mapping[str, int]
    """Words by what they stand in."""
    letters: int = 0
    """How many of them are letters of scripts that separate no words."""


@dataclass(frozen=True, slots=True)
class WordCount:
    """The words of a thesis."""

    parts: tuple[PartCount, ...]
    """Each page, in order."""
    counted: tuple[str, ...]
    """What counts."""
    groups: tuple[str, ...]
    """Which parts the total adds up."""

    def of(self, part: PartCount) -> int:
        """Words of a page that count."""
        return sum(part.words.get(kind, 0) for kind in self.counted)

    @property
    def total(self) -> int:
        """Words that count, in the parts that count."""
        return sum(self.of(part) for part in self.parts if part.group in self.groups)

    @property
    def letters(self) -> int:
        """How many of all words are letters of scripts that separate none."""
        return sum(part.letters for part in self.parts)

    def by_name(self) -> dict[str, int]:
        """Every number that the text may quote: `words.total`, `words.` and a page, a group of parts."""
        found = {f"words.{_name(part.docname)}": self.of(part) for part in self.parts}
        found |= {
            f"words.{last}": self.of(part)
            for part in self.parts
            if [other.docname.rpartition("/")[2] for other in self.parts].count(last := part.docname.rpartition("/")[2])
            == 1
        }
        for group in GROUPS.values():
            found[f"words.{group}"] = sum(self.of(part) for part in self.parts if part.group == group)
        return {**found, "words.total": self.total}

    def as_data(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        return {
            "total": self.total,
            "letters": self.letters,
            "counted": list(self.counted),
            "parts": list(self.groups),
            "pages": [
                {"page": part.docname, "title": part.title, "part": part.group, "words": self.of(part), "by kind": dict(part.words)} for part in self.parts
            ],
        }  # fmt: skip


def _name(docname: str) -> str:
    return docname.replace("/", ".")


def names_of(docnames: Iterable[str]) -> frozenset[str]:
    """Every name that a count may have in a thesis of these pages."""
    whole = [*docnames]
    last = Counter(docname.rpartition("/")[2] for docname in whole)
    pages = [*map(_name, whole), *(name for name, times in last.items() if times == 1)]
    return frozenset(f"words.{name}" for name in (*pages, *GROUPS.values(), "total"))


def count_words(parts: Sequence[Part], settings: Words) -> WordCount:
    """Count the words of all parts as their author wants them counted."""
    counted = []
    for part in parts:
        if part.kind in GROUPS:
            words = dict(words_of(part.blocks) if part.words is None else part.words)
            letters = words.pop(LETTERS, 0)
            counted.append(PartCount(part.docname, part.title, GROUPS[part.kind], words, letters))
    return WordCount(tuple(counted), tuple(settings.count), tuple(settings.parts))


def words_of(blocks: Iterable[Any]) -> dict[str, int]:
    """The words of blocks by what they stand in, and how many of them are letters, where any is."""
    counter = _Counter()
    counter.blocks(blocks, "text")
    found = {kind: counter.words[kind] for kind in KINDS if counter.words[kind]}
    return {**found, LETTERS: counter.letters} if counter.letters else found


@dataclass
class _Counter:
    """Goes through blocks once."""

    words: Counter[str] = field(default_factory=Counter)
    """Words by what they stand in."""
    letters: int = 0
    """Letters of scripts that separate no words."""

    def add(self, text: str, kind: str) -> None:
        """Count a text."""
        self.words[kind] += words_in(text)
        self.letters += letters_in(text)

    def blocks(self, blocks: Iterable[Any], kind: str) -> None:
        """Count in each block."""
        for block in blocks:
            self.block(block, kind)

    def block(self, block: Any, kind: str) -> None:
        """Count in one block."""
        form, content = block["t"], block.get("c")
        if form in {"Para", "Plain"}:
            self.inlines(content, kind)
        elif form == "Header":
            self.inlines(content[2], "headings")
        elif form == "CodeBlock":
            self.add(content[1], "code")
        elif form == "BlockQuote":
            self.blocks(content, "quotations" if kind == "text" else kind)
        elif form == "Div":
            classes = content[0][1]
            if not NOT_COUNTED & set(classes):
                of = next((BOXES[name] for name in classes if name in BOXES and "admonition" not in classes), kind)
                self.blocks(content[1], of)
        else:
            self.larger(form, content, kind)

    def larger(self, form: str, content: Any, kind: str) -> None:
        """Count in figures, tables, verse and lists."""
        if form == "Figure":
            self.blocks(content[1][1], "captions")
            self.blocks(content[2], "captions")
        elif form == "Table":
            self.table(content)
        elif form == "LineBlock":
            for line in content:
                self.inlines(line, kind)
        else:
            self.listed(form, content, kind)

    def listed(self, form: str, content: Any, kind: str) -> None:
        """Count in lists of any kind."""
        if form == "DefinitionList":
            for term, meanings in content:
                self.inlines(term, kind)
                for meaning in meanings:
                    self.blocks(meaning, kind)
        elif form in {"BulletList", "OrderedList"}:
            for item in content if form == "BulletList" else content[1]:
                self.blocks(item, kind)

    def table(self, content: Any) -> None:
        """Count in the cells of a table."""
        self.blocks(content[1][1], "captions")
        bodies = [rows for body in content[4] for rows in (body[2], body[3])]
        for rows in (content[3][1], *bodies, content[5][1]):
            for row in rows:
                for cell in row[1]:
                    self.blocks(cell[4], "tables")

    def inlines(self, inlines: Iterable[Any], kind: str) -> None:
        """Count running text, which goes on over emphasis and links; notes and formulas count by themselves."""
        said: list[str] = []
        self.gather(inlines, said)
        self.add("".join(said), kind)

    def gather(self, inlines: Iterable[Any], said: list[str]) -> None:
        """The text of inlines."""
        for node in inlines:
            form, content = node["t"], node.get("c")
            if form == "Str":
                said.append(content)
            elif form in {"Space", "SoftBreak", "LineBreak"}:
                said.append(" ")
            elif form == "Code":
                said.append(content[1])
            elif form == "Math":
                self.words["formulas"] += 1
            elif form == "Note":
                self.blocks(content, "footnotes")
            elif form in {"Quoted", "Link", "Span", "Cite"}:
                if not (form == "Span" and NOT_COUNTED & set(content[0][1])):
                    self.gather(content[1], said)
            elif isinstance(content, list) and form not in {"Image", "RawInline"}:
                self.gather(content, said)
