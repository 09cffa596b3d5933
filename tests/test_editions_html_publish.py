"""The site arrives whole, or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from book.editions.html.publish import publish_site


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Sphinx's output folder with what it leaves there."""
    folder = tmp_path / "out"
    for name in ("index.html", "sub/one.html", "_static/a.css", ".buildinfo", "_static/a.css.map", ".doctrees/index.doctree", "environment.pickle"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_pages_and_what_they_load_arrive(out: Path, tmp_path: Path) -> None:
    """Pages, style sheets and extra files are there; Sphinx's own files are not."""
    (tmp_path / "thesis.pdf").write_bytes(b"%PDF")

    result = publish_site(out, tmp_path / "site", {"thesis.pdf": tmp_path / "thesis.pdf"})

    there = sorted(path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*") if path.is_file())
    assert there == ["_static/a.css", "index.html", "sub/one.html", "thesis.pdf"]
    assert list(result.files) == there
    assert result.pages == ("index.html", "sub/one.html")


def test_only_changes_are_written(out: Path, tmp_path: Path) -> None:
    """A file that did not change is not touched, one that is gone is removed with its folder."""
    site = tmp_path / "site"
    publish_site(out, site, {})
    before = (site / "index.html").stat()
    (out / "_static/a.css").write_text("changed")
    shutil.rmtree(out / "sub")

    result = publish_site(out, site, {})

    assert (result.written, result.removed) == (("_static/a.css",), ("sub/one.html",))
    assert (site / "index.html").stat() == before
    assert not (site / "sub").exists()


def test_a_full_disk_leaves_the_last_site(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If one file cannot be copied, every file of the last site is what it was, and nothing is left lying about."""
    site = tmp_path / "site"
    publish_site(out, site, {})
    for name in ("index.html", "sub/one.html"):
        (out / name).write_text("new")

    def copy(source: Path, target: Path) -> None:
        if source.name == "one.html":
            raise OSError(28, "No space left on device")
        target.write_bytes(source.read_bytes())

    monkeypatch.setattr(shutil, "copyfile", copy)
    with pytest.raises(OSError, match="No space"):
        publish_site(out, site, {})

    assert (site / "index.html").read_text() == "index.html"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "site"]


def test_a_file_may_take_the_place_of_a_folder(out: Path, tmp_path: Path) -> None:
    """A page that was a folder before, and a folder that was a page, both arrive."""
    site = tmp_path / "site"
    publish_site(out, site, {})
    shutil.rmtree(out / "sub")
    (out / "sub").write_text("now a file")
    (out / "index.html").unlink()
    (out / "index.html").mkdir()
    (out / "index.html" / "x.txt").write_text("now a folder")

    publish_site(out, site, {})

    assert (site / "sub").read_text() == "now a file"
    assert (site / "index.html" / "x.txt").exists()


def test_pages_come_after_what_they_load(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader never gets a new page whose style sheet is not there yet; the first page is last."""
    moved: list[str] = []
    replace = Path.replace

    def note(self: Path, target: Path) -> Path:
        moved.append(target.name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", note)
    publish_site(out, tmp_path / "site", {})

    assert moved == ["a.css", "one.html", "index.html"]
