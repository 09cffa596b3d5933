"""Structure and words: each rule finds its counter-example, at its place, and leaves alone what is right."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from cells import notebook
from conftest import CONFIG, Write

from book.checks.structure import CHECKS
from book.checks.structure.acronyms import every_acronym_is_spelt_out_once
from book.sources.chapters import Chapter
from book.sources.prose import prose_of
from book.workflow import check

LEAD = "*Checklist for the leader, the helpers and all who take notes of the sessions*"
LONG = "This paragraph says at some length what nobody would ever write down twice in the same words by chance."


def found(*pages: str, language: str = "en") -> list[tuple[str, str, int, int]]:
    """Rule, page, line and column of all that the checks of this folder find."""
    names = [f"p{number}" for number in range(len(pages))]
    chapters = tuple(
        Chapter(name, f"{name}.md", "markdown", "", (), text) for name, text in zip(names, pages, strict=True)
    )
    subject = SimpleNamespace(
        prose=tuple(map(prose_of, chapters)),
        language=language,
        sources=SimpleNamespace(chapters=chapters, config=SimpleNamespace(author="Eunice Y. S. Chan")),
        document=SimpleNamespace(diagnostics=()),
    )
    return [(d.rule, d.path, d.line, d.column) for check in CHECKS for d in check(subject)]


def places(*pages: str, language: str = "en") -> list[tuple[str, int, int]]:
    return [(rule, line, column) for rule, _, line, column in found(*pages, language=language)]


@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        ("# T\n\n## One\n\n## Two\n\nText.\n", "empty-section", 3, 4),
        ("# T\n\nText.\n\n## Two\n", "empty-section", 5, 4),
        ("# T\n\n### Deep\n\n% only a comment\n\n## Two\n\nText.\n", "empty-section", 3, 5),
        ("# T\n\nText. TODO: write this\n", "leftover", 3, 7),
        ("# T\n\n- TODO write this\n", "leftover", 3, 3),
        ("# T\n\nSo it is done. TODO\n", "leftover", 3, 16),
        ("# T\n\nAs shown [TODO].\n", "leftover", 3, 11),
        ("# T\n\nIt *rose*. TBD Then it fell.\n", "leftover", 3, 12),
        ("# T\n\nIt rose, as {cite:p}`a`. FIXME\n{cite:t}`b` says so.\n", "leftover", 3, 26),
        ("# T\n\nLorem ipsum dolor sit.\n", "leftover", 3, 1),
        ("# T\n\nThis was shown [citation needed].\n", "leftover", 3, 16),
        ("# T\n\nIn the year ?? it rose.\n", "leftover", 3, 13),
        ("# T\n\nIt {++grew++} fast.\n", "leftover", 3, 4),
        ("# T\n\nIt <ins>grew</ins> fast.\n", "leftover", 3, 4),
        ("# T\n\nSee [insert name of the town] there.\n", "leftover", 3, 5),
        ("# T\n\nConcepts of soft@power matter.\n", "damaged-text", 3, 13),
        ("# T\n\nA model, and a mo@del.\n", "damaged-text", 3, 16),
        ("# T\n\nThe *fÃ¼nf* are here.\n", "damaged-text", 3, 7),
        ("# T\n\nIt wasnâ€™t so.\n", "damaged-text", 3, 8),
        ("# T\n\nA \ufffd stands.\n", "damaged-text", 3, 3),
        ("# T\n\nSome co\u00adoperation here.\n", "damaged-text", 3, 6),
        ("# T\n\nIt is the the end.\n", "damaged-text", 3, 7),
        ("# T\n\nMuch coopera- tion, and cooperation.\n", "damaged-text", 3, 6),
        ("# T\n\nThe United Farmers Club (UFC) met.\n\nThe United Farmers Club (UFC) ate.\n", "acronym-spelt-out-twice", 5, 26),
        ("# T\n\nThe UFC met.\n\nThe United Farmers Club (UFC) ate.\n", "acronym-not-spelt-out", 3, 5),
        ("# T\n\nThe UFC met.\n\nThe UFC ate.\n\nThe UFC left.\n", "acronym-not-spelt-out", 3, 5),
        ("# T\n\nWe organise, they realise, you organize.\n", "spelling-varies", 3, 32),
        ("# T\n\nWe minimise, minimise and minimize it.\n", "spelling-varies", 3, 27),
        ("# T\n\nThe behaviour and the colour of behavior.\n", "spelling-varies", 3, 33),
        ("# T\n\nBy e-mail; one email, another email.\n", "spelling-varies", 3, 4),
        ("# T\n\nWe optimize, normalize and re-optimise it.\n", "spelling-varies", 3, 28),
        ("# T\n\nThey prioritize; they organise, realise.\n", "spelling-varies", 3, 6),
        ("# T\n\nIt ends for each each column.\n", "damaged-text", 3, 13),
        ("# T\n\nIt will\nwill end.\n", "damaged-text", 3, 4),
        ("# T\n\nIt is what it is is.\n", "damaged-text", 3, 15),
        ("# T\n\n- one \uf0b7\n- two \uf0b7\n- three \uf0b7\n", "damaged-text", 3, 7),
        ("# T\n\nTBA\n\n## Two\n\nText.\n", "leftover", 3, 1),
        ("# T\n\n*To be written.*\n", "leftover", 3, 2),
        ("# T\n\nInhalt folgt.\n", "leftover", 3, 1),
        ("# T\n\nOne dataset, two datasets, a data set.\n", "spelling-varies", 3, 30),
    ],
)  # fmt: skip
def test_a_defect_is_found_at_its_place(text: str, rule: str, line: int, column: int) -> None:
    """Each rule names the line and column of what breaks its promise, and nothing else."""
    assert places(text) == [(rule, line, column)]


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\n## One\n\n### Deeper\n\nText.\n",
        "# Only a title\n",
        "# T\n\n```{toctree}\na\n```\n",
        "# T\n\n## One\n\n```{code-cell}\n1\n```\n\n## Two\n\n$$\nx\n$$\n\n## Three\n\n- item\n\n## Four\n\n![a](b.png)\n",
        "# T\n\nSo it is done. TODO lists help. TBD means that. The XXX Olympiad came.\n",
        "# T\n\nA TODO list holds `TODO: x` and XXX-large things; what?! Really?\n\n% TODO: hidden\n\n```python\n# TODO: x\n```\n",
        '# T\n\nAsk [?](help.md) and [insert](x.md) it. "TODO: x" is what one writes.\n',
        "# T\n\nWrite to me@example.org or @handle, for precision@k and up@it; see https://a.org/@me and user@host.\n".replace("user@host", "`user@host`"),
        "# T\n\nHe had had it; I know that that is so; 'the The Hague' too.\n",
        "# T\n\nPre- and postwar, two- to three-fold.\n",
        "# T\n\nIt was very very good, so so good; go go go; **class** class; x x; New York York; blah blah; *Homo sapiens sapiens*.\n",
        "# T\n\nWe advise and supervise the exercise of unsupervised, medium-sized prizes; they realize and organize.\n",
        "# T\n\nPages of an index; what is to be written is not yet coming soon, a good(?) thing.\n",
        "# T\n\nUnder FAR 25 and FAR 23, FAR 121 says so. Use Git LFS, with Git LFS, or Git LFS.\n",
        "# T\n\nThe United Farmers Club (UFC) met. The UFC ate.\n",
        "# T\n\nThe Disease Ontology (DOID) names it. In DOID, or DOID, or DOID.\n",
        "# T\n\nIt is by Robert M. Corless. RMC says so. RMC ate, RMC left.\n",
        "# T\n\nEYSC says so. EYSC ate, EYSC left.\n",
        "# T\n\nUFCs: United Farmers Clubs.\n\nA UFC ate.\n\nA United Farmers Club (UFC) left.\n",
        "# T\n\nIt lies at JSTOR. JSTOR has it, and JSTOR keeps it.\n",
        "# T\n\nThe USA, the EU and DNA; the USA, the EU and DNA; the USA, the EU and DNA. Louis XIV, XIV, XIV.\n",
        "# T\n\nThe ABC met. ABC, ABC.\n\n## Abbreviations\n\n| | |\n|---|---|\n| ABC | Anything |\n",
        '# T\n\nThey organise; "we organize", said he, of the World Health Organization.\n',
        f"# T\n\n> {LONG}\n\n> {LONG}\n\nShort.\n\nShort.\n",
        f"# T\n\n{LONG}\n\n```{{glossary}}\nTerm\n  {LONG}\n```\n",
        f"# T\n\n```{{tip}}\n{LONG}\n```\n\n## Two\n\n```{{tip}}\n{LONG}\n```\n",
        f"# T\n\n- {LONG} {LONG}\n\n## Two\n\n- {LONG} {LONG}\n",
        f"# T\n\n{LEAD}\n\n- one\n\n{LEAD}\n\n- two\n",
    ],
)  # fmt: skip
def test_what_is_right_is_left_alone(text: str) -> None:
    """What only looks like a defect is none."""
    assert places(text) == []


def test_a_paragraph_that_stands_twice_names_the_first_place() -> None:
    """A repeated passage is named once, where it begins again; what recurs on many pages is meant to."""
    second = LONG.replace("paragraph", "passage")

    assert found(f"# A\n\n{LONG}\n\n{second}\n", f"# B\n\nOther.\n\n{LONG}\n\n{second}\n") == [
        ("repeated-paragraph", "p1.md", 5, 1)
    ]
    assert found(*[f"# A\n\n{LONG}\n"] * 5) == []


def test_a_paragraph_full_of_references_stands_once() -> None:
    """The plan of a thesis is mostly references, and the same one is a repetition; with other references it is another."""
    plan = "{ref}`a` says what is asked, {ref}`b` what has been counted, {ref}`c` what comes of it, and {ref}`d` what does not."

    assert found(f"# A\n\n{plan}\n", f"# B\n\n{plan}\n") == [("repeated-paragraph", "p1.md", 3, 1)]
    assert found(f"# A\n\n{plan}\n", f"# B\n\n{plan.replace('`d`', '`e`')}\n") == []


def test_a_frame_for_formulas_may_stand_twice() -> None:
    """A sentence that is little more than its formulas and its number is written anew for each of them."""
    frame = "where $K_a$ and $K_t$ are defined as (see equations 17.103 and 17.104)"

    assert found(f"# A\n\n{frame}\n", f"# B\n\n{frame}\n") == []


def test_an_introduction_is_no_front_matter() -> None:
    """An acronym that a chapter called 'ethics-intro' spells out again is reported; the landing page stands for itself."""
    text = "# T\n\nThe United Farmers Club (UFC) met.\n"
    pages = [Chapter(name, f"{name}.md", "markdown", "", (), text) for name in ("intro", "a/one", "a/ethics-intro")]
    subject = SimpleNamespace(prose=tuple(map(prose_of, pages)), language="en")

    assert [remark.path for remark in every_acronym_is_spelt_out_once(subject)] == ["a/ethics-intro.md"]


def test_the_language_decides_on_spelling() -> None:
    """American spellings are wrong in British English, and the other way round, where they stand alone too."""
    text = "# T\n\nThe colour was organised.\n"

    assert places(text, language="en-GB") == []
    assert places(text, language="en-US") == [("spelling-varies", 3, 16), ("spelling-varies", 3, 5)]
    assert places(text.replace("colour", "color"), language="en-GB") == [("spelling-varies", 3, 5)]


def test_other_languages_are_spared() -> None:
    """German has its own pairs; English rules do not speak up in it, nor in a language that nobody has told us of."""
    assert places("# T\n\nWir wissen, daß es so ist, dass es gilt.\n", language="de") == [("spelling-varies", 3, 13)]
    assert places("# T\n\nDas Telefon, das Telephon und ein Telefon.\n", language="de") == [("spelling-varies", 3, 18)]
    assert places("# T\n\nDie, die die Welt kennen, was in in Rom.\n", language="de") == []
    assert places("# T\n\nColour, color and the the end; colour, color.\n", language="xx") == []


def test_a_thesis_is_read_whole(thesis: Write) -> None:
    """`thesis check` names line and column in pages, and cell and line in notebooks; skipped headings too."""
    root = thesis(
        {
            "_config.yml": CONFIG + "execute: {execute_notebooks: 'off'}\n",
            "_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: one\n- file: two\n- file: zoo\n",
            "index.md": "# T\n\nText of soft@power.\n\n### Deep\n\nText.\n",
            "one.md": "## One\n\nText.\n",
            "two.ipynb": notebook(["# Two", "Text.\n\n### Deep\n\nIt is the the end."]),
            "zoo.ipynb": notebook(["(z)=\n## Zoo\n\nText."]),
        }
    )

    assert [(d.rule, d.path, d.cell, d.line) for d in check(root)] == [
        ("damaged-text", "index.md", 0, 3),
        ("skipped-heading-level", "index.md", 0, 5),
        ("skipped-heading-level", "one.md", 0, 1),
        ("skipped-heading-level", "two.ipynb", 2, 3),
        ("damaged-text", "two.ipynb", 2, 5),
        ("skipped-heading-level", "zoo.ipynb", 1, 2),
    ]
