"""The few questions that we ask pdfium, each with an answer in Python's types."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.editions.reading.piece import Box

TEXT, FORM = 1, 5
"""Kinds of objects on a page."""


class Sheet:
    """One page of a PDF, open as long as its document."""

    def __init__(self, document: Any, index: int) -> None:
        from pypdfium2 import raw

        self.raw = raw
        self.document = document
        self.index = index
        self.page = raw.FPDF_LoadPage(document, index)
        self._text: Any = None
        self._buffer = ctypes.create_string_buffer(4096)
        self._edges = [ctypes.c_float() for _ in range(4)]

    def close(self) -> None:
        """Let go of what pdfium holds."""
        if self._text:
            self.raw.FPDFText_ClosePage(self._text)
        self.raw.FPDF_ClosePage(self.page)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.raw.FPDF_GetPageWidthF(self.page), self.raw.FPDF_GetPageHeightF(self.page)

    def objects(self) -> Iterator[tuple[int, int, str, Box]]:
        """Kind, number of marked content, text and box of each object; only text has a text and a box."""
        raw, page = self.raw, self.page
        self._text = self._text or raw.FPDFText_LoadPage(page)
        for number in range(raw.FPDFPage_CountObjects(page)):
            one = raw.FPDFPage_GetObject(page, number)
            kind = raw.FPDFPageObj_GetType(one)
            if kind == TEXT:
                yield kind, raw.FPDFPageObj_GetMarkedContentID(one), self._said(one), self._box(one)
            else:
                yield kind, raw.FPDFPageObj_GetMarkedContentID(one), "", (0.0, 0.0, 0.0, 0.0)

    def dead_links(self) -> Iterator[Box]:
        """Boxes of links that lead to no sheet, no address and no file."""
        raw, start, link = self.raw, ctypes.c_int(0), self.raw.FPDF_LINK()
        count = raw.FPDF_GetPageCount(self.document)
        while raw.FPDFLink_Enumerate(self.page, start, link):
            target = raw.FPDFLink_GetDest(self.document, link)
            action = raw.FPDFLink_GetAction(link)
            if not target and action:
                if raw.FPDFAction_GetType(action) != raw.PDFACTION_GOTO:
                    continue
                target = raw.FPDFAction_GetDest(self.document, action)
            if not target or not 0 <= raw.FPDFDest_GetDestPageIndex(self.document, target) < count:
                around = raw.FS_RECTF()
                raw.FPDFLink_GetAnnotRect(link, around)
                yield (round(around.left, 1), round(around.bottom, 1), round(around.right, 1), round(around.top, 1))

    def _said(self, one: Any) -> str:
        size = self.raw.FPDFTextObj_GetText(one, self._text, None, 0)
        if size <= 2:  # noqa: PLR2004 - the end of an empty text
            return ""
        buffer = self._buffer if size <= len(self._buffer) else ctypes.create_string_buffer(size)
        self.raw.FPDFTextObj_GetText(one, self._text, ctypes.cast(buffer, ctypes.POINTER(self.raw.FPDF_WCHAR)), size)
        said = bytes(memoryview(buffer)[: size - 2]).decode("utf-16-le", "replace").rstrip("\0")
        if "\x02" not in said:
            return said
        # pdfium's sign for a hyphen at the end of a line; alone, it is one that only typesetting has put there,
        # unless its tag says what it is.
        return self._instead(one) if said.strip() == "\x02" else said.replace("\x02", "-")

    def _instead(self, one: Any) -> str:
        """What the object stands for by its tag; nothing for a hyphen at a break."""
        raw, size = self.raw, ctypes.c_ulong()
        wide = ctypes.cast(self._buffer, ctypes.POINTER(raw.FPDF_WCHAR))
        for number in range(raw.FPDFPageObj_CountMarks(one)):
            mark = raw.FPDFPageObj_GetMark(one, number)
            if raw.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", wide, len(self._buffer), size):
                return self._buffer.raw[: size.value].decode("utf-16-le", "replace").rstrip("\0").replace("\u00ad", "")
        return ""

    def _box(self, one: Any) -> Box:
        left, bottom, right, top = self._edges
        if not self.raw.FPDFPageObj_GetBounds(one, left, bottom, right, top):
            return (0.0, 0.0, 0.0, 0.0)
        return (round(left.value, 1), round(bottom.value, 1), round(right.value, 1), round(top.value, 1))


class Tree:
    """The structure of one page: what is a heading, a table, a note."""

    def __init__(self, sheet: Sheet) -> None:
        self.raw = sheet.raw
        self.tree = self.raw.FPDF_StructTree_GetForPage(sheet.page)
        self._buffer = ctypes.create_string_buffer(4096)

    def close(self) -> None:
        """Let go of what pdfium holds."""
        if self.tree:
            self.raw.FPDF_StructTree_Close(self.tree)

    def roots(self) -> list[Any]:
        """The topmost elements."""
        if not self.tree:
            return []
        count = self.raw.FPDF_StructTree_CountChildren(self.tree)
        found = (self.raw.FPDF_StructTree_GetChildAtIndex(self.tree, number) for number in range(count))
        return [one for one in found if one]

    def children(self, element: Any, start: int = 0) -> Iterator[tuple[int, Any, int]]:
        """Place among the children of the whole document, element or None, number of marked content or -1."""
        raw = self.raw
        for number in range(start, raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, number)
            if child:
                yield number, child, -1
            else:
                marked = raw.FPDF_StructElement_GetChildMarkedContentID(element, number)
                if marked >= 0:
                    yield number, None, marked

    def kind(self, element: Any) -> str:
        """`P`, `H1`, `Table` and so on."""
        return self._string(self.raw.FPDF_StructElement_GetType, element)

    def title(self, element: Any) -> str:
        """Title of a heading."""
        return self._string(self.raw.FPDF_StructElement_GetTitle, element)

    def alt(self, element: Any) -> str:
        """Alternative text."""
        return self._string(self.raw.FPDF_StructElement_GetAltText, element)

    def attribute(self, element: Any, name: bytes) -> str:
        """An attribute's value, where it is a string."""
        return self._string(self.raw.FPDF_StructElement_GetStringAttribute, element, name)

    def _string(self, ask: Any, *arguments: Any) -> str:
        buffer = self._buffer
        size = ask(*arguments, buffer, len(buffer))
        if size <= 2:  # noqa: PLR2004 - the end of an empty text
            return ""
        if size > len(buffer):
            buffer = ctypes.create_string_buffer(size)
            ask(*arguments, buffer, size)
        return buffer.raw[: size - 2].decode("utf-16-le", "replace")
