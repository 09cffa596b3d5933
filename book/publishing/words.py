"""The words that a published edition says of itself, by language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EditionWords:
    """What stands at the head of every page of a published edition."""

    edition: str
    """Before its name."""
    newest: str
    """The link to the newest edition."""
    newer: str
    """Said to a reader of an old edition, before the name of the newest."""
    others: str
    """What opens the list of all editions."""


EDITIONS = {
    "en": EditionWords("Edition", "Newest edition", "There is a newer edition:", "All editions"),
    "de": EditionWords("Ausgabe", "Neueste Ausgabe", "Es gibt eine neuere Ausgabe:", "Alle Ausgaben"),
    "es": EditionWords("Edición", "Edición más reciente", "Hay una edición más reciente:", "Todas las ediciones"),
    "fr": EditionWords(
        "Édition", "Édition la plus récente", "Il existe une édition plus récente :", "Toutes les éditions"
    ),
    "it": EditionWords("Edizione", "Edizione più recente", "Esiste un’edizione più recente:", "Tutte le edizioni"),
    "nl": EditionWords("Uitgave", "Nieuwste uitgave", "Er is een nieuwere uitgave:", "Alle uitgaven"),
    "pl": EditionWords("Wydanie", "Najnowsze wydanie", "Jest nowsze wydanie:", "Wszystkie wydania"),
    "pt": EditionWords("Edição", "Edição mais recente", "Existe uma edição mais recente:", "Todas as edições"),
    "ru": EditionWords("Издание", "Новейшее издание", "Есть более новое издание:", "Все издания"),
    "uk": EditionWords("Видання", "Найновіше видання", "Є новіше видання:", "Усі видання"),
}


def edition_words(language: str) -> EditionWords:
    """Give the words of a language given as a BCP 47 tag; English where we have none."""
    return EDITIONS.get(language.replace("_", "-").split("-")[0].lower(), EDITIONS["en"])
