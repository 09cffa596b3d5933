"""The language of a text is told by its small words."""

from __future__ import annotations

import pytest

from book.sources.language import language_of

TEXTS = {
    "en": "The text is in a language that is told by the words which stand in it and not by its name. ",
    "de": "Der Text ist in einer Sprache, die an den Wörtern zu sehen ist und nicht an dem Namen. ",
    "fr": "Le texte est dans une langue que les mots disent et que son nom ne dit pas. ",
    "es": "El texto no es de una lengua que se lea en el nombre, y las palabras lo dicen con más razón. ",
    "nl": "De tekst is in een taal die aan de woorden te zien is en niet aan het begin van de naam. ",
    "ru": "Это текст на языке, что не для всех, но и не от нас, как о нём и по нему видно. ",
}


@pytest.mark.parametrize("language", TEXTS)
def test_each_language_is_told(language: str) -> None:
    """A page of any of these languages is enough."""
    assert language_of([TEXTS[language]] * 20) == language


def test_what_is_too_short_is_taken_for_english() -> None:
    """One sentence tells nothing."""
    assert language_of([TEXTS["de"]]) == "en"
