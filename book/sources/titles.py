"""The language that a title is in, where the bibliography does not say."""

from __future__ import annotations

import re
import unicodedata

_SCRIPTS = {
    "CYRILLIC": "ru", "GREEK": "el", "HEBREW": "he", "ARABIC": "ar", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh",
    "DEVANAGARI": "hi", "GEORGIAN": "ka", "ARMENIAN": "hy", "THAI": "th",
}  # fmt: skip
_LETTERS = (("uk", "іїєґ"), ("be", "ў"), ("sr", "ђћџљњ"), ("fa", "پچژگ"))
_SMALL_WORDS = {
    "de": "der die das und eine einer des dem zur zum im für über zwischen nach",
    "fr": "le les des du une et dans sur pour aux entre chez",
    "es": "el los las del una y en para por entre sobre",
    "it": "il gli della dei delle una nel nella e per tra sulla",
    "pt": "o os das dos uma em para pelo entre na no",
    "nl": "het een van voor tussen naar",
}
_ENGLISH = frozenset({"the", "of", "and", "for", "with", "from", "by"})
_LEAST = 2


def language_of(title: str) -> str:
    """Name the language of a title that is plainly not English; empty for English and where nobody can tell."""
    letters = [mark for mark in title if mark.isalpha()]
    scripts = [unicodedata.name(mark, "").partition(" ")[0] for mark in letters]
    foreign = [script for script in scripts if script in _SCRIPTS]
    if len(foreign) * 2 > len(letters):
        return _by_script(title.lower(), foreign)
    words = re.findall(r"[^\W\d_]+", title.lower())
    if _ENGLISH & set(words):
        return ""
    found = {tag: len(set(small.split()) & set(words)) for tag, small in _SMALL_WORDS.items()}
    best = max(found, key=found.__getitem__)
    return best if found[best] >= _LEAST else ""


def is_english(title: str) -> bool:
    """Whether a title is plainly English: it has small words of English, and no other language that can be told has as many."""
    words = set(re.findall(r"[^\W\d_]+", title.lower()))
    return "the" in words or len(_ENGLISH & words) >= _LEAST


def _by_script(title: str, scripts: list[str]) -> str:
    if "HIRAGANA" in scripts or "KATAKANA" in scripts:
        return "ja"
    own = next((tag for tag, letters in _LETTERS if any(letter in title for letter in letters)), "")
    most = _SCRIPTS[max(sorted(set(scripts)), key=scripts.count)]
    return own if own and (most in ("ru", "ar")) else most
