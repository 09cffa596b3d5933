"""A Word file as its reader has left it: comments with their answers, and tracked changes."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from book.comments.records import Remark, Reply
from book.diagnostics import Diagnostic
from book.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
"""Namespace of files that are saved as strict; read as what it stands for."""
BODY, NOTES = "word/document.xml", ("word/footnotes.xml", "word/endnotes.xml")
"""The parts of a file that hold its text."""
LARGEST = 200_000_000
"""Bytes of one part of a file beyond which it is no text."""
INSERTED, DELETED = (W + "ins", W + "moveTo"), (W + "del", W + "moveFrom")
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)


@dataclass
class _Passages:
    """What is known of the text while it is read."""

    open: dict[str, list[str]] = field(default_factory=dict)
    """Words so far of comments whose passage goes on."""
    passages: dict[str, str] = field(default_factory=dict)
    """Words of each comment's passage."""
    homes: dict[str, Any] = field(default_factory=dict)
    """The paragraph in which each comment begins."""


def read_comments(path: Path) -> list[Remark]:
    """All comments and tracked changes of a file, in the order of its text.

    Raises SourceError where it is no Word file.
    """
    parts = _parts(path)
    texts = [parts[name] for name in (BODY, *NOTES) if name in parts]
    alive = [list(text.iter()) for text in texts]  # lxml makes an element anew, with another id, where nobody has kept it
    passages, pages = _Passages(), _pages(parts[BODY])
    order: dict[int, tuple[int, int]] = {id(one): (number, 0) for number, one in enumerate(alive[0])}
    for name in NOTES:
        if name in parts:
            _join_notes(parts[BODY], parts[name], order, pages)
    for text in texts:
        _follow(text, passages)
    changed = [one for text in texts for one in _changes(text, pages)]
    remarks = [*_comments(parts, passages, pages), *changed]
    return [one for _, one in sorted(remarks, key=lambda pair: order.get(id(pair[0]), (len(alive[0]), 0)))]


def _join_notes(body: Any, notes: Any, order: dict[int, tuple[int, int]], pages: dict[int, str]) -> None:
    """What stands in a note belongs where the text refers to it."""
    names = (W + "footnote", W + "footnoteReference") if notes.tag == W + "footnotes" else (W + "endnote", W + "endnoteReference")
    references = {str(one.get(W + "id")): one for one in body.iter(names[1])}
    for note in notes.iter(names[0]):
        reference = references.get(str(note.get(W + "id")))
        if reference is not None:
            place, page = order[id(reference)][0], pages.get(id(_paragraph(reference)), "")
            for number, one in enumerate(note.iter(), 1):
                order[id(one)] = (place, number)
                if one.tag == W + "p":
                    pages[id(one)] = page


def _parts(path: Path) -> dict[str, Any]:
    wanted = (BODY, *NOTES, "word/comments.xml", "word/commentsExtended.xml")
    found: dict[str, Any] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for name in wanted:
                if name in archive.namelist():
                    if archive.getinfo(name).file_size > LARGEST:
                        raise _unreadable(path, f"'{name}' in it is too large")
                    content = archive.read(name).replace(STRICT, W[1:-1].encode())
                    found[name] = etree.fromstring(content, PARSER)
    except FileNotFoundError:
        raise _unreadable(path, "it does not exist") from None
    except (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile, etree.XMLSyntaxError):
        raise _unreadable(path, "it is no Word file") from None
    if BODY not in found:
        raise _unreadable(path, "it is no Word file")
    return found


def _unreadable(path: Path, why: str) -> SourceError:
    hint = "give the '.docx' file that came back, without a password"
    return SourceError([Diagnostic("comments-not-read", f"'{path.name}' cannot be read: {why}", hint=hint)])


# Text


def words_of(node: Any) -> str:
    """What a paragraph says now."""
    return "".join(_said(node, gone=False))


def original(paragraph: Any) -> str:
    """What a paragraph said before it was changed: with what was taken out, without what was put in."""
    return "".join(_said(paragraph, gone=True))


def _said(node: Any, *, gone: bool) -> Iterator[str]:
    for child in node:
        if child.tag in (INSERTED if gone else DELETED) or child.tag in {W + "pPr", W + "rPr"}:
            continue
        if child.tag in {W + "t", W + "delText"}:
            yield child.text or ""
        elif child.tag in {W + "tab", W + "br", W + "cr"}:
            yield " "
        elif child.tag == W + "noBreakHyphen":
            yield "-"
        elif isinstance(child.tag, str):
            yield from _said(child, gone=gone)


def _paragraph(node: Any) -> Any:
    while node is not None and node.tag != W + "p":
        node = node.getparent()
    return node


def _pages(body: Any) -> dict[int, str]:
    """For each paragraph the bookmark at the beginning of its page."""
    found: dict[int, str] = {}
    page = ""
    for paragraph in body.iter(W + "p"):
        for mark in paragraph.iter(W + "bookmarkStart"):
            if str(mark.get(W + "name")).startswith("_Pag"):
                page = str(mark.get(W + "name"))
        found[id(paragraph)] = page
    return found


def _marks(paragraph: Any) -> tuple[str, ...]:
    """Bookmarks of passages in a paragraph, or that end in it."""
    return tuple(
        str(one.get(W + "name"))
        for one in paragraph.iter(W + "bookmarkStart")
        if str(one.get(W + "name")).startswith("_Src")
    )


# Comments


def _follow(body: Any, passages: _Passages) -> None:
    """Note the words between the marks of each comment, which may lie in several paragraphs."""
    for node in body.iter(
        W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference", W + "t", W + "tab", W + "p"
    ):
        identifier = str(node.get(W + "id"))
        if node.tag == W + "commentRangeStart":
            passages.open[identifier] = []
            passages.homes[identifier] = _home(node)
        elif node.tag == W + "commentRangeEnd":
            passages.passages[identifier] = " ".join("".join(passages.open.pop(identifier, [])).split())
        elif node.tag == W + "commentReference":
            passages.homes.setdefault(identifier, _paragraph(node))
        else:
            said = (node.text or "") if node.tag == W + "t" else " "
            for words in passages.open.values():
                words.append(said)


def _above(paragraph: Any) -> tuple[str, tuple[str, ...]]:
    """The caption above the table that a paragraph stands in, and its bookmarks; nothing for other paragraphs."""
    table = next(iter(list(paragraph.iterancestors(W + "tbl"))[-1:]), None)
    for one in table.itersiblings(W + "p", preceding=True) if table is not None else ():
        said = " ".join(original(one).split())
        style = one.find(f"{W}pPr/{W}pStyle")
        if said:
            captioned = "SEQ" in "".join(told.text or "" for told in one.iter(W + "instrText"))
            captioned = captioned or (style is not None and "aption" in str(style.get(W + "val")))
            return (said, _marks(one)) if captioned else ("", ())
    return "", ()


def _home(node: Any) -> Any:
    """The paragraph that a mark stands in, or the next one where it stands between two."""
    paragraph = _paragraph(node)
    if paragraph is not None:
        return paragraph
    return next((one for one in node.itersiblings() if one.tag == W + "p"), None)


def _comments(parts: dict[str, Any], passages: _Passages, pages: dict[int, str]) -> Iterator[tuple[Any, Remark]]:
    tree = parts.get("word/comments.xml")
    comments = [] if tree is None else list(tree.iter(W + "comment"))
    extended = parts.get("word/commentsExtended.xml")
    facts = {} if extended is None else {str(one.get(W15 + "paraId")): one for one in extended.iter(W15 + "commentEx")}
    last = {id(one): _last_paragraph(one) for one in comments}
    owner = {last[id(one)]: one for one in comments if last[id(one)]}

    def above(comment: Any) -> Any:
        fact = facts.get(last[id(comment)])
        return None if fact is None else owner.get(str(fact.get(W15 + "paraIdParent")))

    def thread(comment: Any) -> Any:
        seen = set[int]()
        while (parent := above(comment)) is not None and id(comment) not in seen:
            seen.add(id(comment))
            comment = parent
        return comment

    for comment in comments:
        if thread(comment) is not comment:
            continue
        identifier = str(comment.get(W + "id"))
        home = passages.homes.get(identifier)
        fact = facts.get(last[id(comment)])
        replies = tuple(
            Reply(str(one.get(W + "author") or ""), str(one.get(W + "date") or ""), _comment_text(one))
            for one in comments
            if one is not comment and thread(one) is comment
        )
        yield home, Remark(
            "comment", str(comment.get(W + "author") or ""), str(comment.get(W + "date") or ""), _comment_text(comment),
            passages.passages.get(identifier, ""), " ".join(original(home).split()) if home is not None else "",
            _marks(home) if home is not None else (), pages.get(id(home), ""), *(_above(home) if home is not None else ("", ())), replies,
            fact is not None and str(fact.get(W15 + "done")) in {"1", "true"},
        )  # fmt: skip


def _last_paragraph(comment: Any) -> str:
    """By which the list of answers knows a comment."""
    return next(
        (str(one.get(W14 + "paraId")) for one in reversed(list(comment.iter(W + "p"))) if one.get(W14 + "paraId")), ""
    )


def _comment_text(comment: Any) -> str:
    return "\n".join(said for one in comment.iter(W + "p") if (said := " ".join(words_of(one).split())))


# Changes


def _changes(body: Any, pages: dict[int, str]) -> Iterator[tuple[Any, Remark]]:
    """What was put in and taken out; pieces of one change that follow each other are one."""
    for paragraph in body.iter(W + "p"):
        run: list[Any] = []
        for node in [*_changed(paragraph), None]:
            if node is not None and run and _continues(run[-1], node):
                run.append(node)
                continue
            if run and (said := "".join(_all_text(one) for one in run)).strip():
                yield paragraph, _change(run[0], said, paragraph, pages)
            run = [] if node is None else [node]


def _changed(paragraph: Any) -> list[Any]:
    return [
        one
        for one in paragraph.iter(*INSERTED, *DELETED)
        if _paragraph(one) is paragraph and one.getparent().tag not in {*INSERTED, *DELETED, W + "rPr", W + "trPr"}
    ]


def _continues(before: Any, node: Any) -> bool:
    return bool(
        before.tag == node.tag and before.get(W + "author") == node.get(W + "author") and before.getnext() is node
    )


def _all_text(node: Any) -> str:
    return "".join(
        one.text or "" if one.tag != W + "tab" else " " for one in node.iter(W + "t", W + "delText", W + "tab")
    )


def _change(node: Any, said: str, paragraph: Any, pages: dict[int, str]) -> Remark:
    before = "".join(_before(paragraph, node))
    return Remark(
        "insertion" if node.tag in INSERTED else "deletion", str(node.get(W + "author") or ""), str(node.get(W + "date") or ""),
        " ".join(said.split()), " ".join(before.split())[-BEFORE:], " ".join(original(paragraph).split()), _marks(paragraph), pages.get(id(paragraph), ""),
        *_above(paragraph),
    )  # fmt: skip


BEFORE = 60
"""Letters before a change that are quoted."""


def _before(paragraph: Any, node: Any) -> Iterator[str]:
    """The words as they were, up to a change."""
    for one in paragraph.iter(W + "t", W + "delText", node.tag):
        if one is node:
            return
        if one.tag in {W + "t", W + "delText"} and not any(above.tag in INSERTED for above in one.iterancestors()):
            yield one.text or ""
