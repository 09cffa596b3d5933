"""The bibliography is read entry by entry, whatever it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pybtex.database import parse_file

from book.sources.bibliography import MOST_REMARKS, OTHER_CASE, Bibliography, read_bibliography, write_clean
from book.sources.csl import csl_json
from book.sources.pandoc import PandocError, run_pandoc

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "@book{good, author = {Lake, David}, title = {Hierarchy}, year = {2009}}\n"


def read(folder: Path, text: str | bytes, name: str = "references.bib") -> Bibliography:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_bibliography(folder, [name])


def said(bibliography: Bibliography) -> list[str]:
    return [f"{d.line}: {d.message} [{d.rule}]" for d in bibliography.diagnostics]


def test_good_entries_are_read_with_the_lines_of_their_fields(tmp_path: Path) -> None:
    """An entry knows its file, its line, the line of each field, and its authors' names taken apart."""
    found = read(
        tmp_path,
        "% head\n@Article{k1,\n  author = {van der Berg, Anna and {World Bank}},\n  Title = {A {B} c},\n  year = 2001\n}\n",
    )

    entry = found.entries["k1"]
    names = [(name.given, name.particle, name.family) for name in entry.persons["author"]]

    assert (entry.type, entry.path, entry.line) == ("article", "references.bib", 2)
    assert dict(entry.fields) == {"author": "van der Berg, Anna and {World Bank}", "title": "A {B} c", "year": "2001"}
    assert dict(entry.lines) == {"author": 3, "title": 4, "year": 5}
    assert names == [("Anna", "van der", "Berg"), ("", "", "{World Bank}")]
    assert found.diagnostics == ()


BROKEN = {
    "missing comma": (
        "@book{bad,\n  title = {A}\n  year = {2001}\n}\n",
        ["3: entry 'bad' has no comma before 'year' [broken-bibliography-entry]"],
        {"title": "A", "year": "2001"},
    ),
    "brace never closed": (
        "@book{bad,\n  title = {A {B},\n  year = {2001},\n}\n",
        ["2: entry 'bad' has a brace or quotation mark in 'title' that is never closed [broken-bibliography-entry]"],
        {"title": "A B", "year": "2001"},
    ),
    "entry never closed": (
        "@book{bad,\n  title = {A},\n  year = {2001}\n\n",
        ["1: entry 'bad' is never closed [broken-bibliography-entry]"],
        {"title": "A", "year": "2001"},
    ),
    "undefined string": (
        "@book{bad,\n  title = {A},\n  publisher = princeton\n}\n",
        ["3: string 'princeton' is defined nowhere [undefined-string]"],
        {"title": "A", "publisher": "princeton"},
    ),
    "text between fields": (
        "@book{bad,\n  title = {A} and more,\n  year = 2001\n}\n",
        ["2: entry 'bad' has text that belongs to no field: 'and more' [broken-bibliography-entry]"],
        {"title": "A", "year": "2001"},
    ),
    "two fields of one name": (
        "@book{bad,\n  title = {A},\n  title = {B}\n}\n",
        ["4: entry 'bad' has two fields 'title' [duplicate-field]"],
        {"title": "A"},
    ),
    "too many commas in a name": (
        "@book{bad,\n  author = {a, b, c, d}\n}\n",
        ["2: entry 'bad' has a name with too many commas: 'a, b, c, d' [broken-name]"],
        {"author": "{a, b, c, d}"},
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_bad_entry_is_a_diagnostic_and_hides_no_other(tmp_path: Path, name: str) -> None:
    """What is wrong is said with its line; what can be read of the entry is kept, and so is the next entry."""
    text, remarks, fields = BROKEN[name]
    found = read(tmp_path, text + GOOD)

    assert said(found) == remarks
    assert dict(found.entries["bad"].fields) == fields
    assert found.entries["good"].fields["title"] == "Hierarchy"


def test_entries_without_a_usable_key_are_left_out_and_named(tmp_path: Path) -> None:
    """An entry that nobody can cite is said to be so."""
    found = read(tmp_path, "@book{, title = {A}}\n@book{a b, title = {A}}\n@book(}, title = {A})\n" + GOOD)

    assert list(found.entries) == ["good"]
    assert said(found) == [
        "1: entry without a key [broken-bibliography-entry]",
        "2: key 'a b' has a space in it, so that nobody can cite it [broken-bibliography-entry]",
        "3: key '}' has a brace in it, so that nobody can cite it [broken-bibliography-entry]",
    ]


def test_names_of_fields_may_be_odd(tmp_path: Path) -> None:
    """What reference managers call their own fields is no mistake."""
    found = read(tmp_path, "@book{a, __markedentry = {[x:2]}, x.asin = 0262039400, bdsk-url-1 = {u}}\n")

    assert list(found.entries["a"].fields) == ["__markedentry", "x.asin", "bdsk-url-1"]
    assert found.diagnostics == ()


def test_byte_order_marks_and_old_encodings_are_survived(tmp_path: Path) -> None:
    """Marks anywhere in the file go, lines in Windows-1252 are read, and one remark says where they begin."""
    data = b"\xef\xbb\xbf@book{a, title = {A}}\r\n\xef\xbb\xbf@book{b, title = {M\xfcller \x96 B}}\r\n@book{c, title = {\xd0\x9a\xd0\xb8\xd1\x82\xd0\xb0\xd0\xb9}}\n"
    found = read(tmp_path, data)

    assert {key: entry.fields["title"] for key, entry in found.entries.items()} == {
        "a": "A",
        "b": "Müller – B",
        "c": "Китай",
    }
    assert said(found) == ["2: not UTF-8 text [bibliography-encoding]"]


def test_utf_16_is_read(tmp_path: Path) -> None:
    """A file that Windows saved as Unicode is read."""
    assert list(read(tmp_path, GOOD.encode("utf-16")).entries) == ["good"]


def test_strings_are_put_in_and_joined(tmp_path: Path) -> None:
    """`@string` holds for later entries, in any letters, and `#` joins."""
    found = read(tmp_path, '@STRING{ps = "PS"}\n@article{a, journal = Ps # { and } # "more", month = mar}\n')

    assert dict(found.entries["a"].fields) == {"journal": "PS and more", "month": "March"}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("Dr Julian Able, Prof George Davey Baker", "several people"),
        ("Able J, Baker K", "several people"),
        ("Able, J. and Baker, K. et al.", "'et al.'"),
        ("Able, J. \\& Baker, K.", "'\\&'"),
        ("Able, J.; Baker, K.", "';'"),
        ("Jane Able, PhD", "a degree"),
    ],
)
def test_several_people_in_one_name_are_named(tmp_path: Path, names: str, said: str) -> None:
    """Whatever stands in a name besides one person is named, at the line of its field."""
    found = read(tmp_path, f"@misc{{k,\n title = {{T}},\n editor = {{{names}}}}}").diagnostics

    assert [(one.rule, one.line, said in one.message) for one in found] == [("broken-name", 3, True)]


@pytest.mark.parametrize(
    "names",
    [
        "Able, Dr Julian and Able Garcia, Prof. Maria",
        '{Ernst \\& Universit{\\"a}t} and Able, J. and others',
        "King, Jr., Martin L. and Henry II, John A",
        "M&uuml;ller, Harald and Al Saud, Ali",
    ],
)
def test_one_person_in_a_name_is_no_mistake(tmp_path: Path, names: str) -> None:
    """Titles of one person, bodies in braces and suffixes are as they should be."""
    found = read(tmp_path, f"@misc{{k, title = {{T}}, editor = {{{names}}}}}").diagnostics

    assert found == ()


@pytest.mark.parametrize(
    "doi",
    ["https://doi.org/10.1145/182358", "{http://dx.doi.org/10.1145/182358}", "doi:10.1145/182358", "10.1145/182358"],
)
def test_a_doi_is_printed_without_its_address(tmp_path: Path, doi: str) -> None:
    """Whatever stands before a DOI, styles get the bare one: they add the address by themselves."""
    bibliography = read(tmp_path, f"@misc{{k, title = {{T}}, doi = {{{doi}}}, url = {{{{https://a.org}}}}}}")

    item = csl_json(bibliography, ["k"], "en").by_key["k"]

    assert (item["DOI"], item["URL"]) == ("10.1145/182358", "https://a.org")


def test_comments_and_parentheses_are_bibtex_s(tmp_path: Path) -> None:
    """Lines after a per cent sign are no entries, and an entry may stand in parentheses."""
    found = read(
        tmp_path,
        '% @book{no, title = {x}}\n@book(par, title = "A (b) c", year = 1999)\n@comment{anything}\nperson@example.org\n'
        + GOOD,
    )

    assert list(found.entries) == ["par", "good"]
    assert found.diagnostics == ()


def test_one_key_twice_is_an_error_unless_word_for_word(tmp_path: Path) -> None:
    """The first entry of a key counts; a copy is a warning, another work an error; both files are named."""
    (tmp_path / "b.bib").write_text("@book{good, title = {Other}}\n", encoding="utf-8")
    (tmp_path / "a.bib").write_text(GOOD + GOOD, encoding="utf-8")
    found = read_bibliography(tmp_path, ["a.bib", "b.bib"])

    assert [str(d).splitlines()[0] for d in found.diagnostics] == [
        "a.bib:2: key 'good' stands already in line 1, word for word [duplicate-key]",
        "b.bib:1: key 'good' stands already in a.bib:1 [duplicate-key]",
    ]
    assert [d.severity for d in found.diagnostics] == ["warning", "error"]
    assert found.entries["good"].fields["title"] == "Hierarchy"


def test_keys_that_differ_by_case_are_both_kept(tmp_path: Path) -> None:
    """Both can be cited; the clean copy for readers that take them for one has the first, its neighbour the second."""
    found = read(tmp_path, "@book{Smith, title = {A}}\n@book{smith, title = {B}}\n")
    clean = write_clean(found, tmp_path / "clean")

    assert [(key, entry.fields["title"]) for key, entry in found.entries.items()] == [("Smith", "A"), ("smith", "B")]
    assert said(found) == ["2: key 'smith' differs from 'Smith' by case alone [duplicate-key]"]
    assert list(parse_file(str(clean[0])).entries) == ["Smith"]
    assert "@book{smith," in (tmp_path / "clean" / OTHER_CASE).read_text(encoding="utf-8")


def test_a_circle_of_crossrefs_is_cut(tmp_path: Path) -> None:
    """Entries that inherit from each other are named once, and neither pybtex nor pandoc goes round in the circle."""
    found = read(
        tmp_path,
        "@book{a, title = {A}, crossref = {b}}\n@book{b, crossref = {c}}\n@book{c, year = 2001, crossref = {a}}\n@book{d, crossref = {d}}\n",
    )
    clean = write_clean(found, tmp_path / "clean")
    items = csl_json(found, found.entries, "en")

    assert said(found) == [
        "1: entries inherit from each other in a circle: 'a' -> 'b' -> 'c' -> 'a' [circular-crossref]",
        "4: entries inherit from each other in a circle: 'd' -> 'd' [circular-crossref]",
    ]
    assert [entry.fields.get("crossref") for entry in parse_file(str(clean[0])).entries.values()] == [
        "b",
        "c",
        None,
        None,
    ]
    assert items.by_key["a"]["title"] == "A"


def test_a_parent_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """A crossref to nowhere is an error at its own line."""
    found = read(tmp_path, "@inbook{a,\n  title = {A},\n  crossref = {gone}\n}\n")

    assert said(found) == ["3: entry 'a' inherits from 'gone', which does not exist [unresolved-crossref]"]


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    """A bibliography that is not there is an error with a hint."""
    found = read_bibliography(tmp_path, ["gone.bib"])

    assert [d.message for d in found.diagnostics] == ["bibliography 'gone.bib' does not exist"]


def test_a_file_of_rubbish_does_not_flood_the_screen(tmp_path: Path) -> None:
    """After some remarks the rest is only counted."""
    found = read(tmp_path, "@book{,}\n" * 1000)

    assert len(found.diagnostics) == MOST_REMARKS + 1


def test_a_clean_copy_holds_all_that_could_be_read(tmp_path: Path) -> None:
    """Pybtex in its strict mode reads the clean copy of everything that is broken above."""
    text = "".join(broken.replace("bad", f"bad{number}") for number, (broken, _, _) in enumerate(BROKEN.values()))
    found = read(tmp_path, text + GOOD)
    clean = write_clean(found, tmp_path / "clean")

    assert list(parse_file(str(clean[0])).entries) == list(found.entries)


def test_a_file_s_name_does_not_spoil_its_clean_copy(tmp_path: Path) -> None:
    """BibTeX takes `@` for an entry wherever it stands, in a comment too."""
    found = read(tmp_path, GOOD, "refs@home.bib")
    clean = write_clean(found, tmp_path / "clean")

    assert list(parse_file(str(clean[0])).entries) == ["good"]


def test_an_unchanged_clean_copy_is_not_written(tmp_path: Path) -> None:
    """Sphinx reads pages again when a bibliography's time has changed, so ours changes only with what it holds."""
    clean = write_clean(read(tmp_path, GOOD), tmp_path / "clean")[0]
    before = clean.stat().st_mtime_ns, clean.stat().st_ino
    write_clean(read(tmp_path, GOOD), tmp_path / "clean")

    assert (clean.stat().st_mtime_ns, clean.stat().st_ino) == before


def test_dates_in_words_are_printed_as_words(tmp_path: Path) -> None:
    """A year that is none of the calendar stays what the author wrote; "n.d." is left to the style."""
    years = {
        "a": "n.d.",
        "b": "Accessed Online: 2023",
        "c": "{in press}",
        "d": "2019--2020",
        "e": "2001{\\natexlab{a}}",
    }
    found = read(
        tmp_path, "".join(f"@misc{{{key}, title = {{T}}, year = {{{year}}}}}\n" for key, year in years.items())
    )
    items = csl_json(found, found.entries, "en").by_key

    assert {key: item.get("issued") for key, item in items.items()} == {
        "a": None,
        "b": {"literal": "Accessed Online: 2023"},
        "c": {"literal": "in press"},
        "d": {"date-parts": [[2019], [2020]]},
        "e": {"date-parts": [[2001]]},
    }


def test_titles_in_other_languages_keep_their_capitals(tmp_path: Path) -> None:
    """Pandoc takes a title for English and writes it small; what is plainly Russian or German keeps its capitals and gets its language."""
    titles = {
        "a": "Китай и Россия: беспилотники",
        "b": "Die Macht der Drohnen und das Recht",
        "c": "War and {Russia} Again",
    }
    found = read(tmp_path, "".join(f"@book{{{key}, title = {{{title}}}}}\n" for key, title in titles.items()))
    items = csl_json(found, found.entries, "en").by_key

    assert {key: (item["title"], item.get("language")) for key, item in items.items()} == {
        "a": ("Китай и Россия: беспилотники", "ru"),
        "b": ("Die Macht der Drohnen und das Recht", "de"),
        "c": ("War and Russia again", None),
    }


def test_words_that_pandoc_loses_are_put_back_and_said(tmp_path: Path) -> None:
    """Unknown commands and unfinished formulas cost a remark, not the title."""
    text = "@book{a,\n  title = {On \\foo{special} things}\n}\n@book{b, title = {An $x open formula}}\n@book{c, title = {A \\begin{x} B}}\n"
    found = read(tmp_path, text + GOOD)
    items = csl_json(found, found.entries, "en")

    assert [items.by_key[key]["title"] for key in "abc"] == ["On special things", "An $x open formula", "A x B"]
    assert [(d.rule, d.line) for d in items.diagnostics] == [("latex-not-carried", 2), ("latex-not-carried", 5)]


def test_accents_in_names_are_letters(tmp_path: Path) -> None:
    """LaTeX accents at the start of a name make no particle of it."""
    found = read(tmp_path, "@book{a, author = {{\\'E}mile Zola and Gro{\\ss}, J{\\\"o}rg and others}}\n")
    authors = csl_json(found, found.entries, "en").by_key["a"]["author"]

    assert authors[:2] == [{"family": "Zola", "given": "Émile"}, {"family": "Groß", "given": "Jörg"}]


def test_only_changed_entries_are_converted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has been converted is kept by content; an entry or its parent changed is converted anew."""
    calls: list[int] = []
    from book.sources import csl

    convert = csl._convert
    monkeypatch.setattr(csl, "_convert", lambda entries, *rest: calls.append(len(entries)) or convert(entries, *rest))
    text = "@proceedings{p, title = {P}, year = 2001}\n@inproceedings{i, title = {I}, crossref = {p}}\n" + GOOD
    for year in ("2001", "2001", "2002"):
        found = read(tmp_path, text.replace("2001", year))
        items = csl_json(found, ["i", "good"], "en", tmp_path / "cache")

    assert calls == [2, 1]
    assert items.by_key["i"]["issued"] == {"date-parts": [[2002]]}


def test_an_entry_that_pandoc_refuses_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One refusal in a hundred is found by halves, carried by hand and named; the others come from pandoc."""
    from book.sources import csl

    run = csl.run_pandoc

    def refuse(arguments: list[str], data: bytes, seconds: float) -> bytes:
        if b"Poison" in data:
            raise PandocError("unexpected end of input")
        return run(arguments, data, seconds)

    monkeypatch.setattr(csl, "run_pandoc", refuse)
    names = [
        f"@book{{k{number}, author = {{Lake, D.}}, title = {{{'Poison' if number == 61 else 'Good'}}}, year = {{2001}}}}\n"
        for number in range(100)
    ]
    items = csl_json(read(tmp_path, "".join(names)), [f"k{number}" for number in range(100)], "en")

    assert [item["title"] for item in items.by_key.values()].count("Good") == 99
    assert items.by_key["k61"] == {
        "id": "k61", "type": "book", "title": "Poison", "author": [{"family": "Lake", "given": "D."}], "issued": {"date-parts": [[2001]]},
    }  # fmt: skip
    assert [str(d).splitlines()[0] for d in items.diagnostics] == [
        "references.bib:62: entry 'k61' is printed only in part: unexpected end of input [broken-bibliography-entry]"
    ]


def test_pandoc_never_hangs() -> None:
    """A circle of crossrefs, on which pandoc never returns, ends with the time it is given."""
    circle = b"@book{a, crossref = {b}}\n@book{b, crossref = {a}}\n"

    with pytest.raises(PandocError, match="no answer within"):
        run_pandoc(["-f", "biblatex", "-t", "csljson"], circle, 0.5)


@pytest.mark.parametrize(
    "piece",
    [
        "{",
        "@a{",
        "@book{k, a={",
        '"',
        "@string{",
        "% ",
        "@book{k,",
        "a = b # ",
        "@a{b,\n",
        "(",
        "}",
        "@book{k, author={a and ",
        ", ",
        "\\",
        "\n",
        "@book(k, a = ",
    ],
)
def test_any_piece_over_and_over_is_read(tmp_path: Path, piece: str) -> None:
    """Two hundred thousand characters of one piece, alone or as a value, are read to their end."""
    text = (piece * (200_000 // len(piece)))[:200_000]

    for whole in (text, "@book{k, title = {" + text, "@book{k, author = {" + text + "}}"):
        assert all(0 <= one.line <= whole.count("\n") + 1 for one in read(tmp_path, whole).diagnostics)


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "@book{",
            "@article(",
            "key",
            ",",
            "=",
            "{",
            "}",
            '"',
            "#",
            "\n",
            " ",
            "title",
            "author",
            " and ",
            "@string{",
            "crossref = {key}",
            "%",
            "\\",
            "é",
            "\ufeff",
            "@comment{",
            "2001",
            ")",
            "(",
            "$",
            "~",
        ]
    )
    | st.text(max_size=4),
    max_size=60,
).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FRAGMENTS)
def test_no_input_stops_the_reader_or_spoils_the_clean_copy(tmp_path: Path, text: str) -> None:
    """Whatever a file holds, a good entry after it is still read, and pybtex reads the clean copy."""
    found = read(tmp_path, text.encode("utf-8", "replace") + b"\n" + GOOD.encode())
    clean = write_clean(found, tmp_path / "clean")

    assert "good" in found.entries
    assert len(parse_file(str(clean[0])).entries) == len({key.casefold() for key in found.entries})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_bytes_stop_the_reader(tmp_path: Path, data: bytes) -> None:
    """Bytes in no encoding at all give entries or diagnostics, never an exception."""
    assert isinstance(read(tmp_path, data), Bibliography)


def test_a_bibliography_that_only_its_directive_names_is_read(thesis) -> None:
    """A book of the time before `bibtex_bibfiles` names its file where the bibliography stands."""
    from book.workflow import build

    root = thesis(
        {
            "parts/one.md": "# One\n\nAs {cite:t}`walt2005` says.\n\n```{bibliography} ../lists/works.bib\n```\n",
            "lists/works.bib": "@book{walt2005, author = {Walt, Stephen}, title = {Taming}, year = {2005}}\n",
        }
    )

    outcome = build(root, editions=["html"])

    assert [str(one) for one in outcome.diagnostics] == []
    assert "Walt (2005)" in (root / "_build/html/parts/one.html").read_text(encoding="utf-8")
