"""Bad input gets a clear answer, and nothing is lost: what an author sees at the command line."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest
from click.testing import CliRunner
from conftest import CONFIG, NOTEBOOK, Write

from book.cli import thesis as command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOC = "format: jb-book\nroot: index\nchapters:\n- file: one\n"
ONE = {"one.md": "# One\n\nText.\n"}
RUN = [sys.executable, "-c", "from book.cli import main; main()"]
RECORDS = "from book import record\nrecord('one.answer', 42)"
LOCK = {"findings.lock": 'thesis findings 1\none.answer: int 42 from "one.md" cell 1\n'}
"""What it records, accepted."""


def cell(code: str, options: str = "") -> str:
    return f"```{{code-cell}} python\n{options}{code}\n```\n"


def chapter(*cells: str, text: str = "") -> str:
    """A chapter with cells: the first one's code stands in line 8."""
    return f"{NOTEBOOK}# One\n\n" + "".join(map(cell, cells)) + text


def notebook(*cells: str, kernel: str = "python3") -> str:
    listed = [{"cell_type": "markdown", "metadata": {}, "source": "# Two"}]
    listed += [
        {"cell_type": "code", "metadata": {}, "source": code, "outputs": [], "execution_count": None} for code in cells
    ]
    kernelspec = {"kernelspec": {"name": kernel, "display_name": kernel}}
    return json.dumps({"cells": listed, "metadata": kernelspec, "nbformat": 4, "nbformat_minor": 4})


def call(root: Path, *arguments: str) -> tuple[int, str]:
    """Run a command in this process; answer its exit code and all that it printed, with no traceback in it."""
    result = CliRunner().invoke(command, ["-C", str(root), *(arguments or ("build", "--quiet"))])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert "Traceback (most recent call last):\n" not in result.output
    assert "unexpected-error" not in result.output
    return result.exit_code, result.output


def editions(root: Path) -> dict[str, str]:
    """A digest of every file that readers get."""
    build = root / "_build"
    files = [path for path in [*(build / "html").rglob("*"), build / "thesis.pdf"] if path.is_file()]
    return {path.relative_to(build).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def page(root: Path, name: str) -> str:
    return (root / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


def text(root: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(sheet.extract_text() for sheet in PdfReader(root / "_build" / "thesis.pdf").pages)


# What stops a build before anything is read: exit code 2, all mistakes at once, nothing written

REFUSED = {
    "yaml": (
        {"_config.yml": "title: [a\nauthor: b\n"},
        "_config.yml:2:7: not valid YAML: expected ',' or ']', but got ':' [broken-yaml]\n  hint: check indentation, colons and quotation marks around this place",
    ),
    "tab": (
        {"_config.yml": "title: a\n\tauthor: b\n"},
        "_config.yml:2:1: not valid YAML: found character '\\t' that cannot start any token [broken-yaml]",
    ),
    "list": (
        {"_config.yml": "- title: a\n"},
        "_config.yml:1: must be a mapping of settings [bad-setting]\n  hint: write lines such as 'title: My thesis'",
    ),
    "circle": (
        {"_config.yml": "title: &a [*a]\n"},
        "_config.yml: not usable: a value holds itself [broken-yaml]\n  hint: write the value out instead of an alias that holds itself",
    ),
    "nul": (
        {"_config.yml": "title: a\0b\n"},
        "_config.yml: not valid YAML: unacceptable character #x0000: special characters are not allowed [broken-yaml]",
    ),
    "thesis-list": (
        {"_config.yml": CONFIG + "thesis: [a]\n"},
        "_config.yml:4:1: 'thesis' must hold settings, not a list [bad-setting]\n  hint: indent the settings under 'thesis:'",
    ),
    "typo": (
        {"_config.yml": CONFIG + "thesis:\n  pdf: {papr: a5}\n"},
        "_config.yml:5:9: unknown setting 'thesis.pdf.papr' [unknown-setting]\n  hint: did you mean 'paper'?",
    ),
    "number-as-key": (
        {"_config.yml": CONFIG + "thesis:\n  2: 3\n"},
        "_config.yml:5:3: unknown setting 'thesis.2' [unknown-setting]\n  hint: settings here are: ",
    ),
    "choice": (
        {"_config.yml": CONFIG + "thesis:\n  pdf: {engine: word}\n"},
        "_config.yml:5:9: 'thesis.pdf.engine' is 'word' [bad-setting]\n  hint: give one of: typst, latex",
    ),
    "timeout": (
        {"_config.yml": CONFIG + "execute: {timeout: soon}\n"},
        "_config.yml:4:11: 'execute.timeout' is 'soon' [bad-setting]\n  hint: give a whole number of seconds, -1 for no limit",
    ),
    "title": (
        {"_config.yml": "title: {a: b}\n"},
        "_config.yml:1:1: 'title' must hold text, not a mapping [bad-setting]\n  hint: give text",
    ),
    "sphinx-config": (
        {"_config.yml": CONFIG + "sphinx: {config: [1]}\n"},
        "_config.yml:4:10: 'sphinx.config' must hold settings, not a list [bad-setting]\n  hint: give settings",
    ),
    "extensions": (
        {"_config.yml": CONFIG + "sphinx: {extra_extensions: foo}\n"},
        "_config.yml:4:10: 'sphinx.extra_extensions' must hold a list, not 'foo' [bad-setting]\n  hint: give a list",
    ),
    "bibfiles": (
        {"_config.yml": CONFIG + "bibtex_bibfiles: 3\n"},
        "_config.yml:4:1: 'bibtex_bibfiles' must hold a list, not '3' [bad-setting]",
    ),
    "toc-yaml": (
        {"_toc.yml": "format: jb-book\nroot: [index\n"},
        "_toc.yml:3:1: not valid YAML: expected ',' or ']', but got '<stream end>' [broken-yaml]",
    ),
    "toc-empty": (
        {"_toc.yml": ""},
        "_toc.yml:1: the table of contents cannot be used: it is not a mapping [bad-contents]",
    ),
    "toc-empty-list": (
        {"_toc.yml": "[]\n"},
        "_toc.yml:1: the table of contents cannot be used: it is empty [bad-contents]",
    ),
    "toc-format": (
        {"_toc.yml": "root: index\nchapters:\n- file: one\n"},
        "_toc.yml:1: the table of contents cannot be used: unknown key 'chapters' [bad-contents]\n  hint: write 'format: jb-book' in the first line",
    ),
    "toc-key": (
        {"_toc.yml": TOC + "  titel: X\n"},
        "_toc.yml:4:3: the table of contents cannot be used: unknown key 'titel' [bad-contents]\n  hint: keys here are: defaults, file, format, ",
    ),
    "toc-plain-entry": (
        {"_toc.yml": TOC + "- two\n"},
        "_toc.yml:5:3: the table of contents cannot be used: entry not a mapping type [bad-contents]",
    ),
    "toc-boolean": (
        {"_toc.yml": TOC + "- file: on\n"},
        "_toc.yml:5:3: 'file' is true or false [bad-contents]\n  hint: write the page's name as text, in quotes: 'file: \"name\"'",
    ),
    "toc-date": ({"_toc.yml": TOC + "- file: 2024-01-02\n"}, "_toc.yml:5:3: 'file' is '2024-01-02' [bad-contents]"),
    "missing": (
        {"_toc.yml": TOC + "- file: nowhere\n"},
        "_toc.yml:5:3: page 'nowhere' does not exist [chapter-missing]\n  hint: create the file, or take the entry out",
    ),
    "misspelt": (
        {"_toc.yml": TOC.replace("one", "onne")},
        "_toc.yml:4:3: page 'onne' does not exist [chapter-missing]\n  hint: did you mean 'one'?",
    ),
    "twice": (
        {"_toc.yml": TOC + "- file: one.md\n"},
        "_toc.yml:5:3: page 'one.md' is listed twice [chapter-listed-twice]\n  hint: it stands in line 4 already",
    ),
    "backslash": (
        {"ch/two.md": "# Two\n", "_toc.yml": TOC + "- file: ch\\two\n"},
        "_toc.yml:5:3: page 'ch\\two' is not written as Jupyter Book reads it [chapter-missing]\n  hint: did you mean 'ch/two'?",
    ),
    "dot": (
        {"_toc.yml": TOC.replace("file: one", "file: ./one")},
        "_toc.yml:4:3: page './one' is not written as Jupyter Book reads it [chapter-missing]\n  hint: did you mean 'one'?",
    ),
    "outside": (
        {"_toc.yml": TOC + "- file: ../two\n"},
        "_toc.yml:5:3: page '../two' is not inside the thesis [chapter-missing]\n  hint: copy the file into the thesis's folder",
    ),
    "encoding": (
        {"one.md": b"# One\n\nGr\xfc\xdfe\n"},
        "one.md: cannot be read: it is not UTF-8 text [unreadable-chapter]\n  hint: save the file as UTF-8 text",
    ),
    "utf-16": (
        {"one.md": "# One\n".encode("utf-16")},
        "one.md: cannot be read: it is not UTF-8 text [unreadable-chapter]",
    ),
    "config-encoding": (
        {"_config.yml": b"title: Gr\xfc\xdfe\n"},
        "_config.yml: cannot be read: it is not UTF-8 text [broken-yaml]\n  hint: save the file as UTF-8 text",
    ),
    "toc-encoding": (
        {"_toc.yml": TOC.encode() + b"- file: gr\xfc\xdfe\n"},
        "_toc.yml: cannot be read: it is not UTF-8 text [broken-yaml]",
    ),
    "json": (
        {"_toc.yml": TOC + "- file: two\n", "two.ipynb": '{"cells": ['},
        "two.ipynb: not a Jupyter notebook [unreadable-chapter]\n  hint: open it in Jupyter and save it again",
    ),
    "metadata": (
        {"_toc.yml": TOC + "- file: two\n", "two.ipynb": '{"cells": [], "metadata": 3}'},
        "two.ipynb: not a Jupyter notebook [unreadable-chapter]",
    ),
    "cell-options": (
        {"one.md": NOTEBOOK + "# One\n\n" + cell("1", ":tags: [a\n")},
        "one.md:8: a cell's options are not valid YAML [unreadable-chapter]\n  hint: write options as ':tags: [remove-input]', one a line",
    ),
    "kernelspec": (
        {"one.md": "---\nfile_format: mystnb\nkernelspec: python3\n---\n# One\n\n" + cell("1")},
        "one.md:1: 'kernelspec' must hold settings [unreadable-chapter]\n  hint: write 'kernelspec: {name: python3, display_name: Python 3}'",
    ),
}


def put(root: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("case", REFUSED)
def test_input_that_cannot_be_used_is_refused_with_its_place(thesis: Write, case: str) -> None:
    """Place, message and hint are exact, the exit code is 2, and no edition is written."""
    files, expected = REFUSED[case]
    root = thesis(ONE)
    put(root, files)

    code, said = call(root)

    assert expected in said
    assert code == 2
    assert editions(root) == {}


def test_mistakes_of_all_files_are_said_at_once(thesis: Write) -> None:
    """A broken configuration hides neither a missing page nor one that cannot be read."""
    root = thesis(ONE)
    put(
        root,
        {
            "_config.yml": "title: [\n",
            "_toc.yml": TOC + "- file: nowhere\n- file: two\n- file: one\n",
            "two.md": b"\xff",
            "one.md": b"\xfe",
        },
    )

    code, said = call(root)
    rules = [line.rpartition(" [")[2].rstrip("]") for line in said.splitlines() if line.endswith("]")]

    assert (code, rules) == (2, ["broken-yaml", "chapter-listed-twice", "chapter-missing"])

    put(root, {"_toc.yml": TOC + "- file: nowhere\n- file: two\n"})
    code, said = call(root)
    rules = [line.rpartition(" [")[2].rstrip("]") for line in said.splitlines() if line.endswith("]")]

    assert (code, rules) == (2, ["broken-yaml", "chapter-missing", "unreadable-chapter", "unreadable-chapter"])
    assert said.endswith("4 errors, 0 warnings\n")


def test_the_old_list_form_names_its_mistakes_too(thesis: Write) -> None:
    """In the list form of old Jupyter Books a page listed twice and a missing one have their lines."""
    root = thesis({**ONE, "_toc.yml": "- file: index\n- file: nowhere\n- file: one\n- file: one\n"})

    code, said = call(root)

    assert "_toc.yml:4:3: page 'one' is listed twice [chapter-listed-twice]" in said
    assert "_toc.yml:2:3: page 'nowhere' does not exist [chapter-missing]" in said
    assert code == 2


def test_the_last_good_editions_stand_whatever_is_wrong(thesis: Write) -> None:
    """On exit codes 2 to 4 not a byte of the editions changes."""
    root = thesis(ONE)
    assert call(root)[0] == 0
    good = editions(root)
    wrong = {
        2: {"_toc.yml": TOC + "- file: nowhere\n"},
        3: {"_toc.yml": TOC, "one.md": chapter("1 / 0")},
        4: {"one.md": chapter("1").replace("name: python3", "name: julia-9")},
    }

    for code, files in wrong.items():
        put(root, files)

        assert call(root)[0] == code
        assert editions(root) == good


# What is odd, and builds


ODD = {
    "nothing-under-thesis": {"_config.yml": CONFIG + "thesis: null\n"},
    "no-settings": {"_config.yml": ""},
    "dates": {"_config.yml": "title: 2024-01-02\nauthor: 42\nthesis: {front: {title-page: {title: 2024-01-02, date: 2024-05-06}}}\n"},
    "byte-order-marks": {"_config.yml": b"\xef\xbb\xbftitle: A\r\nauthor: B\r\n", "_toc.yml": b"\xef\xbb\xbf" + TOC.replace("\n", "\r\n").encode(), "one.md": b"\xef\xbb\xbf# One\r\n\r\nText.\r\n"},
    "heading-alone": {"one.md": "# Only a heading\n"},
    "conf.py": {"conf.py": "raise RuntimeError('an author has a conf.py of another program')\n"},
    "enormous-paragraph": {"one.md": "# One\n\n" + "word " * 20_000 + "\n"},
    "deep": {"one.md": "# One\n\n" + "> " * 90 + "deep\n\n" + "".join("  " * i + "- a\n" for i in range(40))},
    "no-pages": {"_toc.yml": "format: jb-book\nroot: index\n"},
    "glob-outside": {"_toc.yml": TOC + "- glob: /etc/*\n"},
}  # fmt: skip


@pytest.mark.parametrize("case", ODD)
def test_odd_input_builds(thesis: Write, case: str) -> None:
    """What is odd but not wrong gives both editions and exit code 0."""
    root = thesis({**ONE, "_toc.yml": TOC})
    put(root, ODD[case])

    code, said = call(root)

    assert (code, "error" in said.replace("0 errors", "")) == (0, False), said
    assert (root / "_build" / "thesis.pdf").is_file()
    assert (root / "_build" / "html" / "index.html").is_file()


def test_keys_that_are_no_text_are_named(thesis: Write) -> None:
    """Numbers, truths and nothing at all as keys are settings that nobody reads."""
    root = thesis({**ONE, "_config.yml": CONFIG + "2: x\ntrue: y\nnull: z\n"})

    code, said = call(root)

    assert "_config.yml:4:1: unknown setting '2' [unknown-setting, warning]" in said
    assert (code, said.count("[unknown-setting, warning]")) == (0, 3)


def test_links_and_pipes_do_not_trap_a_build(thesis: Write, tmp_path: Path) -> None:
    """Links that lead nowhere or in a circle and named pipes are passed over; a linked folder counts as its content."""
    root = thesis({"_toc.yml": TOC})
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "part.txt").write_text("Alpha words.\n", encoding="utf-8")
    (root / "one.md").write_text("# One\n\n```{include} parts/part.txt\n```\n", encoding="utf-8")
    for name, target in (("circle", root), ("self", "self"), ("gone.csv", "nowhere.csv"), ("parts", tmp_path / "else")):
        (root / name).symlink_to(target)
    os.mkfifo(root / "pipe")

    assert call(root) == (0, "")
    assert call(root, "build") == (0, "nothing has changed\n")

    (tmp_path / "else" / "part.txt").write_text("Other words.\n", encoding="utf-8")
    call(root)

    assert "Other words." in page(root, "one")


def test_a_link_that_leads_nowhere_is_a_missing_page(thesis: Write) -> None:
    """A dangling link is no page, and not suggested as one."""
    root = thesis({"_toc.yml": TOC})
    (root / "one.md").symlink_to("gone.md")

    code, said = call(root)

    assert "_toc.yml:4:3: page 'one' does not exist [chapter-missing]\n  hint: create the file" in said
    assert code == 2


def test_lines_of_windows_are_counted_right(thesis: Write) -> None:
    """With CRLF line ends a cell runs, its finding is printed, and a failing line has its number."""
    root = thesis({"_toc.yml": TOC})
    put(root, LOCK | {"one.md": chapter(RECORDS, text="\nIt is {finding}`one.answer`.\n").replace("\n", "\r\n")})

    assert call(root)[0] == 0
    assert '<span class="finding">42</span>' in page(root, "one")

    put(root, {"one.md": chapter("x = 1\n1 / 0").replace("\n", "\r\n")})

    assert call(root)[1].startswith("one.md:9: a cell raised ZeroDivisionError: division by zero [cell-failed]\n")


def test_an_older_file_in_the_place_of_a_newer_one_is_seen(thesis: Write) -> None:
    """A page or a part of one that is replaced by a file with an old date is read again."""
    root = thesis({"one.md": "# One\n\nOld words.\n\n```{include} part.txt\n```\n", "part.txt": "Old part.\n"})
    call(root)
    for name, content in (
        ("one.md", "# One\n\nNew words.\n\n```{include} part.txt\n```\n"),
        ("part.txt", "New part.\n"),
    ):
        put(root, {name: content})
        os.utime(root / name, (1, 1))

        assert call(root)[0] == 0
        assert content.splitlines()[-1 if name == "part.txt" else 2] in page(root, "one")


# Cells


def test_failing_cells_of_all_chapters_are_told_with_their_lines(thesis: Write) -> None:
    """In Markdown the line of the file, in a notebook cell and line; the traceback below; exit code 3."""
    root = thesis({"one.md": chapter("x = 1\nraise ValueError('bad thing')"), "_toc.yml": TOC + "- file: two\n"})
    put(root, {"two.ipynb": notebook("x = 1", "y = 2\nprint(zzz)")})

    code, said = call(root)

    assert "one.md:9: a cell raised ValueError: bad thing [cell-failed]\n  hint: " in said
    assert "    ----> 2 raise ValueError('bad thing')\n" in said
    assert "two.ipynb: cell 3, line 2: a cell raised NameError: name 'zzz' is not defined [cell-failed]\n" in said
    assert "    ----> 2 print(zzz)\n" in said
    assert (code, editions(root)) == (3, {})


def test_cells_that_never_end_and_kernels_that_die(thesis: Write) -> None:
    """A time limit and a dead kernel have chapter and line, and leave no process."""
    files = {
        "slow.md": chapter("import time\ntime.sleep(600)"),
        "dead.md": chapter("import os\nos._exit(7)"),
        "gone.md": chapter("import sys\nsys.exit(3)"),
    }
    root = thesis({**files, "_config.yml": CONFIG + "execute: {timeout: 1}\n"})

    code, said = call(root)

    assert (
        "slow.md:8: a cell ran for more than 1 s [cell-timeout]\n  hint: make the cell faster, or raise 'execute.timeout' in _config.yml (-1 for no limit)"
        in said
    )
    assert "dead.md:8: kernel 'python3' died while running a cell with exit code 7 [kernel-died]\n" in said
    assert "gone.md:8: a cell raised SystemExit: 3 [cell-failed]\n" in said
    assert code == 3
    assert [process for process in psutil.Process().children(recursive=True) if process.status() != "zombie"] == []


def test_kernels_that_are_not_installed_are_all_named(thesis: Write) -> None:
    """A missing kernel is a missing tool: exit code 4, before anything runs."""
    root = thesis({"one.md": chapter("1").replace("name: python3", "name: julia-9"), "_toc.yml": TOC + "- file: two\n"})
    put(root, {"two.ipynb": notebook("1", kernel="ir")})

    code, said = call(root)

    assert "one.md: kernel 'julia-9' is not installed [kernel-not-installed]\n  hint: installed kernels: " in said
    assert "two.ipynb: kernel 'ir' is not installed [kernel-not-installed]\n" in said
    assert code == 4


# Mistakes in the text: new editions, each place marked


def test_missing_pictures_and_broken_entries_are_marked(thesis: Write) -> None:
    """The build goes on, both editions show the place, and the exit code is 1."""
    bib = "@book{bad title={T}}\n@book{good, title={T}, author={Writer, A.}, year={2000}, publisher={P}}\n"
    root = thesis(
        {
            "one.md": "# One\n\n![a map](nope.png) {cite:t}`good`, {cite:t}`bad`.\n\n```{bibliography}\n```\n",
            "references.bib": bib,
        }
    )

    code, said = call(root)

    assert "one.md:3:10: image file not readable: nope.png [image-missing]\n" in said
    assert (
        "references.bib:1: entry 'bad' has no comma before 'title' [broken-bibliography-entry]\n  hint: end the line above with a comma\n"
        in said
    )
    assert code == 1
    for shown in (page(root, "one"), text(root)):
        assert "missing picture: nope.png" in shown
        assert "Writer (2000)" in shown


def test_a_standard_that_refuses_leaves_a_pdf(thesis: Write) -> None:
    """A document that PDF/UA refuses is printed without it; exit code 1."""
    root = thesis({"one.md": "#\n\nText.\n"})

    code, said = call(root)

    assert "[pdf-standard-refused]\n  hint: the PDF is made without this standard" in said
    assert code == 1
    assert "Text." in text(root)


def test_bad_settings_of_the_pdf_are_collected_and_a_pdf_comes(thesis: Write) -> None:
    """Paper, font, size, template and standard that do not exist are five errors, and there is a PDF."""
    pdf = "{paper: a44, font: Nope, font-size: huge, standards: [a-99], template: nowhere.typ}"
    root = thesis({**ONE, "_config.yml": CONFIG + f"thesis:\n  pdf: {pdf}\n"})

    code, said = call(root)

    assert [line[:14] for line in said.splitlines() if "error" not in line and "hint" not in line] == [
        "_config.yml:5:"
    ] * 5
    assert code == 1
    assert "Text." in text(root)


# Where nothing can be written


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = (
        shutil.which("mount")
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True, check=False
        ).returncode
        == 0
    )
    if not made:
        pytest.skip("only the superuser may mount a disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_said_and_the_last_editions_stand(thesis: Write, small_disk: Path) -> None:
    """A disk that fills up is a clear error; with room again, the next build is right."""
    shutil.copytree(thesis(ONE), small_disk, dirs_exist_ok=True)
    assert call(small_disk, "build", "--quiet", "--edition", "pdf")[0] == 0
    good = (small_disk / "_build" / "thesis.pdf").read_bytes()
    put(small_disk, {"one.md": "# One\n\nOther words.\n"})

    code, said = call(small_disk)

    assert (
        ": a file cannot be written: No space left on device [cannot-write]\n  hint: check permissions and the space on the disk"
        in said
    )
    assert code == 2
    assert (small_disk / "_build" / "thesis.pdf").read_bytes() == good

    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)

    assert call(small_disk) == (0, "")
    assert "Other words." in text(small_disk)


def test_a_thesis_that_cannot_be_written_is_said(thesis: Write, small_disk: Path) -> None:
    """A disk that may only be read is a clear error, whatever is asked for, and nothing is lost."""
    shutil.copytree(thesis(ONE), small_disk, dirs_exist_ok=True)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    for asked in (("build", "--quiet"), ("check",), ("findings",)):
        assert call(small_disk, *asked) == (
            2,
            "_build: '_build' cannot be written: Read-only file system [cannot-write]\n"
            "  hint: check its permissions and the space on the disk\n"
            + "1 error, 0 warnings\n"
            * (asked != ("check",)),
        )


# Ended half-way


def begun(root: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*RUN, "-C", str(root), "build", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def until(process: subprocess.Popen[str], words: str) -> list[psutil.Process]:
    """Wait until a build says these words; answer the processes that it has started by then."""
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            time.sleep(0.3)
            return psutil.Process(process.pid).children(recursive=True)
    raise AssertionError(said)


def children(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Processes that a build has started, waited for on a busy machine."""
    for _ in range(100):
        found = psutil.Process(process.pid).children(recursive=True)
        if found:
            return found
        time.sleep(0.1)
    return []


def gone(processes: list[psutil.Process]) -> bool:
    """Whether processes have ended, after at most ten seconds."""
    _, alive = psutil.wait_procs(processes, timeout=10)
    return not [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


WAITS = chapter("import time\ntime.sleep(0.7)\n" + RECORDS, text="\nIt is {finding}`one.answer`.\n")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_a_build_ended_while_cells_run_leaves_no_process_and_the_editions(thesis: Write, sent: int, code: int) -> None:
    """Ctrl-C, a polite request and a kill leave the last good editions, and no kernel; the next build is right."""
    root = thesis(ONE)
    call(root)
    good = editions(root)
    put(root, {"one.md": WAITS.replace("0.7", "600")})
    process = begun(root)
    until(process, "running one")
    kernels = children(process)
    process.send_signal(sent)
    said = process.communicate(timeout=120)[0]

    assert process.returncode == code
    assert kernels
    assert gone(kernels)
    assert editions(root) == good
    assert said == ("" if sent == signal.SIGKILL else "interrupted\n")

    put(root, LOCK | {"one.md": WAITS})

    assert call(root) == (0, "")
    assert '<span class="finding">42</span>' in page(root, "one")


@pytest.mark.parametrize(
    ("stage", "delay"), [("reading", 0.0), ("reading", 0.4), ("writing", 0.0), ("writing", 0.15), ("writing", 0.4)]
)
def test_a_build_killed_while_it_reads_or_writes_is_made_good(
    thesis: Write, tmp_path: Path, stage: str, delay: float
) -> None:
    """The editions are the old ones or the new ones, and after the next build they are what a fresh build gives."""
    files = {
        "one.md": "# One\n\nOld $x$.\n",
        "two.md": "# Two\n\nSee {ref}`three`.\n",
        "three.md": "(three)=\n# Three\n",
    }
    root = thesis(files)
    call(root)
    good = editions(root)
    put(root, {"one.md": "# One\n\nNew $y$.\n", "three.md": "(three)=\n# Third\n"})
    fresh = tmp_path / "fresh"
    shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("_build"))
    call(fresh)
    process = begun(root)
    assert process.stdout
    next(line for line in process.stdout if stage in line)
    time.sleep(delay)
    process.kill()
    process.communicate()

    assert (root / "_build" / "thesis.pdf").read_bytes()[-6:].strip() == b"%%EOF"
    assert set(editions(root)) >= set(good) - {"thesis.pdf"}

    assert call(root) == (0, "")
    assert editions(root) == editions(fresh)


def test_two_builds_at_once(thesis: Write) -> None:
    """The second is told so with exit code 2, and the first one ends well."""
    root = thesis(LOCK | {"one.md": WAITS.replace("0.7", "4")})
    first = begun(root)
    until(first, "running one")

    assert call(root) == (
        2,
        "_build: another build of this thesis is running [build-running]\n  hint: wait until it has ended\n1 error, 0 warnings\n",
    )

    first.communicate(timeout=60)
    assert first.returncode == 0
    assert '<span class="finding">42</span>' in page(root, "one")


# A damaged cache


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A thesis with everything that leaves something in the cache, built, and a copy of it."""
    from conftest import write_thesis

    bib = "@book{k, title={Title}, author={Writer, A.}, year={2000}, publisher={P}}\n"
    cites = "\nIt is {finding}`one.answer`, $x^2$, {cite:p}`k`.\n"
    files = {
        **LOCK,
        "one.md": chapter(RECORDS, text=cites),
        "two.md": "# Two\n\nSee {finding}`one.answer`.\n\n```{bibliography}\n```\n",
        "references.bib": bib,
    }
    root = write_thesis(tmp_path_factory.mktemp("built") / "thesis", files)
    assert call(root) == (0, "")
    copy = root.with_name("copy")
    shutil.copytree(root, copy, copy_function=shutil.copy2)
    return root, copy


@pytest.fixture
def built(kept: tuple[Path, Path]) -> Path:
    """That thesis, sound again and in the place where it was built: Sphinx would read it all in another one."""
    root, copy = kept
    shutil.rmtree(root)
    shutil.copytree(copy, root, copy_function=shutil.copy2)
    return root


DAMAGED = (
    "state.json", "seal.json", "runs/*/*/*.json", "runs/*/digests.json",  "sphinx/doctrees/environment.pickle",
    "sphinx/doctrees/two.doctree", "sphinx/html/two.html",  "executed/index.json", "executed/one.ipynb",
    "citations/items.json", "bibliography/references.bib", "mathml/*.json",
)  # fmt: skip


@pytest.mark.parametrize("pattern", DAMAGED)
@pytest.mark.parametrize("how", ["halved", "flipped"])
def test_a_damaged_cache_does_no_harm(built: Path, pattern: str, how: str) -> None:
    """Whatever file of the cache is damaged, the next build after an edit gives what a fresh one gives."""
    root, good = built, editions(built)
    found = sorted((root / "_build" / "cache").glob(pattern))
    content = found[0].read_bytes()
    middle = len(content) // 2
    found[0].write_bytes(
        content[:middle]
        if how == "halved"
        else content[:middle] + bytes([content[middle] ^ 0x11]) + content[middle + 1 :]
    )
    (root / "_build" / "thesis.pdf").unlink()
    shutil.rmtree(root / "_build" / "html")

    assert call(root) == (0, "")
    assert editions(root) == good


def test_a_deleted_or_changed_page_is_made_again(built: Path) -> None:
    """Editions that somebody has changed are put right by the next build."""
    root, good = built, editions(built)
    (root / "_build" / "html" / "two.html").unlink()
    (root / "_build" / "html" / "one.html").write_text("not ours", encoding="utf-8")
    (root / "_build" / "thesis.pdf").write_bytes(b"not ours")

    assert call(root) == (0, "")
    assert editions(root) == good
