"""What a language calls pages, chapters, "and" and "et al." in citations."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.document.pandoc.ast import API_VERSION, para, words
from book.project import read_json, write, write_json
from book.sources.pandoc import PandocError, pandoc_version, run_pandoc

if TYPE_CHECKING:
    from pathlib import Path

LABELS = {
    "page": r"pp?\.?|pages?",
    "chapter": r"chaps?\.?|ch\.|chapters?",
    "section": r"secs?\.|sections?|§§?",
    "volume": r"vols?\.|volumes?",
    "figure": r"figs?\.|figures?",
    "note": r"nn?\.|notes?|fn\.",
    "paragraph": r"paras?\.|paragraphs?|¶¶?",
    "column": r"cols?\.|columns?",
    "folio": r"fols?\.|folios?",
    "line": r"ll?\.|lines?",
    "part": r"pts?\.|parts?",
    "book": r"bks?\.|books?",
    "verse": r"vv?\.|verses?",
    "issue": r"nos?\.",
    "sub-verbo": r"s\.\s?v\.",
}
"""English labels of a locator, by CSL's name for them."""

_LABEL = re.compile(
    r"^(?:"
    + "|".join(f"(?P<{name.replace('-', '_')}>{forms})" for name, forms in LABELS.items())
    + r")(?=\s*\d|\s+[ivxlcdm\d])\s*",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"^(?:pp|chaps|chapters|secs|sections|§§|vols|volumes|figs|figures|nn|notes|paras|ll|lines|pages|vv|verses|cols|pts|parts|nos)\b",
    re.IGNORECASE,
)
_OTHERS = ("et-al", "no date")
_STYLE = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>terms</title><id>terms</id><updated>2020-01-01T00:00:00+00:00</updated></info>
<citation><layout>{}</layout></citation></style>
"""


def looks_like_locator(text: str) -> bool:
    """Whether a text is a page or a chapter rather than a key."""
    return bool(_LABEL.match(text.strip()) or re.fullmatch(r"\s*\d+(?:\s*[-–]+\s*\d+)?(?:ff?\.?)?\s*", text))


@dataclass(frozen=True, slots=True)
class Terms:
    """The words of one language."""

    language: str
    """Its BCP 47 tag."""
    by_name: dict[str, str]
    """Short forms by CSL's name of a term, and of its plural under `name*`; empty for English, whose labels need no translation."""

    def locator(self, text: str) -> str:
        """A locator with an English label in the words of this language: citeproc knows no other."""
        match = _LABEL.match(text)
        if not match or not self.by_name:
            return text
        name = str(match.lastgroup).replace("_", "-")
        term = self.by_name.get(name + "*" if _MANY.match(text) else name, "")
        return f"{term} {text[match.end() :]}" if term else text

    @property
    def et_al(self) -> str:
        """What follows the first of many names."""
        return self.by_name.get("et-al", "et al.")

    @property
    def no_date(self) -> str:
        """What stands for a year that nobody knows."""
        return self.by_name.get("no date", "n.d.")


def terms_of(language: str, folder: Path) -> Terms:
    """Ask pandoc for the words of a language, once."""
    if language.partition("-")[0].lower() == "en":
        return Terms(
            language, {"chapter": "chap.", "chapter*": "chaps."}
        )  # the one that citeproc knows by another name
    path = folder / f"terms-{re.sub(r'[^A-Za-z-]', '', language)}.json"
    kept = read_json(path)
    if not isinstance(kept, dict) or kept.get("pandoc") != pandoc_version():
        kept = {"pandoc": pandoc_version(), "terms": _asked(language, folder)}
        write_json(path, kept)
    return Terms(language, dict(kept["terms"]))


def _asked(language: str, folder: Path) -> dict[str, str]:
    names = [name for label in LABELS for name in (label, f"{label}*")]
    forms = [
        f'<text term="{name.rstrip("*")}" form="short" plural="{str(name.endswith("*")).lower()}"/>' for name in names
    ]
    forms += [f'<text term="{name}" form="short"/>' for name in _OTHERS]
    style = folder / "terms.csl"
    write(style, _STYLE.format('<text value="|"/>'.join(forms)))
    cite = {
        "citationId": "x",
        "citationPrefix": [],
        "citationSuffix": [],
        "citationMode": {"t": "NormalCitation"},
        "citationNoteNum": 1,
        "citationHash": 0,
    }
    meta = {
        "references": {
            "t": "MetaList",
            "c": [
                {"t": "MetaMap", "c": {"id": {"t": "MetaString", "c": "x"}, "type": {"t": "MetaString", "c": "book"}}}
            ],
        }
    }
    tree = {
        "pandoc-api-version": API_VERSION,
        "meta": meta,
        "blocks": [para([{"t": "Cite", "c": [[cite], words("x")]}])],
    }
    command = ["-f", "json", "-t", "plain", "--wrap=none", "--citeproc", f"--csl={style}", "-M", f"lang={language}"]
    try:
        said = run_pandoc(command, json.dumps(tree).encode(), 20).decode("utf-8")
    except PandocError:
        return {}
    pieces = [piece.strip() for piece in said.strip().split("|")]
    listed = [*names, *_OTHERS]
    return (
        {name: piece for name, piece in zip(listed, pieces, strict=False) if piece}
        if len(pieces) == len(listed)
        else {}
    )
