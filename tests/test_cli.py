"""The command line is a contract: commands, options, what is printed where, exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import CONFIG, NOTEBOOK, Write, write_thesis

from book.cli import thesis as command

TOC = "format: jb-book\nroot: index\nchapters:\n- file: one\n- file: two\n"
RUN = [sys.executable, "-c", "from book.cli import main; main()"]
VALUES = """\
import datetime, decimal
import numpy as np, pandas as pd
from book import record, table
record("v.text", "a word")
record("v.count", 1234567, format=",d")
record("v.ratio", 0.5, format=".3f")
record("v.range", np.float64(2.25), unit="km")
record("v.small", np.int64(7))
record("v.mean", pd.Series([1.5, 3.5]).mean())
record("v.stamp", pd.Timestamp("2024-03-05"))
record("v.day", datetime.date(2014, 12, 31))
record("v.share", 0.256, format=".1%")
record("v.price", decimal.Decimal("1.10"))
record("v.nothing", float("nan"))
record("v.again", 1)
"""
USES = "{finding}`v.text` | {finding}`v.count` | {finding}`v.ratio` | {finding}`v.range` | {finding}`v.small` | {finding}`v.mean` | {finding}`v.stamp` | {finding}`v.day` | {finding}`v.share` | {finding}`v.price` | {finding}`v.ratio:.1f`"
ENGLISH = "a word | 1,234,567 | 0.500 | 2.25 km | 7 | 2.5 | March 5, 2024 | December 31, 2014 | 25.6% | 1.10 | 0.5"
GERMAN = "a word | 1.234.567 | 0,500 | 2,25 km | 7 | 2,5 | 5. März 2024 | 31. Dezember 2014 | 25,6 % | 1,10 | 0,5"


def cell(code: str) -> str:
    return f"```{{code-cell}} python\n:tags: [remove-input]\n{code}\n```\n"


def call(root: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(command, ["-C", str(root), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def site(root: Path, name: str) -> str:
    """The words of a page of the site."""
    page = (
        (root / "_build" / "html" / f"{name}.html")
        .read_text(encoding="utf-8")
        .partition("<article")[2]
        .partition("</article>")[0]
    )
    return plain(re.sub(r"<[^>]+>", "", page))


def pdf(root: Path) -> str:
    from pypdf import PdfReader

    return plain("\n".join(sheet.extract_text() for sheet in PdfReader(root / "_build" / "thesis.pdf").pages))


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#160;", " ").split())


def unbroken(text: str) -> str:
    """Words without what a line's end puts into them."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


# Findings, end to end


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A German thesis that prints every kind of finding in every kind of place, built."""
    use = f"# Stand {{finding}}`v.ratio`\n\n{USES}\n\n~~~{{list-table}} Weite {{finding}}`v.range`\n:name: tab-w\n* - a\n~~~\n"
    wrong = "\nSo {finding}`v.ratoi`, {finding}`v.text:.2f`, {finding}`v.nothing` und {finding}`v.again`.\n"
    files = {
        "_config.yml": CONFIG + "sphinx: {config: {language: de}}\nthesis: {front: {abstract: abstract}}\n",
        "_toc.yml": TOC.replace("- file: one", "- file: abstract\n- file: one"),
        "abstract.md": "# Zusammenfassung\n\nIm Ganzen {finding}`v.share`.\n",
        "one.md": NOTEBOOK + "# Eins\n\n" + cell(VALUES) + cell('record("v.again", 2)'),
        "two.md": use + wrong,
    }
    root = write_thesis(tmp_path_factory.mktemp("german") / "thesis", files)
    return root, call(root, "build", "--quiet")


def test_findings_of_every_kind_stand_in_both_editions(german: tuple[Path, Result]) -> None:
    """Text, numbers of Python, NumPy and pandas, dates and percentages print in the marks of the language, everywhere."""
    root, _ = german

    for shown in (site(root, "two"), pdf(root)):
        assert GERMAN in shown
        assert "Stand 0,500" in shown
        assert "Weite 2,25 km" in shown
    assert "Im Ganzen 25,6 %." in site(root, "abstract")
    assert "Im Ganzen 25,6 %." in pdf(root)


def test_findings_that_cannot_be_printed_are_named_and_marked(german: tuple[Path, Result]) -> None:
    """An unknown name, a format that fails, no value and two recordings: place, hint, exit code 1, a mark in both editions."""
    root, built = german
    said = built.stderr

    assert "two.md:10:14: unknown finding 'v.ratoi' [unknown-finding]\n  hint: did you mean 'v.ratio'?\n" in said
    assert "two.md:10:34: finding 'v.text' is text and cannot be printed as '.2f': " in said
    assert (
        "two.md:10:57: finding 'v.nothing' has no value: the cell recorded 'nan' [finding-not-formatted]\n  hint: "
        in said
    )
    assert re.search(
        r"one\.md:28: finding 'v\.again' is recorded twice; it is also recorded at one\.md:23 \[finding-recorded-twice\]\n  hint: give one of them another name\n",
        said,
    )
    assert (built.exit_code, built.stdout) == (1, "")
    assert said.endswith("4 errors, 1 warning\n")  # there is no lock
    marks = (
        "[unknown finding: v.ratoi]",
        "[finding not formatted: v.text:.2f]",
        "[finding not formatted: v.nothing]",
        "[finding recorded twice: v.again]",
    )
    for shown in (site(root, "two"), pdf(root)):
        assert [mark for mark in marks if unbroken(mark) not in unbroken(shown)] == []


def test_the_same_findings_in_english(thesis: Write) -> None:
    """English marks, dates and percentages, in one edition asked for alone."""
    root = thesis({"_toc.yml": TOC, "one.md": NOTEBOOK + "# One\n\n" + cell(VALUES), "two.md": f"# Two\n\n{USES}\n"})

    assert call(root, "build", "--quiet", "--edition", "html").exit_code == 0
    assert ENGLISH in site(root, "two")
    assert not (root / "_build" / "thesis.pdf").exists()


def test_accepting_is_the_only_way_into_the_lock(thesis: Write) -> None:
    """A build asks for a lock, accepting writes it, a number that moves is an error until it is accepted, and nothing else changes a byte."""
    code = 'record("v.range", VALUE, unit="km", format=".1f")'
    page = NOTEBOOK + "# One\n\n" + cell("from book import record\n" + code)
    use = "# Two\n\nIt is {finding}`v.range` long.\n"
    root = thesis({"_toc.yml": TOC, "one.md": page.replace("VALUE", "7.21"), "two.md": use})
    never_run = call(root, "accept")
    built = call(root, "build", "--edition", "html")
    first = call(root, "accept")
    lock = (root / "findings.lock").read_bytes()
    again = call(root, "accept")

    assert (never_run.exit_code, never_run.stdout) == (2, "")
    assert "[stale-run]\n  hint: run 'thesis build' first\n" in never_run.stderr
    assert "1 finding is recorded and there is no findings.lock" in built.stderr
    assert (built.exit_code, first.exit_code) == (0, 0)
    assert plain(first.stdout) == "v.range: 7.2 km (new) wrote findings.lock"
    assert again.stdout == "nothing has moved: findings.lock is as it was\n"
    assert (root / "findings.lock").read_bytes() == lock

    (root / "one.md").write_text(page.replace("VALUE", "6.94"), encoding="utf-8")
    moved = call(root, "build", "--edition", "html")
    unknown = call(root, "accept", "v.rnge")
    taken = call(root, "accept", "v.*")

    assert moved.exit_code == 1
    assert "finding 'v.range' has moved: 7.2 km -> 6.9 km (tolerance 0.05); printed at two.md:3 [finding-moved]" in plain(
        moved.stderr
    )
    assert "It is 6.9 km long." in site(root, "two")
    assert unknown.exit_code == 2
    assert unknown.stderr.startswith(
        "no finding is called 'v.rnge' [unknown-accepted]\n  hint: did you mean 'v.range'?\n"
    )
    assert plain(taken.stdout) == "v.range: 7.2 km -> 6.9 km wrote findings.lock"
    assert call(root, "check").exit_code == 0


def test_findings_are_listed_with_origin_and_uses(german: tuple[Path, Result]) -> None:
    """Each finding has its printed value, the line that records it, and the places that use it, in text and JSON."""
    root, _ = german
    listed = call(root, "findings")
    rows = json.loads(call(root, "findings", "--format", "json").stdout)["findings"]
    share = next(row for row in rows if row["name"] == "v.share")

    assert "v.share = 25,6 %  (one.md:20; abstract.md:3, two.md:3)" in plain(listed.stdout).replace(" (", "  (")
    assert (share["value"], share["path"], share["line"], share["used"]) == (
        0.256,
        "one.md",
        20,
        ["abstract.md:3", "two.md:3"],
    )
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)


# Drafts


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A thesis in which everything is missing, built as a draft."""
    toc = TOC + "- file: parts/later_on\n- file: three\n- file: four\n"
    files = {
        "_config.yml": CONFIG + "bibtex_bibfiles: [gone.bib]\n",
        "_toc.yml": toc,
        "one.md": NOTEBOOK + "# One\n\nBefore.\n\n" + cell("1 / 0") + "\nAfter.\n",
        "two.md": "# Two\n\n![a map](nope.png)\n\nSee {cite:t}`nobody`.\n",
        "three.ipynb": '{"cells": [',
        "four.md": NOTEBOOK.replace("name: python3", "name: julia-9") + "# Four\n\n" + cell("1") + "\nWords.\n",
    }
    root = write_thesis(tmp_path_factory.mktemp("draft") / "thesis", files)
    return root, call(root, "build", "--quiet", "--draft")


def test_a_draft_has_a_mark_for_everything_that_is_missing(draft: tuple[Path, Result]) -> None:
    """Missing and unreadable pages, pictures, bibliographies, kernels and failing cells are visible, and all are errors."""
    root, built = draft
    said = built.stderr
    shown = {
        "parts/later_on": "does not exist]",
        "three": "is not shown: not a Jupyter notebook]",
        "two": "[missing picture: nope.png]",
        "one": "ZeroDivisionError",
        "four": "Words.",
    }

    for rule in (
        "chapter-missing",
        "unreadable-chapter",
        "image-missing",
        "missing-bibliography",
        "cell-failed",
        "kernel-not-installed",
    ):
        assert f"[{rule}]" in said
    assert built.exit_code == 1
    for name, mark in shown.items():
        assert mark in site(root, name)
        assert mark in pdf(root)
    assert "nobody" in site(root, "two")


def test_every_page_of_a_draft_says_so(draft: tuple[Path, Result]) -> None:
    """The word stands on each page of the PDF."""
    from pypdf import PdfReader

    root, _ = draft
    pages = [sheet.extract_text().lower() for sheet in PdfReader(root / "_build" / "thesis.pdf").pages]

    assert len(pages) > 6
    assert [number for number, page in enumerate(pages) if "draft" not in page] == []


def test_what_a_draft_lacked_is_read_when_it_is_there(draft: tuple[Path, Result]) -> None:
    """Pages that come later take the place of their marks, whatever date they carry; without `--draft` the rest still stops."""
    root, _ = draft
    stopped = call(root, "build", "--quiet")
    (root / "parts").mkdir()
    (root / "parts" / "later_on.md").write_text("# Later\n\nHere now.\n", encoding="utf-8")
    os.utime(root / "parts" / "later_on.md", (1, 1))
    call(root, "build", "--quiet", "--draft")

    assert stopped.exit_code == 2
    assert site(root, "parts/later_on").startswith('class="bd-article"> Later') or "Here now." in site(
        root, "parts/later_on"
    )
    assert "does not exist" not in pdf(root)
    assert "Here now." in pdf(root)


# Options of `build`


def test_strict_keeps_the_editions_and_says_so(thesis: Write) -> None:
    """With an error `--strict` keeps what stood there and exits with 1; without one it builds."""
    root = thesis({"one.md": "# One\n\nGood.\n"})
    first = call(root, "build", "--strict")
    good = (root / "_build" / "thesis.pdf").read_bytes()
    (root / "one.md").write_text("# One\n\nSee {ref}`nowhere`.\n", encoding="utf-8")
    second = call(root, "build", "--strict")

    assert first.exit_code == 0
    assert (second.exit_code, second.stdout) == (1, "there are errors: the last editions were kept\n")
    assert (root / "_build" / "thesis.pdf").read_bytes() == good
    assert "Good." in site(root, "one")

    third = call(root, "build")

    assert (third.exit_code, "Good." in site(root, "one")) == (1, False)


def test_answers_and_remarks_are_kept_apart(thesis: Write) -> None:
    """Where the editions are goes to standard output, the rest to standard error; `--quiet` leaves remarks alone."""
    root = thesis({"one.md": NOTEBOOK + "# One\n\n" + cell("1") + "\n![a](nope.png)\n"})
    told = call(root, "build", "--jobs", "1")
    again = call(root, "build")
    quiet = call(root, "build", "--quiet")

    assert [line.partition(":")[0] for line in told.stdout.splitlines()] == ["pdf", "html"]
    assert told.stdout.rstrip().endswith("_build/html/index.html")
    assert re.match(
        r"running one \(1 cell\)\nran one in \d+\.\d s\nreading\nwriting pdf and html\none\.md:12:6: ", told.stderr
    )
    assert "\x1b" not in told.output
    assert (again.stdout, again.exit_code) == ("nothing has changed\n", 1)
    assert quiet.stdout == ""
    assert "[image-missing]" in quiet.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminals there")
@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_terminal_gets_a_display_and_colours_unless_told_otherwise(thesis: Write, no_color: str) -> None:
    """On a terminal something moves; with NO_COLOR it has no colour."""
    import pty

    root = thesis({"one.md": NOTEBOOK + "# One\n\n" + cell("import time; time.sleep(1)")})
    ours, theirs = pty.openpty()
    surroundings = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLORTERM", "CI"}}
    surroundings |= {"TERM": "xterm-256color", "COLUMNS": "100", **({"NO_COLOR": no_color} if no_color else {})}
    process = subprocess.Popen(
        [*RUN, "-C", str(root), "build", "--edition", "html"], stdout=subprocess.PIPE, stderr=theirs, env=surroundings
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not more:
            break
        seen += more
    os.close(ours)
    out = process.communicate(timeout=60)[0]
    coloured = re.search(rb"\x1b\[[0-9;]*3[1-8][0-9;]*m", seen)

    assert process.returncode == 0
    assert b"running one" in seen
    assert out.startswith(b"html: ")
    assert bool(coloured) == (not no_color)


def test_a_reader_who_goes_away_is_no_traceback(thesis: Write) -> None:
    """`thesis findings | head -1` ends quietly."""
    root = thesis({"one.md": "# One\n"})
    process = subprocess.Popen(
        [*RUN, "-C", str(root), "findings"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.close()
    assert process.stderr
    said = process.stderr.read()
    process.wait(timeout=60)

    assert "Traceback" not in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--edition", "odt"],
        ["build", "--jobs", "-1"],
        ["nonsense"],
        ["build", "--nonsense"],
        ["check", "--format", "xml"],
        ["check", "--rule", "unknown-findng"],
        ["why", "nowhere"],
    ],
)
def test_a_wrong_command_line_is_exit_code_2(thesis: Write, arguments: list[str]) -> None:
    """What cannot be asked is said, and nothing is built."""
    root = thesis({"one.md": "# One\n"})
    result = call(root, *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr
    assert not (root / "_build" / "thesis.pdf").exists()


def test_a_folder_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    """`-C` with a wrong name is a mistake of the command line."""
    result = call(tmp_path / "nowhere", "build")

    assert result.exit_code == 2
    assert "does not exist" in result.stderr
    assert not (tmp_path / "nowhere").exists()


def test_a_mistake_of_our_own_is_told_without_a_traceback(thesis: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is one remark and exit code 2; the traceback lies in a file that the hint names."""
    root = thesis({"one.md": "# One\n"})

    def broken(*_given: object, **_named: object) -> None:
        raise LookupError("what now")

    monkeypatch.setattr("book.sources.gather.read_contents", broken)
    result = call(root, "build")
    written = Path(result.stderr.partition("report it with ")[2].splitlines()[0])
    trace = written.read_text(encoding="utf-8")
    written.unlink()

    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        2,
        "the command cannot go on: LookupError: what now [unexpected-error]",
    )
    assert "in broken" in trace


# The other commands


def test_check_prints_json_whatever_the_thesis_holds(thesis: Write) -> None:
    """Quotes, line ends and other letters in keys, labels and names leave one JSON object with the promised fields."""
    bib = '@book{bad "key",\n title={T}}\n@book{\u0441lash, title={"\\\\x"}, author={\u00c9, \u041b.}, year={n.d.}}\n'
    root = thesis(
        {
            "_toc.yml": TOC.replace("two", "\u0440\u043e\u0437\u0434\u0456\u043b \u0434\u0432\u0430"),
            "references.bib": bib,
            "one.md": '# One "quoted"\n\nSee {ref}`no"where` {cite:p}`\u00e9<b>` ![]("x\ty".png)\n',
        }
    )
    (root / "\u0440\u043e\u0437\u0434\u0456\u043b \u0434\u0432\u0430.md").write_text(
        "# \u0414\u0432\u0430\n\n{finding}`a\\b`\n", encoding="utf-8"
    )
    result = call(root, "check", "--format", "json")
    answer = json.loads(result.stdout)
    rows = answer["diagnostics"]

    assert {tuple(row) for row in rows} == {("rule", "severity", "path", "line", "column", "message", "hint")}
    assert any(row["path"] == "\u0440\u043e\u0437\u0434\u0456\u043b \u0434\u0432\u0430.md" for row in rows)
    assert answer["summary"] == {
        "errors": sum(row["severity"] == "error" for row in rows),
        "warnings": sum(row["severity"] == "warning" for row in rows),
        "silenced": 0,
    }
    assert result.exit_code == 1
    assert not (root / "_build" / "html").exists()


def test_check_answers_json_where_nothing_can_be_read(thesis: Write) -> None:
    """A thesis that cannot be read is JSON too, with exit code 2."""
    root = thesis({"one.md": "# One\n", "_config.yml": "title: [\n"})
    result = call(root, "check", "--format", "json")

    assert [row["rule"] for row in json.loads(result.stdout)["diagnostics"]] == ["broken-yaml"]
    assert result.exit_code == 2


def test_rules_can_be_chosen_raised_lowered_and_silenced(thesis: Write) -> None:
    """`--rule` reports one rule alone; `thesis: check:` sets severities, and names what it cannot follow."""
    said = {
        "image-missing": "off",
        "missing-alternative-text": "error",
        "reference-without-target": "warning",
        "imge-missing": "off",
        "uncited-entry": "maybe",
    }
    config = CONFIG + "thesis:\n  check:\n" + "".join(f"    {rule}: {level}\n" for rule, level in said.items())
    root = thesis({"_config.yml": config, "one.md": "# One\n\n![](nope.png) {ref}`nowhere`\n"})
    listed = json.loads(call(root, "check", "--format", "json").stdout)["diagnostics"]
    alone = call(root, "check", "--rule", "reference-without-target")

    assert [(row["rule"], row["severity"], row["line"]) for row in listed] == [
        ("silence-without-reason", "warning", 6),
        ("unknown-rule", "warning", 9),
        ("bad-setting", "error", 10),
        ("missing-alternative-text", "error", 3),
        ("reference-without-target", "warning", 3),
    ]
    assert (alone.exit_code, alone.stdout.count("\n")) == (0, 1)


def test_why_says_what_would_run(thesis: Write) -> None:
    """A chapter that never ran, one that is up to date, one whose cell has changed; nothing runs."""
    one = NOTEBOOK + "# One\n\n" + cell("x = 1")
    root = thesis({"one.md": one, "two.md": "# Two\n"})

    assert call(root, "why").stdout == "one: never run\n"
    assert (
        call(root, "check", "--rule", "stale-run").stdout
        == "one.md: its results are not those of its cells and data: never run [stale-run]\n  hint: run 'thesis build'\n"
    )

    call(root, "build", "--quiet", "--edition", "html")

    assert call(root, "why", "one").stdout == "one: up to date\n"

    (root / "one.md").write_text(one.replace("x = 1", "x = 2"), encoding="utf-8")
    changed = call(root, "why")

    assert changed.stdout.startswith("one: ")
    assert "up to date" not in changed.stdout
    assert call(root, "why", "two").stderr.startswith(
        "no chapter with cells is called 'two' [unknown-chapter]\n  hint: chapters with cells: one\n"
    )


def test_clean_deletes_what_was_built_and_nothing_else(thesis: Write) -> None:
    """After `clean` the folder is as the author left it."""
    root = thesis({"one.md": "# One\n"})
    before = sorted(path.name for path in root.iterdir())
    call(root, "build", "--quiet")

    assert call(root, "clean").stdout == "deleted _build\n"
    assert sorted(path.name for path in root.iterdir()) == before
    assert call(root, "clean").stdout == "nothing to delete\n"


def test_doctor_names_tools_and_what_is_missing() -> None:
    """Programs, versions, kernels, and how to get letters that the bundled fonts lack."""
    result = CliRunner().invoke(command, ["doctor"])

    assert result.exit_code == 0
    for word in ("typst 0.", "pandoc 3.", "kernels: ", "python3", "Noto"):
        assert word in result.stdout


def test_a_new_thesis_builds_at_once_and_overwrites_nothing(tmp_path: Path) -> None:
    """`init`, then `build`: exit code 0 and no remark; a second `init` is refused file by file."""
    folder = tmp_path / "new"
    begun = CliRunner().invoke(command, ["init", str(folder)])
    built = call(folder, "build", "--quiet")
    again = CliRunner().invoke(command, ["init", str(folder)])

    assert (begun.exit_code, built.exit_code, built.output) == (0, 0, "")
    assert (folder / "_build" / "thesis.pdf").is_file()
    assert (again.exit_code, again.stdout) == (2, "")
    assert "_config.yml: is there already [file-exists]\n  hint: start in another folder" in again.stderr


@pytest.mark.parametrize(
    "asked", ["build", "check", "why", "findings", "words", "diff", "accept", "publish", "archive", "watch", "clean", "verify --twice"]
)
def test_a_folder_that_is_no_thesis_is_left_alone(tmp_path: Path, asked: str) -> None:
    """Every command says so, ends with 2, and neither writes nor deletes anything there; below a thesis it says where that is."""
    other = tmp_path / "other"
    (other / "_build").mkdir(parents=True)
    inside = write_thesis(tmp_path / "mine", {"one.md": "# One\n"}) / "data" / "raw"
    inside.mkdir(parents=True)

    elsewhere, below = call(other, *asked.split()), call(inside, *asked.split())

    assert (elsewhere.exit_code, below.exit_code) == (2, 2)
    assert "_toc.yml: there is no table of contents [no-contents]\n  hint: run 'thesis init' in a new folder" in elsewhere.output
    assert "hint: this folder belongs to the thesis in '../..': try 'thesis -C ../.. ...'" in below.output
    assert sorted(path.name for path in (*other.rglob("*"), *inside.rglob("*"))) == ["_build"]


def test_a_new_thesis_says_how_to_build_it_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line of `init` can be typed as it stands."""
    monkeypatch.chdir(tmp_path)
    there = CliRunner().invoke(command, ["init", "my thesis"])
    monkeypatch.chdir(tmp_path / "my thesis")
    for path in [*Path().rglob("*")]:
        if path.is_file():
            path.unlink()
    here = CliRunner().invoke(command, ["init", "."])

    assert there.output.splitlines()[-1] == "now: thesis -C 'my thesis' build"
    assert here.output.splitlines()[-1] == "now: thesis build"


def test_the_list_of_commands_is_cut_nowhere() -> None:
    """Each command is told in one line of a narrow window."""
    listed = CliRunner().invoke(command, ["--help"]).output.partition("Commands:\n")[2].splitlines()

    assert [line.split()[0] for line in listed] == sorted(command.commands)
    assert [line for line in listed if line.endswith("...")] == []
