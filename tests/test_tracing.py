"""What is noted of a run from inside its process: every reader of files that is installed here, by both ways of watching."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import book

READERS = {
    "open": ("", "open('data/open.txt').read()"),
    "pathlib": ("", "from pathlib import Path; Path('data/pathlib.txt').read_bytes()"),
    "os.open": ("", "os.close(os.open('data/os.open.txt', os.O_RDONLY))"),
    "mmap": (
        "",
        "import mmap; f = open('data/mmap.txt', 'rb'); mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ).read()",
    ),
    "gzip": ("", "import gzip\ntry: gzip.open('data/gzip.txt').read()\nexcept OSError: pass"),
    "zipfile": ("", "import zipfile; zipfile.is_zipfile('data/zipfile.txt')"),
    "shutil": ("", "import shutil; shutil.copyfile('data/shutil.txt', 'copy.txt')"),
    "numpy": ("numpy", "import numpy; numpy.fromfile('data/numpy.txt', dtype='u1')"),
    "pandas": ("pandas", "import pandas; pandas.read_csv('data/pandas.txt')"),
    "pandas-mapped": ("pandas", "import pandas; pandas.read_csv('data/pandas-mapped.txt', memory_map=True)"),
    "pillow": ("PIL", "from PIL import Image\ntry: Image.open('data/pillow.txt')\nexcept OSError: pass"),
    "sqlite3": (
        "sqlite3",
        "import sqlite3; c = sqlite3.connect('data/sqlite3.db'); c.execute('select * from t').fetchall(); c.close()",
    ),
    "sqlite3-uri": (
        "sqlite3",
        "c = sqlite3.connect('file:data/sqlite3-uri.db?mode=ro', uri=True); c.execute('select * from t').fetchall(); c.close()",
    ),
    "sqlite3-attached": (
        "sqlite3",
        "c = sqlite3.connect(':memory:'); c.execute(\"attach 'data/sqlite3-attached.db' as o\"); c.execute('select * from o.t').fetchall(); c.close()",
    ),
    "lxml": ("lxml", "from lxml import etree\ntry: etree.parse('data/lxml.txt')\nexcept etree.XMLSyntaxError: pass"),
    "polars-csv": ("polars", "import polars; polars.read_csv('data/polars-csv.txt')"),
    "polars-lazy": ("polars", "import polars; polars.scan_csv('data/polars-lazy.csv').collect()"),
    "polars-parquet": ("polars pyarrow", "import polars; polars.read_parquet('data/polars-parquet.parquet')"),
    "pyarrow-csv": ("pyarrow", "import pyarrow.csv; pyarrow.csv.read_csv('data/pyarrow-csv.txt')"),
    "pyarrow-parquet": (
        "pyarrow",
        "import pyarrow.parquet; pyarrow.parquet.read_table('data/pyarrow-parquet.parquet')",
    ),
    "pyarrow-mapped": (
        "pyarrow",
        "import pyarrow.parquet; pyarrow.parquet.read_table('data/pyarrow-mapped.parquet', memory_map=True)",
    ),
    "pyarrow-dataset": (
        "pyarrow",
        "import pyarrow.dataset; pyarrow.dataset.dataset('data/pyarrow-dataset.parquet').to_table()",
    ),
    "pandas-parquet": ("pandas pyarrow", "import pandas; pandas.read_parquet('data/pandas-parquet.parquet')"),
    "duckdb-csv": ("duckdb", "import duckdb; duckdb.sql(\"select * from 'data/duckdb-csv.csv'\").fetchall()"),
    "duckdb-parquet": (
        "duckdb pyarrow",
        "import duckdb; duckdb.sql(\"select * from 'data/duckdb-parquet.parquet'\").fetchall()",
    ),
    "h5py": ("h5py", "import h5py; h5py.File('data/h5py.h5')['a'][:]"),
    "netCDF4": ("netCDF4", "import netCDF4; netCDF4.Dataset('data/netCDF4.nc').dimensions"),
    "rasterio": ("rasterio", "import rasterio\ntry: rasterio.open('data/rasterio.txt')\nexcept Exception: pass"),
    "pyogrio": ("pyogrio", "import pyogrio\ntry: pyogrio.read_info('data/pyogrio.csv')\nexcept Exception: pass"),
    "openpyxl": (
        "openpyxl",
        "import openpyxl\ntry: openpyxl.load_workbook('data/openpyxl.xlsx')\nexcept Exception: pass",
    ),
    "subprocess": (
        "",
        "import subprocess; subprocess.run([sys.executable, '-c', 'open(\"data/subprocess.txt\").read()'], check=True)",
    ),
    "os.system": ("", "os.system(f'{sys.executable} -c \"open(\\'data/os.system.txt\\').read()\"')"),
    "multiprocessing": (
        "",
        "import multiprocessing\np = multiprocessing.get_context('fork').Process(target=lambda: open('data/multiprocessing.txt').read()); p.start(); p.join()",
    ),
}
"""For each reader the modules that it needs and the code that reads `data/<name>.*`."""
NATIVE = {
    name
    for name, (needs, _) in READERS.items()
    if needs and needs.split()[0] in {"polars", "pyarrow", "duckdb", "h5py", "netCDF4", "rasterio", "pyogrio", "lxml"}
}
WHOLE = """\
import json, os, sys
sys.path[:0] = [{path!r}]
import book.tracing as tracing
from book.tracing import watch
kinds = {{"fanotify": (watch.Fanotify,), "inotify": (watch.Inotify,), "": ()}}[{kind!r}]
tracing.watching = lambda folders: watch.watching(folders, kinds)
os.chdir({root!r})
tracing.begin({{"root": {root!r}, "ours": {ours!r}, "cache": {root!r} + "/_build/cache", "target": {target!r}, "network": True}})
for code in json.loads({code!r}):
    exec(code, globals())
    tracing._after_cell()
tracing.finish()
"""


def made_of(root: Path, names: list[str]) -> None:
    """A file for each reader, of its own kind."""
    (root / "data").mkdir(parents=True)
    (root / "data/unread.csv").write_text("a\n1\n")
    for name in names:
        _, code = READERS[name]
        ending = code.rpartition(f"data/{name}")[2].split("'")[0].split("?")[0].split('"')[0].rstrip("\\")
        path = root / f"data/{name}{ending}"
        if ending == ".parquet":
            import pyarrow as pa
            from pyarrow import parquet

            parquet.write_table(pa.table({"a": [1, 2]}), path)
        elif ending == ".db":
            import sqlite3

            made = sqlite3.connect(path)
            made.execute("create table t (a)")
            made.commit()
            made.close()
        elif ending == ".h5":
            import h5py

            with h5py.File(path, "w") as file:
                file["a"] = [1, 2]
        elif ending == ".nc":
            import netCDF4

            with netCDF4.Dataset(path, "w") as file:
                file.createDimension("a", 2)
        else:
            path.write_text("a,b\n1,2\n")


def traced(root: Path, codes: list[str], kind: str = "fanotify") -> dict[str, object]:
    """Run code in a process of its own, and what it noted."""
    target = root.parent / "trace" / f"{kind}.json"
    target.parent.mkdir(exist_ok=True)
    where = Path(book.__file__).resolve().parent
    code = WHOLE.format(
        path=str(where.parent), kind=kind, root=str(root), ours=str(where), target=str(target), code=json.dumps(codes)
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    found = json.loads(target.read_text())
    return {**found, "reads": {path: seen for path, seen in found["reads"].items() if path.startswith(str(root))}}


def there(needs: str) -> bool:
    return all(importlib.util.find_spec(name) for name in needs.split())


@pytest.fixture(scope="module", params=["fanotify", "inotify"])
def read(request, tmp_path_factory) -> set[str]:
    """Names of the files that were seen while every reader that is installed read its own."""
    if not sys.platform.startswith("linux"):
        pytest.skip("this system has no such watch")
    root = tmp_path_factory.mktemp("readers") / "thesis"
    names = [name for name, (needs, _) in READERS.items() if there(needs)]
    made_of(root, names)
    found = traced(root, [READERS[name][1] for name in names], request.param)
    if not found["watch"]:
        pytest.skip(f"{request.param} is not allowed here")
    return {Path(path).stem for path in found["reads"]}


@pytest.mark.parametrize("name", READERS)
def test_whatever_reads_a_file_is_seen(read, name) -> None:
    """Python, compiled readers and other programs alike; a file that nobody reads is not seen."""
    if not there(READERS[name][0]):
        pytest.skip(f"not installed: {READERS[name][0]}")

    assert name in read
    assert "unread" not in read


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="fanotify")
def test_another_program_of_the_machine_is_not_the_run(tmp_path) -> None:
    """What an editor or another chapter opens meanwhile is not taken for the run's own, as long as it starts no program."""
    root = tmp_path / "thesis"
    made_of(root, ["open", "pathlib"])
    waiting = """
        import time
        open('data/open.txt').read()
        open('_started', 'w').close()
        while not os.path.exists('_done'): time.sleep(0.01)
    """
    other = f"import time\nwhile not __import__('os').path.exists(r'{root}/_started'): time.sleep(0.01)\nopen(r'{root}/data/pathlib.txt').read(); open(r'{root}/_done', 'w')"
    with subprocess.Popen([sys.executable, "-c", other]):
        found = traced(root, [textwrap.dedent(waiting)])
    if found["watch"] != "fanotify":
        pytest.skip("fanotify is not allowed here")

    assert [Path(path).name for path in found["reads"]] == ["open.txt"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork")
def test_what_was_read_before_a_fork_is_the_run_s_own(tmp_path) -> None:
    """A module that the process was forked with, and what it read while it was imported, do not escape."""
    root = tmp_path / "thesis"
    made_of(root, ["open", "pathlib"])
    (root / "local.py").write_text(READERS["open"][1])
    code = f"""
        sys.path.insert(0, os.getcwd())
        import local
        if os.fork() == 0:
            order = json.loads({json.dumps(json.dumps({"root": str(root), "ours": "/nowhere", "cache": str(root / "_build/cache"), "network": True}))})
            tracing.begin({{**order, "target": {str(tmp_path / "child.json")!r}}})
            {READERS["pathlib"][1]}
            tracing.finish()
            os._exit(0)
        os.wait()
    """
    traced(root, [textwrap.dedent(code)])
    found = json.loads((tmp_path / "child.json").read_text())

    assert {"open.txt", "pathlib.txt", "local.py"} <= {Path(path).name for path in found["reads"]}
    assert "local" not in found["new"]


def test_where_nothing_can_be_watched_it_says_so(tmp_path) -> None:
    """Without a watch the trace names what was compiled and loaded, so that more can be assumed to have been read."""
    made_of(tmp_path / "thesis", ["open"])
    found = traced(tmp_path / "thesis", ["import lxml.etree", READERS["open"][1]], kind="")

    assert found["watch"] == ""
    assert "lxml" in found["compiled"]
    assert [Path(path).name for path in found["reads"]] == ["open.txt"]


def test_writes_are_no_reads(tmp_path) -> None:
    """What a run makes itself is its product, whoever wrote it, and so is what it reads of that."""
    made_of(tmp_path / "thesis", ["open"])
    code = [
        "open('out.txt', 'w').write('x')",
        "open('out.txt').read()",
        "import os; os.replace('out.txt', 'end.txt'); open('end.txt').read()",
    ]
    if there("polars"):
        code.append(
            "import polars; polars.DataFrame({'a': [1]}).write_csv('native.csv'); polars.read_csv('native.csv')"
        )
    found = traced(tmp_path / "thesis", code)

    assert found["reads"] == {}
    assert {"out.txt", "end.txt"} <= {Path(path).name for path in found["writes"]}


def test_names_and_absent_files_are_noted(tmp_path) -> None:
    """A folder that is listed, a pattern, a file that is asked for and not there; a search for modules is none of these."""
    root = tmp_path / "thesis"
    made_of(root, ["open", "pathlib"])
    code = """
        import glob
        from pathlib import Path
        sys.path.insert(0, os.getcwd())
        try:
            import nowhere_to_be_found
        except ImportError:
            pass
        os.listdir('data')
        glob.glob('data/*.txt')
        list(Path('data').glob('*.csv'))
        os.path.exists('absent.csv'); Path('data/open.txt').exists()
        try:
            open('other.csv')
        except FileNotFoundError:
            pass
    """
    found = traced(root, [textwrap.dedent(code)])

    assert {Path(path).name: names for path, names in found["listings"].items()} == {
        "data": ["open.txt", "pathlib.txt", "unread.csv"]
    }
    assert sorted(pattern for _, pattern, _ in found["patterns"]) == ["*.csv", "*.txt"]
    assert {Path(path).name: what for path, what in found["probes"].items()} == {
        "absent.csv": "missing",
        "data": "folder",
        "open.txt": "file",
    }
    assert {Path(path).name: seen for path, seen in found["reads"].items()} == {"other.csv": None}


def test_variables_are_those_that_the_thesis_asks_for(tmp_path, monkeypatch) -> None:
    """Cells' and local modules' questions count; libraries' own, a copy for a program and what was set before do not."""
    monkeypatch.setenv("ASKED", "1")
    root = tmp_path / "thesis"
    made_of(root, ["open"])
    (root / "local.py").write_text("import os\ndef f():\n    return os.getenv('OF_A_MODULE')\n")
    code = """
        sys.path.insert(0, os.getcwd())
        import local, tempfile, subprocess, shutil
        local.f(); os.environ.get('ASKED'); 'IN_IT' in os.environ
        os.environb.get(b'BYTES')
        tempfile.gettempdir(); shutil.which('ls'); {**os.environ}; dict(os.environ)
        os.environ['OWN'] = 'x'; os.environ['OWN']
    """
    found = traced(root, [textwrap.dedent(code)])

    assert sorted(found["variables"]) == ["ASKED", "BYTES", "IN_IT", "OF_A_MODULE"]
    assert found["variables"]["OF_A_MODULE"] is None
    assert found["variables"]["ASKED"] != "1"
