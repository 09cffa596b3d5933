"""What numbers and lists are called in languages for which we have no words: pandoc's, which are those of LaTeX, and Sphinx's."""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from book.languages import primary
from book.sources.pandoc import PandocError, run_pandoc
from book.words import WORDS, Words

_SECONDS = 20.0
_OTHER_NAMES = {"zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-mo": "zh-Hant", "zh": "zh-Hans", "nb": "no", "sh": "hr"}
"""What pandoc calls a language whose tag it does not know."""
_ASKED = ("chapter", "section", "appendix", "figure", "table")
_COUNTED = {"zh": ("第", "章"), "ja": ("第", "章"), "ko": ("제", "장")}
"""Languages in which a chapter's number stands between two words."""


@dataclass(frozen=True, slots=True)
class Added:
    """Words that no catalogue has."""

    section: str = ""
    """Before a section's number, where Sphinx has none or another one."""
    listing: str = ""
    """The same for listings."""
    listings: str = ""
    """Above the list of listings."""
    supervisor: str = ""
    """Before the supervisor's name."""
    draft: str = ""
    """On every page of a draft."""
    appendix: str = ""
    """Before an appendix's letter, where the catalogue speaks of several."""


ADDED = {
    "ar": Added("قسم", "مقطع برمجي", "قائمة المقاطع البرمجية", "المشرف", "مسودة", "ملحق"),
    "bg": Added("Раздел", "Листинг", "Списък на листингите", "Научен ръководител", "чернова"),
    "ca": Added("Secció", "Llistat", "Índex de llistats", "Direcció", "esborrany"),
    "cs": Added("Sekce", "Výpis", "Seznam výpisů", "Vedoucí práce", "koncept"),
    "da": Added("Afsnit", "Programkode", "Programkoder", "Vejleder", "udkast"),
    "el": Added("Ενότητα", "Κώδικας", "Κατάλογος κωδίκων", "Επίβλεψη", "προσχέδιο"),
    "fa": Added("بخش", "قطعه‌کد", "فهرست قطعه‌کدها", "استاد راهنما", "پیش‌نویس"),
    "fi": Added("Osio", "Listaus", "Listaukset", "Ohjaaja", "luonnos"),
    "he": Added("סעיף", "קטע קוד", "רשימת קטעי הקוד", "מנחה", "טיוטה"),
    "hu": Added("Szakasz", "Lista", "Listák jegyzéke", "Témavezető", "piszkozat"),
    "ja": Added("節", "リスト", "リスト目次", "指導教員", "草稿"),
    "ko": Added("절", "코드", "코드 차례", "지도교수", "초안"),
    "no": Added("Avsnitt", "Kode", "Kodeliste", "Veileder", "utkast"),
    "ro": Added("Secțiunea", "Listarea", "Lista listărilor", "Coordonator", "ciornă"),
    "sv": Added("Avsnitt", "Kod", "Kodlistningar", "Handledare", "utkast"),
    "th": Added("หัวข้อที่", "รหัสที่", "สารบัญรหัส", "อาจารย์ที่ปรึกษา", "ฉบับร่าง"),
    "tr": Added("Kısım", "Kod", "Kod Listesi", "Danışman", "taslak"),
    "vi": Added("Mục", "Mã", "Danh sách mã", "Người hướng dẫn", "bản nháp"),
    "zh": Added("节", "代码", "代码目录", "导师", "草稿"),
    "zh-Hant": Added("節", "程式碼", "程式碼目錄", "指導教授", "草稿"),
}
"""By language."""


def words_of(language: str) -> Words | None:
    """The words of a language given as a BCP 47 tag: ours, or those of the catalogues; None where nobody has any."""
    ours = WORDS.get(primary(language))
    if ours is not None:
        return ours
    known, added = catalogue(language), added_for(language)
    if not known.keys() >= {"Chapter", "Figure", "Table"}:
        return None
    before, after = _COUNTED.get(primary(language), (_titled(known["Chapter"]), ""))
    return Words(
        before,
        added.section or _of_sphinx("Section", language),
        added.appendix or _titled(known.get("Appendix", "Appendix")),
        _titled(known["Figure"]),
        _titled(known["Table"]),
        added.listing or known.get("Listing") or _of_sphinx("Listing", language),
        after,
    )


def without_words(language: str) -> tuple[str, ...]:
    """The words in English that a thesis in another language prints, since nobody has them in that one."""
    if primary(language) in WORDS:
        return ()
    found, english = words_of(language) or WORDS["en"], WORDS["en"]
    return tuple(said for name in _ASKED if (said := getattr(english, name)) == getattr(found, name))


def added_for(language: str) -> Added:
    """Words of a language that no catalogue has."""
    name = _name(language)
    return (
        ADDED.get(name)
        or ADDED.get(_OTHER_NAMES.get(primary(language), primary(language)))
        or ADDED.get(primary(language), Added())
    )


@lru_cache(maxsize=16)
def catalogue(language: str) -> dict[str, str]:
    """Pandoc's words of a language by its names for them: `Chapter`, `ListOfFigures`; none where it does not know the language."""
    for name in dict.fromkeys((_name(language), primary(language))):
        try:
            read = run_pandoc(["--print-default-data-file", f"translations/{name}.yaml"], b"", _SECONDS).decode("utf-8")
        except PandocError:
            continue
        pairs = (line.partition(":") for line in read.splitlines() if ":" in line)
        return {key.strip(): said.strip().strip("\"'") for key, _, said in pairs}
    return {}


def _name(language: str) -> str:
    tag = language.replace("_", "-")
    return _OTHER_NAMES.get(tag.lower()) or (
        "zh-Hant" if tag.lower().startswith("zh-hant") else _OTHER_NAMES.get(primary(tag), primary(tag))
    )


def _of_sphinx(word: str, language: str) -> str:
    """Sphinx's word before a number, as far as its translators have come; English otherwise."""
    spec = find_spec("sphinx")
    folder = Path(str(spec.origin)).parent / "locale" if spec else Path()
    names = [language.replace("-", "_"), primary(language)]
    said = gettext.translation("sphinx", folder, names, fallback=True).gettext(f"{word} %s")
    return said.removesuffix("%s").strip() if said.endswith("%s") else word


def _titled(word: str) -> str:
    """A word that begins with a capital, as what stands at the head of a page does."""
    return word[:1].title() + word[1:]
