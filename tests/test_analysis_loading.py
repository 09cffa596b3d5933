"""One resource at a time, typed by the schema."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from analysis import load, names
from analysis.loading import DATA, UnknownResourceError

if TYPE_CHECKING:
    from pathlib import Path


def _run(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=DATA.parents[1]).stdout.strip()


def test_importing_the_package_imports_nothing_heavy() -> None:
    """`import analysis` brings in neither pandas nor NumPy nor matplotlib."""
    code = "import sys, analysis; print(sorted({'pandas', 'numpy', 'matplotlib'} & set(sys.modules)))"
    assert _run(code) == "[]"


def test_loading_reads_one_file_and_the_descriptor() -> None:
    """A cell that loads one resource depends on that file and on nothing else of the package."""
    code = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda e, a: opened.append(str(a[0])) if e == 'open' else None)\n"
        "from analysis import load; load('phases')\n"
        "print(sorted({name.rsplit('/', 1)[1] for name in opened if '/analysis/data/' in name}))"
    )
    assert _run(code) == "['datapackage.json', 'phases.csv']"


def test_columns_have_the_types_of_the_schema() -> None:
    """Dates, integers with and without gaps, numbers, booleans and text come typed."""
    kinds = {
        "evidence.start": "datetime64",
        "evidence.line": "int64",
        "indicators.line_in_text": "Int64",
        "judgements.low": "float64",
        "episodes.traced": "bool",
        "evidence.statement": "str",
    }
    found = {name: str(load(name.split(".")[0])[name.split(".")[1]].dtype) for name in kinds}

    assert all(found[name].startswith(kind) for name, kind in kinds.items()), found


def test_an_empty_text_is_not_missing() -> None:
    """The word 'None' or an empty cell in a text column stays text."""
    assert load("evidence")["hypothesis"].isna().sum() == 0


def test_an_unknown_resource_names_the_known_ones() -> None:
    """The message says what there is."""
    with pytest.raises(UnknownResourceError, match="no resource 'evidenze'") as caught:
        load("evidenze")

    assert all(name in str(caught.value) for name in names())


def test_a_restricted_resource_is_replaced_and_says_so(tmp_path: Path) -> None:
    """Where a restricted file is not there, its stand-in is loaded and marked."""
    fields = [{"name": "n", "type": "integer"}]
    resource = {"name": "secret", "path": "secret.csv", "description": "Not ours to give.", "restricted": True}
    resource |= {"stand-in": "secret-stand-in.csv", "schema": {"fields": fields}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    (tmp_path / "secret-stand-in.csv").write_text("n\n1\n")
    first = load("secret", tmp_path)
    (tmp_path / "secret.csv").write_text("n\n2\n")
    second = load("secret", tmp_path)

    assert (first["n"].tolist(), first.attrs["stand-in"]) == ([1], True)
    assert (second["n"].tolist(), second.attrs["stand-in"]) == ([2], False)
