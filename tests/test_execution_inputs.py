"""Which files, modules and versions runs depend on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from running import chapters, markdown, write

from book.config import read_config
from book.execution.distributions import Distributions
from book.execution.imports import imported
from book.execution.inputs import fingerprints
from book.execution.store import Store
from book.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from book.sources.chapters import Chapter

CONFIG = "thesis:\n  data: analysis/data/datapackage.json\n  execution: {inputs: [notes.txt, extra, 'raw/*.dat', gone.csv, ../outside.txt]}\n"
FILES = {
    "_config.yml": CONFIG,
    "chapters/one.md": markdown("import numpy as np\nfrom analysis import x"),
    "analysis/__init__.py": "import pandas",
    "analysis/style.mplstyle": "",
    "analysis/data/datapackage.json": "{}",
    "analysis/data/a.csv": "a",
    "analysis/data/.hidden": "a",
    "analysis/data/README.md": "a",
    "notes.txt": "n",
    "extra/deep/e.bin": "e",
    "raw/one.dat": "1",
    "raw/one.log": "1",
    "helper.py": "",
    "noxfile.py": "",
    "tests/test_it.py": "",
    "docs/conf.py": "",
    "_toc.yml": "",
    "pyproject.toml": "",
    "requirements-dev.txt": "",
    "chapters/beside.XLSX": "",
    "chapters/picture.svg": "",
    "_build/x.py": "",
    ".hidden/x.py": "",
    "env/pyvenv.cfg": "",
    "env/lib/x.py": "",
    "node_modules/x.py": "",
}


def with_cells(root: Path) -> list[Chapter]:
    return [chapter for chapter in chapters(root) if chapter.cells]


def seen(root: Path) -> dict[str, str]:
    project = Project(root)
    (found,) = fingerprints(with_cells(root), project, read_config(project), Store(project)).values()
    return {path: digest for path, digest in found.files.items() if not path.startswith("thesis-book/")}


def test_a_run_depends_on_local_code_data_and_declared_inputs(tmp_path) -> None:
    """Tools, tests, environments and what a build writes are no inputs; a declared file that is absent is one."""
    found = seen(write(tmp_path, FILES))

    assert sorted(found) == [
        "../outside.txt", "analysis/__init__.py", "analysis/data/a.csv", "analysis/data/datapackage.json", "analysis/style.mplstyle", "chapters/beside.XLSX",
        "extra/deep/e.bin", "gone.csv", "helper.py", "notes.txt", "raw/one.dat",
    ]  # fmt: skip
    assert sorted(path for path, digest in found.items() if digest == "missing") == ["../outside.txt", "gone.csv"]


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_data_behind_a_link_count(tmp_path) -> None:
    """A folder kept elsewhere is looked into; a link back into the thesis is not a way round for ever."""
    root = write(tmp_path / "thesis", {"one.md": markdown("1"), "sub/a.csv": ""})
    write(tmp_path / "elsewhere", {"deep/b.csv": ""})
    (root / "data").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/deep/again").symlink_to(tmp_path / "elsewhere")
    (root / "sub/up").symlink_to(root)

    assert sorted(seen(root)) == ["data/deep/b.csv", "sub/a.csv"]


def test_a_data_package_in_the_root_counts_by_what_it_lists(tmp_path) -> None:
    """Where the package lies beside the chapters, prose is not taken for data."""
    files = {
        "_config.yml": "thesis: {data: datapackage.json}\n",
        "one.md": markdown("1"),
        "datapackage.json": '{"resources": [{"path": "a.csv"}, {"path": ["b.csv", "https://example.org/c.csv"]}, {"name": "inline"}, 3]}',
        "a.csv": "",
        "b.csv": "",
    }

    assert sorted(seen(write(tmp_path, files))) == ["a.csv", "b.csv", "datapackage.json"]


def test_versions_are_those_of_what_the_code_imports(tmp_path) -> None:
    """A cell's own imports and those of local modules count; the standard library, local names and all else do not."""
    project = Project(write(tmp_path, {**FILES, "requests.py": ""}))
    (found,) = fingerprints(with_cells(tmp_path), project, read_config(project), Store(project)).values()

    assert set(found.versions) == {"python", "numpy", "pandas"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import os, numpy.linalg as la\nfrom pandas.io import sql", {"os", "numpy", "pandas"}),
        ("%matplotlib inline\n!ls\nimport numpy\nx = !pwd\nnumpy?", {"numpy"}),
        ("from . import here\nfrom .there import x", set()),
        ("def f():\n    import scipy", {"scipy"}),
        ("library(ggplot2)\nimport numpy", {"numpy"}),
        ("import numpy\nthis is no python\n  from scipy import x", {"numpy", "scipy"}),
        ("", set()),
    ],
)
def test_imports_are_read_from_the_text_of_cells(code, expected) -> None:
    """Magics, broken code and other languages hide no import from us."""
    assert imported(code) == expected


def test_a_module_is_found_under_its_distributions_name(tmp_path) -> None:
    """`yaml` is PyYAML's; the answer is kept and given again without asking the environment."""
    table = Distributions(tmp_path / "imports.json")
    first = table.versions(["yaml", "os", "not_there"])
    table.save()

    assert set(first) == {"python", "PyYAML"}
    assert Distributions(tmp_path / "imports.json").versions(["yaml", "not_there"]) == first
    assert '"PyYAML"' in (tmp_path / "imports.json").read_text()


def test_a_changed_file_is_seen_whatever_its_date(tmp_path) -> None:
    """The same size and the same date do not hide another content; another date alone changes nothing."""
    root = write(tmp_path, FILES)
    path = root / "analysis/data/a.csv"
    os.utime(path, (1_000_000, 1_000_000))
    before = seen(root)
    path.write_text("b")
    os.utime(path, (1_000_000, 1_000_000))
    changed = seen(root)
    path.write_text("a")
    os.utime(path, (2_000_000, 2_000_000))

    assert changed["analysis/data/a.csv"] != before["analysis/data/a.csv"]
    assert seen(root) == before
