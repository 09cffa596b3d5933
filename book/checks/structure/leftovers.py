"""What was meant to be gone before anybody reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.subject import Subject
    from book.sources.prose import Passage

_NOTES = r"TODO|FIXME|XXX|TBD|TBC"
_LEFT = re.compile(
    rf"""
    (?P<unwritten>(?i:^\s*[\[(*]?\s*(?:tb[adc]|to\ be\ (?:written|added|completed|determined|announced|done|continued|filled\ in)|(?:content\ |more\ )?coming\ soon|work\ in\ progress|under\ construction
      |(?:text\ |inhalt\ )?folgt(?:\ (?:noch|bald|in\ kürze))?|wird\ noch\ (?:ergänzt|geschrieben)|noch\ zu\ schreiben|in\ arbeit|à\ (?:compléter|venir|rédiger)|por\ (?:completar|escribir)|pr[oó]ximamente|da\ (?:completare|scrivere)|nog\ te\ schrijven)
      \s*[\])*]?\s*[.!…:]*\s*$))
    |(?P<note>(?<![\w#/.'"“‘„«`-])(?:{_NOTES})(?=\s?(?:\([^()]{{1,40}}\))?:(?!\w))   # TODO: ..., TODO(name): ...
      |^\s*(?:\[[ xX]\]\s*)?(?:TODO|FIXME|XXX)(?=\s*$|\s*[-–—]\s|\s+[^\W\d_])        # at the beginning of a paragraph
      |[\[(<]\s*(?:{_NOTES})(?=\s*[\])>:,]|\s[^\])>]{{1,80}}[\])>])                  # in brackets
      |(?<![\w#/.'"“‘„«`-])(?:FIXME|TBD|XXX)(?=[.;,!?]?\s*$)
      |(?:(?<=[.!?]\s)|(?<=[.!?][”"’)\ufffc]\s))(?:TODO|FIXME|TBD|XXX)(?=[.!]?(?:\s+[“„"‘(]?(?:[A-ZÀ-ÖØ-Þ]|\ufffc)|\s*$)))  # a sentence of its own
    |(?P<lorem>\b[Ll]orem\s+ipsum\b)
    |(?P<query>(?<![?!\w"'“‘`(\[])\?{{2,}}(?=[\s,.;)]|$)|(?<!\w)[\[(]\?{{1,}}[\])]|(?<=\w)[\[(]\?{{2,}}[\])])
    |(?P<wanted>\[\s*(?:citation|source|reference|ref|cite|page)s?\s+(?:needed|missing|required|here|to\ be\ added)\s*\]
      |\[\s*(?:insert|add|fill\s+in|your|put)\s[^\]\n]{{1,80}}\]
      |\((?:citation|source|reference)\s+(?:needed|missing)\))
    |(?P<change>\{{(?:\+\+|--|~~)[^{{}}\n]{{1,2000}}(?:\+\+|--|~~)\}}|\{{>>[^{{}}\n]{{1,2000}}<<\}}|\{{==[^{{}}\n]{{1,2000}}==\}}
      |\\(?:added|deleted|replaced|todo)(?:\[[^\]\n]{{0,80}}\])?\{{)
    |(?P<conflict>^(?:<{{7}}\s|={{7}}$|>{{7}}\s)|\s(?:<{{7}}|>{{7}})\s)
    """,
    re.VERBOSE,
)
MESSAGES = {
    "unwritten": "'{}' stands for something that is not written yet",
    "note": "'{}' is a note to oneself",
    "lorem": "'{}' is filler text",
    "query": "'{}' stands for something that is missing",
    "wanted": "'{}' asks for something that is missing",
    "change": "'{}' is the mark of a tracked change",
    "conflict": "'{}' is what a merge left behind",
}
HINTS = {
    "note": "do it, or move the note into a comment ('% ...')",
    "change": "accept or reject the change",
    "conflict": "choose one of the two versions",
}
_SIGNS = (
    "TODO",
    "FIXME",
    "XXX",
    "TBD",
    "TBC",
    "orem ipsum",
    "?",
    "[",
    "{",
    "\\",
    "<<<",
    "===",
    ">>>",
    "needed",
    "missing",
)
SHORT = 40
"""Characters below which a passage may be nothing but a word that something is still to come."""
_TAG = re.compile(r"</?(?:ins|del)\b", re.IGNORECASE)


def nothing_is_left_over(subject: Subject) -> Iterator[Diagnostic]:
    """No note to oneself, filler, placeholder or mark of a tracked change stands in the text."""
    for prose in subject.prose:
        for passage in prose.passages:
            for index, kind, words in _left(passage):
                place = passage.at(index)
                before = len(words) if kind == "tag" else 0  # a tag leaves no character: its place is that of the next
                yield Diagnostic(
                    "leftover",
                    MESSAGES["change" if kind == "tag" else kind].format(words),
                    "warning",
                    prose.path,
                    place.line,
                    max(place.column - before, 1),
                    hint=HINTS.get("change" if kind == "tag" else kind, "write what belongs here"),
                    cell=place.cell,
                )


def _left(passage: Passage) -> Iterator[tuple[int, str, str]]:
    """Where something was left in a passage, what kind it is of, and its words."""
    if any(sign in passage.text for sign in _SIGNS) or len(passage.text) < SHORT:
        for match in _LEFT.finditer(passage.text):
            kind = str(match.lastgroup)
            words = match[0].strip()
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            if kind == "note":
                opening = re.match(r"[\[(<]\s*|\[[ xX]\]\s*", words)
                start += len(opening[0]) if opening else 0
                words = re.sub(r"^(?:\[[ xX]\]|[\[(<])\s*", "", words)
            if kind == "query" and passage.text[match.end() : match.end() + 1] == "(":
                continue  # `[?](x)` was a link
            yield start, kind, words if len(words) <= 60 else words[:57] + "..."  # noqa: PLR2004
    for mark in passage.marks:
        if mark.kind == "html" and _TAG.match(mark.name) and not mark.name.startswith("</"):
            yield mark.index, "tag", mark.name
