"""The pages of the site: nothing from other hosts, everything a reader and a library look for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from site_books import OPTIONS, PAGES, SITE, Built, build


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sample book."""
    return build(tmp_path_factory.mktemp("book"), html_baseurl="https://example.org/thesis")


def pages(built: Built) -> list[Path]:
    return [path for path in sorted(built.out.rglob("*.html")) if not path.relative_to(built.out).parts[0].startswith("_")]


class Head(HTMLParser):
    """Meta tags of a page, and the language it declares."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, list[str]] = {}
        self.language = ""
        self.title = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag."""
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag == "meta" and (name := given.get("name") or given.get("property")):
            self.meta.setdefault(name, []).append(given.get("content") or "")


@pytest.mark.parametrize("builder", ["latex", "dirhtml", "singlehtml"])
def test_other_builders_are_left_in_peace(tmp_path: Path, builder: str) -> None:
    """Jupyter Book's other builders work with our extension loaded, a second time too."""
    assert build(tmp_path, builder=builder).warnings == ()
    assert build(tmp_path, {**PAGES, "one.md": "# One\n\nEdited.\n"}, builder=builder).warnings == ()


def test_a_plain_book_builds_without_a_warning(built: Built) -> None:
    """What is in order is not remarked on."""
    assert built.warnings == ()


def test_no_page_names_another_host(built: Built) -> None:
    """No script, style sheet, picture or frame of any page comes from elsewhere; no content network is mentioned."""
    for path in pages(built):
        html = path.read_text(encoding="utf-8")
        loaded = re.findall(r"""<(?:script|img|iframe|source)[^>]*\ssrc=["'](https?:|//)""", html)
        linked = re.findall(r"""<link[^>]*rel=["'](?:stylesheet|preload|icon)["'][^>]*href=["']https?:""", html)
        assert (path.name, loaded, linked) == (path.name, [], [])
        assert not re.search("jsdelivr|unpkg|cdnjs|thebe", html, re.IGNORECASE)


def test_no_script_stands_twice(built: Built) -> None:
    """A constant that is declared twice stops a page's scripts, so each script is there once."""
    for path in pages(built):
        scripts = re.findall(r"<script>(.*?)</script>", path.read_text(encoding="utf-8"))
        assert len(scripts) == len(set(scripts))


def test_thebe_stays_where_the_author_wants_it(tmp_path: Path) -> None:
    """Live cells need another host; switched on, they keep their scripts, and their host is reported."""
    options = {"launch_buttons": {"thebe": True}, "repository_url": "https://github.com/example/book"}

    built = build(tmp_path, html_theme_options=options, thebe_config={"always_load": True, "repository_url": options["repository_url"]})

    assert "text/x-thebe-config" in built.page("one")
    assert any("'unpkg.com'" in warning for warning in built.warnings)


def test_formulas_are_mathml_with_sphinx_numbers(built: Built) -> None:
    """Formulas are in the page as MathML, macros expanded, numbered and linked as Sphinx does."""
    article = built.article("one")

    assert article.count("<math ") == 4
    assert "\\mathbb{R}</annotation>" in article
    assert "\\mathbf{x} \\, dx = 1</annotation>" in article
    assert re.search(r'<div class="math[^"]*" id="equation-eq-int">\s*<span class="eqno">\(1\)', article)
    assert 'href="#equation-eq-int">(1)</a>' in article
    assert '<span class="eqno">(2)' in article


def test_equations_without_a_label_have_steady_names(built: Built) -> None:
    """MyST draws their names at random; here the page and the place make them."""
    assert 'id="equation-one-amsmath-1"' in built.article("one")


def test_a_formula_in_a_title_is_read_well_elsewhere(built: Built) -> None:
    """The window's title and the tags say the formula as text, the sidebar shows it as a formula."""
    head = Head(built.page("one"))

    assert "<title>The first x2 chapter" in built.page("one")
    assert head.meta["og:title"] == ["The first x2 chapter"]
    assert "<math" in re.search(r'<nav class="bd-links.*?</nav>', built.page("sub/two"), re.DOTALL)[0]  # type: ignore[index]


def test_a_definition_on_a_page_holds_there(tmp_path: Path) -> None:
    """A macro defined in one formula is known below it, not on other pages, and its definition is not shown."""
    texts = {"index.md": "# T\n\n$$\\newcommand{\\E}{\\mathbb{E}}$$\n\n$\\E X$\n", "b.md": "# B\n\n$\\E X$\n"}

    built = build(tmp_path, texts)

    assert "\\mathbb{E} X</annotation>" in built.article("index")
    assert built.article("index").count("<math ") == 1
    assert '<code class="formula-source">\\E X</code>' in built.article("b")


def test_a_formula_that_cannot_be_converted_stays_readable(tmp_path: Path) -> None:
    """It is printed as TeX and remarked on once, with its line and what to try."""
    built = build(tmp_path, {"index.md": "# T\n\nText.\n\nA $\\nosuch{a<b}$ one.\n"})

    assert '<code class="formula-source">\\nosuch{a&lt;b}</code>' in built.article("index")
    (warning,) = built.warnings
    assert "index.md:5: WARNING: formula '\\nosuch{a<b}' cannot be shown as mathematics" in warning
    assert "\nhint: " in warning


def test_an_unprintable_formula_is_remarked_on_at_each_build(tmp_path: Path) -> None:
    """A build that writes another page still says which formula stands as TeX."""
    texts = {"index.md": "# T\n", "a.md": "# A\n\n$\\nosuch$\n", "b.md": "# B\n"}
    build(tmp_path, texts)

    built = build(tmp_path, {**texts, "b.md": "# B\n\nEdited.\n"})

    assert [warning for warning in built.warnings if "a.md:3" in warning and "\\nosuch" in warning]


def test_long_formulas_are_aligned_as_mathjax_does(tmp_path: Path) -> None:
    """Lines broken outside an environment, paragraphs in a formula and tags all come out."""
    built = build(tmp_path, {"index.md": "# T\n\n$$\na &= b \\\\\nc &= d\n$$\n\n```{math}\nx = 1\n\ny = 2\n```\n\n$$z \\tag{*}$$\n"})

    assert built.warnings == ()
    assert built.article("index").count("<mtable>") == 2
    assert '<span class="eqno">(*)</span>' in built.article("index")


def test_tags_are_on_every_page(built: Built) -> None:
    """Title, each author, date, language, PDF, description and Open Graph are there, escaped, and the page has a language."""
    for path in pages(built):
        head = Head(path.read_text(encoding="utf-8"))
        assert head.language == "en"
        assert head.meta["citation_title"] == ["Drones & treaties"]
        assert head.meta["citation_author"] == ["Jane Doe", "Jürgen Roe"]
        assert head.meta["citation_publication_date"] == ["2026/05/01"]
        assert head.meta["citation_language"] == ["en"]
        assert head.meta["citation_pdf_url"] == ["https://example.org/thesis/thesis.pdf"]
        for name in ("description", "og:title", "og:description", "og:type"):
            assert len(head.meta[name]) == 1
            assert head.meta[name][0]


def test_a_page_describes_itself_by_its_first_words(built: Built) -> None:
    """The description is the beginning of the text, with formulas as they look, and ends at a word."""
    (said,) = Head(built.page("one")).meta["description"]

    assert said.startswith("A member a∈ℝ of a set opens the chapter")
    assert said.endswith("…")
    assert len(said) <= 200


def test_the_authors_own_description_stands(tmp_path: Path) -> None:
    """A description that the author gives is not doubled."""
    text = "---\nmyst:\n  html_meta:\n    description: My own words\n---\n# T\n\nText.\n"

    built = build(tmp_path, {"index.md": text})

    assert Head(built.page("index")).meta["description"] == ["My own words"]


def test_the_first_page_presents_the_thesis(built: Built) -> None:
    """Subtitle, authors, abstract and how to cite stand below a heading that says the title already."""
    article = built.article("index")
    opening = re.search(r'<section class="thesis-opening".*?</section>', article, re.DOTALL)

    assert opening
    assert article.index("</h1>") < opening.start()
    assert "thesis-title" not in opening[0]
    for words in ("A short enquiry", "Jane Doe, Jürgen Roe", "They do not.", "How to cite", "Doe, J., &amp; Roe, J. (2026)."):
        assert words in opening[0]
    assert "thesis-opening" not in built.article("one")


def test_what_the_first_page_says_is_not_said_again(tmp_path: Path) -> None:
    """An author who wrote the front page by hand finds no second abstract on it."""
    words = [SITE["subtitle"], ", ".join(SITE["author"]), SITE["abstract"], SITE["citation"]]  # type: ignore[arg-type]
    by_hand = "# Drones & treaties\n\n" + "\n\n".join(str(word) for word in words) + "\n"

    built = build(tmp_path, {"index.md": by_hand})

    assert "thesis-opening" not in built.article("index")


@pytest.mark.parametrize(
    ("site", "page", "expected"),
    [
        ({}, "# Welcome\n", "Jane Doe, Jürgen Roe (2026). Drones &amp; treaties: A short enquiry. University of X."),
        ({"date": "Kyjiw, im Mai 2026"}, "# Welcome\n", "Jane Doe, Jürgen Roe (2026). Drones &amp; treaties: A short enquiry. University of X."),
        ({}, "# Welcome\n\n## How to cite\n\nAsk me.\n", ""),
        ({"author": [], "title": ""}, "# Welcome\n", "Jane Doe (2026). Drones &amp; treaties: A short enquiry. University of X."),
    ],
)
def test_how_to_cite_is_made_of_what_is_known(tmp_path: Path, site: dict[str, Any], page: str, expected: str) -> None:
    """Where the author gives no words to cite the thesis with, and the page has none, they are made up."""
    built = build(tmp_path, {"index.md": page}, {**SITE, "citation": "", "institution": "University of X", **site})

    found = re.search(r'thesis-citation-text">(.*?)</p>', built.article("index"))
    assert (found[1] if found else "") == expected


def test_the_abstract_may_be_a_page(tmp_path: Path) -> None:
    """Named by its page, the abstract is taken from there as readers see it."""
    texts = {"index.md": "# Welcome\n", "front/abstract.md": "# Abstract\n\nWe weigh $n^2$ *facts*.\n\nThen we stop.\n"}

    built = build(tmp_path, texts, {**SITE, "abstract": "front/abstract"})

    assert "<p>We weigh n2 facts.</p>\n<p>Then we stop.</p>" in built.article("index")
    assert '<p class="thesis-title">Drones &amp; treaties</p>' in built.article("index")


def test_every_page_offers_the_pdf(built: Built) -> None:
    """The link is relative, and chapters with cells offer notebook and script."""
    for path in pages(built):
        up = "../" * (len(path.relative_to(built.out).parts) - 1)
        assert f'href="{up}thesis.pdf"' in path.read_text(encoding="utf-8")
    assert 'href="../_downloads/sub/two.ipynb"' in built.page("sub/two")
    assert 'href="../_downloads/sub/two.py"' in built.page("sub/two")
    assert "_downloads/one" not in built.page("one")


def test_no_pdf_is_offered_where_there_is_none(tmp_path: Path) -> None:
    """Without the PDF edition no page links to one."""
    built = build(tmp_path, {"index.md": "# T\n"}, {**SITE, "pdf": ""})

    assert "thesis.pdf" not in built.page("index")


REMOTE = """# T

![far](https://pictures.example.org/x.png)

<img src="//other.example.net/y.png" alt="y">

```{raw} html
<iframe src="https://video.example.com/1"></iframe><a href="https://link.example.org">a link is no request</a>
```
"""


def test_what_comes_from_elsewhere_is_remarked_on(tmp_path: Path) -> None:
    """A picture or a frame of another host is named with its line; a link is nobody's request."""
    built = build(tmp_path, {"index.md": REMOTE})

    said = [re.sub(r"^.*/", "", warning.split("\n")[0]) for warning in built.warnings]
    assert said == [
        "index.md:3: WARNING: picture is fetched from 'pictures.example.org' whenever the page is read",
        "index.md:5: WARNING: picture is fetched from 'other.example.net' whenever the page is read",
        "index.md:7: WARNING: page loads something from 'video.example.com' and is not whole without it",
    ]


def test_a_host_can_be_allowed(tmp_path: Path) -> None:
    """A host that the author allows, and those below it, are not remarked on."""
    built = build(tmp_path, {"index.md": REMOTE}, {**SITE, "allow_remote": ["example.org", "other.example.net", "video.example.com"]})

    assert built.warnings == ()


def test_widgets_are_reported(tmp_path: Path) -> None:
    """A notebook with widgets needs scripts of other hosts: each is reported at its page."""
    notebook = """{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "p"},
    "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"a": {}}, "version_major": 2, "version_minor": 0}}}}"""
    notebook = notebook.replace('"cells": []', '"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# W"}]')

    built = build(tmp_path, {"index.md": "# T\n", "w.ipynb": notebook})

    assert {host for warning in built.warnings for host in re.findall(r"from '([^']*)'", warning)} == {"cdnjs.cloudflare.com", "cdn.jsdelivr.net"}
    assert all("w.ipynb" in warning for warning in built.warnings)
    assert "cdn.jsdelivr.net" not in built.page("index")


@pytest.mark.parametrize(
    ("html", "host"),
    [
        ({"comments": {"hypothesis": True}}, "hypothes.is"),
        ({"comments": {"utterances": {"repo": "a/b"}}}, "utteranc.es"),
        ({"analytics": {"plausible_analytics_domain": "a.org"}}, "plausible.io"),
    ],
)
def test_what_every_page_loads_is_reported_once(tmp_path: Path, html: dict[str, Any], host: str) -> None:
    """A service that the author switched on for the whole book is one remark, not one a page."""
    built = build(tmp_path, {"index.md": "# T\n", "b.md": "# B\n"}, html=html)

    said = [warning.split("\n")[0] for warning in built.warnings]
    assert said == [f"WARNING: every page loads something from '{host}' and is not whole without it"]


def test_pages_are_written_anew_when_the_look_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages name style sheets with a checksum, so another style sheet means other pages."""
    from book.editions.html import assets

    built = build(tmp_path)
    before = (built.out / "one.html").stat().st_mtime_ns
    monkeypatch.setattr(assets, "_digest", lambda _folder: "another")
    build(tmp_path)

    assert (built.out / "one.html").stat().st_mtime_ns > before


def test_the_year_of_copyright_is_the_authors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fixed date of the build does not change the year in the author's line on copyright."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "315532800")

    built = build(tmp_path, {"index.md": "# T\n"}, copyright="2026")

    assert "2026" in re.search(r'<p class="copyright">.*?</p>', built.page("index"), re.DOTALL)[0]  # type: ignore[index]


BUILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from site_books import PAGES, build
root = Path(sys.argv[2])
for words in sys.argv[3].split(","):
    build(root, {**PAGES, "one.md": PAGES["one.md"].replace("kingfisher", words)})
"""


@pytest.mark.slow
def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    """Another folder, hash seed, time zone and an edit in between: the files that are shipped do not differ in a byte."""
    sites = []
    for number, words in enumerate(("heron", "owl,heron")):
        root = tmp_path / str(number) / ("deeper" * number) / "book"
        environment = {**os.environ, "PYTHONHASHSEED": str(number + 1), "TZ": ("UTC", "Asia/Tokyo")[number]}
        subprocess.run([sys.executable, "-c", BUILD, str(Path(__file__).parent), str(root), words], check=True, env=environment)
        out = root / "_build" / "html"
        sites.append({path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()})
        sites[-1].pop(".buildinfo")

    assert b"hoop test" in sites[1]["searchindex.js"]
    assert list(sites[0]) == list(sites[1])
    assert [name for name in sites[0] if sites[0][name] != sites[1][name]] == []


def test_macros_of_an_older_mathjax_count_too(tmp_path: Path) -> None:
    """A book configured for MathJax 2 keeps its macros."""
    built = build(tmp_path, {"index.md": "# T\n\n$x \\in \\RR$\n"}, mathjax3_config={}, mathjax2_config={"TeX": {"Macros": OPTIONS["tex"]["macros"]}})

    assert "\\mathbb{R}</annotation>" in built.article("index")
