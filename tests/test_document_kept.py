"""Pages that nothing has changed are not resolved again, and those that something has changed are."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from book.document.kept import KeptPages, Resolved
from book.document.pandoc import builder
from book.workflow import build, check, verdict

if TYPE_CHECKING:
    from conftest import Write


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the pages that are resolved from here on."""
    names: list[str] = []
    write_page = builder.write_page

    def noted(doctree, *, docname, **options):
        names.append(docname)
        return write_page(doctree, docname=docname, **options)

    monkeypatch.setattr(builder, "write_page", noted)
    return names


def printed(root: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(root / "_build" / "thesis.pdf").pages)


TWO = {"one.md": "(first)=\n# One\n\nWords.\n", "two.md": "# Two\n\nSee {ref}`first` and {ref}`nowhere`.\n"}


def test_an_unchanged_page_is_not_resolved_again(thesis: Write, resolved: list[str]) -> None:
    """After an edit of one page, the PDF is made of that page anew and of the others as they were."""
    root = thesis(TWO)
    build(root)
    resolved.clear()
    (root / "one.md").write_text("(first)=\n# One\n\nOther words.\n", encoding="utf-8")

    build(root)

    assert resolved == ["one"]
    assert "Other words" in printed(root)
    assert "See One" in printed(root)


def test_a_page_follows_what_it_refers_to(thesis: Write, resolved: list[str]) -> None:
    """A title that changes is resolved again wherever it is printed."""
    root = thesis(TWO)
    build(root)
    resolved.clear()
    (root / "one.md").write_text("(first)=\n# Another title\n\nWords.\n", encoding="utf-8")

    build(root)

    assert "two" in resolved
    assert re.search(r"See\s+Another\s+title", printed(root))


def test_what_was_found_on_a_kept_page_is_said_again(thesis: Write, resolved: list[str]) -> None:
    """A dead reference on an unchanged page is reported by every check."""
    root = thesis(TWO)
    first = check(root)
    resolved.clear()
    (root / "one.md").write_text("(first)=\n# One\n\nOther words.\n", encoding="utf-8")

    again = check(root)

    assert resolved == ["one"]
    assert [d.rule for d in first] == [d.rule for d in again] == ["reference-without-target"]


def test_a_setting_resolves_every_page_again(thesis: Write, resolved: list[str]) -> None:
    """Other configuration, other pages: nothing of the old ones is used."""
    root = thesis(TWO)
    build(root)
    resolved.clear()
    config = root / "_config.yml"
    config.write_text(config.read_text(encoding="utf-8") + "sphinx: {config: {language: de}}\n", encoding="utf-8")

    build(root)

    assert sorted(resolved) == ["index", "one", "two"]


def test_an_unchanged_thesis_is_not_read_by_a_check(thesis: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second check says the same without reading a page, and a third one reads what has changed."""
    root = thesis(TWO)
    first = check(root)

    def unread(*_arguments, **_options):
        raise AssertionError("a page was read")

    monkeypatch.setattr("book.document.reading.read_document", unread)
    assert check(root) == first

    (root / "two.md").write_text("# Two\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="a page was read"):
        check(root)


def test_an_unchanged_check_imports_nothing_heavy(thesis: Write) -> None:
    """A verdict that stands is said without Sphinx, and without the checks themselves."""
    root = thesis(TWO)
    check(root)
    heavy = {"sphinx", "docutils", "yaml", "lxml", "pypdfium2", "book.checks", "book.sources.gather"}
    code = (
        "import sys\nfrom book.cli import thesis\n"
        f"try:\n    thesis.main(['-C', {str(root)!r}, 'check'])\nexcept SystemExit:\n    pass\n"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_what_is_silenced_is_kept_too(thesis: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second check that reads nothing still knows what was silenced, and why."""
    root = thesis(
        {"one.md": "# One\n\n% thesis: ignore reference-without-target: it comes later\nSee {ref}`nowhere`.\n"}
    )
    first = verdict(root)

    def unread(*_arguments, **_options):
        raise AssertionError("a page was read")

    monkeypatch.setattr("book.document.reading.read_document", unread)

    assert verdict(root) == first
    assert [one.reason for one in first.silenced] == ["it comes later"]


def test_a_check_looks_again_when_an_edition_changes(thesis: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of the site that somebody has edited by hand ends the old verdict."""
    root = thesis(TWO)
    build(root)
    check(root)
    page = root / "_build" / "html" / "one.html"
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")

    def unread(*_arguments, **_options):
        raise AssertionError("a page was read")

    monkeypatch.setattr("book.document.reading.read_document", unread)
    with pytest.raises(AssertionError, match="a page was read"):
        check(root)


def test_a_damaged_page_is_no_page(tmp_path: Path) -> None:
    """What is kept of a page comes back as it was, and not at all once a byte of it is missing."""
    pages = KeptPages(tmp_path, {"language": "en"})
    pages.put("one", ("chapter", 1), Resolved((), (), {}), ["block"])

    assert pages.get("one", ("chapter", 1)) == Resolved((), (), {})
    assert pages.get("one", ("appendix", 1)) is None
    assert pages.blocks("one") == ["block"]

    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:-1])

    assert pages.get("one", ("chapter", 1)) is None
    assert pages.blocks("one") is None
