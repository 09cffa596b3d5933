"""The words a thesis prints by itself, in its language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What numbers are called in one language."""

    chapter: str
    """Before a chapter's number in a reference."""
    section: str
    """Before a section's number in a reference."""
    appendix: str
    """Before an appendix's letter."""
    figure: str
    """Before a figure's number."""
    table: str
    """Before a table's number."""
    listing: str
    """Before a listing's number."""
    after: str = ""
    """Behind a chapter's number, where a language puts it between two words."""


WORDS = {
    "en": Words("Chapter", "Section", "Appendix", "Figure", "Table", "Listing"),
    "de": Words("Kapitel", "Abschnitt", "Anhang", "Abbildung", "Tabelle", "Listing"),
    "es": Words("Capítulo", "Sección", "Apéndice", "Figura", "Tabla", "Listado"),
    "fr": Words("Chapitre", "Section", "Annexe", "Figure", "Tableau", "Listing"),
    "it": Words("Capitolo", "Sezione", "Appendice", "Figura", "Tabella", "Listato"),
    "nl": Words("Hoofdstuk", "Paragraaf", "Bijlage", "Figuur", "Tabel", "Listing"),
    "pl": Words("Rozdział", "Sekcja", "Dodatek", "Rysunek", "Tabela", "Listing"),
    "pt": Words("Capítulo", "Secção", "Apêndice", "Figura", "Tabela", "Listagem"),
    "ru": Words("Глава", "Раздел", "Приложение", "Рисунок", "Таблица", "Листинг"),
    "uk": Words("Розділ", "Підрозділ", "Додаток", "Рисунок", "Таблиця", "Лістинг"),
}

