"""Citations and bibliographies read alike in every edition, in any style."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from book.document.citations.style import Style, find_style
from book.sources.bibliography import read_bibliography, write_clean

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BIB = """
@article{collier2011, author = {Collier, David}, title = {Understanding process tracing}, journal = {PS}, year = {2011}, pages = {823--830}}
@article{collier2011b, author = {Collier, David}, title = {Another book}, journal = {PS}, year = {2011}}
@book{lake2009, author = {Lake, David A.}, title = {Hierarchy}, year = {2009}, publisher = {Cornell}}
@book{two2015, author = {Humphreys, Macartan and Jacobs, Alan}, title = {Mixing}, year = {2015}}
@book{ivanov2020, author = {Иванов, Иван}, title = {Книга о дронах}, year = {2020}, publisher = {Наука}}
@misc{team2023, author = {Smith, Anna and Doe, Jo and Roe, Al}, title = {A page}, year = {n.d.}}
"""
REFERENCES = "# References\n\n```{bibliography}\n```\n"


@dataclass
class Book:
    """What a build has left."""

    folder: Path
    """The site."""
    warnings: list[str]
    """What was warned of, without the folder's path."""
    env: Any
    """Sphinx's environment."""
    updated: list[str]
    """Pages that were written."""

    def html(self, page: str = "index") -> str:
        """The body of a page."""
        text = (self.folder / f"{page}.html").read_text(encoding="utf-8")
        return re.search(r'<div class="body"[^>]*>(.*?)<div class="clearer"', text, re.DOTALL)[1]

    def text(self, page: str = "index") -> str:
        """The words of a page's body, a line for each block."""
        words = html.unescape(re.sub(r"<[^>]*>", "", self.html(page))).replace("¶", "")
        return "\n".join(line.strip() for line in words.splitlines() if line.strip())

    def printed(self) -> list[str]:
        """What each citation prints."""
        return [citation.printed for citation in self.env.thesis_citations]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Book]:
    """Build a tiny book of the given pages; a second call builds it again after changes."""

    def build(
        pages: dict[str, str], csl: str = "apa", bib: str | None = BIB, language: str = "en", **more: Any
    ) -> Book:
        from sphinx.application import Sphinx
        from sphinx.util.docutils import docutils_namespace, patch_docutils

        cache = tmp_path / "_build" / "cache"
        for name, text in {**pages, **({"references.bib": bib} if bib is not None else {})}.items():
            path = tmp_path / (name if "." in name else f"{name}.md")
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
        files = sorted(path.name for path in tmp_path.glob("*.bib"))
        values = {
            "extensions": ["myst_parser", "book.document.citations"], "html_theme": "basic", "exclude_patterns": ["_build"],
            "thesis_csl": csl, "thesis_cache": str(cache), "language": language, "myst_enable_extensions": ["colon_fence"],
            "bibtex_bibfiles": [str(path) for path in write_clean(read_bibliography(tmp_path, files), cache / "bibliography")],
            **more,
        }  # fmt: skip
        told, updated = io.StringIO(), []
        with patch_docutils(None), docutils_namespace():
            app = Sphinx(
                str(tmp_path),
                None,
                str(tmp_path / "_build/html"),
                str(tmp_path / "_build/doctrees"),
                "html",
                confoverrides=values,
                status=None,
                warning=told,
            )
            app.connect("doctree-resolved", lambda _app, _tree, name: updated.append(name))
            app.build()
        said = re.sub(r"\x1b\[[0-9;]*m", "", told.getvalue()).replace(f"{tmp_path}/", "")
        return Book(tmp_path / "_build/html", said.splitlines(), app.env, sorted(updated))

    return build


def page(text: str, *others: str) -> str:
    listed = "\n".join(("refs", *others))
    return f"# Start\n\n{text}\n\n```{{toctree}}\n{listed}\n```\n"


ROLES = """
{cite:p}`{see}collier2011{p. 825}`
{cite}`lake2009,ivanov2020`
{cite:t}`collier2011b{pp. 5--7}`
{cite:t}`lake2009,team2023`
{cite:year}`collier2011`
{cite:yearpar}`lake2009`
{cite:author}`team2023`
{cite:authorpar}`lake2009`
{cite:alp}`lake2009{ch. 3}`
{cite:p}`two2015` {cite:t}`two2015` {cite:author}`two2015`
{cite:empty}`ivanov2020`
"""

EXPECTED = {
    "apa": [
        "(see Collier, 2011b, p. 825)", "(Lake, 2009; Иванов, 2020)", "Collier (2011a, pp. 5–7)", "Lake (2009) and Smith et al. (n.d.)", "2011b", "(2009)",
        "Smith et al.", "(Lake)", "Lake, 2009, Chapter 3", "(Humphreys & Jacobs, 2015)", "Humphreys and Jacobs (2015)", "Humphreys and Jacobs", "",
    ],
    "chicago-author-date": [
        "(see Collier 2011b, 825)", "(Lake 2009; Иванов 2020)", "Collier (2011a, 5–7)", "Lake (2009) and Smith et al. (n.d.)", "2011b", "(2009)",
        "Smith et al.", "(Lake)", "Lake 2009, chap. 3", "(Humphreys and Jacobs 2015)", "Humphreys and Jacobs (2015)", "Humphreys and Jacobs", "",
    ],
    "ieee": [
        "see [1, p. 825]", "[2], [3]", "Collier\u00a0[4, pp. 5–7]", "Lake\u00a0[2] and Smith et al.\u00a0[5]", "2011", "(2009)",
        "Smith et al.", "(Lake)", "2, Ch. 3", "[6]", "Humphreys and Jacobs\u00a0[6]", "Humphreys and Jacobs", "",
    ],
}  # fmt: skip


@pytest.mark.parametrize("style", EXPECTED)
def test_every_role_is_printed_in_the_style(book: Callable[..., Book], style: str) -> None:
    """Prefixes, locators, letters after years and several works come out as the style wants them."""
    made = book({"index": page(ROLES), "refs": REFERENCES}, style)

    assert made.warnings == []
    assert made.printed() == EXPECTED[style]
    assert all(words in made.text() for words in made.printed())


def test_the_bibliography_is_the_style_s_and_links_both_ways(book: Callable[..., Book]) -> None:
    """Each citation leads to its entry, and each entry back to the places that cite it."""
    made = book({"index": page("{cite:p}`lake2009` {cite:t}`lake2009` {cite:p}`ivanov2020`"), "refs": REFERENCES})

    assert made.text("refs").splitlines()[1:] == [
        "Lake, D. A. (2009). Hierarchy. Cornell. 1 2",
        "Иванов, И. (2020). Книга о дронах. Наука. ↩",
    ]
    assert made.html().count('href="refs.html#ref-lake2009"') == 2
    assert '<div class="csl-entry docutils container" id="ref-lake2009">' in made.html("refs")
    assert [
        name for name in re.findall(r'href="index.html#(id\d+)"', made.html("refs")) if f'id="{name}"' in made.html()
    ] == ["id1", "id2", "id3"]


def test_numbered_bibliographies_have_their_numbers_apart(book: Callable[..., Book]) -> None:
    """A number stands in an element of its own, so that an edition can put it at the margin."""
    made = book({"index": page("{cite:p}`lake2009`"), "refs": REFERENCES}, "ieee")

    assert '<span class="csl-left-margin">[1]</span>' in made.html("refs")


def test_an_unknown_key_is_reported_with_its_place_and_marked(book: Callable[..., Book]) -> None:
    """Each unknown key is a warning at its own line with a hint, and what stands on the page says so."""
    text = "A {cite:p}`colier2011`.\n\nB {cite:p}`{see}lake2009,\nnothing{p. 3}` and {footcite:p}`gone`.\n\n```{footbibliography}\n```\n"
    made = book({"index": page(text), "refs": REFERENCES})

    assert made.warnings == [
        "index.md:3: WARNING: citation 'colier2011' has no entry in references.bib",
        "hint: did you mean 'collier2011'?",
        "index.md:6: WARNING: citation 'nothing' has no entry in references.bib",
        "hint: add an entry 'nothing' to references.bib",
        "index.md:6: WARNING: citation 'gone' has no entry in references.bib",
        "hint: add an entry 'gone' to references.bib",
    ]
    assert 'A <span class="citation" id="id1"><span class="problem">[colier2011?]</span></span>' in made.html()
    assert "(see Lake, 2009) [nothing?] and [gone?]" in made.text()


def test_a_malformed_citation_is_mended_and_reported(book: Callable[..., Book]) -> None:
    """A page after a comma is a locator, not the end of the build; the warning says how to write it."""
    made = book({"index": page("A {cite:p}`lake2009, p. 5` and {cite:p}`lake2009,825`."), "refs": REFERENCES})

    assert made.printed() == ["(Lake, 2009, p. 5)", "(Lake, 2009) [825?]"]
    assert made.warnings == [
        "index.md:3: WARNING: citation 'lake2009, p. 5' cannot be read",
        "hint: write it as 'lake2009{p. 5}': words before a key and after it go in braces",
        "index.md:3: WARNING: citation '825' has no entry in references.bib",
        "hint: a page goes in braces after its key: 'lake2009{p. 825}'",
    ]


@pytest.mark.parametrize(
    "target", ["", "{", "a b", ",", "{see", "a{", "a,,b", "a{x}{y}", "{see}lake2009 p", "{}", "a}b"]
)
def test_no_citation_stops_the_build(book: Callable[..., Book], target: str) -> None:
    """Whatever stands in the role, a page comes out."""
    made = book({"index": page(f"Before {{cite:p}}`{target} ` after {{cite:p}}`lake2009`."), "refs": REFERENCES})

    assert "after (Lake, 2009)" in made.text()


def test_one_unknown_key_twice_is_reported_at_both_places(book: Callable[..., Book]) -> None:
    """Places come from the source, so that two citations of one block have two lines."""
    made = book({"index": page("A {cite:p}`gone`\nand {cite:p}`gone`."), "refs": REFERENCES})

    assert [line.split(" ")[0] for line in made.warnings if "WARNING" in line] == ["index.md:3:", "index.md:4:"]


def test_broken_entries_cost_no_other_citation(book: Callable[..., Book]) -> None:
    """With a missing comma, an undefined string, a circle and a key in two cases, everything that can be read is printed."""
    bib = (
        BIB
        + "@book{bad, title = {Bad}\n year = 2001, publisher = nobody}\n@book{Lake2009, title = {Other}, year = 1999}\n@book{a, title = {A}, crossref = {b}}\n@book{b, title = {B}, crossref = {a}}\n"
    )
    made = book(
        {"index": page("{cite:p}`bad` {cite:p}`Lake2009` {cite:p}`lake2009` {cite:p}`a`"), "refs": REFERENCES}, bib=bib
    )

    assert made.warnings == []
    assert made.printed() == ["(Bad, 2001)", "(Other, 1999)", "(Lake, 2009)", "(A, n.d.)"]


def test_note_styles_make_footnotes_in_order_with_the_author_s(book: Callable[..., Book]) -> None:
    """A citation is a note's number, notes are numbered through the page with the author's own, and later ones are short."""
    text = "A {cite:p}`{see}lake2009{p. 4}`. B[^mine] {cite:t}`ivanov2020`. C {cite:p}`lake2009`.\n\n[^mine]: My own, with {cite:p}`team2023` in it.\n"
    made = book({"index": page(text), "refs": REFERENCES}, "chicago-notes-bibliography")
    lines = made.text().splitlines()
    notes = [f"{number} {words}" for number, words in pairwise(lines) if re.fullmatch(r"\[\d\]", number)]

    assert "A.[1] B[2] Иван Иванов.[3] C.[4]" in made.text()
    assert notes == [
        "[1] See David A. Lake, Hierarchy (Cornell, 2009), 4.",
        "[2] My own, with (Anna Smith et al., A Page, n.d.) in it.",
        "[3] Книга о дронах (Наука, 2020).",
        "[4] Lake, Hierarchy.",
    ]
    assert made.warnings == []


def test_footnote_citations_say_the_entry(book: Callable[..., Book]) -> None:
    """`footcite` prints the style's entry in a footnote, names authors in the text, and counts as a citation."""
    text = "A {footcite:p}`lake2009` and {footcite:t}`ivanov2020,lake2009`.\n\n```{footbibliography}\n```\n"
    made = book({"index": page(text), "refs": REFERENCES})

    assert "A [1] and Иванов[2] and Lake[1]." in made.text()
    assert "[1]\n(1,2)\nLake, D. A. (2009). Hierarchy. Cornell." in made.text()
    assert "[2]\nИванов, И. (2020). Книга о дронах. Наука." in made.text()
    assert [citation.keys for citation in made.env.thesis_citations] == [("lake2009",), ("ivanov2020", "lake2009")]
    assert made.warnings == []


CHAPTER = "# {0}\n\n{1}\n\n## Works\n\n```{{bibliography}}\n:filter: docname in docnames\n```\n"


def test_each_chapter_may_have_its_bibliography(book: Callable[..., Book]) -> None:
    """With a filter by page each list has what its page cites, and citations lead to the list on their own page."""
    pages = {
        "refs": CHAPTER.format("One", "{cite:p}`lake2009` {cite:p}`ivanov2020`"),
        "two": CHAPTER.format("Two", "{cite:p}`lake2009`"),
    }
    made = book({"index": page("", "two"), **pages}, "ieee")

    assert "[1] [2]" in made.text("refs")
    assert "[1] D. A. Lake" in made.text("two")
    assert "Иванов" not in made.text("two")
    assert 'href="#ref-lake2009"' in made.html("two")
    assert made.warnings == []


def test_numbers_begin_anew_in_each_chapter_s_bibliography(book: Callable[..., Book]) -> None:
    """In a numbered style each of several bibliographies counts from one."""
    pages = {"refs": CHAPTER.format("One", "{cite:p}`lake2009`"), "two": CHAPTER.format("Two", "{cite:p}`ivanov2020`")}
    made = book({"index": page("", "two"), **pages}, "ieee")

    assert made.printed() == ["[1]", "[1]"]
    assert "[1] И. Иванов" in made.text("two")


def test_a_prefix_of_keys_chooses_the_bibliography(book: Callable[..., Book]) -> None:
    """`:keyprefix:` lists what is cited under the prefix, of which the entry has none."""
    refs = "# R\n\n```{bibliography}\n```\n\n# S\n\n```{bibliography}\n:keyprefix: s-\n```\n"
    made = book({"index": page("{cite:p}`lake2009` {cite:p}`s-ivanov2020`"), "refs": refs})

    assert made.printed() == ["(Lake, 2009)", "(Иванов, 2020)"]
    assert made.text("refs").splitlines() == [
        "R",
        "Lake, D. A. (2009). Hierarchy. Cornell. ↩",
        "S",
        "Иванов, И. (2020). Книга о дронах. Наука. ↩",
    ]


@pytest.mark.parametrize(("nocite", "listed"), [(["ivanov2020"], 2), (["*"], 6), ([], 1)])
def test_nocite_lists_what_nobody_cites(book: Callable[..., Book], nocite: list[str], listed: int) -> None:
    """Keys under `nocite` are listed; a star lists all."""
    made = book({"index": page("{cite:p}`lake2009`"), "refs": REFERENCES}, thesis_nocite=nocite)

    assert made.html("refs").count('class="csl-entry') == listed


def test_a_bibliography_names_the_author_s_file(book: Callable[..., Book]) -> None:
    """`{bibliography} references.bib` works though a clean copy is what is read."""
    made = book({"index": page("{cite:p}`lake2009`"), "refs": REFERENCES.replace("}\n", "} references.bib\n", 1)})

    assert made.html("refs").count('class="csl-entry') == 1
    assert made.warnings == []


def test_a_list_without_labels_is_a_list(book: Callable[..., Book]) -> None:
    """`:list: bullet` gives bullets, which citations do not lead to."""
    made = book(
        {"index": page("{cite:p}`lake2009`"), "refs": REFERENCES.replace("}\n", "}\n:list: bullet\n", 1)}, "ieee"
    )

    assert re.search(r"<ul [^>]*>\s*<li id=\"ref-lake2009\"><p>D. A. Lake", made.html("refs"))


def test_locators_are_known_in_english_in_any_language(book: Callable[..., Book]) -> None:
    """An author may write "p." or "S." in a German thesis; both are German in print."""
    made = book(
        {
            "index": page(
                "{cite:p}`lake2009{p. 5}` {cite:p}`lake2009{S. 5}` {cite:p}`lake2009{chap. 2}` {cite:t}`lake2009,ivanov2020`"
            ),
            "refs": REFERENCES,
        },
        language="de",
    )

    assert made.printed() == [
        "(Lake, 2009, S. 5)",
        "(Lake, 2009, S. 5)",
        "(Lake, 2009, Kapitel 2)",
        "Lake (2009) und Иванов (2020)",
    ]


def test_a_citation_in_a_heading_is_printed_in_the_contents(book: Callable[..., Book]) -> None:
    """Contents and navigation show words, not keys."""
    made = book({"index": page("", "two"), "two": "# On {cite:t}`lake2009`\n\nText.\n", "refs": REFERENCES})

    assert "On Lake (2009)" in made.text("index")
    assert "On Lake (2009)" in (made.folder / "refs.html").read_text(encoding="utf-8").replace(
        '<span class="xref cite cite-t">', ""
    ).replace("</span>", "")


def test_a_new_citation_rewrites_the_pages_whose_letters_it_changes(book: Callable[..., Book]) -> None:
    """A second work of one author and year puts letters after years everywhere, without reading those pages again."""
    pages = {
        "index": page("{cite:p}`collier2011`", "two", "three"),
        "two": "# Two\n\nNothing.\n",
        "three": "# Three\n\n{cite:p}`lake2009`\n",
        "refs": REFERENCES,
    }
    first = book(pages)
    again = book(pages)
    last = book(pages | {"two": "# Two\n\n{cite:p}`collier2011b`\n"})

    assert first.printed()[0] == "(Collier, 2011)"
    assert again.updated == []
    assert last.printed()[0] == "(Collier, 2011b)"
    assert "(Collier, 2011b)" in last.text("index")
    assert set(last.updated) >= {"index", "refs", "two"}
    assert "three" not in last.updated


def test_nothing_is_formatted_twice(book: Callable[..., Book], monkeypatch: pytest.MonkeyPatch) -> None:
    """A second build takes every citation from the cache and starts no pandoc."""
    from book.document.citations import citeproc
    from book.sources import csl

    pages = {"index": page("{cite:p}`lake2009{p. 3}`"), "refs": REFERENCES}
    first = book(pages)

    def refuse(*_given: Any) -> bytes:
        raise AssertionError("pandoc was started")

    monkeypatch.setattr(citeproc, "run_pandoc", refuse)
    monkeypatch.setattr(csl, "run_pandoc", refuse)
    again = book({**pages, "index": page("Changed prose, {cite:p}`lake2009{p. 3}`")})

    assert again.printed() == first.printed()


def test_a_thesis_without_citations_pays_nothing(book: Callable[..., Book], monkeypatch: pytest.MonkeyPatch) -> None:
    """With no citation and no bibliography, neither the files nor pandoc are touched."""
    from book.document.citations import printing

    def refuse(*_given: Any) -> None:
        raise AssertionError("the bibliography was read")

    monkeypatch.setattr(printing, "read_bibliography", refuse)
    made = book({"index": "# Start\n\nText.\n"})

    assert made.warnings == []
    assert made.env.thesis_citations == ()


def test_citations_without_a_bibliography_are_printed_and_reported(book: Callable[..., Book]) -> None:
    """Works that no page lists are cited all the same, and one remark says what is missing."""
    made = book({"index": "# Start\n\n{cite:p}`lake2009`\n"})

    assert made.printed() == ["(Lake, 2009)"]
    assert made.warnings == [
        "WARNING: works are cited, and no page lists them",
        "hint: add a page with the directive '{bibliography}', such as references.md",
    ]


def test_an_unknown_style_is_named_and_apa_takes_its_place(book: Callable[..., Book]) -> None:
    """A style that is not known is a diagnostic with what was probably meant, and the citations still come."""
    made = book({"index": page("{cite:p}`lake2009`"), "refs": REFERENCES}, "chicago-author-dat")

    assert made.printed() == ["(Lake, 2009)"]
    assert made.warnings == [
        "_config.yml:1: WARNING: citation style 'chicago-author-dat' is not known",
        "hint: did you mean 'chicago-author-date'?",
    ]


def test_none_leaves_everything_to_sphinxcontrib_bibtex(book: Callable[..., Book]) -> None:
    """Without a style of ours a plain Jupyter Book's citations come out, its warnings too."""
    made = book(
        {
            "index": page("{cite:p}`lake2009` {footcite:p}`lake2009` {cite:p}`gone`\n\n```{footbibliography}\n```\n"),
            "refs": REFERENCES,
        },
        "none",
    )

    assert "[Lak09]" in made.text()
    assert len([line for line in made.warnings if 'could not find bibtex key "gone"' in line]) == 1
    assert made.env.thesis_citations[0].keys == ("lake2009",)


def test_references_bib_is_taken_where_no_file_is_named(book: Callable[..., Book]) -> None:
    """A thesis need not name its bibliography."""
    made = book({"index": page("{cite:p}`lake2009`"), "refs": REFERENCES}, bibtex_bibfiles=None)

    assert made.printed() == ["(Lake, 2009)"]


def test_styles_are_found_by_name_file_and_older_name(tmp_path: Path) -> None:
    """A dependent style leads to the one it stands for, a renamed one to its new name, a file is a file."""
    by_name, dependent, renamed = (
        find_style(name, tmp_path) for name in ("apa", "vancouver-ama", "chicago-fullnote-bibliography")
    )
    assert isinstance(by_name, Style)
    (tmp_path / "own.csl").write_bytes(by_name.path.read_bytes())
    own = find_style("own.csl", tmp_path)

    assert isinstance(dependent, Style)
    assert isinstance(renamed, Style)
    assert (by_name.kind, by_name.positional, renamed.kind, renamed.positional) == ("author-date", False, "note", True)
    assert dependent.path.parent.name == "styles"
    assert isinstance(own, Style)
    assert own.path == tmp_path / "own.csl"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("gone.csl", None, "citation style 'gone.csl' is not known"),
        ("styles/gone.csl", None, "citation style 'styles/gone.csl' does not exist"),
        ("broken.csl", "<style", "citation style 'broken.csl' cannot be read: unclosed token: line 1, column 0"),
        ("other.csl", "<html/>", "'other.csl' is no CSL style"),
    ],
)
def test_a_style_that_cannot_be_used_says_why(tmp_path: Path, name: str, text: str | None, message: str) -> None:
    """A missing file, a broken one and one of another kind are told apart."""
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = find_style(name, tmp_path)

    assert not isinstance(found, Style)
    assert found.message == message
    assert found.hint
