"""What a language's tag (BCP 47) says of it, and which tag is meant by a name."""

from __future__ import annotations

import re
from functools import cache

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ku", "ps", "sd", "ug", "ur", "yi"})
"""Languages that are written from right to left."""
_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})
"""Scripts that are."""
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_OTHER_NAMES = {
    "american": "en-US", "austrian": "de-AT", "australian": "en-AU", "brazil": "pt-BR", "brazilian": "pt-BR", "british": "en-GB", "canadian": "en-CA",
    "canadien": "fr-CA", "castilian": "es", "farsi": "fa", "flemish": "nl-BE", "francais": "fr", "frenchb": "fr", "germanb": "de", "mandarin": "zh",
    "naustrian": "de-AT", "newzealand": "en-NZ", "ngerman": "de", "nswissgerman": "de-CH", "portuges": "pt", "slovene": "sl", "swissgerman": "de-CH", "ukenglish": "en-GB",
    "usenglish": "en-US",
}  # fmt: skip
"""What languages are called in bibliographies, beside their names in English and in themselves."""
_BY_THEMSELVES = (
    "ar", "be", "bg", "ca", "cs", "da", "de", "el", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "hy", "id", "it", "ja", "ka", "ko", "lt", "lv",
    "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "ur", "vi", "zh",
)  # fmt: skip
"""Languages that are also known by the names that they have in themselves."""


def primary(tag: str) -> str:
    """The language of a tag without script and region: `pt` of `pt-BR`."""
    return tag.replace("_", "-").split("-")[0].lower()


def right_to_left(tag: str) -> bool:
    """Whether a language is written from right to left, in the script that the tag names if it names one."""
    _, *rest = tag.replace("_", "-").lower().split("-")
    script = next((one for one in rest if len(one) == 4 and one.isalpha()), "")  # noqa: PLR2004 - as scripts are named
    return script in _SCRIPTS if script else primary(tag) in RIGHT_TO_LEFT


def tag_of(name: str) -> str:
    """The tag of a language that somebody has named (`de-AT`, `German`, `ngerman`, `русский`); empty where nobody can tell."""
    said = " ".join(name.strip(" {}").split())
    if not said:
        return ""
    if _TAG.fullmatch(said) and primary(said) in _codes():
        return said.replace("_", "-")
    return _names().get(said.casefold()) or _OTHER_NAMES.get(said.casefold()) or _themselves().get(said.casefold(), "")


@cache
def _codes() -> frozenset[str]:
    from babel import Locale

    return frozenset(map(str, Locale("en").languages))


@cache
def _names() -> dict[str, str]:
    from babel import Locale

    return {str(name).casefold(): str(code) for code, name in Locale("en").languages.items() if "_" not in str(code)}


@cache
def _themselves() -> dict[str, str]:
    from babel import Locale

    return {str(Locale(code).get_language_name(code)).casefold(): code for code in _BY_THEMSELVES}
