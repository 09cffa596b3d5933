"""The words that a printed thesis adds to what its author wrote, by language."""

from __future__ import annotations

from dataclasses import dataclass

from book.languages import primary
from book.sources.catalogues import added_for, catalogue, words_of
from book.words import WORDS


@dataclass(frozen=True, slots=True)
class PrintedWords:
    """Headings and marks that stand nowhere in the sources."""

    contents: str
    """Above the contents."""
    figures: str
    """Above the list of figures."""
    tables: str
    """Above the list of tables."""
    listings: str
    """Above the list of listings."""
    supervisor: str
    """Before the supervisor's name on the title page."""
    draft: str
    """On every page of a draft."""


PRINTED = {
    "en": PrintedWords("Contents", "List of Figures", "List of Tables", "List of Listings", "Supervisor", "draft"),
    "de": PrintedWords(
        "Inhaltsverzeichnis",
        "Abbildungsverzeichnis",
        "Tabellenverzeichnis",
        "Verzeichnis der Listings",
        "Betreuung",
        "Entwurf",
    ),
    "es": PrintedWords(
        "Índice", "Índice de figuras", "Índice de tablas", "Índice de listados", "Dirección", "borrador"
    ),
    "fr": PrintedWords(
        "Table des matières",
        "Table des figures",
        "Liste des tableaux",
        "Liste des listings",
        "Sous la direction de",
        "brouillon",
    ),
    "it": PrintedWords(
        "Indice", "Elenco delle figure", "Elenco delle tabelle", "Elenco dei listati", "Relatore", "bozza"
    ),
    "nl": PrintedWords(
        "Inhoudsopgave", "Lijst van figuren", "Lijst van tabellen", "Lijst van listings", "Begeleiding", "concept"
    ),
    "pl": PrintedWords("Spis treści", "Spis rysunków", "Spis tabel", "Spis listingów", "Promotor", "wersja robocza"),
    "pt": PrintedWords(
        "Índice", "Lista de figuras", "Lista de tabelas", "Lista de listagens", "Orientação", "rascunho"
    ),
    "ru": PrintedWords(
        "Содержание", "Список рисунков", "Список таблиц", "Список листингов", "Научный руководитель", "черновик"
    ),
    "uk": PrintedWords(
        "Зміст", "Перелік рисунків", "Перелік таблиць", "Перелік лістингів", "Науковий керівник", "чернетка"
    ),
}


def printed_words(language: str) -> dict[str, str]:
    """All words of a language by name, from the catalogues where we have none; English where they have none either.

    A draft says both its language's word and "draft", so that nobody takes it for the thesis.
    """
    fixed = words_of(language) or WORDS["en"]
    printed = PRINTED.get(primary(language)) or _from_catalogues(language)
    return {
        "chapter": fixed.chapter,
        "after": fixed.after,
        "appendix": fixed.appendix,
        "figure": fixed.figure,
        "table": fixed.table,
        "listing": fixed.listing,
        "contents": printed.contents,
        "figures": printed.figures,
        "tables": printed.tables,
        "listings": printed.listings,
        "supervisor": printed.supervisor,
        "draft": printed.draft,
    }


def _from_catalogues(language: str) -> PrintedWords:
    known, added, english = catalogue(language), added_for(language), PRINTED["en"]
    return PrintedWords(
        known.get("Contents", english.contents),
        known.get("ListOfFigures", english.figures),
        known.get("ListOfTables", english.tables),
        added.listings or english.listings,
        added.supervisor or english.supervisor,
        added.draft or english.draft,
    )
