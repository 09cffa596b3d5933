"""The code of cells in editions other than the site: printed with what it gives, or left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import NOTEBOOK, write_thesis
from materials import text_of, unpacked, words
from pypdf import PdfReader

from book.workflow import build, check
from book.workflow import words as count

PAGE = NOTEBOOK + "# One\n\nWords.\n\n```{code-cell} python\nsecret = 6 * 7\nprint('it gives', secret)\n```\n\n```python\nshown = 'by hand'\n```\n"
CONFIG = "title: T\nauthor: A\nonly_build_toc_files: true\nthesis: {pdf: {code: %s}, words: {count: [code]}}\n"
EDITIONS = ("html", "pdf", "docx", "epub", "latex", "txt", "jats")


@pytest.mark.parametrize("code", ["show", "hide"])
def test_code_of_cells_is_printed_or_not(tmp_path: Path, code: str) -> None:
    """With `hide` the code of cells stands on the site alone; what cells print and code of the author's own stand everywhere, words count what is printed, and checks find no difference."""
    root = write_thesis(tmp_path / "thesis", {"_config.yml": CONFIG % code, "one.md": PAGE})
    build(root, editions=EDITIONS)
    folder = root / "_build"
    book = unpacked(folder / "thesis.epub")
    said = {
        "pdf": "".join(sheet.extract_text() for sheet in PdfReader(folder / "thesis.pdf").pages),
        "docx": text_of(words(folder / "thesis.docx")),
        "epub": b"".join(book[name] for name in sorted(book) if "/text/" in name).decode(),
        "latex": "".join(path.read_text(encoding="utf-8") for path in (folder / "latex").rglob("*.tex")),
        "txt": (folder / "thesis.txt").read_text(encoding="utf-8"),
        "jats": (folder / "jats" / "thesis.xml").read_text(encoding="utf-8"),
    }
    kept = {name for name, text in said.items() if "secret" in text}

    assert kept == (set(said) if code == "show" else set())
    assert "secret" in (folder / "html" / "one.html").read_text(encoding="utf-8")
    assert [name for name, text in said.items() if "it gives 42" not in text or "by hand" not in text] == []
    assert json.loads(count(root, "json"))["total"] == {"show": 12, "hide": 6}[code]
    assert [one for one in check(root) if one.rule.endswith("-differs")] == []
