"""Where what is longer than its line may break, though it has no space."""

from __future__ import annotations

import re
import unicodedata

HERE = "\u200b"
"""A place to break; the template takes it for one, and no reader copies it."""
HYPHENATED = "\u00ad"
"""A place to break with a hyphen."""

MARKS = ",;:|/&=?.~+@(){}[]_-"
"""Signs of code, addresses and names of columns that a line may end with."""
CAPITAL, FULL = 1.4, 2.1
"""How broad a capital, and a sign of East Asia, is against other letters."""

_AFTER_MARK = re.compile(rf"(?<=[{re.escape(MARKS)}])(?=[^\s{re.escape(MARKS)}])|(?<=[^\s%])(?=%)")
_WORD = re.compile(r"\S+")
_SIGN = re.compile(r".[\u0300-\u036f\u200d\ufe0f]*", re.DOTALL)


def at_marks(word: str) -> list[str]:
    """A word in the pieces that its marks make of it."""
    return _AFTER_MARK.split(word)


def breadth(word: str) -> int:
    """About how many common letters side by side are as broad as a word."""
    if word.islower() and word.isascii():
        return len(word)
    return int(sum(CAPITAL if sign.isupper() else FULL if _is_full(sign) else 1 for sign in word))


def _is_full(sign: str) -> bool:
    return not sign.isascii() and unicodedata.east_asian_width(sign) in {"W", "F"}


def breakable(text: str, most: int, *, prose: bool = False) -> str:
    """A text whose words that are longer than `most` may break: after marks, and anywhere where these are too far apart.

    In prose letters differ in breadth, and a hyphen stands where a word of nothing but letters is broken.
    """
    long = breadth if prose else len

    def broken(match: re.Match[str]) -> str:
        word = match[0]
        if long(word) <= most:
            return word
        return HERE.join(_short(piece, most, prose) if long(piece) > most else piece for piece in at_marks(word))

    return _WORD.sub(broken, text)


def _short(piece: str, most: int, prose: bool) -> str:
    """A piece in about equal lengths; an accent stays with its letter."""
    mark = HYPHENATED if prose and piece.strip(MARKS).isalpha() else HERE
    signs = _SIGN.findall(piece)
    full = breadth(piece) if prose else len(signs)
    count = -(-full // max(1, most - 1 if mark == HYPHENATED else most))
    length = -(-len(signs) // count)
    return mark.join("".join(signs[at : at + length]) for at in range(0, len(signs), length))
