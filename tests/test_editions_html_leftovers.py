"""What an earlier build left in the site goes when nothing needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_books import PAGES, PNG, build

if TYPE_CHECKING:
    from pathlib import Path

WITH_PICTURES = {**PAGES, "three.md": "# Three\n\n![a](far.png)\n\n{download}`the picture <line.png>`\n\n![line](line.png)\n"}


def files(out: Path) -> set[str]:
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


def test_a_chapter_that_is_gone_takes_its_files_along(tmp_path: Path) -> None:
    """Page, source, pictures and downloads of a removed chapter are removed; pictures that others show stay."""
    (tmp_path / "far.png").write_bytes(PNG)
    before = files(build(tmp_path, WITH_PICTURES).out)
    (tmp_path / "three.md").unlink()
    after = files(build(tmp_path).out)

    gone = {name for name in before - after if not name.startswith("_downloads/")}
    assert gone == {"three.html", "_sources/three.md", "_images/far.png", "_images/line1.png"}
    offered = [{name for name in one if name.startswith("_downloads/") and "/cite/" not in name} for one in (before, after)]
    assert offered[0]
    assert not offered[1]
    assert "_downloads/cite/three.bib" in before - after
    assert "_images/line.png" in after


def test_a_picture_that_is_replaced_goes(tmp_path: Path) -> None:
    """A figure under a new name leaves no old one behind, though its page is the only one written."""
    (tmp_path / "new.png").write_bytes(PNG)
    build(tmp_path, {"index.md": "# T\n\n![x](line.png)\n", "b.md": "# B\n"})

    built = build(tmp_path, {"index.md": "# T\n\n![x](new.png)\n", "b.md": "# B\n"})

    assert {name for name in files(built.out) if name.startswith("_images/")} == {"_images/new.png"}


def test_without_a_record_nothing_is_removed(tmp_path: Path) -> None:
    """If we do not know what pages use, their pictures stay."""
    texts = {"index.md": "# T\n", "b.md": "# B\n\n![x](line.png)\n"}
    build(tmp_path, texts)
    (tmp_path / "_build" / "doctrees" / "site-pages.json").unlink()

    built = build(tmp_path, {**texts, "index.md": "# T\n\nEdited.\n"})

    assert "_images/line.png" in files(built.out)
