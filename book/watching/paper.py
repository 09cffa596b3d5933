"""The pages of the PDF as pictures, so that a preview keeps its place when the file is made anew."""

from __future__ import annotations

import hashlib
import io
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

WIDEST = 4_000
"""Pixels across a page, at most."""
KEPT = 64
"""Pictures that are kept for who asks again."""


class Paper:
    """A PDF that may be written anew at any time; pdfium knows one thread alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._stamp: tuple[int, int] | None = None
        self._document: Any = None
        self._data = b""
        self._pictures: dict[tuple[int, int], bytes] = {}

    def pages(self) -> list[dict[str, Any]]:
        """Width and height of each page in points, with a mark that changes when what it prints does."""
        with self._lock:
            document = self._current()
            return [self._described(document[number]) for number in range(len(document))] if document else []

    def picture(self, number: int, width: int) -> bytes | None:
        """A page, counted from 1, as PNG of so many pixels across; None where there is no such page."""
        width = max(50, min(width, WIDEST))
        with self._lock:
            document = self._current()
            if document is None or not 1 <= number <= len(document):
                return None
            if (number, width) not in self._pictures:
                if len(self._pictures) >= KEPT:
                    self._pictures.pop(next(iter(self._pictures)))
                self._pictures[number, width] = _drawn(document[number - 1], width)
            return self._pictures[number, width]

    def _current(self) -> Any:
        """The document as it is on the disk now; it is read whole, so that the next build may replace the file."""
        import pypdfium2

        try:
            stat = self.path.stat()
            stamp = (stat.st_size, stat.st_mtime_ns)
            if stamp != self._stamp:
                data = self.path.read_bytes()
                self._close()
                self._data, self._document, self._stamp = data, pypdfium2.PdfDocument(data), stamp
        except (OSError, pypdfium2.PdfiumError):
            self._close()
        return self._document

    def _close(self) -> None:
        if self._document is not None:
            self._document.close()
        self._document, self._stamp, self._data = None, None, b""
        self._pictures.clear()

    @staticmethod
    def _described(page: Any) -> dict[str, Any]:
        text = page.get_textpage()
        said = text.get_text_bounded()
        text.close()
        boxes = "".join(f"{kind.type}{kind.get_bounds()}" for kind in page.get_objects(max_depth=1))
        width, height = page.get_size()
        page.close()
        return {"width": width, "height": height, "mark": hashlib.sha256((said + boxes).encode()).hexdigest()[:16]}


def _drawn(page: Any, width: int) -> bytes:
    picture = page.render(scale=width / page.get_width()).to_pil()
    page.close()
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=1)
    return stream.getvalue()
