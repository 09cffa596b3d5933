"""Planted defects are found where they are, and a check that misses one is told so."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument
from running import write

from benchmarks.mutants.copies import Copy
from benchmarks.mutants.edit import Edit, Place, apply, lines_of
from benchmarks.mutants.kinds import KINDS
from benchmarks.mutants.markdown import PLAIN
from benchmarks.mutants.mutant import Kind, Mutant
from benchmarks.mutants.planting import candidates, check, plant_all
from benchmarks.mutants.session import choose
from benchmarks.mutants.table import shortcomings, table

HERE = Path(__file__).resolve().parents[1] / "benchmarks" / "mutants"
BY_NAME = {kind.name: kind for kind in KINDS}
FILES = {
    "_config.yml": "title: T\nauthor: A\nonly_build_toc_files: true\nexecute: {execute_notebooks: 'off'}\nbibtex_bibfiles: [works.bib]\n",
    "_toc.yml": "format: jb-book\nroot: index\nchapters: [{file: one}, {file: two}]\n",
    "index.md": "# T\n\nA thesis.\n\n```{bibliography}\n```\n",
    "one.md": "# One\n\nThe first thing to say is said by others {cite:p}`doe2001`.\n\n(sec-more)=\n## More\n\nAnd there is more to say about it.\n\n### Less\n\nBut not much.\n",
    "works.bib": "@book{doe2001,\n  author = {Doe, Jane},\n  title = {A work},\n  publisher = {P},\n  year = {2001}\n}\n\n"
    "@book{roe2002,\n  author = {Roe, Richard},\n  title = {Another work},\n  publisher = {P},\n  year = {2002}\n}\n",
    "two.ipynb": json.dumps(
        {
            "cells": [
                {
                    "cell_type": "markdown",
                    "metadata": {},
                    "source": "# Two\n\nAs {cite:t}`roe2002` says, see {ref}`sec-more`.",
                }
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
    ),
}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(write(tmp_path / "tiny", FILES), "tiny", "written")


def test_defects_are_caught_and_taken_out_again(copy):
    """Several kinds, planted at once in Markdown, a notebook and the bibliography, are all found; the files are as before."""
    kinds = [
        BY_NAME[name]
        for name in ("entry-dropped", "citation-misspelt", "role-misspelt", "heading-level-skipped", "target-renamed")
    ]
    baseline = check(copy.root)
    found = candidates(copy, kinds, baseline, seed=1, most=3)
    verdicts = list(plant_all(copy, [(kind, mutant) for kind in kinds for mutant in found[kind.name]], baseline))

    assert {one.kind for one in verdicts} == {kind.name for kind in kinds}
    assert [one for one in verdicts if not one.caught] == []
    assert {name: (copy.root / name).read_text() for name in FILES} == FILES


def test_a_defect_that_nothing_reports_is_missed(copy):
    """A kind whose rule says nothing is listed with its place, and the session falls short."""
    idle = Kind("idle", "Nothing is wrong.", ("citation-without-entry",), lambda _: iter(()))
    at = FILES["one.md"].index("The first")
    mutant = Mutant("a word more", (Edit("one.md", at, at, "Well. "),), (Place("one.md", at, at),))
    (verdict,) = plant_all(copy, [(idle, mutant)], [])

    assert not verdict.caught
    assert "missed: idle in tiny: a word more\n  looked for at one.md:3-3" in table([verdict], [idle])
    assert shortcomings([verdict], [idle]) == ["idle: 0 of 1 caught", "idle: only 1 planted", "all: 0 of 1 caught"]


def test_a_place_that_is_remarked_upon_before_is_no_place_to_plant(copy):
    """What the check says of the thesis as it is cannot be taken for a defect found."""
    kind = BY_NAME["citation-misspelt"]
    clean = candidates(copy, [kind], [], seed=1, most=9)[kind.name]
    (copy.root / "works.bib").write_text("")
    dirty = candidates(copy, [kind], check(copy.root), seed=1, most=9)[kind.name]

    assert len(clean) == 2
    assert dirty == []


def test_the_same_seed_plants_the_same(copy):
    """A session can be repeated, and another seed chooses otherwise."""
    drawn = [candidates(copy, KINDS, [], seed=seed, most=2) for seed in (1, 1, 2)]

    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_places_follow_the_edits_around_them():
    """A place is told in lines of the files as they are with everything planted, whatever was put in or taken out before it."""
    lines = list(range(1000, 1040))
    text = "\n".join(str(line) for line in lines)
    for wanted in range(0, 40, 3):
        start = text.index(str(lines[wanted]))
        edits = [
            Edit("a.md", at, at + gone, new)
            for at, gone, new in ((0, 5, ""), (51, 0, "x\ny\n"), (100, 5, "z\n\n\nu\n"))
        ]
        if any(edit.start <= start <= edit.end for edit in edits):
            continue
        there = lines_of(Place("a.md", start, start + 4), text, edits)

        assert apply(text, edits).split("\n")[there.first - 1 : there.last] == [str(lines[wanted])]


def test_a_stop_behind_an_abbreviation_ends_no_sentence():
    """What is planted at the end of a sentence stands there."""
    texts = [
        f"Here are pages, chapters, figures, tables, {rest}" for rest in ("etc. and the rest.", "and all the rest.")
    ]
    found = [PLAIN.findall(text) for text in texts]

    assert found == [[], [texts[1]]]


def test_an_empty_sheet_is_put_into_a_pdf(copy):
    """The planted file is the PDF with one sheet more, in a place that stands to the right."""
    document = PdfDocument.new()
    for _ in range(5):
        document.new_page(595, 842)
    (copy.root / "_build").mkdir()
    document.save(copy.root / "_build" / "thesis.pdf")
    planted = list(BY_NAME["sheet-left-empty"].plant(copy))

    assert [mutant.what for mutant in planted] == ["sheet 3 empty", "sheet 5 empty"]
    assert [len(PdfDocument(mutant.files[0][1])) for mutant in planted] == [6, 6]


def test_more_than_half_is_planted_in_public_books_where_they_have_places():
    """Own theses fill up what public books leave, and stand alone where these have nothing of a kind."""
    some = [Mutant(str(number)) for number in range(30)]
    found = {"ours": {"a": some, "b": some}, "theirs": {"a": some, "b": []}}
    chosen = choose(found, {"ours": "written", "theirs": "public"}, ["a", "b"], 24)
    counts = {book: [sum(name == kind for name, _ in listed) for kind in "ab"] for book, listed in chosen.items()}

    assert counts == {"ours": [3, 20], "theirs": [18, 0]}


def test_planting_knows_nothing_of_the_checks():
    """Of `book`, the planting code imports the verbs, what they raise and what they return, and nothing else."""
    imported = {
        name
        for path in HERE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [node.module]
            if isinstance(node, ast.ImportFrom) and node.module
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    assert sorted(name for name in imported if name.split(".")[0] == "book") == [
        "book",
        "book.diagnostics",
        "book.errors",
    ]


def test_every_kind_says_what_it_plants():
    """There are thirty kinds or more, each with a name and a sentence of its own."""
    assert len({kind.name for kind in KINDS}) == len({kind.about for kind in KINDS}) == len(KINDS) >= 30
    assert [kind.name for kind in KINDS if not kind.about.endswith(".") or not kind.rules] == []
