"""What `thesis verify --twice` promises."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from running import markdown, notebook, write

from book.cli import thesis
from book.project import Project
from book.verifying import clock
from book.verifying.causes import cause_of
from book.verifying.conditions import VARIED, changed, told
from book.verifying.copying import copy_thesis
from book.workflow import build, verify

if TYPE_CHECKING:
    from book.diagnostics import Diagnostic

BOOK = {"_config.yml": "title: A thesis\nauthor: A. Author\n", "_toc.yml": "format: jb-book\nroot: one\n"}
CAUSES = {
    "random": ("import numpy as np\nprint(np.random.default_rng().random())", "random numbers without a seed"),
    "clock": ("import time\nprint(time.time())", "the clock"),
    "today": ("from datetime import date\nprint(date.today())", "the clock"),
    "duration": ("import time\nbegan = time.perf_counter()\nprint(f'{time.perf_counter() - began:.9f} s')", "the clock"),
    "set": ("print({f'name-{n}' for n in range(50)})", "the order of a set"),
    "hash": ("print(hash('text'))", "the hash of a text"),
    "address": ("class Thing: pass\nprint(f'{id(Thing()):#x} {Thing()!r}')", "the address of an object"),
    "id": ("kept = [object() for _ in range(9)]\nprint(id(kept))", "the number of a process or an object"),
    "path": ("from pathlib import Path\nprint(Path.cwd())", "a path of this machine"),
    "temporary": ("import tempfile\nprint(tempfile.mkdtemp().rpartition('/')[2])", "a name or number that is new each time"),
    "uuid": ("import uuid\nprint(uuid.uuid4())", "a name or number that is new each time"),
    "user": ("import getpass\nprint(getpass.getuser())", "who runs it"),
    "process": ("import os\nprint(os.getpid())", "the number of a process or an object"),
    "warning": ("import os, warnings\nif os.environ.get('MPLCONFIGDIR', '').endswith('verify/matplotlib'): warnings.warn('odd')", "a warning that is not always given"),
}  # fmt: skip
"""Cells that give something else each time, and what is said of them."""


def remarks(root: Path, *cells: str, **files: str) -> list[Diagnostic]:
    """What is said of a chapter with these cells."""
    write(root, {**BOOK, "one.md": markdown(*cells), **files})
    return [one for one in verify(root).verdict.diagnostics if one.rule == "not-reproducible"]


def test_each_cause_is_told(tmp_path) -> None:
    """Of every cell that gives something else each time, the remark names the cell, both values and the cause."""
    write(tmp_path, {**BOOK, "one.md": markdown(*(cell for cell, _ in CAUSES.values()))})
    done = verify(tmp_path)
    verdict, ran = done.verdict, done.chapters

    assert [one.message.partition("(")[2].partition(",")[0] for one in verdict.diagnostics] == [
        f"code cell {n}" for n in range(1, len(CAUSES) + 1)
    ]

    assert [
        name
        for (name, (_, cause)), one in zip(CAUSES.items(), verdict.diagnostics, strict=True)
        if f"({cause})" not in one.message
    ] == []

    assert (ran, {one.severity for one in verdict.diagnostics}) == (1, {"error"})


def test_what_is_the_same_is_not_remarked(tmp_path) -> None:
    """Seeded numbers, sorted sets, figures, findings and tables, and objects by their address, are the same in both runs."""
    cells = (
        "import numpy as np, pandas as pd\nfrom book import record, table\nrecord('a.b', float(np.random.default_rng(1).random()))",
        "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot([1, 3, 2])\nfigure",
        "print(sorted({f'name-{n}' for n in range(50)}))\nobject()",
        "import os\nprint(open('data.csv').read(), sorted(os.listdir('.')))",
        "pd.DataFrame({'a': [1, 2]}).style",
    )

    assert remarks(tmp_path, *cells, **{"data.csv": "a\n1\n"}) == []


def test_a_finding_is_named_with_both_values(tmp_path) -> None:
    """A number that moves from run to run says so under its name."""
    (found,) = remarks(
        tmp_path,
        "import os\nfrom book import record\nrecord('h3.support', 2 if os.environ.get('TZ', '').count('/') else 1)",
    )

    assert (
        found.message
        == "finding 'h3.support' (code cell 1, output 1) is not the same when its cells run again: '1', then '2'"
    )


def test_a_cell_that_fails_elsewhere_is_named(tmp_path) -> None:
    """A cell that finds something only where the thesis lies now is told with its exception."""
    (found,) = remarks(tmp_path, "import os\nprint('here')\nassert 'once-more' not in os.getcwd(), 'lost'")

    assert (
        found.message
        == "code cell 1 fails when its cells run again: nothing, then 'AssertionError: lost' (a path of this machine)"
    )


def test_code_of_local_modules_counts_for_the_cause(tmp_path) -> None:
    """What draws without a seed may stand in a module."""
    (found,) = remarks(
        tmp_path,
        "import drawing\nprint(drawing.draw())",
        **{"drawing.py": "import random\n\ndef draw():\n    return random.random()\n"},
    )

    assert found.message.endswith("(random numbers without a seed)")


def test_a_notebook_is_named_with_its_cell(tmp_path) -> None:
    """In a notebook the place is the cell's number, text cells included."""
    write(tmp_path, {**BOOK, "one.ipynb": notebook(("1", []), ("import os\nos.getpid()", []))})
    (found,) = verify(tmp_path).verdict.diagnostics

    assert (found.path, found.cell, found.line) == ("one.ipynb", 3, 1)


def test_one_place_is_silenced_with_a_reason(tmp_path) -> None:
    """A cell that is to show how long it took says so, and nothing is wrong."""
    text = markdown("import os\nprint(os.getpid())").replace(
        "```{code-cell}", "% thesis: ignore not-reproducible: it shows a process number\n```{code-cell}"
    )
    write(tmp_path, {**BOOK, "one.md": text})
    verdict = verify(tmp_path).verdict

    assert (verdict.diagnostics, [one.reason for one in verdict.silenced]) == ((), ["it shows a process number"])


def test_nothing_of_the_build_is_touched(tmp_path) -> None:
    """Runs, editions and data are as before, also where a cell writes into its data; the copies are gone."""
    write(
        tmp_path,
        {
            **BOOK,
            "one.md": markdown("import os\nif 'verify' in os.getcwd(): open('link.txt', 'w').write('mine')"),
            "data.txt": "data",
        },
    )
    (tmp_path / "link.txt").symlink_to(tmp_path / "data.txt")
    build(tmp_path, editions=["html"])
    before = contents(tmp_path)
    verify(tmp_path)

    assert contents(tmp_path) == before
    assert build(tmp_path, editions=["html"]).unchanged


def contents(root: Path) -> dict[str, bytes]:
    """Every file but what says of the cache that it is whole, and the compiled expressions that any command adds to."""
    paths = (path for path in root.rglob("*") if path.is_file() and path.name not in ("seal.json", "lock", "patterns.pickle"))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def test_a_copy_holds_no_link_to_the_original(tmp_path) -> None:
    """Links become what they lead to; environments, `_build` and circles are left out."""
    root = write(
        tmp_path / "a", {"data/x.csv": "1", "env/pyvenv.cfg": "", "env/lib.py": "", "_build/x": "", ".hidden/y": "2"}
    )
    (root / "data" / "up").symlink_to(root)
    (root / "y.csv").symlink_to(root / "data" / "x.csv")
    (root / "dangling").symlink_to(root / "nowhere")
    copy_thesis(root, tmp_path / "b", backwards=True)
    found = [path for path in sorted((tmp_path / "b").rglob("*")) if not path.is_dir()]

    assert [path.relative_to(tmp_path / "b").as_posix() for path in found] == [".hidden/y", "data/x.csv", "y.csv"]
    assert not any(path.is_symlink() for path in found)


@pytest.mark.parametrize(
    ("texts", "code", "cause"),
    [
        (("0.1234567890123", "0.1234567890124"), "x.mean()", "the last digits of numbers"),
        (("b a", "a b"), "for name in os.listdir('.')", "the order of files in a folder"),
        (("1", "2"), "work()", ""),
        (("<T at 0x7f0011223344>", "<T at 0x7f0011223355>"), "", "the address of an object"),
        (("2 ms", "3 ms"), "", "the clock"),
    ],
)
def test_a_cause_is_told_where_it_can_be(texts, code, cause) -> None:
    """Words tell first, then the code; where neither does, no cause is made up."""
    assert cause_of(texts, "what it prints", code, ((), ())).what == cause


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--twice", __file__], "say what to verify"), ([], "say what to verify"), (["no-such.zip"], "does not exist")],
)
def test_what_cannot_be_verified_is_a_wrong_call(tmp_path, arguments, said) -> None:
    """Either an archive that is there, or this thesis: neither and both are told."""
    result = CliRunner().invoke(thesis, ["-C", str(tmp_path), "verify", *arguments])

    assert (result.exit_code, said in result.output) == (2, True)


def test_the_exit_code_tells(tmp_path) -> None:
    """0 where all is the same, 1 where something is not."""
    write(tmp_path, {**BOOK, "one.md": markdown("print(1)")})
    good = CliRunner().invoke(thesis, ["-C", str(tmp_path), "verify", "--twice", "--quiet"])
    write(tmp_path, {"one.md": markdown("import os\nprint(os.getpid())")})
    bad = CliRunner().invoke(thesis, ["-C", str(tmp_path), "verify", "--twice"])

    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "one.md:10: what it prints (code cell 1, output 1)" in bad.stdout


def test_a_cell_that_fails_in_a_build_fails_here_too(tmp_path) -> None:
    """What does not run at all cannot be compared, and says so as a build does."""
    write(tmp_path, {**BOOK, "one.md": markdown("1 / 0")})
    result = CliRunner().invoke(thesis, ["-C", str(tmp_path), "verify", "--twice", "--quiet"])

    assert result.exit_code == 3
    assert not (Project(tmp_path).build / "verify" / "once").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are copies of a warm process on Linux alone")
def test_both_kinds_of_kernel_are_tried(tmp_path) -> None:
    """The second run has plain kernels, another hash seed, time zone and temporary folder."""
    cell = "import os, sys, tempfile\nprint(os.environ['PYTHONHASHSEED'])\nprint(os.environ.get('TZ'))\nprint(tempfile.gettempdir())\nprint('IPKernelApp' in str(sys.argv))"
    (found,) = remarks(tmp_path, cell)

    assert "'0 " in found.message
    assert "'20141103 " in found.message


FILES = {
    "table.csv": (
        "import random\nopen(name, 'w').write(f'name,value\\na,1\\nb,{random.random()}\\n')",
        "1 row changed: 'b,0.",
        "random numbers without a seed",
    ),
    "bytes.bin": (
        "import os\nopen(name, 'wb').write(b'\\0' + os.urandom(99))",
        "of 100 bytes, the first at",
        "",
    ),
    "size.bin": ("import os\nopen(name, 'wb').write(b'\\0' * len(os.getcwd()))", "bytes, then", ""),
    "dates.zip": (
        (
            "import time, zipfile\nwith zipfile.ZipFile(name, 'w') as archive:\n"
            "    archive.writestr(zipfile.ZipInfo('x', (1980 + time.time_ns() // 1000 % 100, 1, 1, 0, 0, 0)), 'same')"
        ),
        "nothing but the dates or the order of its members",
        "the clock",
    ),
    "member.zip": (
        (
            "import random, zipfile\nwith zipfile.ZipFile(name, 'w') as archive:\n"
            "    archive.writestr(zipfile.ZipInfo('x'), str(random.random()))"
        ),
        "'x' in it: 1 line changed: '0.",
        "random numbers without a seed",
    ),
    "packed.gz": (
        "import gzip, time\nwith gzip.GzipFile(name, 'wb', mtime=time.time_ns() % 2**32) as stream: stream.write(b'same')",
        "nothing but the date in its header",
        "the clock",
    ),
    "first.txt": (
        "import os\nif os.environ['PYTHONHASHSEED'] == '0': open(name, 'w').write('x')",
        "it is not written the second time",
        "",
    ),
    "second.txt": (
        "import os\nif os.environ['PYTHONHASHSEED'] != '0': open(name, 'w').write('x')",
        "it is written only the second time",
        "",
    ),
    "data.csv": (
        "import os\nif os.environ['PYTHONHASHSEED'] != '0': open(name, 'a').write('2\\n')",
        "1 row added: '', then '2'",
        "",
    ),
    "program.txt": (
        "import subprocess\nsubprocess.run(['sh', '-c', 'echo $$ > program.txt'], check=True)",
        "1 line changed",
        "",
    ),
}
"""Files that are others each time, the cells that write them, and what is said of them."""


def test_files_that_cells_write_are_compared(tmp_path) -> None:
    """A file that is not the same both times is named with its cell, by how much it differs, and why."""
    cells = [f"name = {name!r}\n{code};" for name, (code, _, _) in FILES.items()]
    found = remarks(tmp_path, *cells, **{"data.csv": "a\n1\n"})
    places = [
        f"file '{name}' (code cell {n}) is not the same when its cells run again: " for n, name in enumerate(FILES, 1)
    ]

    assert [one.message for one, place in zip(found, places, strict=True) if not one.message.startswith(place)] == []

    wrong = [
        one.message
        for one, (_, said, cause) in zip(found, FILES.values(), strict=True)
        if said not in one.message or f"({cause})" not in f"{one.message}()" or not one.hint
    ]

    assert wrong == []


def test_files_that_are_the_same_are_not_remarked(tmp_path) -> None:
    """Nor are those that a cell makes and deletes, those that are the author's and written as they were, and hidden ones."""
    cells = (
        "from pathlib import Path\nPath('out').mkdir()\nPath('out/x.csv').write_text('a\\n1\\n');",
        "import os, tempfile\nPath('gone.txt').write_text(str(os.getpid()))\nPath('gone.txt').unlink()",
        "Path('data.csv').write_text('a\\n1\\n');",
        "Path('.cache').mkdir()\nPath('.cache/x').write_text(str(os.getpid()));",
    )

    assert remarks(tmp_path, *cells, **{"data.csv": "a\n1\n"}) == []


def test_files_of_a_cell_that_fails_elsewhere_are_not_asked(tmp_path) -> None:
    """The failure is said, and not also all that it left undone."""
    found = remarks(tmp_path, "import os\nassert 'once-more' not in os.getcwd()\nopen('out.txt', 'w').write('x')")

    assert [one.message.split()[:4] for one in found] == [["code", "cell", "1", "fails"]]


SEEN = {
    "year": "datetime.datetime.now(datetime.UTC).year",
    "zone": "time.strftime('%z')",
    "user": "getpass.getuser()",
    "number": "os.getuid()",
    "home": "os.path.expanduser('~')",
    "order": "list({f'name-{n}' for n in range(50)})",
    "processors": "len(os.sched_getaffinity(0))",
    "umask": "os.umask(0o22)",
    "folder": "os.path.realpath('.')",
    "locale": "os.environ.get('LC_ALL')",
}
"""What a cell, or a build, can see of where it runs: an expression for each, which is another one the second time."""
SKIPS = {
    "year": pytest.mark.skipif(not list(clock._libraries()), reason="libfaketime is not installed: pip install libfaketime"),
    "processors": pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="this machine has one processor"),
}


@pytest.fixture(scope="module")
def seen_by_cells(tmp_path_factory) -> set[str]:
    """What is another one for cells."""
    root = tmp_path_factory.mktemp("cells")
    cells = [f"import datetime, getpass, os, time\nprint({said})" for said in SEEN.values()]
    found = [int(one.message.partition("(code cell ")[2].partition(",")[0]) for one in remarks(root, *cells)]
    return {list(SEEN)[number - 1] for number in found}


STAMP = """
import datetime, getpass, os, time

def setup(app):
    app.connect("html-page-context", stamp)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

def stamp(app, pagename, templatename, context, doctree):
    if pagename in WHAT:
        context["body"] = f"<p>By {eval(WHAT[pagename])}.</p>" + context["body"]
"""
"""An extension that writes into each page something of where it is built."""


@pytest.fixture(scope="module")
def seen_by_builds(tmp_path_factory) -> set[str]:
    """What is another one for what makes editions: each is a page of a thesis whose cells give the same."""
    root = tmp_path_factory.mktemp("builds")
    config = "title: A thesis\nauthor: A. Author\nsphinx: {local_extensions: {stamp: .}}\n"
    pages = {f"{name}.md": f"# {name}\n" for name in SEEN}
    toc = "format: jb-book\nroot: one\nchapters:\n" + "".join(f"- file: {name}\n" for name in SEEN)
    stamp = f"WHAT = {SEEN | {'folder': 'app.srcdir'}!r}\n{STAMP}"
    write(root, {**pages, "_config.yml": config, "_toc.yml": toc, "one.md": markdown("print(1)"), "stamp.py": stamp})
    found = verify(root, editions=["html"]).verdict.diagnostics
    assert {one.rule for one in found} == {"edition-not-reproducible"}
    names = {one.path.removesuffix(".md") for one in found if one.path}
    assert "one" not in names
    return names


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere less can be another one")
@pytest.mark.parametrize("what", [pytest.param(name, marks=SKIPS.get(name, ())) for name in SEEN])
def test_a_cell_that_shows_where_it_runs_is_named(what, seen_by_cells) -> None:
    """Date, zone, user, home, seed, processors, umask, folder and locale are others when cells run again."""
    assert what in seen_by_cells


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere less can be another one")
@pytest.mark.parametrize("what", [pytest.param(name, marks=SKIPS.get(name, ())) for name in SEEN])
def test_a_page_that_shows_where_it_is_built_is_named(what, seen_by_builds) -> None:
    """So they are for what makes editions, and the page is named with what differs."""
    assert what in seen_by_builds


def test_what_was_another_one_is_said(tmp_path) -> None:
    """Each condition is told, with what it was, or with why it was not; afterwards all is as before."""
    umask = os.umask(0o22)
    with changed(tmp_path, ["date", "umask"]) as second:
        during = os.umask(0o22)
    after = os.umask(umask)
    lines = told(second.told)

    assert [one.name for one in second.told] == list(VARIED)
    assert "date (it was to stay as it is)" in lines[1]
    assert "hash-seed (20141103)" in lines[0]
    assert "FAKETIME" not in second.variables

    assert (during, after) == (0o22, 0o22)


def test_a_date_that_cannot_be_another_one_is_said_not_to_be(tmp_path, monkeypatch) -> None:
    """Where there is no libfaketime, or one that does not work, nobody is told that the date was another one."""
    broken = tmp_path / "broken.so"
    broken.write_bytes(b"")
    found = []
    for libraries in ([], [str(broken)]):
        monkeypatch.setattr(clock, "_libraries", partial(iter, libraries))
        with clock.another_date() as date:
            found.append((date.variables, date.why.partition(":")[0]))

    assert found == [
        ({}, "libfaketime is not installed"),
        ({}, "libfaketime is there and does not work with this Python"),
    ]


@SKIPS["year"]
def test_another_date_leaves_nothing_behind() -> None:
    """Time goes on as before for who waits; what is shared with a process that was killed is gone in the end."""
    code = "import time; began = time.monotonic(); time.sleep(0.2); print(time.time(), 0.2 <= time.monotonic() - began < 60, flush=True); time.sleep(99)"
    shared = Path("/dev/shm")  # noqa: S108
    before = sorted(shared.glob("*faketime*"))
    with (
        clock.another_date() as date,
        subprocess.Popen([sys.executable, "-c", code], env=os.environ | dict(date.variables), stdout=subprocess.PIPE, text=True) as one,
    ):
        now, slept = one.stdout.readline().split()
        one.kill()

    assert (round((float(now) - time.time()) / 86_400), slept) == (clock.DAYS, "True")
    assert sorted(shared.glob("*faketime*")) == before


def test_a_condition_that_nobody_knows_is_a_wrong_call(tmp_path) -> None:
    """What is to stay the same is one of those that can be others."""
    result = CliRunner().invoke(thesis, ["-C", str(tmp_path), "verify", "--twice", "--same", "weather"])

    assert (result.exit_code, "'weather' is no condition" in result.output) == (2, True)


@pytest.mark.slow
def test_editions_are_the_same_bytes(tmp_path) -> None:
    """Site and PDF of a thesis with a figure, a table and a finding are the same in another folder, zone, locale, for another user, on one processor."""
    cells = (
        "import matplotlib.pyplot as plt, pandas as pd\nfrom book import figure, record, table\nrecord('a.b', 1.5)",
        "table(pd.DataFrame({'a': [1, 2]}), label='tab-a', caption='A')",
        "drawn, axes = plt.subplots()\naxes.plot([1, 3, 2])\nfigure(drawn, label='fig-a', caption='A', alt='A line')",
    )
    write(tmp_path, {**BOOK, "one.md": markdown(*cells) + "\nSee {numref}`fig-a`, {numref}`tab-a`, {finding}`a.b`.\n"})
    done = verify(tmp_path, editions=["html", "pdf"])

    assert (done.verdict.diagnostics, done.chapters) == ((), 1)
