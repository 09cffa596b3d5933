"""The bibliography files that a thesis has, before sphinxcontrib-bibtex asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from book.document.citations.style import NONE

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

USUAL = "references.bib"
"""The file that is taken where none is named."""


def start(app: Sphinx, config: Config) -> None:
    """Take `references.bib` where no file is named: sphinxcontrib-bibtex stops without one."""
    if config.bibtex_bibfiles is None:
        config.bibtex_bibfiles = [USUAL] if (Path(app.confdir or app.srcdir) / USUAL).is_file() else []


def is_active(config: Config) -> bool:
    """Whether citations are ours to print."""
    return str(config.thesis_csl) not in ("", NONE)
