"""What somebody reads first who opens a deposit in twenty years."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from book.archiving.about import About
    from book.archiving.sources import Commit
    from book.diagnostics import Diagnostic

_TEXT = """\
{title}
{authors}

This is a deposit of a thesis that computes its own results: a bag (BagIt, RFC 8493) with RO-Crate metadata.
Made from commit {commit} of {date}.

data/editions/       the thesis as one reads it: open html/index.html in any browser, or the PDF
data/results/        every finding, table and figure, as CSV, JSON and pictures
data/thesis/         everything that it was built from: text, data, code, findings.lock
data/sources.json    git's names of these files, from which the commit's hash can be computed again
data/environment/    what it was built with: names, versions and hashes; wheels, where they are carried
data/logs/           what the build remarked
data/CITATION.cff    how to cite it
manifest-sha512.txt  the digest of every file

To build it again and compare, on a machine with Python 3.11 or newer, unpack it and run

    python3 verify.py

or, where thesis-book is installed, 'thesis verify ARCHIVE.zip' with the archive as it is.

This runs the author's code. On Linux, 'python3 verify.py --sandbox' runs it without network, able to write nowhere else.
But 'verify.py' and what it installs are the archive's own: they protect nobody from an archive that is not what it
says. Where you do not trust it, use 'thesis verify' of an installation of your own.

Licences
{licences}
"""


def readme(about: About, commit: Commit, accepted: Sequence[Diagnostic], out: Mapping[str, str]) -> str:
    """The text of `README.txt`."""
    licences = [f"  {one.part}: {one.words}" for one in about.licences] or ["  none is stated: all rights are reserved"]
    text = _TEXT.format(
        title=about.whole_title,
        authors=", ".join(one.name for one in about.creators),
        commit=commit.revision.commit,
        date=commit.revision.date,
        licences="\n".join(licences),
    )
    if out:
        rows = "".join(f"  {path}: {why}\n" for path, why in sorted(out.items()))
        text += f"\nLeft out, because their data are restricted\n{rows}"
    if accepted:
        text += "\nTaken along by the author's leave\n" + "".join(
            f"  {one.path}: {one.message} [{one.rule}]\n" for one in accepted
        )
    return text
