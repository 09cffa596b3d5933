"""What machines find of a published site: structured data, a map, and pages that ask for little."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import etree
from site_books import PAGES, SITE, Built, build

from book.editions.html.about import Site
from book.editions.html.discovery import sitemap
from book.editions.html.icons import with_icons
from book.editions.html.structured import dataset, thesis

BUDGET = 300_000
"""Compressed bytes that the first page may ask for, figures aside."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sample book with an address."""
    return build(tmp_path_factory.mktemp("book"), html_baseurl="https://example.org/thesis")


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sample book without one, in a language that is written from right to left."""
    return build(
        tmp_path_factory.mktemp("book"), {"index.md": "# שלום\n\nטקסט.\n"}, {**SITE, "language": "he"}, language="he"
    )


def test_the_first_page_is_a_thesis_to_search_engines(published: Built) -> None:
    """schema.org's Thesis stands on the first page as JSON that nothing in it can end."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', published.page("index"))
    assert found
    said = json.loads(found[1])

    assert (said["@type"], said["name"], said["datePublished"], said["url"]) == (
        "Thesis",
        "Drones & treaties",
        "2026-05-01",
        "https://example.org/thesis/",
    )
    assert said["author"][1] == {"@type": "Person", "name": "Jürgen Roe", "givenName": "Jürgen", "familyName": "Roe"}
    assert "ld+json" not in published.page("one")


def test_markup_in_a_title_does_not_end_the_script() -> None:
    """A title with a closing tag stays inside of the JSON."""
    from types import SimpleNamespace

    from book.editions.html.structured import structured

    app = SimpleNamespace(config=SimpleNamespace(thesis_site={"title": "x"}, thesis_facts={}, root_doc="index"))

    assert structured(app, Site(title="</script><b>"), "index").count("<") == 2


def test_a_data_package_is_a_dataset() -> None:
    """The package is a part of the thesis, with its files, digests and licence; restricted ones are not offered."""
    package = {
        "title": "Lags", "version": "2", "licenses": [{"path": "https://l.org/"}],
        "resources": [
            {"name": "a", "mediatype": "text/csv", "here": {"path": "data/a.csv", "bytes": 3, "sha256": "ab"}},
            {"name": "b", "restricted": True, "here": {"path": "data/b.csv", "bytes": 3, "sha256": "cd"}},
        ],
    }  # fmt: skip
    site = Site(title="T", authors=("Jane Doe",), baseurl="https://e.org/", data_limit=10)
    said = dataset(site, package)

    assert [one["name"] for one in said["distribution"]] == ["a"]
    assert said["distribution"][0]["contentUrl"] == "https://e.org/_downloads/data/data/a.csv"
    assert (said["license"], said["url"]) == ("https://l.org/", "https://e.org/edition/data.html")
    assert thesis(site, package)["hasPart"]["version"] == "2"


def test_dublin_core_stands_beside_the_other_tags(published: Built) -> None:
    """Catalogues find title, creators, date, language and rights."""
    found = dict(re.findall(r'<meta name="(DC[^"]*)" content="([^"]*)"', published.page("one")))

    assert found["DC.title"] == "The first 𝑥2 chapter" or found["DC.title"].startswith("The first")
    assert (found["DC.date"], found["DC.language"], found["DC.rights"]) == ("2026-05-01", "en", "CC BY 4.0")
    assert found["DCTERMS.isPartOf"] == "Drones &amp; treaties"


def test_a_published_site_has_a_map_and_canonical_links(published: Built) -> None:
    """Every page stands in the map by its address, which the page calls its own."""
    tree = etree.fromstring((published.out / "sitemap.xml").read_bytes())
    found = tree.xpath("//*[local-name()='loc']/text()")

    assert found == [
        "https://example.org/thesis/",
        "https://example.org/thesis/one.html",
        "https://example.org/thesis/sub/two.html",
    ]
    assert '<link rel="canonical" href="https://example.org/thesis/one.html"' in published.page("one")


def test_addresses_in_the_map_are_escaped() -> None:
    """An ampersand in an address leaves the map well-formed."""
    tree = etree.fromstring(sitemap(["https://e.org/a&b.html"]).encode())

    assert tree.xpath("//*[local-name()='loc']/text()") == ["https://e.org/a&b.html"]


def test_a_site_without_an_address_has_no_map(at_home: Built) -> None:
    """A map holds absolute addresses, which are not made up."""
    assert not (at_home.out / "sitemap.xml").exists()


def test_hebrew_runs_from_right_to_left(at_home: Built, published: Built) -> None:
    """The page says its direction, others none."""
    assert '<html dir="rtl" lang="he"' in at_home.page("index")
    assert "<html dir=" not in published.page("index")


def test_a_page_in_another_language_says_so(tmp_path: Path) -> None:
    """A part of the front matter that is in another language is marked as such, whatever the page around it speaks."""
    built = build(tmp_path, site={**SITE, "languages": {"one": "de"}})

    assert '<article class="bd-article" lang="de">' in built.page("one")
    assert '<html lang="en"' in built.page("one")
    assert '<article class="bd-article">' in built.page("index")


def loaded(built: Built, name: str) -> dict[str, int]:
    """Compressed size of a page and of all that it loads by itself, what style sheets import included."""
    sizes = {}
    waiting = [f"{name}.html"]
    while waiting:
        address = waiting.pop()
        path = built.out / urlsplit(address).path
        if address in sizes or not path.is_file():
            continue
        sizes[address] = len(gzip.compress(path.read_bytes(), mtime=0))
        if path.suffix == ".html":
            html = path.read_text(encoding="utf-8")
            found = re.findall(
                r'<script[^>]*\ssrc="([^"]+)"|<link[^>]*href="([^"]+)"[^>]*rel="(?:stylesheet|preload|icon)"|<link[^>]*rel="(?:stylesheet|preload|icon)"[^>]*href="([^"]+)"',
                html,
            )
            waiting += [urljoin(address, next(filter(None, one)).split("?")[0]) for one in found]
        elif path.suffix == ".css":
            waiting += [
                urljoin(address, one)
                for one in re.findall(r'@import\s+(?:url\()?"([^"]+)"', path.read_text(encoding="utf-8"))
            ]
    return sizes


def test_the_first_page_asks_for_little(published: Built) -> None:
    """The first page with its scripts and style sheets stays within its budget, compressed."""
    found = loaded(published, "index")

    assert len(found) > 10
    assert sum(found.values()) < BUDGET, sorted(found.items(), key=lambda one: -one[1])[:5]


def test_icons_are_drawn_into_the_pages(published: Built) -> None:
    """No page loads the script with all icons, none waits for a font, and no icon is left out."""
    for path in (one for one in published.out.rglob("*.html") if "_static" not in one.parts):
        html = path.read_text(encoding="utf-8")
        assert "fontawesome" not in html
        assert not re.search(r'<(?:i|span) class="[^"]*\bfa-', html)
    assert (
        '<svg class="svg-inline--fa fa-solid fa-bars" aria-hidden="true" focusable="false" viewBox="0 0 448 512"><path'
        in published.page("one")
    )


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ('<i class="fas fa-search" title="Search"></i>', 'viewBox="0 0 512 512"'),
        ('<i class="fab fa-github"></i>', 'viewBox="0 0 496 512"'),
        ('<i class="far fa-file"></i>', 'viewBox="0 0 384 512"'),
    ],
)
def test_an_authors_icons_are_drawn_too(element: str, expected: str) -> None:
    """Older names, brands and other styles are known."""
    found = with_icons(f'<script defer src="_static/scripts/fontawesome.js?digest=1"></script>\n<p>{element}</p>')

    assert expected in found
    assert "<script" not in found
    assert "title=" not in found


def test_an_unknown_icon_keeps_the_script() -> None:
    """Where we cannot draw an icon, the page loads what may."""
    html = '<script defer src="_static/scripts/fontawesome.js"></script><i class="fas fa-no-such-thing"></i>'

    assert with_icons(html) == html


def test_search_is_loaded_where_it_is_used(published: Built, tmp_path: Path) -> None:
    """The index of all words is loaded by the page of search, and by every page if the author wants results while one types."""
    assert "searchindex.js" in published.page("search")
    assert "searchindex.js" not in published.page("one")
    typing = build(tmp_path, PAGES, html_theme_options={"search_as_you_type": True})
    assert "searchindex.js" in typing.page("one")
