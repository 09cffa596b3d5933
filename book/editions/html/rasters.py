"""Vector graphics as PNG, for slides and programs that take nothing else: drawn by Typst, kept by content."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from book.project import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PPI = 200
"""Pixels an inch: a figure as wide as the text of an A4 page gets about 1,300."""
VERSION = 1
"""Of how pictures are drawn; another version, other pictures."""
_PAGE = "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"


def rasters(graphics: Iterable[Path], folder: Path) -> Mapping[Path, Path]:
    """A PNG in `folder` for each SVG that can be drawn; what nobody asks for any more is dropped."""
    keys = {
        path: hashlib.sha256(f"{VERSION} {PPI} ".encode() + path.read_bytes()).hexdigest()[:32]
        for path in graphics
        if path.is_file()
    }
    kept = {path: folder / f"{key}.png" for path, key in keys.items()}
    new = {target: path for path, target in kept.items() if not target.exists()}
    for path, data in _drawn(list(new.values())).items():
        write(kept[path], data)
    for path in folder.glob("*.png"):
        if path.stem not in keys.values():
            path.unlink()
    return {path: target for path, target in kept.items() if target.exists()}


def _drawn(graphics: list[Path]) -> dict[Path, bytes]:
    """All of them in one call; where one cannot be drawn, each by itself."""
    if not graphics:
        return {}
    import typst

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for number, path in enumerate(graphics):
            shutil.copyfile(path, root / f"{number}.svg")
        pages = "\n#pagebreak()\n".join(f'#image("{number}.svg")' for number in range(len(graphics)))
        (root / "all.typ").write_text(_PAGE + pages, encoding="utf-8")
        try:
            made: object = typst.compile(root / "all.typ", root=root, format="png", ppi=PPI)
        except RuntimeError:  # what Typst says of a graphic that it cannot read; the site offers it as SVG alone
            return (
                {} if len(graphics) == 1 else {path: data for one in graphics for path, data in _drawn([one]).items()}
            )
    images = made if isinstance(made, list) else [made]
    return {path: data for path, data in zip(graphics, images, strict=True) if data}
