"""What the data package holds is read, and what is read is in the package."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from running import markdown, notebook

from book.workflow import check

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = "title: T\nauthor: A\nexecute: {execute_notebooks: 'off'}\nthesis: {data: data/datapackage.json}\n"
PACKAGE = json.dumps(
    {"name": "p", "resources": [{"name": "births", "path": "births.csv"}, {"name": "deaths", "path": "deaths.csv"}]},
    indent=1,
)
FILES = {
    "_config.yml": CONFIG,
    "data/datapackage.json": PACKAGE,
    "data/births.csv": "a\n1\n",
    "data/deaths.csv": "a\n1\n",
}


def found(root: Path, rule: str) -> list[tuple[str, int, int, int]]:
    return [(one.path, one.cell, one.line, one.column) for one in check(root) if one.rule == rule]


def test_a_resource_that_no_code_names_is_reported_in_the_descriptor(thesis):
    """A resource that no cell names is reported at its line."""
    root = thesis({**FILES, "one.md": markdown("import pandas\npandas.read_csv('data/births.csv')")})

    assert found(root, "unread-resource") == [("data/datapackage.json", 0, 9, 4)]


@pytest.mark.parametrize(
    "code",
    [
        "load('births'); load('deaths')",
        "open('data/births.csv'); open('data/deaths.csv')",
        "names = 'births deaths'.split()",
        "[load(f'{kind}.csv') for kind in kinds] + [open('births.csv'), open('deaths.csv')]",
        "from pathlib import Path\nPath('data').glob('*.csv')",
        "from reading import everything",
    ],
)
def test_every_way_to_name_a_resource_counts(thesis, code):
    """By name, by path, in a list of names, by a pattern, in a module that a cell imports."""
    root = thesis(
        {
            **FILES,
            "reading.py": "import more\n",
            "more.py": "A = 'births.csv', 'deaths.csv'\n",
            "one.md": markdown(code),
        }
    )

    assert found(root, "unread-resource") == []


def test_a_module_that_nobody_imports_reads_nothing(thesis):
    """Code that no cell reaches does not count."""
    root = thesis({**FILES, "other.py": "A = 'deaths.csv'\n", "one.md": markdown("load('births')")})

    assert found(root, "unread-resource") == [("data/datapackage.json", 0, 9, 4)]


def test_a_file_outside_the_package_is_reported_where_it_is_read(thesis):
    """The cell that reads a file that the package does not list is named to the column."""
    root = thesis(
        {
            **FILES,
            "data/more.csv": "a\n1\n",
            "one.md": markdown("both = load('births'), load('deaths')\nframe = read_csv('data/more.csv')"),
        }
    )

    assert found(root, "data-outside-package") == [("one.md", 0, 11, 18)]


def test_in_a_notebook_the_cell_is_named(thesis):
    """The place in a notebook is a cell and a line in it."""
    toc = "format: jb-book\nroot: index\nchapters:\n- file: one\n"
    root = thesis(
        {
            **FILES,
            "_toc.yml": toc,
            "data/more.csv": "a\n1\n",
            "one.ipynb": notebook(("'births', 'deaths'", []), ("1\nread_csv('data/more.csv')", [])),
        }
    )

    assert found(root, "data-outside-package") == [("one.ipynb", 3, 2, 10)]


@pytest.mark.parametrize(
    "code",
    [
        "frame.to_csv('data/more.csv')",
        "open('data/more.csv', 'w')",
        "read_csv('data/births.csv')",
        "read_csv('data/absent.csv')",
        "name = 'https://example.org/more.csv'",
    ],
)
def test_what_is_written_or_listed_or_elsewhere_is_left_alone(thesis, code):
    """Outputs, resources and files of other hosts are no data from outside of the package."""
    root = thesis({**FILES, "data/more.csv": "a\n1\n", "one.md": markdown(code)})

    assert found(root, "data-outside-package") == []


def test_without_a_package_nothing_is_said(thesis):
    """A thesis that has no data package reads its files as it likes."""
    root = thesis(
        {
            "data/more.csv": "a\n1\n",
            "_config.yml": CONFIG.partition("thesis")[0],
            "one.md": markdown("read_csv('data/more.csv')"),
        }
    )

    assert found(root, "data-outside-package") + found(root, "unread-resource") == []
