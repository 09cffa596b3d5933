"""The PDF: one engine or the other makes it from the same parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from book.editions.printed import PdfResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from book.config import Config
    from book.document.parts import Part
    from book.project import Project

__all__ = ["PdfResult", "make_pdf"]


def make_pdf(
    parts: Sequence[Part],
    config: Config,
    project: Project,
    *,
    draft: bool,
    macros: Mapping[str, Any],
    language: str,
    sources: Mapping[str, str],
) -> PdfResult:
    """Print the thesis with the engine that the author chose.

    `sources` names the file of each page; `macros` are those of its formulas. Raises ToolMissingError where the engine
    is not installed.
    """
    if config.thesis.pdf.engine == "latex":
        from book.editions.latex import print_latex as printer
    else:
        from book.editions.typesetting import print_typst as printer
    return printer(parts, config, project, draft=draft, macros=macros, language=language, sources=sources)
