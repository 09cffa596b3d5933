"""Numbers, dates and units follow the language of the thesis."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.numbers import format_number, print_date, print_number, print_truth, with_unit

LANGUAGES = ("en", "en-GB", "de", "es", "fr", "uk", "ru", "sv", "pt_BR", "tr", "zh_CN", "ar")


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("en", "1,234,567.5"),
        ("de", "1.234.567,5"),
        ("es", "1.234.567,5"),
        ("fr", "1\u202f234\u202f567,5"),
        ("ru", "1\u00a0234\u00a0567,5"),
        ("uk", "1\u00a0234\u00a0567,5"),
        ("xx", "1,234,567.5"),
    ],
)
def test_marks_are_those_of_the_language(language, printed):
    """Decimal and grouping marks change with the language; one that nobody knows prints as English."""
    assert print_number(1234567.5, ",.1f", language) == printed


@pytest.mark.parametrize(
    ("value", "spec", "printed"),
    [
        (-1.25, ".1f", "\u22121.2"),
        (-0.04, ".1f", "0.0"),
        (0.5, "+.1f", "+0.5"),
        (7.0, "d", "7"),
        (0.423, ".0%", "42%"),
        (1.2e-7, "", "1.2\u00a0×\u00a010⁻⁷"),
        (3.2e20, ".1e", "3.2\u00a0×\u00a010²⁰"),
        (0.1 + 0.2, "", "0.3"),
        (1234567.0, "", "1234567"),
        (float("inf"), ".1f", "∞"),
        (float("-inf"), "", "\u2212∞"),
        (Decimal("1.20"), "", "1.20"),
        (255, "x", "ff"),
    ],
)
def test_numbers_are_set_as_in_print(value, spec, printed):
    """A true minus, powers of ten, no minus before nothing, and no binary noise."""
    assert print_number(value, spec, "en") == printed


def test_spanish_leaves_four_digits_in_one_piece():
    """Languages that group from five digits on do so."""
    assert [print_number(n, ",d", "es") for n in (1234, 12345)] == ["1234", "12.345"]


@pytest.mark.parametrize(
    ("language", "unit", "printed"),
    [
        ("en", "dB", "7\u00a0dB"),
        ("fr", "dB", "7\u202fdB"),
        ("en", "km per day", "7\u00a0km\u00a0per\u00a0day"),
        ("en", "%", "7%"),
        ("de", "%", "7\u00a0%"),
        ("tr", "%", "%7"),
        ("de", "°", "7°"),
        ("de", "°C", "7\u00a0°C"),
        ("en", "", "7"),
    ],
)
def test_a_unit_never_leaves_its_number(language, unit, printed):
    """No line breaks between a number and its unit, and percent signs stand where the language puts them."""
    assert with_unit("7", unit, language) == printed


def test_a_percentage_is_not_given_a_second_sign():
    """A percentage whose unit is '%' prints one sign."""
    assert with_unit(print_number(0.42, ".0%", "en"), "%", "en") == "42%"


@pytest.mark.parametrize(
    ("language", "spec", "printed"),
    [
        ("en", "", "March 5, 2024"),
        ("en-GB", "", "5 March 2024"),
        ("de", "", "5. März 2024"),
        ("ru", "%-d %B %Y", "5 марта 2024"),
        ("ru", "%B %Y", "март 2024"),
        ("uk", "%-d %B %Y", "5 березня 2024"),
        ("uk", "%B", "березень"),
        ("fr", "%A %d/%m/%y", "mardi 05/03/24"),
        ("es", "long", "5 de marzo de 2024"),
        ("en", "%j %% %G-W%V", "065 % 2024-W10"),
    ],
)
def test_dates_speak_the_language(language, spec, printed):
    """Months and days have the names, and the case, that the language wants at that place."""
    assert print_date(date(2024, 3, 5), spec, language) == printed


def test_a_moment_prints_its_time_and_a_midnight_does_not():
    """A timestamp at midnight is a date to a reader."""
    assert print_date(datetime(2024, 3, 5), "", "de") == "5. März 2024"  # noqa: DTZ001
    assert "10:30" in print_date(datetime(2024, 3, 5, 10, 30), "", "de")  # noqa: DTZ001
    assert print_date(datetime(2024, 3, 5, 14, 5), "%H:%M %I%p", "en") == "14:05 02PM"  # noqa: DTZ001


def test_an_unknown_directive_is_an_error():
    """A directive that nobody knows is not passed on silently."""
    with pytest.raises(ValueError, match="unknown directive '%Q'"):
        print_date(date(2024, 3, 5), "%Q", "en")


def test_truth_is_said_in_words():
    """A truth value prints as a word of the language."""
    assert [print_truth(True, language) for language in ("en", "de", "ru", "xx")] == ["yes", "ja", "да", "yes"]


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["", ".1f", ",.3f", ".2e", "+.0f", ".0%"]),
)
def test_a_printed_number_keeps_its_digits(value, language, spec):
    """Whatever the language, the digits are those that Python prints, in that order."""

    def digits(text):
        return [c for c in text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")) if c in "0123456789"]

    plain = format_number(value, spec)
    mantissa, _, power = plain.partition("e")
    expected = digits(mantissa) + (list("10") + digits(str(int(power))) if power else [])

    assert digits(print_number(value, spec, language)) == expected


@given(st.one_of(st.integers(), st.floats(), st.decimals(allow_nan=False)), st.text(max_size=6))
def test_any_spec_prints_or_is_refused(value, spec):
    """A format that an author mistypes gives a number or a clear error, never anything else."""
    try:
        text = print_number(value, spec, "de")
    except (ValueError, TypeError, OverflowError, IndexError):
        return
    assert isinstance(text, str)
    assert text or math.isnan(float(value)) or not spec.strip()
