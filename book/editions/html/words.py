"""The words that the site adds to what its author wrote, by language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteWords:
    """Headings on the first page."""

    abstract: str
    """Above the abstract."""
    keywords: str
    """Before the keywords."""
    cite: str
    """Above the words to cite the thesis with."""


SITE = {
    "en": SiteWords("Abstract", "Keywords", "How to cite"),
    "de": SiteWords("Zusammenfassung", "Schlagwörter", "Zitiervorschlag"),
    "es": SiteWords("Resumen", "Palabras clave", "Cómo citar"),
    "fr": SiteWords("Résumé", "Mots-clés", "Pour citer cette thèse"),
    "it": SiteWords("Sommario", "Parole chiave", "Come citare"),
    "nl": SiteWords("Samenvatting", "Trefwoorden", "Citeren als"),
    "pl": SiteWords("Streszczenie", "Słowa kluczowe", "Jak cytować"),
    "pt": SiteWords("Resumo", "Palavras-chave", "Como citar"),
    "ru": SiteWords("Аннотация", "Ключевые слова", "Как цитировать"),
    "uk": SiteWords("Анотація", "Ключові слова", "Як цитувати"),
}


def site_words(language: str) -> SiteWords:
    """Give the words of a language given as a BCP 47 tag; English where we have none."""
    return SITE.get(language.replace("_", "-").split("-")[0].lower(), SITE["en"])
