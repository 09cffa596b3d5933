"""Defects of references, labels, roles and footnotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.mutants.markdown import PLAIN
from benchmarks.mutants.mutant import Mutant, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.mutants.copies import Copy, Role

_WORDS = {
    "en": {"figure": "Figure", "table": "Table", "section": "Section"},
    "de": {"figure": "Abbildung", "table": "Tabelle", "section": "Abschnitt"},
}


def _printed(copy: Copy) -> dict[str, tuple[str, str]]:
    """By label, what it is and its number, as the captions and headings of the built pages print it."""
    found: dict[str, tuple[str, str]] = {}
    for _, html in copy.built:
        for match in re.finditer(
            r'<(figure|table)[^>]*\bid="([^"]+)"(?:(?!</\1>|<\1[ >]).)*?<span class="caption-number">\s*\S+[\s ]([\w.]+?)[.:]?\s*</span>',
            html,
            re.DOTALL,
        ):
            found[match[2]] = (match[1], match[3].rstrip("."))
    return found


def _numrefs(copy: Copy) -> Iterator[tuple[Role, str, str]]:
    printed = {label.lower().replace("_", "-").replace(":", "-"): told for label, told in _printed(copy).items()}
    for role in copy.references:
        told = printed.get(role.target.lower().replace("_", "-").replace(":", "-"))
        before = role.unit.text[max(0, role.start - 12) : role.start]
        if (
            role.name == "numref"
            and told
            and "<" not in role.text
            and not re.search(r"(Fig\w*|Tab\w*|Abb\w*)\.?\s*$", before)
        ):
            yield role, *told


@kind("typed-reference")
def reference_typed(copy: Copy) -> Iterator[Mutant]:
    """A reference to a figure or table gives way to its number, typed by hand."""
    for role, what, number in _numrefs(copy):
        said = f"{_WORDS[copy.language][what]} {number}"
        yield Mutant(
            f"'{said}' typed",
            (role.unit.edit(role.start, role.end, said),),
            (role.place,),
            (role.target,),
            touches=frozenset({f"label:{role.target}"}),
        )


@kind("typed-reference", "typed-reference-without-target")
def reference_typed_wrong(copy: Copy) -> Iterator[Mutant]:
    """A reference gives way to a number typed by hand that belongs to another figure, or to none."""
    for place, (role, what, number) in enumerate(_numrefs(copy)):
        head, _, last = number.rpartition(".")
        if not last.isdigit():
            continue
        other = (
            f"{head}.{int(last) + 1 + place % 2}".lstrip(".") if place % 3 else f"{head}.{int(last) + 40}".lstrip(".")
        )
        said = f"{_WORDS[copy.language][what]} {other}"
        yield Mutant(
            f"'{said}' typed for '{role.target}'",
            (role.unit.edit(role.start, role.end, said),),
            (role.place,),
            (other,),
            touches=frozenset({f"label:{role.target}"}),
        )


@kind("typed-reference-without-target")
def reference_typed_to_nothing(copy: Copy) -> Iterator[Mutant]:
    """A sentence names a figure, table, chapter or section by a number that nothing has."""
    words = (
        ("Figure 97.3", "Table 88.2", "Chapter 77", "Section 66.5")
        if copy.language == "en"
        else ("Abbildung 97.3", "Tabelle 88.2", "Kapitel 77", "Abschnitt 66.5")
    )
    for unit in copy.prose:
        for block in unit.of_kind("paragraph"):
            if match := PLAIN.search(block.text):
                at = block.start + match.end()
                said = words[block.start % 4]
                more = f" This can be seen in {said}." if copy.language == "en" else f" Das sieht man in {said}."
                yield Mutant(
                    f"'{said}' typed", (unit.edit(at, at, more),), (unit.line_place(at, at),), (said.split()[1],)
                )


@kind("reference-without-target")
def reference_misspelt(copy: Copy) -> Iterator[Mutant]:
    """A reference names a label that is one letter off."""
    for role in copy.references:
        target = role.target
        if len(target) < 5 or copy.mentions(target) < 2:
            continue
        said = target[:-2] + target[-1] if target[-2].isalpha() else target + "x"
        if said == target or copy.mentions(said):
            continue
        at = role.start + len(role.name) + role.unit.text[role.start + len(role.name) : role.end].rindex(target)
        yield Mutant(
            f"'{said}' referred to",
            (role.unit.edit(at, at + len(target), said),),
            (role.place,),
            (f"{said}",),
            touches=frozenset({f"label:{target}"}),
        )


@kind("reference-without-target")
def target_renamed(copy: Copy) -> Iterator[Mutant]:
    """A label is changed, and its references are not."""
    for label, (unit, block) in copy.labels.items():
        roles = [role for role in copy.references if role.target == label]
        if roles:
            edit = unit.edit(block.start, block.end, f"({label}-2)=")
            yield Mutant(
                f"label '{label}' renamed", (edit,), (roles[0].place,), (label,), touches=frozenset({f"label:{label}"})
            )


@kind("unknown-role")
def role_misspelt(copy: Copy) -> Iterator[Mutant]:
    """The name of a role is one letter off."""
    wrong = {
        "cite": "citte",
        "cite:p": "cit:p",
        "cite:t": "cit:t",
        "numref": "numreff",
        "ref": "reff",
        "finding": "findng",
        "eq": "eqq",
    }
    for role in copy.roles:
        if role.name in wrong:
            at = role.start + 1
            edit = role.unit.edit(at, at + len(role.name), wrong[role.name])
            yield Mutant(
                f"role '{wrong[role.name]}'",
                (edit,),
                (role.place,),
                (wrong[role.name],),
                touches=frozenset({f"label:{role.target}"}),
            )


@kind("unknown-directive")
def directive_misspelt(copy: Copy) -> Iterator[Mutant]:
    """The name of a directive is one letter off."""
    for unit in copy.prose:
        for block in unit.of_kind("fence"):
            name = block.directive
            if name in (
                "figure",
                "note",
                "warning",
                "tip",
                "admonition",
                "table",
                "list-table",
                "important",
                "image",
                "math",
                "index",
                "claim",
                "prf:theorem",
                "prf:proof",
                "prf:definition",
            ):
                at = block.start + block.text.index(name)
                yield Mutant(
                    f"directive '{name[:-1]}'",
                    (unit.edit(at, at + len(name), name[:-1]),),
                    (unit.block_place(block),),
                    (name[:-1],),
                    touches=frozenset({f"label:{block.options.get('name', (0, 0, ''))[2]}"}),
                )


@kind("footnote-without-text")
def footnote_text_missing(copy: Copy) -> Iterator[Mutant]:
    """A footnote is referred to that has no text."""
    for unit in copy.prose:
        for block in unit.of_kind("paragraph"):
            if match := PLAIN.search(block.text):
                at = block.start + match.end()
                yield Mutant(
                    "footnote without text",
                    (unit.edit(at, at, f"[^lost{at}]"),),
                    (unit.line_place(at, at),),
                    (f"lost{at}",),
                )


@kind("footnote-without-reference")
def footnote_reference_missing(copy: Copy) -> Iterator[Mutant]:
    """A footnote has a text that nobody refers to."""
    for unit in copy.prose:
        for block in unit.of_kind("paragraph"):
            at = block.end
            said = f"\n\n[^idle{at}]: An idle remark."
            yield Mutant(
                "footnote without reference", (unit.edit(at, at, said),), (unit.place(at, at),), (f"idle{at}",)
            )
