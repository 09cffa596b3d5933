"""What makes a chapter run again: all that its run read or asked for, and nothing else."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import NOTEBOOK
from running import markdown, printed, run, why, write

from book.config import default_config
from book.errors import CELL_FAILED, CellError
from book.execution.dependencies import beyond_thesis
from book.execution.store import Store
from book.project import Project
from book.workflow import build

FILES = {
    "_config.yml": "thesis: {execution: {inputs: [declared.txt]}}\n",
    "analysis/__init__.py": "",
    "analysis/load.py": "from pathlib import Path\nHERE = Path(__file__).parent\nSETTINGS = (HERE / 'settings.json').read_text()\ndef load(name):\n    return (HERE / 'data' / name).read_text()\n",
    "analysis/other.py": "import os\nLEVEL = os.environ.get('THE_LEVEL')\n",
    "analysis/settings.json": "{}",
    "analysis/data/a.csv": "k,v\nx,1\ny,2\nz,3\n",
    "analysis/data/b.csv": "k,v\nx,1\n",
    "analysis/data/parts/one.csv": "1",
    "analysis/notes.csv": "nobody reads this",
    "declared.txt": "for everybody",
    "one.md": markdown("from analysis.load import load\nprint(load('a.csv'))"),
    "two.md": markdown(
        "import sys\nfrom pathlib import Path\nfrom analysis.other import LEVEL\n"
        "print(sorted(p.name for p in Path('analysis/data/parts').glob('*.csv')), LEVEL, Path('extra.csv').exists())"
    ),
    "three.md": markdown("import colorsys\nprint('alone')"),
}
EDITS = {
    "analysis/data/a.csv": ("k,v\nx,1\ny,5\nz,3\nw,9\n", {"one": ("analysis/data/a.csv: 1 row changed, 1 row added",)}),
    "analysis/load.py": (FILES["analysis/load.py"] + "\n# a remark\n", {"one": ("analysis/load.py: 2 lines added",)}),
    "analysis/settings.json": ("[]", {"one": ("analysis/settings.json: 1 line changed",)}),
    "analysis/other.py": ("LEVEL = 3\n", {"two": ("analysis/other.py: 1 line changed, 1 line removed",)}),
    "analysis/data/parts/two.csv": ("2", {"two": ("analysis/data/parts/*.csv: two.csv is new",)}),
    "extra.csv": ("here", {"two": ("extra.csv is new",)}),
    "colorsys.py": ("", {"three": ("colorsys.py is new",)}),
    "declared.txt": ("other", dict.fromkeys(("one", "three", "two"), ("declared.txt: 1 line changed",))),
    "analysis/data/b.csv": ("changed", {}),
    "analysis/data/parts/readme.txt": ("new", {}),
    "analysis/data/parts/one.csv": ("its name is asked for, not what it holds", {}),
    "analysis/notes.csv": ("changed", {}),
    "analysis/new.py": ("", {}),
    "new.csv": ("", {}),
    "prose.md": ("# New prose\n", {}),
    "three.md": (FILES["three.md"].replace("# A chapter", "# Another title\n\nProse."), {}),
}
"""For each file what it is changed to, and what runs again, with the reasons."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Path:
    """A thesis whose chapters have run."""
    root = write(tmp_path_factory.mktemp("traced") / "thesis", FILES)
    run(root)
    assert why(root) == {}
    return root


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_runs_again_whoever_read_it_and_nobody_else(ran, name) -> None:
    """Data, modules and what they read at import, new names, files that were looked for and absent; not what nobody read."""
    text, expected = EDITS[name]
    path = ran / name
    before = path.read_text() if path.exists() else None
    path.write_text(text)
    found = why(ran)
    path.unlink() if before is None else path.write_text(before)

    assert found == expected
    assert why(ran) == {}


def test_another_folder_and_other_dates_run_nothing(ran, tmp_path) -> None:
    """A copy of the thesis with its runs, all files touched, has nothing to do."""
    root = Path(shutil.copytree(ran, tmp_path / "elsewhere"))
    for path in root.rglob("*"):
        if "_build" not in path.parts:
            os.utime(path, (1_000_000, 1_000_000))

    assert why(root) == {}


def test_a_variable_that_a_module_asks_for_counts(ran, monkeypatch) -> None:
    """Set, it is a reason for the chapters that import the module; another variable is none."""
    monkeypatch.setenv("SOMETHING_ELSE", "1")
    assert why(ran) == {}

    monkeypatch.setenv("THE_LEVEL", "5")
    assert why(ran) == {"two": ("environment variable 'THE_LEVEL' is set now",)}
    assert beyond_thesis(Project(ran), default_config()).variables == ("THE_LEVEL",)


def test_what_is_not_there_any_more_is_named(ran) -> None:
    """A datum that was read and deleted is a reason."""
    path = ran / "analysis/data/a.csv"
    text = path.read_text()
    path.unlink()
    found = why(ran)
    path.write_text(text)

    assert found == {"one": ("analysis/data/a.csv is gone",)}


def test_versions_are_those_of_what_was_imported(tmp_path) -> None:
    """What a library needs counts with it; what is merely installed, and what the kernel itself runs on, does not."""
    optional = "try:\n    import nobody_has_this\nexcept ImportError:\n    pass"
    root = write(tmp_path, {"one.md": markdown("import pandas"), "two.md": markdown("1"), "three.md": markdown(optional)})
    run(root)
    store = Store(Project(root))
    found = {name: set(store.latest(name).fingerprint.versions) for name in ("one", "two", "three")}

    assert {"python", "pandas", "numpy", "python-dateutil"} <= found["one"]
    assert not found["one"] & {"ipykernel", "traitlets", "matplotlib", "sphinx", "tornado"}
    assert found["two"] == {"python"}
    assert found["three"] == {"python", "nobody_has_this"}


def test_something_else_that_is_installed_runs_nothing(ran, tmp_path, monkeypatch) -> None:
    """A distribution that no chapter imports comes into the environment, and all runs stand."""
    (tmp_path / "unrelated-1.0.dist-info").mkdir()
    (tmp_path / "unrelated-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: unrelated\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    assert why(ran) == {}


def test_another_version_is_told_with_both_numbers(ran, tmp_path) -> None:
    """The reason names the distribution, what it was and what it is."""
    root = Path(shutil.copytree(ran, tmp_path / "thesis"))
    store = Store(Project(root))
    (path,) = store.folder.glob("three-*/*.*.json")
    run_, head = store.get("three", path.name.split(".")[0]), store.latest("three")
    older = replace(head.fingerprint, versions={"python": "3.1.0"})
    path.unlink()
    store.put(replace(run_, key=older.key), older)
    store.close()

    (reason,) = why(root)["three"]
    assert reason.startswith("python 3.1.0 -> 3.")


def test_what_one_chapter_writes_another_reads_after_it(tmp_path) -> None:
    """The first build finds the order itself, later ones keep to it, and a lost product is made again."""
    maker = "from pathlib import Path\nPath('out').mkdir(exist_ok=True)\nPath('out/x.txt').write_text('{}')"
    reader = "from pathlib import Path\npath = Path('out/x.txt')\nprint(path.read_text() if path.exists() else 'nothing yet')"
    root = write(tmp_path, {"a.md": markdown(reader), "b.md": markdown(maker.format("first"))})

    assert printed(run(root, jobs=1), "a") == "first\n"
    assert why(root) == {}

    write(root, {"b.md": markdown(maker.format("second"))})
    assert why(root) == {"a": ("depends on b, which is stale",), "b": ("code of cell 1 changed",)}
    assert printed(run(root), "a") == "second\n"

    (root / "out/x.txt").unlink()
    assert why(root)["b"] == ("out/x.txt, which it writes, is gone",)
    assert printed(run(root), "a") == "second\n"
    assert why(root) == {}


def test_chapters_in_a_circle_are_an_error_with_both_names(tmp_path) -> None:
    """Two chapters that read each what the other writes cannot be put in order."""
    cell = "from pathlib import Path\nif Path('{0}').exists(): Path('{0}').read_text()\nPath('{1}').write_text('x')"
    root = write(
        tmp_path, {"a.md": markdown(cell.format("y.txt", "x.txt")), "b.md": markdown(cell.format("x.txt", "y.txt"))}
    )
    with pytest.raises(CellError) as caught:
        run(root)

    (found,) = caught.value.diagnostics
    assert (found.rule, found.path) == ("chapters-in-circle", "a.md")
    assert "'b.md'" in found.message


def test_a_cell_may_not_reach_the_network(tmp_path) -> None:
    """It fails with its place, whatever it makes of the refusal, and the setting that allows it; one's own machine is no network."""
    caught_by_itself = "import urllib.request\ntry:\n    urllib.request.urlopen('http://example.invalid/', timeout=1)\nexcept OSError:\n    print('offline')"
    loopback = "import socket\nserver = socket.create_server(('127.0.0.1', 0))\nsocket.create_connection(server.getsockname()).close()\nprint('near')"
    root = write(tmp_path, {
        "caught.md": markdown("1", caught_by_itself),
        "near.md": markdown(loopback),
        "plain.md": markdown("import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)"),
    })  # fmt: skip
    with pytest.raises(CellError) as caught:
        run(root)

    assert caught.value.exit_code == CELL_FAILED
    assert [(found.path, found.line, found.rule) for found in caught.value.diagnostics] == [
        ("caught.md", 14, "network-connection"), ("plain.md", 10, "network-connection"),
    ]  # fmt: skip
    assert "'example.invalid'" in caught.value.diagnostics[0].message
    assert "thesis: execution: network: [caught]" in caught.value.diagnostics[0].hint

    (root / "plain.md").unlink()
    write(root, {"_config.yml": "thesis: {execution: {network: [caught]}}\n"})
    runs = run(root)

    assert (printed(runs, "caught"), printed(runs, "near")) == ("offline\n", "near\n")


def test_a_read_outside_of_the_thesis_is_remarked_and_counts(tmp_path) -> None:
    """A file elsewhere is an input by its content; time zones, fonts and what the run itself put aside are none."""
    write(tmp_path, {"elsewhere.txt": "1"})
    cell = f"import tempfile, zoneinfo\nfrom pathlib import Path\nprint(Path({str(tmp_path / 'elsewhere.txt')!r}).read_text())\nzoneinfo.ZoneInfo('Europe/Kyiv')\nwith tempfile.TemporaryDirectory() as folder:\n    path = Path(folder, 'x'); path.write_text('x'); path.read_text()"
    root = write(tmp_path / "thesis", {"one.md": markdown(cell)})
    (found,) = run(root).outside
    elsewhere = (tmp_path / "elsewhere.txt").as_posix()

    assert (found.rule, found.severity, found.path) == ("read-outside-thesis", "warning", "one.md")
    assert f"'{elsewhere}'" in found.message
    assert elsewhere in beyond_thesis(Project(root), default_config()).files

    write(tmp_path, {"elsewhere.txt": "2"})
    assert why(root) == {"one": (f"{elsewhere}: 1 line changed",)}


def test_a_run_kept_by_an_older_version_runs_again(tmp_path) -> None:
    """What an earlier release kept is not understood wrongly; the chapter runs once more."""
    root = write(tmp_path, {"one.md": markdown("print('x')")})
    write(
        root, {"_build/cache/runs/v1/one-0123456789ab/abc.json": "{}\n{}\n", "_build/cache/runs/v1/digests.json": "{}"}
    )

    assert why(root) == {"one": ("never run",)}
    assert run(root).executed == ("one",)


def test_an_unwatched_kernel_depends_on_all_that_it_may_have_read(tmp_path, monkeypatch) -> None:
    """Where a kernel hands nothing back, every local module and data file counts."""
    monkeypatch.setattr("book.execution.chapter.FINISH", "1")
    root = write(tmp_path, {"one.md": markdown("print('x')"), "data/a.csv": "1", "helper.py": ""})
    run(root)
    assert why(root) == {}

    write(root, {"data/a.csv": "2"})
    assert why(root) == {"one": ("data/a.csv: 1 line changed",)} or why(root) == {
        "one": ("data/a.csv: columns changed, 0 -> 0 rows",)
    }


def test_nothing_of_ours_shows_in_what_a_cell_prints(tmp_path) -> None:
    """Tracebacks and the environment are those of a kernel that nobody watches."""
    cells = (
        ":tags: [raises-exception]\nfrom pathlib import Path\nPath('absent').stat()",
        ":tags: [raises-exception]\nimport os\nos.environ['NOT_SET']",
        ":tags: [raises-exception]\nimport os\nos.stat(3.5)",
        "print([name for name in os.environ if name == 'THESIS_TRACE'])",
    )
    runs = run(write(tmp_path, {"one.md": markdown(*cells)}))
    shown = [line for cell in runs["one"].outputs for output in cell for line in output.get("traceback", [])]

    assert len(shown) >= 3
    assert "tracing" not in "\n".join(shown)
    assert printed(runs, "one") == "[]\n"


def test_a_build_with_nothing_to_do_looks_beyond_the_thesis(thesis, tmp_path, monkeypatch) -> None:
    """A variable and a file elsewhere that a run asked for are looked at before it is said that nothing has changed."""
    write(tmp_path, {"elsewhere.txt": "1"})
    cell = f"import os\nprint(os.environ.get('ASKED_FOR'), open({str(tmp_path / 'elsewhere.txt')!r}).read())"
    root = thesis({"one.md": f"{NOTEBOOK}# One\n\n```{{code-cell}} python\n{cell}\n```\n"})
    build(root, editions=["html"])
    assert build(root, editions=["html"]).unchanged

    monkeypatch.setenv("ASKED_FOR", "yes")
    assert build(root, editions=["html"]).executed == ("one",)

    write(tmp_path, {"elsewhere.txt": "2"})
    assert build(root, editions=["html"]).executed == ("one",)
    assert build(root, editions=["html"]).unchanged
