"""How the time of each reader grows with what it reads: hostile pieces over and over, and bibliographies of thousands of entries.

    python benchmarks/growth.py            readers and pieces whose time grows faster than the text, and the slowest
    python benchmarks/growth.py --all      every one
    python benchmarks/growth.py prose      one reader

The exponent is the slope, in logarithms, from the first size to the last: 1 is linear, 2 is quadratic. Each time is the best
of three, in CPU seconds.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from book.checks.citations.reading import typed_citations
from book.conditions.judging import judge
from book.document.claims.places import spots_in
from book.sources.bibliography import read_bibliography
from book.sources.chapters import Chapter
from book.sources.prose import prose_of, sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = (25_000, 50_000, 100_000, 200_000)
"""Characters."""
FAST = 1.3
"""An exponent from which on growth is worth a look."""
PIECES = {
    "prose": [
        "[a]: b\n", "[a]: \n", "[", "[^", "[^a]: b\n", "![", "`", "`` ` ", "$", "$$\n", "a\n$$\nb\n\n", "\\begin{align}\n", "<!--", "<!-- \n\n", "<a ",
        "\\", "&amp", "{{a", "{a}`", "a\n: b\n", "*", "# ", "|a", "```{note}\n", ":::{note}\n", "[a](", "\t", "> ", "- ", "(a)=\n", "{.a}\n", '"a ', "“",
        "e.g. ", "a. A ",
    ],
    "citations": [
        "(", "(a 2005", "Walt, ", "Walt ", "Walt and ", "van ", "A-", "2005, ", "“", '"word word ', "Walt (2005) and (Lake, 2009; Walt & Lake, 2011). ",
    ],
    "bibliography": [
        "{", "@a{", "@book{k, a={", '"', "@string{", "% ", "@book{k,", "a = b # ", "@a{b,\n", "(", "}", "@book{k, author={a and ", ", ", "\\", "\n",
        "@article{k, author = {Author, Given and Other, A. B.}, title = {A study}, journal = {J}, year = {1980}}\n",
    ],
    "conditions": ["(", "-", "not ", "n-", "a.b-", "9", "'", "[1,", "n*", "1+", "\n", "n > 1 and "],
    "claims": ["]{.claim}", "[x]{.claim ", "claim ", "[[[]{", ']{.claim when="'],
}  # fmt: skip
"""What each reader is fed with, over and over."""


def readers(folder: Path) -> dict[str, Callable[[str], object]]:
    """Each reader as a function of text."""

    def prose(text: str) -> None:
        for passage in prose_of(Chapter("one", "one.md", "markdown", "", (), text)).passages:
            list(sentences(passage.text))

    def bibliography(text: str) -> None:
        (folder / "references.bib").write_text(f"{text}\n% {time.monotonic_ns()}\n", encoding="utf-8")  # the same text is read once
        read_bibliography(folder, ["references.bib"])

    def claims(text: str) -> None:
        (folder / "page.md").write_text(text, encoding="utf-8")
        list(spots_in(folder / "page.md"))

    return {
        "prose": prose,
        "citations": lambda text: list(typed_citations(text)),
        "bibliography": bibliography,
        "conditions": lambda text: judge(text, ()),
        "claims": claims,
    }


def seconds(read: Callable[[str], object], text: str) -> float:
    """CPU seconds of one reading, the best of three."""

    def once() -> float:
        start = time.process_time()
        read(text)
        return time.process_time() - start

    return min(once() for _ in range(3))


def measured(only: str) -> Iterator[tuple[str, str, list[float], float]]:
    """Reader, piece, seconds at each size, exponent."""
    with tempfile.TemporaryDirectory() as place:
        for name, read in readers(Path(place)).items():
            for piece in PIECES[name] if only in ("", name) else ():
                times = [seconds(read, piece * (size // len(piece))) for size in SIZES]
                exponent = math.log(max(times[-1], 1e-6) / max(times[0], 1e-6)) / math.log(SIZES[-1] / SIZES[0])
                yield name, piece, times, exponent


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reader", nargs="?", default="", choices=["", *PIECES])
    parser.add_argument("--all", action="store_true", help="also those that are linear")
    asked = parser.parse_args()
    rows = list(measured(asked.reader))
    print(f"{'reader':14}{'piece':28}" + "".join(f"{size // 1000:>8}k" for size in SIZES) + "  exponent")
    for name, piece, times, exponent in rows:
        if asked.all or (exponent > FAST and times[-1] > 0.1):
            print(f"{name:14}{piece!r:28.26}" + "".join(f"{one:9.3f}" for one in times) + f"{exponent:10.2f}")
    slowest = max(rows, key=lambda row: row[2][-1])
    print(
        f"{len(rows)} measured; the slowest: {slowest[0]}, {slowest[1]!r:.30}, {slowest[2][-1]:.2f} s for {SIZES[-1]:,} characters"
    )


if __name__ == "__main__":
    main()
