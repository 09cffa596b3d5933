"""Sphinx's warnings as diagnostics with a rule and a place."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import docname_join
from sphinx.util.build_phase import BuildPhase

from book.diagnostics import Diagnostic, Severity
from book.document.anchors import has_anchor, named
from book.document.lost import hint_for

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from book.project import Project

RULES: dict[tuple[str, str], tuple[str, Severity]] = {
    ("ref", ""): ("reference-without-target", "error"),
    ("ref", "ref"): ("reference-without-target", "error"),
    ("ref", "numref"): ("reference-without-target", "error"),
    ("ref", "doc"): ("reference-without-target", "error"),
    ("ref", "term"): ("term-without-entry", "error"),
    ("ref", "footnote"): ("footnote-without-reference", "warning"),
    ("myst", "xref_missing"): ("reference-without-target", "error"),
    ("myst", "xref_ambiguous"): ("ambiguous-reference", "warning"),
    ("myst", "header"): ("skipped-heading-level", "warning"),
    ("myst", "directive_unknown"): ("unknown-directive", "error"),
    ("myst", "role_unknown"): ("unknown-role", "error"),
    ("image", "not_readable"): ("image-missing", "error"),
    ("image", "nonlocal_uri"): ("remote-image", "warning"),
    ("bibtex", "key_not_found"): ("citation-without-entry", "error"),
    ("thesis", "citation-without-entry"): ("citation-without-entry", "error"),
    ("thesis", "unknown-citation-style"): ("unknown-citation-style", "error"),
    ("thesis", "citations-not-formatted"): ("citations-not-formatted", "error"),
    ("thesis", "malformed-citation"): ("malformed-citation", "error"),
    ("thesis", "broken-bibliography-entry"): ("broken-bibliography-entry", "error"),
    ("thesis", "cell-not-run"): ("cell-not-run", "error"),
    ("thesis", "image-missing"): ("image-missing", "error"),
    ("thesis", "formula-not-printable"): ("formula-not-printable", "error"),
    ("thesis", "unknown-finding"): ("unknown-finding", "error"),
    ("thesis", "unknown-directive"): ("unknown-directive", "error"),
    ("thesis", "unknown-role"): ("unknown-role", "error"),
    ("thesis", "finding-not-formatted"): ("finding-not-formatted", "error"),
    ("thesis", "finding-recorded-twice"): ("finding-recorded-twice", "error"),
    ("thesis", "unreadable-finding"): ("unreadable-finding", "error"),
    ("thesis", "unreadable-output"): ("unreadable-output", "error"),
    ("thesis", "missing-alternative-text"): ("missing-alternative-text", "warning"),
    ("thesis", "duplicate-label"): ("duplicate-label", "error"),
}
"""Rule and severity of each kind of warning; one that is not listed keeps its own name and warns."""

MESSAGES: tuple[tuple[re.Pattern[str], str, Severity], ...] = (
    (
        re.compile(
            r"undefined label|unknown document|Failed to create a cross reference|cross-reference target not found",
            re.IGNORECASE,
        ),
        "reference-without-target",
        "error",
    ),
    (re.compile(r"image file not readable", re.IGNORECASE), "image-missing", "error"),
    (re.compile(r"Unknown directive type", re.IGNORECASE), "unknown-directive", "error"),
    (re.compile(r"Unknown interpreted text role|No role entry", re.IGNORECASE), "unknown-role", "error"),
    (re.compile(r"equation not found", re.IGNORECASE), "reference-without-target", "error"),
    (re.compile(r"duplicate label|duplicate explicit target name", re.IGNORECASE), "duplicate-label", "warning"),
    (re.compile(r"term not in glossary", re.IGNORECASE), "term-without-entry", "error"),
    (re.compile(r"could not find bibtex key", re.IGNORECASE), "citation-without-entry", "error"),
    (
        re.compile(r"Non-consecutive header level|headings start at H\d", re.IGNORECASE),
        "skipped-heading-level",
        "warning",
    ),
    (
        re.compile(
            r"Too many autonumbered footnote references|Unknown target name.*footnote|No footnote", re.IGNORECASE
        ),
        "footnote-without-text",
        "error",
    ),
)
"""For warnings without a type of their own, what their words say."""

NO_NOTEBOOK = "a cell does not run: its page does not say that it is a notebook, or the cell stands inside of something"
SAY_SO = "start the file with these three lines, and keep cells out of directives and lists:\n    ---\n    file_format: mystnb\n    ---"
"""Of a cell that MyST-NB takes for plain text."""

_PLACE = re.compile(r"^(?P<path>.*?)(?::(?P<line>\d+))?:*(?::<[^>]*>.*)?$")
_NAMED = (re.compile(r"'([^']+)'"), re.compile(r": (\S+)$"))
_LABELLED = re.compile(r"duplicate label (?:of equation )?(.+), other instance in ")
"""Sphinx names the place of what bears a label, which may stand lines below it."""
_MYST = "'myst' "
"""How MyST names the kind of a link, before it names the link at the end."""
_LOST = re.compile(r"image file not readable: (.+)$")
"""What Sphinx says of a picture that is not there, by its path from the thesis."""
_NAMELESS = "not found: ''"
"""What MyST says of a link that names nothing: `[words]()`."""
NEAR = 200
"""Lines below a block's first one in which what a warning names is looked for."""
LINES_PER_CELL = 10_000
"""MyST-NB numbers the lines of a notebook from here on for its first cell, from twice this for its second."""
_AT_START = re.compile(r"document headings start at", re.IGNORECASE)
"""Said of every heading of a page whose first one is not of level 1; one mistake, said once."""
_GLOSSARY = re.compile(r"glossary terms? must")
_OPENS_GLOSSARY = re.compile(r"\s*[`:~]{3,}\s*\{glossary\}")
_SUFFIX = re.compile(r"\s*\[[\w.-]+\]$")
_SAID = re.compile(r"duplicate reference definition: (?:[\W_]+|comment)$|malformed YAML$", re.IGNORECASE)
"""What nobody need be told: of a comment as Markdown knows none, `[//]: # (...)`, which may stand as often as one likes; and of front matter, since that is said with its place."""
_OR_PAGE = re.compile(r"cross-reference (?P<label>\S+): could be :std:ref:`[^`]*` or :std:doc:`[^`]*`$")
"""A label and a page of one name."""


class Remarks(logging.Handler):
    """Collects what Sphinx and its extensions warn of."""

    def __init__(self, app: Sphinx, project: Project) -> None:
        """Listen from now on, with Sphinx's own filters: what the author suppresses stays suppressed."""
        from sphinx.util.logging import OnceFilter, WarningLogRecordTranslator, WarningSuppressor

        super().__init__(logging.WARNING)
        self.app, self.project = app, project
        self.found: list[Diagnostic] = []
        self.read: set[str] = set()
        self._pages: dict[str, list[Diagnostic]] = {}
        self._texts: dict[str, list[str]] = {}
        app.connect("source-read", self._note_read)
        for one in (WarningSuppressor(app), WarningLogRecordTranslator(app), OnceFilter()):
            self.addFilter(one)
        logging.getLogger("sphinx").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Take one warning."""
        try:
            text = str(record.msg) % record.args if record.args else str(record.msg)
        except (TypeError, ValueError):
            text = str(record.msg)
        text = text.replace(f"{self.project.root}/", "")
        path, line = self._place(str(getattr(record, "location", "") or ""))
        diagnostic = self.exact(
            diagnose(
                text, str(getattr(record, "type", "") or ""), str(getattr(record, "subtype", "") or ""), path, line
            )
        )
        if _SAID.match(diagnostic.message) or self._needless(diagnostic):
            return
        if picture := _LOST.match(diagnostic.message):
            diagnostic = replace(diagnostic, hint=hint_for(self.project.root, picture[1], diagnostic.path))
        page = str(self.app.env.temp_data.get("docname") or "") if self.app.phase == BuildPhase.READING else ""
        if page:
            said = self._pages.setdefault(page, [])
            if not (_AT_START.match(diagnostic.message) and any(_AT_START.match(one.message) for one in said)):
                said.append(diagnostic)
        else:
            self.found.append(diagnostic)

    def _needless(self, diagnostic: Diagnostic) -> bool:
        """Whether a reference leads where it should, whatever MyST says of it."""
        if diagnostic.rule == "ambiguous-reference":
            return self._one_place(diagnostic)
        return diagnostic.rule == "reference-without-target" and self._anchored(diagnostic)

    def _one_place(self, diagnostic: Diagnostic) -> bool:
        """Whether the label and the page that a reference may mean are the page and its own heading."""
        match = _OR_PAGE.search(diagnostic.message)
        page = self.app.env.path2doc(str(self.project.root / diagnostic.path)) if match else None
        if not match or not page:
            return False
        named = docname_join(page, match["label"])
        labelled, _place, title = self.app.env.domains["std"].labels.get(match["label"].lower(), ("", "", ""))
        heading = self.app.env.titles.get(named)
        return labelled == named and heading is not None and heading.astext() == title

    def _anchored(self, diagnostic: Diagnostic) -> bool:
        """Whether what MyST does not find is there for a browser all the same."""
        page, place = named(diagnostic.message)
        path = self.project.relative(self.app.env.doc2path(page)) if page else diagnostic.path
        return has_anchor("\n".join(self._lines(path)), place)

    def _note_read(self, _app: Sphinx, docname: str, _source: list[str]) -> None:
        self.read.add(docname)

    def by_page(self) -> dict[str, list[Diagnostic]]:
        """What came while each page was read: kept with the environment, since an unchanged page is not read again."""
        return self._pages

    def take(self) -> list[Diagnostic]:
        """What has come since the last call."""
        taken, self.found = self.found, []
        return taken

    def _place(self, location: str) -> tuple[str, int]:
        match = _PLACE.match(location)
        if not location or not match:
            return "", 0
        named = match["path"] or ""
        if named.endswith(".rst") and Path(named.removesuffix(".rst")).is_file():
            named = named.removesuffix(".rst")  # Sphinx's own handler has made a path of the page's name before us
        path = self.project.relative(named) if named else ""
        return ("" if path in (".", "<unknown>") else path), int(match["line"] or 0)

    def exact(self, diagnostic: Diagnostic) -> Diagnostic:
        """The line and column of what a warning names: docutils knows the first line of the block alone."""
        if label := _LABELLED.match(diagnostic.message):
            return self._at_label(diagnostic, label[1])
        named = _name_in(diagnostic.message)
        if diagnostic.path.endswith(".ipynb") and diagnostic.line >= LINES_PER_CELL:
            return self._in_cell(diagnostic, named)
        if diagnostic.path.endswith(".ipynb") and not diagnostic.line and named:
            return self._anywhere(diagnostic, named)
        if _GLOSSARY.match(diagnostic.message):
            return self._in_glossary(diagnostic)
        in_words = diagnostic.path.endswith(".md") and named and not diagnostic.column
        return self._in_page(diagnostic, named) if in_words else diagnostic

    def _in_page(self, diagnostic: Diagnostic, named: str) -> Diagnostic:
        """The first place of what is named from the line of its block on."""
        lines = self._lines(diagnostic.path)
        start = max(diagnostic.line - 2, 0)  # MyST-NB counts a line too many
        for number in range(start, min(start + NEAR, len(lines)) if diagnostic.line else len(lines)):
            column = lines[number].find(named)
            if column >= 0:
                return replace(diagnostic, line=number + 1, column=column + 1)
        return diagnostic

    def _at_label(self, diagnostic: Diagnostic, label: str) -> Diagnostic:
        """Where a label is given, nearest to what bears it; as it is where it is given in no way that we know."""
        cell, line = 0, diagnostic.line
        if diagnostic.path.endswith(".ipynb"):
            cell, line = divmod(diagnostic.line, LINES_PER_CELL)
        lines = self._cells(diagnostic.path).get(cell, []) if cell else self._lines(diagnostic.path)
        name = r"\s+".join(map(re.escape, label.split()))
        given = re.compile(
            rf"(?:\((?={name}\)(?:=|\s*$))|\b(?:name|label):\s*['\"]?(?={name}['\"]?\s*$))", re.IGNORECASE
        )
        found = [
            (abs(number - line), number, match.end())
            for number, text in enumerate(lines, 1)
            if (match := given.search(text))
        ]
        if not found:
            return replace(diagnostic, cell=cell, line=max(line - 1, 1)) if cell else diagnostic
        _, number, column = min(found)
        return replace(diagnostic, cell=cell, line=number, column=column + 1)

    def _in_glossary(self, diagnostic: Diagnostic) -> Diagnostic:
        """Sphinx counts the lines of a glossary from its first term."""
        lines = self._lines(diagnostic.path)
        opened = [number for number, line in enumerate(lines) if _OPENS_GLOSSARY.match(line)]
        below = range(opened[0] + 1, len(lines)) if len(opened) == 1 else range(0)
        first = next((number for number in below if lines[number].strip() and lines[number].lstrip()[0] != ":"), 0)
        return replace(diagnostic, line=first + 1 + diagnostic.line) if first else diagnostic

    def _in_cell(self, diagnostic: Diagnostic, words: str) -> Diagnostic:
        """The cell of a warning in a notebook, and the line and column in it of what is named."""
        cell, offset = divmod(diagnostic.line, LINES_PER_CELL)
        line = max(offset - 1, 1)  # counted from 1, and on from there
        lines = self._cells(diagnostic.path).get(cell, [])
        for number in range(line - 1, len(lines)):
            column = lines[number].find(words) if words else -1
            if column >= 0:
                return replace(diagnostic, cell=cell, line=number + 1, column=column + 1)
        return replace(diagnostic, cell=cell, line=line)

    def _anywhere(self, diagnostic: Diagnostic, words: str) -> Diagnostic:
        """The first place in a notebook of what a warning without a place names."""
        for cell, lines in self._cells(diagnostic.path).items():
            for number, line in enumerate(lines, 1):
                if words in line:
                    return replace(diagnostic, cell=cell, line=number, column=line.find(words) + 1)
        return diagnostic

    def _cells(self, path: str) -> dict[int, list[str]]:
        """The lines of each cell of a notebook, by its number."""
        try:
            cells = json.loads("\n".join(self._lines(path))).get("cells") or []
        except (ValueError, AttributeError, RecursionError):
            return {}
        sources = (cell.get("source") or "" if isinstance(cell, dict) else "" for cell in cells)
        return {
            number: (source if isinstance(source, str) else "".join(map(str, source))).splitlines()
            for number, source in enumerate(sources, 1)
        }

    def _lines(self, path: str) -> list[str]:
        if path not in self._texts:
            try:
                self._texts[path] = (
                    (self.project.root / path).read_text(encoding="utf-8", errors="replace").splitlines()
                )
            except OSError:
                self._texts[path] = []
        return self._texts[path]


def _name_in(message: str) -> str:
    """What a warning names, as the source has it; empty where it names nothing."""
    if message.endswith(_NAMELESS):
        return "]()"
    if message.startswith(_MYST):
        quoted = _NAMED[0].findall(message.removeprefix(_MYST))
        return str(quoted[-1]) if quoted else ""
    named = next((found for pattern in _NAMED if (found := pattern.search(message))), None)
    return named[1] if named else ""


def diagnose(text: str, kind: str, subtype: str, path: str, line: int) -> Diagnostic:
    """One warning as a diagnostic."""
    if (kind, subtype) == ("mystnb", "nbcell"):
        return Diagnostic("cell-not-run", NO_NOTEBOOK, "error", path, line, hint=SAY_SO)
    message, _, hint = text.partition("\nhint: ")
    message = " ".join(_SUFFIX.sub("", message).split())
    message, _, reasons = message.partition(" Possible hints: ")
    if reasons:  # in an order of their own each time
        hint = "what went wrong: " + "; ".join(sorted(one.strip() for one in reasons.split("* ") if one.strip()))
    rule, severity = RULES.get((kind, subtype), ("", "warning"))
    if not rule:
        rule, severity = next(
            ((name, level) for words, name, level in MESSAGES if words.search(message)), ("", "warning")
        )
    if not rule:
        rule = (
            subtype.replace("_", "-")
            if kind == "thesis"
            else "-".join(filter(None, ("sphinx", kind, subtype))).replace("_", "-").replace(".", "-")
        )
    return Diagnostic(rule, _plain(message), severity, path, line, hint=hint)


def _plain(message: str) -> str:
    """Lower case at the start unless a name stands there, no full stop at the end."""
    message = message.removesuffix(".")
    return message[:1].lower() + message[1:] if message[1:2].islower() else message
