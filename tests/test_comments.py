"""Comments and tracked changes of a Word file, as Word writes them, with the place in the sources that they concern."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NOTEBOOK, Write, write_thesis
from lxml import etree
from materials import W, style_of, text_of, unpacked

from book.comments.placing import placed
from book.comments.reading import read_comments
from book.editions.word.passages import holds, letters
from book.errors import SourceError
from book.sources.inline import MARK
from book.sources.prose import Passage, _Unit
from book.workflow import build, comments

SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
)
FILES = {
    "_config.yml": "title: A small thesis\nauthor: Ada Writer\nonly_build_toc_files: true\n",
    "one.md": """\
# The first chapter

Drones are delivered in parts, and what is delivered in parts is counted late.

The second paragraph says how the count is made, with a formula $x + y$ in the middle of it, and
goes on over another line of the source.

- a first item about indicators of dependence
- a second item about the weight of evidence

A note is set below.[^late]

[^late]: Counting late is no error of the customs office.
""",
    "two.md": "# The second chapter\n\nNothing in this chapter is like anything in the first one.\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A thesis with its Word file."""
    root = write_thesis(tmp_path_factory.mktemp("comments") / "thesis", FILES)
    build(root, editions=("docx",))
    return root


def comment(number: int, author: str, said: str, paragraph: str) -> str:
    return (
        f'<w:comment w:id="{number}" w:author="{author}" w:date="2026-03-0{number + 1}T10:00:00Z" w:initials="X">'
        f'<w:p w14:paraId="{paragraph}"><w:pPr><w:pStyle w:val="CommentText"/></w:pPr><w:r><w:annotationRef/></w:r><w:r><w:t>{said}</w:t></w:r></w:p></w:comment>'
    )


class Office:
    """Writes into a Word file as a supervisor's Word does."""

    def __init__(self, path: Path) -> None:
        self.files = unpacked(path)
        self.tree = etree.fromstring(self.files["word/document.xml"])
        self.comments: list[str] = []
        self.facts: list[str] = []

    def paragraph(self, said: str) -> etree._Element:
        found = [
            one
            for one in self.tree.iter(f"{W}p")
            if said in text_of(one)
            and not (
                one.find(f"{W}pPr/{W}pStyle") is not None
                and one.find(f"{W}pPr/{W}pStyle").get(f"{W}val").startswith("TOC")
            )
        ]
        return found[0]

    def pieces(self, said: str, make: str) -> None:
        """Put what `make` says in the place of some words within one run."""
        run = next(one for one in self.paragraph(said).iter(f"{W}r") if said in text_of(one))
        before, after = text_of(run).split(said, 1)

        def plain(text: str) -> str:
            return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'

        whole = f"<x {SPACES}>{plain(before)}{make.format(plain(said), said)}{plain(after)}</x>"
        for piece in etree.fromstring(whole):
            run.addprevious(piece)
        run.getparent().remove(run)

    def remark(self, said: str, author: str, text: str, *, done: bool = False) -> int:
        number = len(self.comments)
        self.comments.append(comment(number, author, text, f"0000000{number}"))
        self.facts.append(f'<w15:commentEx w15:paraId="0000000{number}" w15:done="{int(done)}"/>')
        around = f'<w:commentRangeStart w:id="{number}"/>{{0}}<w:commentRangeEnd w:id="{number}"/><w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="{number}"/></w:r>'
        self.pieces(said, around)
        return number

    def reply(self, to: int, author: str, text: str) -> None:
        number = len(self.comments)
        self.comments.append(comment(number, author, text, f"0000000{number}"))
        self.facts.append(f'<w15:commentEx w15:paraId="0000000{number}" w15:paraIdParent="0000000{to}" w15:done="0"/>')

    def replace(self, old: str, new: str) -> None:
        """A tracked change."""
        told = 'w:author="Prof. Careful" w:date="2026-03-09T10:00:00Z"'
        deleted = f'<w:del w:id="900" {told}><w:r><w:delText xml:space="preserve">{{1}}</w:delText></w:r></w:del>'
        inserted = f'<w:ins w:id="901" {told}><w:r><w:t xml:space="preserve">{new}</w:t></w:r></w:ins>'
        self.pieces(old, deleted + inserted)

    def save(self, path: Path) -> Path:
        parts = {**self.files, "word/document.xml": etree.tostring(self.tree)}
        parts["word/comments.xml"] = f"<w:comments {SPACES}>{''.join(self.comments)}</w:comments>".encode()
        parts["word/commentsExtended.xml"] = f"<w15:commentsEx {SPACES}>{''.join(self.facts)}</w15:commentsEx>".encode()
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return path


def office(root: Path) -> Office:
    return Office(root / "_build" / "thesis.docx")


def told(root: Path, path: Path) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(comments(root, path, "json"))["comments"]
    return listed


def test_a_comment_is_on_the_line_of_its_words(built: Path, tmp_path: Path) -> None:
    """A comment has its author, date, text and passage, and the line in which the passage stands."""
    word = office(built)
    word.remark("another line of the source", "Prof. Careful", "Which one?")
    [one] = told(built, word.save(tmp_path / "back.docx"))

    assert one == {
        "path": "one.md", "line": 6, "cell": 0, "certainty": "exact", "kind": "comment", "author": "Prof. Careful", "date": "2026-03-01T10:00:00Z",
        "text": "Which one?", "passage": "another line of the source", "replies": [], "resolved": False, "paragraph": one["paragraph"],
    }  # fmt: skip
    assert str(one["paragraph"]).startswith("The second paragraph says how the count is made")


def test_answers_stand_below_their_comment(built: Path, tmp_path: Path) -> None:
    """A thread is one remark with its answers; one that is done says so."""
    word = office(built)
    first = word.remark("delivered in parts, and", "Prof. Careful", "Say when.")
    word.remark("the weight of evidence", "Prof. Careful", "Good.", done=True)
    word.reply(first, "Ada Writer", "In 2022.")
    found = told(built, word.save(tmp_path / "back.docx"))

    assert [(one["line"], one["text"], one["resolved"]) for one in found] == [
        (3, "Say when.", False),
        (9, "Good.", True),
    ]
    assert found[0]["replies"] == [{"author": "Ada Writer", "date": "2026-03-03T10:00:00Z", "text": "In 2022."}]


def test_tracked_changes_have_their_place(built: Path, tmp_path: Path) -> None:
    """What was taken out and put in is listed with the line of its paragraph, which is known by what it said before."""
    word = office(built)
    word.replace("counted late", "never counted")
    found = told(built, word.save(tmp_path / "back.docx"))

    assert [(one["kind"], one["text"], one["path"], one["line"], one["certainty"]) for one in found] == [
        ("deletion", "counted late", "one.md", 3, "exact"),
        ("insertion", "never counted", "one.md", 3, "exact"),
    ]


def test_a_rewritten_paragraph_is_known_by_its_bookmark(built: Path, tmp_path: Path) -> None:
    """A supervisor who writes a paragraph anew, untracked, and comments on it still comments on that paragraph."""
    word = office(built)
    run = next(one for one in word.paragraph("Drones are delivered").iter(f"{W}r") if text_of(one))
    run.find(f"{W}t").text = "Everything here is said in other words altogether"
    word.remark("other words", "Prof. Careful", "Better so?")
    [one] = told(built, word.save(tmp_path / "back.docx"))

    assert (one["path"], one["line"], one["certainty"]) == ("one.md", 3, "exact")


def without_bookmarks(word: Office) -> None:
    for mark in list(word.tree.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")):
        mark.getparent().remove(mark)


def test_words_are_enough_where_bookmarks_are_gone(built: Path, tmp_path: Path) -> None:
    """A program that keeps no bookmarks leaves the words; a paragraph that was changed a little is likely the one."""
    word = office(built)
    run = next(one for one in word.paragraph("a first item about").iter(f"{W}r") if text_of(one))
    run.find(f"{W}t").text = "one first item about two indicators of dependence"
    word.remark("two indicators", "Prof. Careful", "Which?")
    word.remark("the count is made", "Prof. Careful", "How?")
    without_bookmarks(word)
    found = told(built, word.save(tmp_path / "back.docx"))

    assert [(one["path"], one["line"], one["certainty"]) for one in found] == [
        ("one.md", 5, "exact"),
        ("one.md", 8, "likely"),
    ]


def test_a_passage_that_the_author_has_changed_since_is_likely(built: Path, tmp_path: Path) -> None:
    """The sources go on while the file is away: the nearest passage is given, and said to be likely."""
    word = office(built)
    word.remark("counted late", "Prof. Careful", "Why?")
    path = word.save(tmp_path / "back.docx")
    now = FILES["one.md"].replace(
        "Drones are delivered in parts, and", "A line more.\n\nMost drones are delivered in parts, but"
    )
    root = write_thesis(tmp_path / "later", {**FILES, "one.md": now})
    [one] = told(root, path)

    assert (one["path"], one["line"], one["certainty"]) == ("one.md", 5, "likely")


def test_a_passage_that_is_nowhere_is_said_to_be(built: Path, tmp_path: Path) -> None:
    """Where nothing in the thesis is like the paragraph, no place is made up."""
    word = office(built)
    without_bookmarks(word)
    run = next(one for one in word.paragraph("Drones are delivered").iter(f"{W}r") if text_of(one))
    run.find(f"{W}t").text = "Lorem ipsum dolor sit amet consectetur"
    word.remark("dolor sit", "Prof. Careful", "?")
    path = word.save(tmp_path / "back.docx")

    assert (told(built, path)[0]["path"], told(built, path)[0]["certainty"]) == ("", "none")
    assert comments(built, path).startswith(
        "no passage of the thesis is like it: Prof. Careful, 2026-03-01 comments: ?"
    )


def test_the_list_is_read_by_people(built: Path, tmp_path: Path) -> None:
    """Place, who, when, what, on which words, and the answers."""
    word = office(built)
    number = word.remark("the weight of evidence", "Prof. Careful", "Of which?", done=True)
    word.reply(number, "Ada Writer", "Of all.")

    assert comments(built, word.save(tmp_path / "back.docx")) == (
        "one.md:9: Prof. Careful, 2026-03-01 comments [resolved]: Of which?\n  on: 'the weight of evidence'\n  Ada Writer, 2026-03-02: Of all."
    )


def test_a_file_without_remarks_says_so(built: Path) -> None:
    """Nothing was left in the file as it was made."""
    assert comments(built, built / "_build" / "thesis.docx") == "no comment and no tracked change in the file"


@pytest.mark.parametrize(("content", "said"), [(None, "it does not exist"), (b"words", "it is no Word file")])
def test_a_file_that_is_no_word_file_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    """What cannot be read stops the command with a reason."""
    path = tmp_path / "back.docx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read_comments(path)

    assert caught.value.diagnostics[0].message == f"'back.docx' cannot be read: {said}"


def test_a_comment_over_several_paragraphs_is_on_the_first(tmp_path: Path, thesis: Write) -> None:
    """A range that ends in another paragraph than it begins is placed where it begins."""
    root = thesis({"one.md": "# One\n\nThe first sentence of the chapter.\n\nThe second sentence of the chapter.\n"})
    body = (
        '<w:p><w:r><w:t xml:space="preserve">The first </w:t></w:r><w:commentRangeStart w:id="0"/><w:r><w:t>sentence of the chapter.</w:t></w:r></w:p>'
        '<w:p><w:r><w:t>The second</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r><w:r><w:t xml:space="preserve"> sentence of the chapter.</w:t></w:r></w:p>'
    )
    path = tmp_path / "back.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {SPACES}><w:body>{body}</w:body></w:document>")
        archive.writestr(
            "word/comments.xml", f"<w:comments {SPACES}>{comment(0, 'B', 'Both?', '00000001')}</w:comments>"
        )
    [one] = placed(read_comments(path), chapters(root))

    assert (one.path, one.line, one.remark.passage) == ("one.md", 3, "sentence of the chapter. The second")


def chapters(root: Path) -> list[object]:
    from book.project import Project
    from book.sources.gather import read_thesis

    return list(read_thesis(Project(root)).chapters)


def test_a_damaged_word_file_is_named(tmp_path: Path) -> None:
    """Bytes that were lost on the way are said to be, and are no mistake of ours."""
    path = tmp_path / "back.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w:document>" + "some words " * 500)
    data = bytearray(path.read_bytes())
    data[60:75] = bytes(15)
    path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        read_comments(path)

    assert caught.value.diagnostics[0].message == "'back.docx' cannot be read: it is no Word file"


def test_words_around_a_role_are_all_that_stands_there() -> None:
    """A caption that has a sentence's words somewhere inside is not that sentence."""
    text = f"The number of measurements: {MARK}."
    sentence = Passage("paragraph", text, (), 0, (), (), _Unit(text, 0))

    assert holds(letters("The number of measurements: 12."), sentence)
    assert holds(letters("2.1 The number of measurements: 12."), sentence)
    assert not holds(letters("How the number of measurements: grows by the day"), sentence)


EVERYWHERE = {
    "_config.yml": FILES["_config.yml"],
    "p.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    "one.md": NOTEBOOK
    + """\
# The first chapter

## Costs

Text with a note[^a] and another[^b].

[^a]: Short note.

[^b]: A longer note that says how customs count what is delivered in parts.

    Its second paragraph goes on about dates.

```{table} Weights
:name: t-w

| name | value |
|------|-------|
| heavy | 12 |
| light | a long cell of words that say much |
```

```{figure} p.svg
:name: f
:alt: A square

Sizes
```

```{admonition} Mind this
Body of it.
```

```{code-cell} python
import pandas as pd
from book import table
frame = pd.DataFrame({"kind": ["alpha", "beta"], "n": [12, 2]})
table(frame, label="tab-c", caption="Kinds, counted by cell", note="Noted by the cell.")
```
""",
    "two.md": "# Second\n\n## Costs\n\nHere, too[^a].\n\n[^a]: Short note.\n\n| name | value |\n|------|-------|\n| heavy | 34 |\n",
}
"""A thesis with words in every place that a comment can be on."""


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It, with its Word file."""
    root = write_thesis(tmp_path_factory.mktemp("everywhere") / "thesis", EVERYWHERE)
    build(root, editions=("docx",))
    return root


def commented(root: Path, path: Path, said: str, which: int) -> Path:
    """The Word file with one comment on the paragraph, of those with these words, that one counts to."""
    files = unpacked(root / "_build" / "thesis.docx")
    trees = {name: etree.fromstring(files[name]) for name in ("word/document.xml", "word/footnotes.xml")}
    found = [
        (one, run)
        for tree in trees.values()
        for one in tree.iter(f"{W}p")
        if said in text_of(one) and not style_of(one).startswith("TO")
        for run in [next(run for run in one.iter(f"{W}r") if text_of(run).strip())]
    ]
    paragraph, run = found[which]
    run.addprevious(etree.Element(f"{W}commentRangeStart", {f"{W}id": "0"}))
    paragraph.append(etree.Element(f"{W}commentRangeEnd", {f"{W}id": "0"}))
    etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}commentReference", {f"{W}id": "0"})
    files |= {name: etree.tostring(tree) for name, tree in trees.items()}
    files["word/comments.xml"] = f"<w:comments {SPACES}>{comment(0, 'P', 'Hm.', '00000000')}</w:comments>".encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("said", "which", "path", "words", "certainty"),
    [
        ("The first chapter", 0, "one.md", "# The first", "exact"), ("Costs", 0, "one.md", "## Costs", "exact"), ("Costs", 1, "two.md", "## Costs", "exact"),
        ("Short note", 0, "one.md", "[^a]:", "exact"), ("Short note", 1, "two.md", "[^a]:", "exact"), ("second paragraph", 0, "one.md", "Its second", "exact"),
        ("Weights", 0, "one.md", "{table}", "exact"), ("heavy", 0, "one.md", "| heavy", "exact"), ("heavy", 1, "two.md", "| heavy", "exact"),
        ("a long cell", 0, "one.md", "a long cell", "exact"), ("Sizes", 0, "one.md", "Sizes", "exact"), ("Mind this", 0, "one.md", "{admonition}", "exact"),
        ("Kinds, counted", 0, "one.md", "table(frame", "likely"), ("Noted by", 0, "one.md", "table(frame", "likely"), ("beta", 0, "one.md", "table(frame", "likely"),
        ("12", 1, "one.md", "table(frame", "likely"),
    ],
)  # fmt: skip
def test_a_comment_is_placed_wherever_it_is(
    everywhere: Path, tmp_path: Path, said: str, which: int, path: str, words: str, certainty: str
) -> None:
    """In headings, captions, cells, notes and boxes, a comment is on the line that says so; what code prints belongs to the line of code that captions it."""
    [one] = told(everywhere, commented(everywhere, tmp_path / "back.docx", said, which))
    line = (everywhere / str(one["path"])).read_text(encoding="utf-8").splitlines()[int(str(one["line"])) - 1]

    assert (one["path"], words in line, one["certainty"]) == (path, True, certainty)


def test_comments_stand_where_their_notes_are_referred_to(everywhere: Path, tmp_path: Path) -> None:
    """A change in a footnote is listed between those of the text around it."""
    files = unpacked(everywhere / "_build" / "thesis.docx")
    told_by = 'w:author="P" w:date="2026-03-09T10:00:00Z"'
    for name, words_ in (("word/footnotes.xml", b"Short note"), ("word/document.xml", b"Here, too"), ("word/document.xml", b"Mind this")):
        change = f'</w:t></w:r><w:ins w:id="9" {told_by}><w:r><w:t>{words_[:4].decode()}!</w:t></w:r></w:ins><w:r><w:t>'.encode()
        files[name] = files[name].replace(words_, words_ + change, 1)
    with zipfile.ZipFile(tmp_path / "back.docx", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)

    assert [one["text"] for one in told(everywhere, tmp_path / "back.docx")] == ["Shor!", "Mind!", "Here!"]
