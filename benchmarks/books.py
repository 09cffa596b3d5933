"""How much of somebody else's book reaches our PDF: words in order, tables, figures, formulas; time, memory, remarks.

    python benchmarks/books.py FOLDER [--plain HTML] [--work DIR] [--show N]

FOLDER is a Jupyter Book 1.x book, read and never changed: it is copied, execution is turned off in the copy, and both
editions are built from it. HTML is a folder that plain Jupyter Book has built from the same book; its pages are counted.
Words are those of the site's articles; a word counts as carried if the PDF's text has it in the same order. The last
line is a row for `docs/books.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

SKIPPED = frozenset(["script", "style", "svg", "math", "nav", "template", "noscript", "button"])
"""Elements whose words are not the author's, or no words."""

SKIPPED_CLASSES = frozenset(
    ["headerlink", "toctree-wrapper", "tableofcontents-wrapper", "hide", "prev-next-footer", "MathJax", "sd-stretched-link", "backrefs", "fn-backref", "thebelab-button", "sd-hide-link-text", "thesis-opening", "thesis-citation", "collapsed", "expanded", "footnote", "citation-backlinks", "xr-wrap", "xr-text-repr-fallback", "sk-top-container"]
)
"""Parts that paper has in another place or not at all: navigation, what is hidden behind a click, footnotes, displays to click through."""

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
WORD = re.compile(r"[^\W_]+")


@dataclass
class Article:
    """What one page of the site holds."""

    words: list[str] = field(default_factory=list)
    """Its words in order."""
    floating: list[bool] = field(default_factory=list)
    """Whether each word stands in a caption or note, which floats with its figure."""
    counts: Counter[str] = field(default_factory=Counter)
    """Tables, figures and formulas."""


def read_article(html: str) -> Article:
    """Words and things of the article of one page."""
    from html.parser import HTMLParser

    article = Article()
    text: list[tuple[str, bool]] = []

    class Reader(HTMLParser):
        stack: list[tuple[str, bool, bool, bool]] = []  # noqa: RUF012
        uncounted = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = {name: value or "" for name, value in attrs}
            classes = set(given.get("class", "").split())
            within, hidden, floating = self.stack[-1][1:] if self.stack else (False, False, False)
            within = within or (tag == "article" and "bd-article" in classes)
            if tag in ("td", "th") and self.uncounted:
                given["first"] = "yes"
            self.uncounted = tag == "table" or (self.uncounted and tag not in ("td", "th"))
            if within and not hidden:
                _count(article.counts, tag, given, classes)
            hidden = hidden or tag in SKIPPED or bool(classes & SKIPPED_CLASSES)
            floating = floating or tag == "figure" or "note-below" in classes
            if tag == "caption":
                self.float_table()
                floating = True
            if tag not in VOID:
                self.stack.append((tag, within, hidden, floating))
            if tag not in INLINE:
                text.append((" ", floating))

        def float_table(self) -> None:
            """A table with a caption floats, rows and all."""
            for depth in range(len(self.stack) - 1, -1, -1):
                self.stack[depth] = (*self.stack[depth][:3], True)
                if self.stack[depth][0] == "table":
                    return

        def handle_endtag(self, tag: str) -> None:
            for depth in range(len(self.stack) - 1, -1, -1):
                if self.stack[depth][0] == tag:
                    del self.stack[depth:]
                    break
            if tag not in INLINE:
                text.append((" ", self.stack[-1][3] if self.stack else False))

        def handle_data(self, data: str) -> None:
            if self.stack and self.stack[-1][1] and not self.stack[-1][2]:
                text.append((data, self.stack[-1][3]))

    Reader.stack = []
    Reader().feed(html)
    for floating, pieces in groupby(text, key=lambda piece: piece[1]):
        found = words_of("".join(piece for piece, _ in pieces))
        article.words += found
        article.floating += [floating] * len(found)
    return article


INLINE = frozenset(["a", "abbr", "b", "bdi", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var", "ins", "del", "wbr"])


def _count(counts: Counter[str], tag: str, given: dict[str, str], classes: set[str]) -> None:
    source = given.get("src", "")
    if tag in ("td", "th") and given.pop("first", ""):
        counts["tables"] += 1
    elif (tag == "img" and not re.match(r"(https?:)?//", source)) or (
        tag == "object" and "svg" in given.get("type", "")
    ):
        counts["figures"] += 1
    elif tag == "math" or "formula-source" in classes:
        counts["formulas"] += 1


def words_of(text: str) -> list[str]:
    """Words in a form that two renderings of one text share."""
    text = unicodedata.normalize("NFKC", re.sub(".\x08", "", text).replace("\u00ad", "")).casefold()
    return WORD.findall(text)


def pdf_words(pdf: Path, known: set[str]) -> list[str]:
    """Words of a PDF in the order of its content; words broken at a line's end are joined."""
    raw = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout

    def joined(match: re.Match[str]) -> str:
        whole = words_of(match[1] + match[2])
        return match[1] + match[2] if whole and whole[0] in known else f"{match[1]} {match[2]}"

    text = unicodedata.normalize("NFKC", re.sub("\u200b\n?", "", raw))
    for _ in range(2):
        text = re.sub(r"(\w+)[-\u00ad\u2010]\s*\n\f?\s*(\w+)", joined, text)
    return words_of(text)


def missing_words(ours: list[str], theirs: list[str], folder: Path) -> list[tuple[int, str]]:
    """Words of the first list, by position, that the second does not have in order."""
    one, two = folder / "site.txt", folder / "pdf.txt"
    one.write_text("\n".join(ours) + "\n", encoding="utf-8")
    two.write_text("\n".join(theirs) + "\n", encoding="utf-8")
    command = ["git", "diff", "--no-index", "--no-color", "--minimal", "-U0", str(one), str(two)]
    found, at = [], 0
    for line in subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines():
        if hunk := re.match(r"@@ -(\d+)", line):
            at = int(hunk[1])
        elif line.startswith("-") and not line.startswith("---"):
            found.append((at, line[1:]))
            at += 1
    return found


def compare(ours: list[str], floats: list[bool], printed: list[str]) -> tuple[list[tuple[int, str]], int]:
    """Words that the PDF does not have in order, by position, and how many words float.

    Running text and what floats (figures, numbered tables, their captions) are each compared in their own order.
    """
    missing: list[tuple[int, str]] = []
    text = f" {' '.join(printed)} "
    with tempfile.TemporaryDirectory() as folder:
        for kind in (False, True):
            places = [at for at, floating in enumerate(floats, 1) if floating == kind]
            gone = missing_words([ours[at - 1] for at in places], printed, Path(folder)) if places else []
            for passage in passages_of(gone):
                if not kind or f" {' '.join(word for _, word in passage)} " not in text:
                    missing += [(places[at - 1], word) for at, word in passage]
    return sorted(missing), sum(floats)


def passages_of(missing: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Missing words that stand next to each other."""
    found: list[list[tuple[int, str]]] = []
    for at, word in missing:
        if found and found[-1][-1][0] + 1 == at:
            found[-1].append((at, word))
        else:
            found.append([(at, word)])
    return found


def pdf_things(pdf: Path) -> Counter[str]:
    """Tables, figures and formulas among the PDF's tags."""
    from pypdf import PdfReader

    names = {"/Table": "tables", "/Figure": "figures", "/Formula": "formulas"}
    counts: Counter[str] = Counter()
    root = PdfReader(pdf).trailer["/Root"].get_object().get("/StructTreeRoot")
    stack: list[Any] = [root.get_object()["/K"]] if root is not None else []
    while stack:
        node = stack.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            counts[names.get(str(node.get("/S", "")), "other")] += 1
            if "/K" in node:
                stack.append(node["/K"])
    return counts


def copy_book(book: Path, work: Path) -> Path:
    """A copy of a book with execution off."""
    copied = work / book.name
    shutil.copytree(book, copied, ignore=shutil.ignore_patterns("_build", ".git", "node_modules"), dirs_exist_ok=True)
    path = copied / "_config.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8-sig")) if path.exists() else {}
    execute = {**(config.get("execute") or {}), "execute_notebooks": "off"}
    path.write_text(
        yaml.safe_dump({**config, "execute": execute}, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    return copied


def build(copied: Path) -> tuple[dict[str, Any], float, float, int]:
    """Build both editions from nothing; return the report, seconds, megabytes at the peak, and the exit code."""
    shutil.rmtree(copied / "_build", ignore_errors=True)
    start = [sys.executable, "-c", "from book.cli import main; main()", "-C", str(copied)]
    command = [*start, "build", "--quiet"]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=(copied / "build.log").open("w"))
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    told = subprocess.run([*start, "check", "--format", "json"], capture_output=True, text=True, check=False).stdout
    report = json.loads(told) if told.startswith("{") else {"diagnostics": []}
    return report, seconds, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def pages_of(copied: Path) -> list[str]:
    """Pages in the order of the printed book."""
    from book.config import read_config
    from book.project import Project
    from book.sources.gather import gather

    project = Project(copied.resolve())
    return [page.docname for page in gather(project, read_config(project)).contents.pages]


def count_pages(folder: Path) -> int:
    """Pages of a site: what has an article, neither index nor search."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*.html")]
    return len(
        [
            name
            for name in names
            if not name.startswith(("_static", "_sources", "_downloads"))
            and name not in ("genindex.html", "search.html", "py-modindex.html")
        ]
    )


def main() -> None:
    """Measure one book."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("book", type=Path)
    parser.add_argument("--plain", type=Path, help="the site that plain Jupyter Book has built")
    parser.add_argument("--work", type=Path, help="folder for the copy; a temporary one unless given")
    parser.add_argument("--show", type=int, default=40, help="how many passages that are missing to show")
    parser.add_argument("--no-build", action="store_true", help="compare what stands in --work")
    asked = parser.parse_args()
    work = asked.work or Path(tempfile.mkdtemp(prefix="books-"))
    copied = work / asked.book.name if asked.no_build else copy_book(asked.book, work)
    report, seconds, memory, code = ({"diagnostics": []}, 0.0, 0.0, 0) if asked.no_build else build(copied)
    measure(copied, asked.plain, report, (seconds, memory, code), asked.show)


def measure(
    copied: Path, plain: Path | None, report: dict[str, Any], cost: tuple[float, float, int], show: int
) -> None:
    """Compare site and PDF and print what was found."""
    site, pdf = copied / "_build/html", copied / "_build/thesis.pdf"
    articles = {
        name: read_article((site / f"{name}.html").read_text(encoding="utf-8"))
        for name in pages_of(copied)
        if (site / f"{name}.html").exists()
    }
    ours = [word for article in articles.values() for word in article.words]
    starts = [name for name, article in articles.items() for _ in article.words]
    printed = pdf_words(pdf, set(ours))
    floats = [floating for article in articles.values() for floating in article.floating]
    missing, moved = compare(ours, floats, printed)
    show_missing(missing, starts, show)
    for name, article in articles.items():
        gone = sum(starts[at - 1] == name for at, _ in missing)
        if gone > 0.03 * len(article.words) and gone > 5:
            print(f"{name}: {gone} of {len(article.words)} words are missing")
    things = sum((article.counts for article in articles.values()), Counter())
    tags = pdf_things(pdf)
    rules = Counter(one["rule"] for one in report["diagnostics"])
    share = 100 * (1 - len(missing) / max(1, len(ours)))
    print(f"words in figures and numbered tables: {moved}")
    print("rules:", ", ".join(f"{rule} {count}" for rule, count in rules.most_common()))
    counted = " | ".join(f"{tags[kind]} of {things[kind]}" for kind in ("tables", "figures", "formulas"))
    plain_pages = count_pages(plain) if plain else "-"
    print(
        f"| {copied.name} | {count_pages(site)} / {plain_pages} | {len(ours)} | {share:.2f} % | {counted} | {cost[0]:.1f} s | {cost[1]:.0f} MB | exit {cost[2]} |"
    )


def show_missing(missing: list[tuple[int, str]], starts: list[str], show: int) -> None:
    """Print missing words in passages, the longest first."""
    for passage in sorted(passages_of(missing), key=len, reverse=True)[:show]:
        words = " ".join(word for _, word in passage[:30])
        print(f"  {starts[passage[0][0] - 1]}: {words}{' ...' if len(passage) > 30 else ''} ({len(passage)})")


if __name__ == "__main__":
    main()
