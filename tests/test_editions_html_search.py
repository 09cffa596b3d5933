"""The text of all pages, for excerpts without a request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from site_books import PAGES, build

from book.editions.html.search import TEXTS, Text, read_text

if TYPE_CHECKING:
    from pathlib import Path


def texts(out: Path) -> dict[str, Text]:
    """The pages' texts as the browser gets them."""
    content = (out / TEXTS).read_text(encoding="utf-8")
    return json.loads(content.removeprefix("thesisTexts(").removesuffix(");\n"))  # type: ignore[no-any-return]


def test_words_are_kept_and_markup_is_not() -> None:
    """Blocks are apart by a space, inline marks are not; scripts, link signs and TeX behind MathML stay out."""
    html = '<p>One<em>two</em></p><p>three &amp; four<a class="headerlink" href="#x">#</a></p><script>no()</script>'
    text, sections, _ = read_text(html + "<p>so <math><mi>x</mi><annotation>x_tex</annotation></math>.</p>")

    assert text == "Onetwo three & four so x."
    assert sections == []


def test_sections_know_where_they_stand() -> None:
    """Each section's id comes with its place in the text, counted as JavaScript counts."""
    text, sections, _ = read_text('<section id="a"><h1>𝔸</h1><section id="b"><p>inner</p></section></section><p>after</p>')
    coded = text.encode("utf-16-le")

    found = {name: coded[2 * start : 2 * end].decode("utf-16-le").strip() for name, start, end, _ in sections}

    assert found == {"a": "𝔸 inner", "b": "inner"}


def test_captions_and_entries_are_found_by_themselves() -> None:
    """A caption is known by the id of its figure or table, an entry of a bibliography by its own; what only the site has is no text."""
    text, _, named = read_text(
        '<figure id="fig-a"><img alt="x"><figcaption><p>Figure 1 A line</p></figcaption></figure><table id="tab-b"><caption>Lags</caption><tr><td>1</td></tr></table>'
        '<div class="csl-entry docutils container" id="ref-c"><p>Doe (2000).</p></div><details class="thesis-site"><p>hidden</p></details>'
    )

    assert {name: text[start:end].strip() for name, start, end, _ in named} == {"fig-a": "Figure 1 A line", "tab-b": "Lags", "ref-c": "Doe (2000)."}
    assert "hidden" not in text


def test_headings_and_terms_are_known() -> None:
    """A section knows where its heading ends; a term goes on to the end of its definition; a row with a name is found by it."""
    text, sections, named = read_text(
        '<section id="a"><h2>Of <em>tests</em></h2><p>words</p></section><dl><dt id="term-hoop">hoop</dt><dd><p>A test.</p></dd><dt>Download</dt><dd>CSV</dd></dl>'
        '<table><tr id="lag"><th>lag</th><td>6 days</td></tr></table>'
    )
    heads = {name: text[start:head].strip() for name, start, _, head in [*sections, *named]}
    whole = {name: text[start:end].strip() for name, start, end, _ in [*sections, *named]}

    assert heads == {"a": "Of tests", "term-hoop": "hoop", "lag": "lag"}
    assert whole == {"a": "Of tests words", "term-hoop": "hoop A test.", "lag": "lag 6 days"}


def test_lists_of_figures_are_no_text() -> None:
    """A caption is found where it stands, not once more in a list."""
    assert read_text('<p>a</p><div class="list-of-figures docutils container"><ul><li>Figure 1</li></ul></div>')[0] == "a"


def test_texts_of_an_earlier_release_are_read_anew(tmp_path: Path) -> None:
    """What was written in another form is not kept."""
    built = build(tmp_path)
    expected = texts(built.out)["sub/two"]
    (built.out / TEXTS).write_text('thesisTexts({"sub/two":["old",[["second",0,3]],[]]});\n', encoding="utf-8")
    build(tmp_path, {**PAGES, "one.md": PAGES["one.md"] + "\nMore.\n"})

    assert texts(built.out)["sub/two"] == expected


def test_unclosed_markup_does_no_harm() -> None:
    """A stray closing tag, or one that is missing, loses no words."""
    assert read_text("<p>one</em> two<br>three<div>four")[0] == "one two three four"


def test_pages_that_are_not_written_again_keep_their_text(tmp_path: Path) -> None:
    """After an edit, the text of the edited page is new and that of the others is still there."""
    built = build(tmp_path)
    before = texts(built.out)
    build(tmp_path, {**PAGES, "one.md": PAGES["one.md"].replace("kingfisher", "heron")})
    after = texts(built.out)

    assert sorted(before) == sorted(after) == ["index", "one", "sub/two"]
    assert "heron" in after["one"][0]
    assert before["sub/two"] == after["sub/two"]


def test_a_lost_script_is_made_from_the_pages(tmp_path: Path) -> None:
    """If the script is gone, texts of pages that are not written again are read from the pages themselves."""
    built = build(tmp_path)
    expected = texts(built.out)["sub/two"]
    (built.out / TEXTS).unlink()
    build(tmp_path, {**PAGES, "one.md": PAGES["one.md"] + "\nMore.\n"})

    assert texts(built.out)["sub/two"] == expected
