"""Defects of words: acronyms, spelling, leftovers, damage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.mutants.markdown import PLAIN
from benchmarks.mutants.mutant import Mutant, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.mutants.copies import Copy, Unit
    from benchmarks.mutants.markdown import Block

_INVENTED = (
    ("Regional Harbour Oversight Board", "RHOB"),
    ("Unified Grain Transport Scheme", "UGTS"),
    ("Maritime Customs Review Panel", "MCRP"),
    ("Local Credit Guarantee Fund", "LCGF"),
    ("Kleinstädtischer Wasserverband Ost", "KWO"),
)
"""Names that no book has, with their acronyms."""

_SPELT = (
    ("organisation", "organization"),
    ("organise", "organize"),
    ("behaviour", "behavior"),
    ("analyse", "analyze"),
    ("modelling", "modeling"),
    ("colour", "color"),
    ("centre", "center"),
    ("labelled", "labeled"),
    ("recognise", "recognize"),
    ("favour", "favor"),
    ("defence", "defense"),
    ("summarise", "summarize"),
    ("visualisation", "visualization"),
    ("optimise", "optimize"),
    ("neighbour", "neighbor"),
    ("minimise", "minimize"),
    ("generalise", "generalize"),
    ("standardise", "standardize"),
    ("emphasise", "emphasize"),
    ("utilise", "utilize"),
    ("characterise", "characterize"),
)
"""Words that English spells in two ways."""
_FRONT = re.compile(r"abstract|summary|zusammenfassung|preface|vorwort|front|intro", re.IGNORECASE)
"""Pages that stand for themselves, so that acronyms are spelt out there and in the text again."""
_GERMAN = (
    ("Potenzial", "Potential"),
    ("aufwendig", "aufwändig"),
    ("Fotografie", "Photographie"),
    ("Grafik", "Graphik"),
    ("selbstständig", "selbständig"),
    ("Orthografie", "Orthographie"),
    ("Biografie", "Biographie"),
    ("Telefon", "Telephon"),
)
"""And German."""


def _sentences(copy: Copy) -> Iterator[tuple[Unit, Block, int, int, str]]:
    """Sentences of words alone: unit, block, where they begin and end, and their words."""
    for unit in copy.prose:
        for block in unit.of_kind("paragraph"):
            for match in PLAIN.finditer(block.text):
                yield unit, block, block.start + match.start(), block.start + match.end(), match[0]


def _words(unit: Unit, start: int, end: int) -> list[tuple[int, str]]:
    return [(start + match.start(), match[0]) for match in re.finditer(r"\b[a-zäöüß]{5,}\b", unit.text[start:end])]


@kind("acronym-not-spelt-out")
def acronym_not_spelt_out(copy: Copy) -> Iterator[Mutant]:
    """An acronym is used that nobody spells out, several times."""
    letters = ("QXBR", "ZWTP", "VKQD", "JXLM", "QZFN", "XPWB")
    seen = list(_sentences(copy)) if copy.language == "en" else []
    said = (" The {} was asked too.", " The {} agreed, and so did the others.", " Nobody has asked the {} since.")
    for number in range(0, len(seen) - 2, 4):
        acronym = letters[number % 6] + "ABCDEFGH"[number // 6 % 8]
        edits = tuple(
            unit.edit(end, end, words.format(acronym))
            for (unit, _, _, end, _), words in zip(seen[number : number + 3], said, strict=True)
        )
        yield Mutant(
            f"'{acronym}' never spelt out",
            edits,
            (seen[number][0].block_place(seen[number][1]),),
            (acronym,),
            touches=frozenset({f"acronym:{acronym}"}),
        )


@kind("acronym-not-spelt-out")
def acronym_used_before(copy: Copy) -> Iterator[Mutant]:
    """An acronym is used first and spelt out in a later paragraph."""
    english = (" The {acronym} was asked too.", " The {name} ({acronym}) answered late.")
    german = (" Auch die {acronym} wurde gefragt.", " Der {name} ({acronym}) antwortete spät.")
    return _said_in_turn(copy, "before it is spelt out", english if copy.language == "en" else german, wrong=0)


@kind("acronym-spelt-out-twice")
def acronym_spelt_out_twice(copy: Copy) -> Iterator[Mutant]:
    """An acronym is spelt out, and spelt out again in a later paragraph of the chapter."""
    english = (" The {name} ({acronym}) was asked too.", " The {name} ({acronym}) answered late.")
    german = (" Der {name} ({acronym}) wurde gefragt.", " Der {name} ({acronym}) antwortete spät.")
    return _said_in_turn(copy, "spelt out twice", english if copy.language == "en" else german, wrong=1)


def _said_in_turn(copy: Copy, what: str, words: tuple[str, str], *, wrong: int) -> Iterator[Mutant]:
    """Two sentences on one acronym in two paragraphs, of which one is wrong."""
    for *places, name, acronym in _pairs(copy):
        said = (text.format(name=name, acronym=acronym) for text in words)
        unit, block, *_ = places[wrong]
        yield Mutant(
            f"'{acronym}' {what}",
            tuple(place[0].edit(place[3], place[3], text) for place, text in zip(places, said, strict=True)),
            (unit.block_place(block),),
            (acronym,),
            touches=frozenset({f"acronym:{acronym}"}),
        )


Seen = tuple["Unit", "Block", int, int, str]


def _pairs(copy: Copy) -> Iterator[tuple[Seen, Seen, str, str]]:
    """Two sentences of one page, not in one paragraph, with a name and its acronym."""
    seen = list(_sentences(copy))
    for number, (one, other) in enumerate(zip(seen, seen[2:], strict=False)):
        if _FRONT.search(one[0].path) or one[0].path == copy.pages[0]:
            continue
        if one[0].path == other[0].path and (one[0].cell, one[1]) != (other[0].cell, other[1]):
            yield one, other, *_INVENTED[number % 5 if copy.language == "en" else 4]


@kind("spelling-varies")
def word_spelt_the_other_way(copy: Copy) -> Iterator[Mutant]:
    """A word that the thesis spells in one way is once spelt in the other."""
    everything = "\n".join(unit.text for unit in copy.prose)
    for pair in _SPELT if copy.language == "en" else _GERMAN:
        for this, that in (pair, pair[::-1]):
            used, unused = (len(re.findall(rf"\b{word}\b", everything)) for word in (this, that))
            if used < 3 or unused:
                continue
            for unit in copy.prose:
                for block in unit.of_kind("paragraph", "item"):
                    bare = re.sub(
                        r"`[^`]*`|\[[^\]]*\]\([^)]*\)|https?:\S+", lambda match: " " * len(match[0]), block.text
                    )
                    for match in re.finditer(rf"\b{this}\b", bare):
                        at = block.start + match.start()
                        edit = unit.edit(at, at + len(this), that)
                        yield Mutant(
                            f"'{that}' beside '{this}'",
                            (edit,),
                            (unit.line_place(at, at),),
                            (that,),
                            touches=frozenset({f"word:{this}"}),
                        )


@kind("spelling-varies")
def words_spelt_both_ways(copy: Copy) -> Iterator[Mutant]:
    """A word that the thesis did not use before is spelt in one way three times, and once in the other."""
    everything = "\n".join(unit.text for unit in copy.prose)
    said = " One may speak of {} here." if copy.language == "en" else " Man kann hier auch {} sagen."
    seen = list(_sentences(copy))
    pairs = [
        pair
        for pair in (_SPELT if copy.language == "en" else _GERMAN)
        if not re.search("|".join(pair), everything, re.IGNORECASE)
    ]
    for number in range(0, len(seen) - 3, 4):
        if pairs:
            this, that = pairs[number // 4 % len(pairs)][:: 1 if number % 8 else -1]
            four = seen[number : number + 4]
            words = (this, this, that, this)
            edits = tuple(
                unit.edit(end, end, said.format(word)) for (unit, _, _, end, _), word in zip(four, words, strict=True)
            )
            places = tuple(unit.line_place(end, end) for unit, _, _, end, _ in four)
            yield Mutant(
                f"'{that}' beside '{this}'",
                edits,
                places,
                (this, that),
                touches=frozenset({f"word:{this}", f"word:{that}"}),
            )


@kind("leftover")
def leftover_planted(copy: Copy) -> Iterator[Mutant]:
    """A note to oneself, a filler text or a mark of tracked changes is left standing."""
    said = (
        "TODO: say more here.",
        "FIXME",
        "XXX",
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit.",
        "[citation needed]",
        "TODO",
        "???",
        "{++added++}",
        "[TODO: check]",
        "TBD",
    )
    for number, (unit, _, _, end, _) in enumerate(_sentences(copy)):
        left = said[number % len(said)]
        yield Mutant(f"'{left}' left", (unit.edit(end, end, f" {left}"),), (unit.line_place(end, end),))


@kind("damaged-text")
def word_damaged(copy: Copy) -> Iterator[Mutant]:
    """A word holds a sign that does not belong there, or went through the wrong encoding."""
    for number, (unit, _, start, end, _) in enumerate(_sentences(copy)):
        words = _words(unit, start, end)
        if len(words) < 3:
            continue
        at, word = words[len(words) // 2]
        middle = len(word) // 2
        said = (
            word[:middle] + "@" + word[middle:],
            word[:middle] + "Ã¼" + word[middle + 1 :],
            word[:middle] + "\u00ad" + word[middle:],
            word[:middle] + "\ufffd" + word[middle + 1 :],
            word + "â€™s",
        )[number % 5]
        yield Mutant(f"'{said}'", (unit.edit(at, at + len(word), said),), (unit.line_place(at, at),))


@kind("damaged-text")
def word_doubled(copy: Copy) -> Iterator[Mutant]:
    """A small word stands twice in a row."""
    small = (
        r" (the|of|and|in|is|to|a|with|for) (?=[a-z]{3})"
        if copy.language == "en"
        else r" (und|mit|von|für|ein|auf|oder|nicht) (?=[a-zäöü]{3})"
    )
    for unit, _, start, end, _ in _sentences(copy):
        if match := re.search(small, unit.text[start:end]):
            at = start + match.end()
            yield Mutant(
                f"'{match[1]} {match[1]}'",
                (unit.edit(at, at, f"{match[1]} "),),
                (unit.line_place(at, at),),
                (match[1],),
            )
