"""What pinned chapters promise: an accepted run stands, without a kernel, and says when its inputs have moved."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from running import chapters, markdown, printed, run, why, write

from book.cli import thesis
from book.config import read_config
from book.errors import ConfigError
from book.execution.dependencies import beyond_thesis, inputs_of
from book.execution.reuse import last_runs
from book.project import Project
from book.workflow import accept, build, check, verify
from book.workflow import why as would_run

if TYPE_CHECKING:
    from pathlib import Path

    from book.execution.runs import Runs

PINNED = "title: A thesis\nauthor: A. Author\nthesis: {execution: {pinned: [chapters/long]}}\n"
FILE = "pinned/chapters/long.run.json.gz"
CELLS = ("from pathlib import Path", "print('computed', Path('../data.csv').read_text().strip())", "print('end')")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A thesis with a pinned chapter whose run was accepted, as another checkout has it: no store."""
    write(
        tmp_path / "a",
        {
            "_config.yml": PINNED,
            "_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: chapters/long\n",
            "index.md": "# A thesis\n",
            "chapters/long.md": markdown(*CELLS),
            "data.csv": "a\n1\n",
        },
    )
    run(tmp_path / "a")

    assert accept(tmp_path / "a", runs=["long"])[0].startswith(f"wrote {FILE} (")

    return clone(tmp_path / "a", tmp_path / "b")


def clone(root: Path, target: Path) -> Path:
    """The thesis as somebody else gets it."""
    for path in root.rglob("*"):
        if path.is_file() and "_build" not in path.parts:
            (target / path.relative_to(root)).parent.mkdir(parents=True, exist_ok=True)
            (target / path.relative_to(root)).write_bytes(path.read_bytes())
    return target


def last(root: Path) -> Runs:
    project = Project(root)
    return last_runs(chapters(root), project, read_config(project))


def said(runs: Runs) -> list[tuple[str, str]]:
    return [(one.rule, one.message) for one in runs.diagnostics]


def test_a_pinned_chapter_is_built_without_a_kernel(root) -> None:
    """In a checkout that never ran it, its accepted run is what is shown, and nothing is remarked."""
    runs = run(root)

    assert (printed(runs, "chapters/long"), runs.executed, said(runs)) == ("computed a\n1\nend\n", (), [])
    assert not (root / "_build/cache/ipython").exists()
    assert why(root) == {}
    assert said(last(root)) == []


def test_a_pinned_chapter_says_when_its_inputs_have_moved(root) -> None:
    """Build, check and why name what has changed; the accepted run goes on standing."""
    write(root, {"data.csv": "a\n2\n"})
    runs = run(root)
    remarks = [("pinned-run-stale", "its accepted run is not that of today's cells and data: data.csv changed")]

    assert (printed(runs, "chapters/long"), runs.executed, said(runs)) == ("computed a\n1\nend\n", (), remarks)
    assert said(last(root)) == remarks
    assert {one.severity for one in runs.diagnostics} == {"warning"}
    assert why(root) == {"chapters/long": ("pinned, and does not run", "data.csv changed")}


def test_outputs_stay_at_their_cells(root) -> None:
    """A cell that is new has no outputs, and those around it keep theirs."""
    write(root, {"chapters/long.md": markdown(CELLS[0], CELLS[1], "print('new')", CELLS[2])})
    found = run(root)["chapters/long"].outputs

    assert [len(cell) for cell in found] == [0, 1, 0, 1]
    assert found[3][0]["text"] == "end\n"


def test_a_pinned_chapter_runs_when_asked_and_is_accepted_anew(root) -> None:
    """`--pinned` runs it; until that run is accepted, the old one stands, and afterwards the new one."""
    write(root, {"data.csv": "a\n2\n"})
    with pytest.raises(ConfigError) as refused:
        accept(root, runs=["chapters/long"])

    assert [(one.rule, one.message) for one in refused.value.diagnostics] == [
        ("stale-run", "its cells have not run as things are: never run")
    ]

    build(root, editions=["html"], pinned=True)

    assert "computed a\n2" in (root / "_build/html/chapters/long.html").read_text()
    assert printed(run(root), "chapters/long") == "computed a\n1\nend\n"

    accept(root, runs=["chapters/long"])
    again = run(clone(root, root.parent / "c"))

    assert (printed(again, "chapters/long"), said(again)) == ("computed a\n2\nend\n", [])


@pytest.mark.parametrize("damage", ["cut", "altered", "another's", "no file"])
def test_a_damaged_accepted_run_is_never_served(root, damage) -> None:
    """A file that is not what was written is said to be damaged, and the cells run."""
    path = root / FILE
    content = path.read_bytes()
    altered = gzip.compress(gzip.decompress(content).replace(b"computed a", b"computed b"))
    other = gzip.compress(gzip.decompress(content).replace(b"chapters/long", b"chapters/else"))
    path.write_bytes({"cut": content[:-30], "altered": altered, "another's": other, "no file": b""}[damage])
    if damage == "no file":
        path.unlink()
    runs = run(root)
    message = (
        f"its accepted run '{FILE}' is damaged"
        if damage != "no file"
        else "it is pinned, and no run of it has been accepted"
    )

    assert (runs.executed, said(runs)) == (("chapters/long",), [("pinned-run-missing", message)])


def test_the_same_run_gives_the_same_file(root) -> None:
    """Where a chapter gives the same from the same again, accepting it changes no byte."""
    before = (root / FILE).read_bytes()
    build(root, editions=["html"], pinned=True)
    accept(root, runs=["long"])

    assert (root / FILE).read_bytes() == before


def test_what_a_pinned_chapter_depends_on_is_known(root) -> None:
    """The lock's inputs and the question whether anything has changed take the accepted run into account."""
    project = Project(root)
    config = read_config(project)

    assert "data.csv" in inputs_of(["chapters/long"], project, config)
    assert "data.csv" in beyond_thesis(project, config).files


def test_names_must_be_those_of_chapters(root) -> None:
    """A name in the settings or behind `--run` that no chapter has is said to be none."""
    write(root, {"_config.yml": "thesis:\n  execution:\n    pinned:\n    - chapters/long\n    - chapters/lnog\n"})
    (found,) = run(root).diagnostics

    assert (found.rule, found.path, found.line) == ("unknown-chapter", "_config.yml", 5)

    result = CliRunner().invoke(thesis, ["-C", str(root), "accept", "--run", "lnog"])

    assert (result.exit_code, "no chapter with cells is called 'lnog'" in result.stderr) == (2, True)


def test_an_accepted_run_that_nothing_names_says_so(root) -> None:
    """Keeping a run is one thing and naming the chapter in the settings another."""
    write(root, {"_config.yml": "title: A thesis\nauthor: A. Author\n"})
    run(root)

    assert accept(root, runs=["long"])[1:] == (
        "its cells go on running until _config.yml names it: thesis: execution: pinned: [chapters/long]",
    )


def test_a_whole_thesis_with_a_pinned_chapter(root) -> None:
    """Build, check, why, verify and accept work where nothing has ever run."""
    outcome = build(root, editions=["html"])

    assert (outcome.executed, outcome.exit_code) == ((), 0)
    assert "computed a\n1" in (root / "_build/html/chapters/long.html").read_text()

    assert build(root, editions=["html"]).unchanged

    write(root, {"data.csv": "a\n2\n"})

    assert "pinned-run-stale" in {one.rule for one in build(root, editions=["html"]).diagnostics}
    assert "pinned-run-stale" in {one.rule for one in check(root)}
    assert would_run(root) == {"chapters/long": ("pinned, and does not run", "data.csv changed")}
    assert verify(root).chapters == 0
    assert accept(root)


ARCHIVE = "pinned/long.run.files.zip"
MAKES = "from pathlib import Path\nPath('out').mkdir(exist_ok=True)\nfor name, size in (('read.csv', 9), ('shown.svg', 99), ('scratch.bin', 10**6)):\n    Path('out', name).write_bytes(b'x' * size)"
LONG = "title: A thesis\nthesis: {execution: {pinned: [long]}}\n"


@pytest.fixture
def makes(tmp_path: Path) -> Path:
    """A thesis as another checkout has it whose pinned chapter wrote files: one that is read, one that a text shows, one for itself."""
    write(
        tmp_path / "a",
        {
            "_config.yml": LONG,
            "_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: long\n- file: reader\n",
            "index.md": "# A thesis\n\n![A square](out/shown.*)\n",
            "long.md": markdown(MAKES),
            "reader.md": markdown("print(open('out/read.csv').read())"),
        },
    )
    run(tmp_path / "a", draft=True)
    said = accept(tmp_path / "a", runs=["long"])

    assert said[1] == f"wrote {ARCHIVE} (2 files that it writes for others, 0.0 MB)"

    found = clone(tmp_path / "a", tmp_path / "b")
    for path in (found / "out").iterdir():
        path.unlink()
    return found


def test_files_that_a_pinned_chapter_wrote_come_back(makes) -> None:
    """Those that others read are there again before they are read, and nothing else; what is there is left alone."""
    runs = run(makes)

    assert (printed(runs, "reader"), runs.executed, said(runs)) == ("xxxxxxxxx\n", ("reader",), [])
    assert sorted(path.name for path in (makes / "out").iterdir()) == ["read.csv", "shown.svg"]

    write(makes, {"out/read.csv": "mine"})
    runs = run(makes)
    remark = (
        "its accepted run is not that of today's cells and data: out/read.csv, which it writes for others, was altered"
    )

    assert (printed(runs, "reader"), said(runs)) == ("mine\n", [("pinned-run-stale", remark)])

    (makes / "out/read.csv").unlink()

    assert said(last(makes)) == [
        ("pinned-run-stale", remark.replace("was altered", "is gone")),
        ("stale-run", "its results are not those of its cells and data: out/read.csv is gone"),
    ]
    assert (printed(run(makes), "reader"), why(makes)) == ("xxxxxxxxx\n", {})


@pytest.mark.parametrize("damage", ["cut", "altered", "gone"])
def test_files_that_are_not_what_the_run_wrote_are_not_brought_back(makes, damage) -> None:
    """A damaged archive gives nothing wrong: the file is said to be gone."""
    import zipfile

    path = makes / ARCHIVE
    if damage == "altered":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("out/read.csv", "another")
            archive.writestr("../beyond.csv", "x")
    else:
        path.write_bytes(path.read_bytes()[:-30])
    if damage == "gone":
        path.unlink()
    runs = run(makes, draft=True)

    assert not (makes / "out/read.csv").exists()
    assert not (makes.parent / "beyond.csv").exists()
    assert "FileNotFoundError" in {one["ename"] for cell in runs["reader"].outputs for one in cell}
    assert ("out/read.csv, which it writes for others, is gone" in str(said(runs))) == (damage == "altered")


def test_files_are_kept_up_to_a_bound(makes) -> None:
    """The smallest come first; what is too large is named, and so is what its author has altered since."""
    run(makes)
    write(makes, {"_config.yml": "thesis: {execution: {pinned: [long], pinned-files: 50}}\n"})
    build(makes, editions=["html"], pinned=True)
    lines = accept(makes, runs=["long"])

    assert lines[1:] == (
        f"wrote {ARCHIVE} (1 file that it writes for others, 0.0 MB)",
        "not kept with it, since 'thesis.execution.pinned-files' allows no more: out/shown.svg; share them as you share data",
    )

    write(makes, {"out/read.csv": "mine"})
    with pytest.raises(ConfigError) as refused:
        accept(makes, runs=["long"])

    assert [one.message for one in refused.value.diagnostics] == [
        "out/read.csv, which its cells write for others, was changed by somebody else"
    ]


def test_the_same_files_give_the_same_archive(makes) -> None:
    """Accepting the same again changes no byte, and an archive of which nothing is left goes."""
    before = (makes / ARCHIVE).read_bytes()
    run(makes)
    build(makes, editions=["html"], pinned=True)
    accept(makes, runs=["long"])

    assert (makes / ARCHIVE).read_bytes() == before

    write(makes, {"reader.md": markdown("print(1)"), "index.md": "# A thesis\n"})
    run(makes)
    accept(makes, runs=["long"])

    assert not (makes / ARCHIVE).exists()


def test_copies_have_the_files_too(makes) -> None:
    """`verify --twice` runs the chapters that read them."""
    done = verify(makes)
    verdict, ran = done.verdict, done.chapters

    assert (verdict.diagnostics, ran) == ((), 1)
