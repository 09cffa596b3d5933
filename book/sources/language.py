"""Which language a text is written in, by the small words that no text does without."""

# ruff: noqa: SIM905 (words read best as words)
from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SMALL_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        "the a an of to and in is it for on with as at by from or are was be this which we were not their its has have they also can these than into but between".split()
    ),
    "de": frozenset(
        "und oder nicht ist von zu mit für auf ein eine einen einem einer eines im am zum zur wird werden auch wie als aus bei nach dass der die das den dem des".split()
    ),
    "fr": frozenset(
        "le la les un une des et ou de du que qui dans par pour sur avec est sont ce cette il elle ne pas au aux".split()
    ),
    "es": frozenset("el la los las un una y o de del que en por para con es son se al lo como más no su".split()),
    "it": frozenset("il la i gli un una e o di del della che in per con è sono si non da le lo dei nel".split()),
    "pt": frozenset("o a os as um uma e ou de do da que em por para com é são se não no na ao dos das mais".split()),
    "nl": frozenset(
        "de het een en of van voor met op is zijn wordt worden niet ook als bij naar om te dat die".split()
    ),
    "sv": frozenset("och att det som en ett är för på av med till den inte om från har de kan vid".split()),
    "pl": frozenset("i w na z do się nie jest że to o jak po ale przez oraz dla są od".split()),
    "ru": frozenset("и в не на с что как по это для из к от но о или при так же его".split()),
}
"""The commonest words of each language that we can tell."""
ENOUGH = 50
"""Small words below which a text is too short to tell."""
AHEAD = 1.5
"""How many times as many small words the likeliest language has as English, the one that is taken when unsure."""
SAMPLE = 200_000
"""Characters that tell a language as well as a whole book does."""
_WORD = re.compile(r"[^\W\d_]+")


def language_of(texts: Iterable[str]) -> str:
    """The language of a text as a BCP 47 tag; `en` when unsure."""
    counts: Counter[str] = Counter()
    read = 0
    for text in texts:
        counts.update(_WORD.findall(text.lower()))
        read += len(text)
        if read > SAMPLE:
            break
    scores = {language: sum(counts[word] for word in words) for language, words in SMALL_WORDS.items()}
    likeliest = max(scores, key=lambda language: scores[language])
    return likeliest if scores[likeliest] >= max(ENOUGH, AHEAD * scores["en"]) else "en"
