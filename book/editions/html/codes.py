"""Code in colours, made while the site is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def highlighted(app: Sphinx, code: str, lexer: Any) -> str:
    """HTML of a piece of code, by Sphinx's own highlighter and in the theme's colours."""
    language = str(lexer or "python")
    highlighter: Any = app.builder.highlighter  # type: ignore[attr-defined]
    found: str = highlighter.highlight_block(
        code.strip("\n"), _KNOWN.get(language, language), force=True, location=None
    )
    return found


_KNOWN = {"ipython3": "ipython", "ipython": "ipython"}
"""What kernels call languages, and what Pygments does."""
