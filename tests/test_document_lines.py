"""Places in pages that MyST-NB reads are those of the file, however many blank lines stand between cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from book.workflow import check

if TYPE_CHECKING:
    from conftest import Write

HEADER = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: any}\n---\n"
NOTED = "```{note}\nSee {numref}`fig-nowhere`.\n```\n"


@pytest.mark.parametrize("blank", [0, 1, 2, 5])
def test_a_remark_names_its_line(thesis: Write, blank: int) -> None:
    """Behind a break between cells, a figure without a caption and a reference to nothing are named where they stand."""
    gap = "\n" * blank
    page = f"{HEADER}{gap}# One\n\nWords.\n\n+++\n{gap}```{{figure}} nowhere.png\n:name: fig-a\n:alt: A thing\n```\n\n+++\n{gap}{NOTED}"
    root = thesis({"one.md": page})
    lines = page.splitlines()
    expected = {
        "missing-caption": lines.index("```{figure} nowhere.png") + 1,
        "reference-without-target": lines.index("See {numref}`fig-nowhere`.") + 1,
    }

    found = {one.rule: one.line for one in check(root) if one.path == "one.md" and one.rule in expected}

    assert found == expected
