"""What counts as a word, by part and by what it stands in; and the text that quotes its own count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from every_kind import code, div, equation, figure, header, maths, note, para, plain, span, table, titled

from book.config import Words
from book.document.counting import count_words, names_of, words_in
from book.document.parts import Part
from book.workflow import build, words

if TYPE_CHECKING:
    from conftest import Write


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one two  three", 3),
        ("process-tracing is one – and this", 5),
        ("China–Russia (2014)", 2),
        ("12\u202f345 and 1\u00a0234\u00a0567 and 3.14", 5),
        ("Figure\u00a04.1", 2),
        ("… – * &", 0),
        ("博士論文", 4),
        ("the 論文 of", 4),
        ("don’t", 1),
        ("กิน", 2),
        ("ปี 2567 และ ๒๕๖๗", 6),
        ("ភាសា", 2),
        ("the ข้าว", 4),
    ],
)
def test_words_are_counted_as_word_processors_do(text: str, count: int) -> None:
    """What stands between spaces and has a letter or digit is a word; a number is one, however it is grouped."""
    assert words_in(text) == count


def test_letters_that_are_counted_for_words_are_said(thesis: Write) -> None:
    """A text in a script that separates no words says how many of its words are letters."""
    root = thesis({"one.md": "# One\n\nกิน ข้าว with three words.\n"})

    assert json.loads(words(root, "json"))["letters"] == 5
    assert "5   of all are letters of a script that separates no words" in words(root)


@pytest.mark.parametrize(
    ("block", "counted"),
    [
        (header(2, "Two words", "x", "1.1"), {"headings": 2}),
        (para("Three plain words"), {"text": 3}),
        (para("Text", note("in a note")), {"text": 1, "footnotes": 3}),
        (para("A ", {"t": "Emph", "c": [{"t": "Str", "c": "half"}]}, "word"), {"text": 2}),
        ({"t": "BlockQuote", "c": [para("said by others", note("and noted"))]}, {"quotations": 3, "footnotes": 2}),
        (div([para("a motto")], "epigraph"), {"quotations": 2}),
        (para("with ", maths("x + y"), " in it"), {"text": 3, "formulas": 1}),
        (equation("a = b", "eq", number="1.1"), {"formulas": 1}),
        (code("print(1) # two"), {"code": 2}),
        (figure([table(["head"], [["one cell"]]), div([para("a note below")], "note")], "A caption", "table"), {"captions": 5, "tables": 3}),
        (div([div([para("Smith (2020)")], "csl-entry")], "references"), {"bibliography": 2}),
        (titled("Note", [para("boxed words")], "admonition", "note"), {"text": 3}),
        (para(span("unknown finding", "problem"), " left"), {"text": 1}),
        (div([plain("1.1 Something")], "list-of-tables"), {}),
    ],
)  # fmt: skip
def test_each_word_stands_in_something(block: Any, counted: dict[str, int]) -> None:
    """A word counts once, as what it stands in."""
    [part] = count_words([Part("chapter", "", "one", "One", (block,))], Words()).parts

    assert part.words == counted


def parts() -> list[Part]:
    body = (header(1, "Title", "t", "1"), para("Three plain words"), figure([table(["h"], [["c"]])], "Cap", "table"))
    return [
        Part("front", "abstract", "front/abstract", "Abstract", (para("In short"),)),
        Part("chapter", "", "chapters/one", "Title", body),
        Part("appendix", "", "one", "More", (para("More words here now"),)),
    ]


@pytest.mark.parametrize(
    ("settings", "total"),
    [
        (Words(), 4),
        (Words(count=("text",)), 3),
        (Words(count=("text", "captions", "tables")), 6),
        (Words(parts=("front", "chapters", "appendices")), 10),
    ],
)
def test_the_total_adds_up_what_counts(settings: Words, total: int) -> None:
    """The author says which words of which parts count."""
    assert count_words(parts(), settings).total == total


def test_counts_have_names() -> None:
    """Total, groups, and pages by their whole name, or by the last piece where that is no other page's."""
    assert count_words(parts(), Words()).by_name() == {
        "words.front.abstract": 2, "words.chapters.one": 4, "words.one": 4, "words.abstract": 2,
        "words.front": 2, "words.chapters": 4, "words.appendices": 4, "words.back": 0, "words.total": 4,
    }  # fmt: skip


ONE = "# One\n\nThis text has {finding}`words.total` words, this page {finding}`words.one:d`.\n"


def printed(root: Path) -> str:
    return (root / "_build" / "thesis.txt").read_text(encoding="utf-8")


def test_a_text_quotes_its_own_count(thesis: Write) -> None:
    """The count includes the numbers that print it, in every edition, and is the same when it is built again."""
    root = thesis({"one.md": ONE, "two.md": "# Two\n\n" + "word " * 1200 + "\n"})
    outcome = build(root, editions=("txt", "html"))
    said = "This text has 1,214 words, this page 9."

    assert [str(one) for one in outcome.diagnostics] == []
    assert said in " ".join(printed(root).split())
    assert 'id="use-words.total-1">1,214</span>' in (root / "_build" / "html" / "one.html").read_text(encoding="utf-8")
    assert json.loads((root / "_build" / "manifest.json").read_text(encoding="utf-8"))["words"]["total"] == 1214


def test_a_page_that_quotes_the_count_follows_other_pages(thesis: Write) -> None:
    """Words added elsewhere change the number on a page that nobody has touched."""
    root = thesis({"one.md": ONE, "two.md": "# Two\n\nFew words.\n"})
    build(root, editions=("html",))
    (root / "two.md").write_text("# Two\n\nFew words, and then some more.\n", encoding="utf-8")
    build(root, editions=("html",))

    assert 'id="use-words.total-1">20</span>' in (root / "_build" / "html" / "one.html").read_text(encoding="utf-8")


def test_a_title_that_quotes_a_count_is_listed_with_it(thesis: Write) -> None:
    """Lists of parts say what the heading says."""
    told = json.loads(words(thesis({"one.md": "# It has {finding}`words.total` words\n\nSome more words.\n"}), "json"))

    assert [one["title"] for one in told["pages"] if one["page"] == "one"] == [f"It has {told['total']} words"]


def test_counts_come_and_go_with_their_pages(thesis: Write) -> None:
    """A page that quotes another one's count is right as soon as that page is there, and says so when it has gone."""
    root = thesis({"one.md": "# One\n\nIt has {finding}`words.two` words.\n", "two.md": "# Two\n\nFew words.\n"})
    listed = (root / "_toc.yml").read_text(encoding="utf-8")
    alone = "".join(line for line in listed.splitlines(keepends=True) if "two" not in line)

    def built(contents: str) -> tuple[list[str], bool]:
        (root / "_toc.yml").write_text(contents, encoding="utf-8")
        outcome = build(root, editions=("html",))
        page = (root / "_build" / "html" / "one.html").read_text(encoding="utf-8")
        return [one.rule for one in outcome.diagnostics if one.rule == "unknown-finding"], ">3</span>" in page

    assert [built(alone), built(listed), built(alone)] == [(["unknown-finding"], False), ([], True), (["unknown-finding"], False)]


def test_a_count_of_nothing_is_an_unknown_finding(thesis: Write) -> None:
    """A name that no page has is no count."""
    outcome = build(thesis({"one.md": "# One\n\nIt has {finding}`words.nowhere` words.\n"}), editions=("txt",))

    assert [one.rule for one in outcome.diagnostics] == ["unknown-finding"]


def test_the_command_lists_each_page(thesis: Write) -> None:
    """Counts of pages, what does not count beside them, and the sum."""
    root = thesis({"one.md": "# One\n\nSome words.\n\n| a |\n|---|\n| cell |\n"})
    told = json.loads(words(root, "json"))

    assert told["total"] == 7
    assert told["pages"][-1] == {
        "page": "one",
        "title": "One",
        "part": "chapters",
        "words": 3,
        "by kind": {"text": 2, "headings": 1, "tables": 2},
    }
    assert "3   One  (and 2 in tables)" in words(root)


def test_a_short_name_that_two_pages_have_is_no_count() -> None:
    """What would mean two counts means none, and is an unknown name; the whole name is one."""
    names = names_of(["a/intro", "b/intro", "c/end"])

    assert "words.intro" not in names
    assert {"words.a.intro", "words.b.intro", "words.end", "words.total"} <= names
