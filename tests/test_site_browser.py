"""The site as a reader's browser shows it from a disk, with the network off."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from site_books import PAGES, SITE, Built, build

if TYPE_CHECKING:
    from collections.abc import Iterator

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed: apt install chromium"),
]

MORE = {
    **PAGES,
    "three.md": """# Tables and figures

```{figure} line.png
:name: fig-line
:alt: a line

A line.
```

```{table} Wide
:name: tab-wide

| One long heading | Another long heading | A third long heading | A fourth long heading | A fifth long heading |
|---|---|---|---|---|
| unbreakable_word_of_length | unbreakable_word_of_length | unbreakable_word_of_length | unbreakable_word_of_length | x |
```

A [mark]{.problem} in the text.

<iframe width="576" height="20" title="frame" srcdoc="<p>x</p>"></iframe>

<table><tr><td>unbreakable_word_of_length</td><td>unbreakable_word_of_length</td><td>unbreakable_word_of_length</td></tr></table>

$$
a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t + u + v + w + x + y + z + a + b + c + d
$$ (eq-long)
""",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sample book, with its PDF beside it."""
    built = build(tmp_path_factory.mktemp("book"), MORE, SITE)
    (built.out / "thesis.pdf").write_bytes(b"%PDF-1.7\n")
    return built


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium."""
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield running
        running.close()


class Visit:
    """A page opened from the disk; whatever it asks of another host is refused and noted."""

    def __init__(self, browser: Any, site: Built, **context: Any) -> None:
        self.site = site
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
        self.context.route("**/*", self._route)
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _route(self, route: Any) -> None:
        if route.request.url.startswith(("file:", "data:")):
            route.continue_()
        else:
            self.requests.append(route.request.url)
            route.abort()

    def open(self, name: str, query: str = "") -> Any:
        """Go to a page and wait until it has loaded all it loads."""
        self.page.goto((self.site.out / f"{name}.html").as_uri() + query)
        self.page.wait_for_load_state("load")
        return self.page


@pytest.fixture
def visit(browser: Any, site: Built) -> Iterator[Any]:
    """Open pages: `visit()` gives a browser window of its own."""
    opened: list[Visit] = []

    def start(**context: Any) -> Visit:
        opened.append(Visit(browser, site, **context))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


def names(site: Built) -> list[str]:
    """All pages of a site."""
    found = (path.relative_to(site.out).as_posix() for path in site.out.rglob("*.html"))
    return sorted(name.removesuffix(".html") for name in found if not name.startswith("_"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_opens_in_silence(visit: Any, site: Built, scheme: str) -> None:
    """No page asks another host for anything, none complains in the console, in light and dark."""
    window = visit(color_scheme=scheme)
    for name in names(site):
        window.open(name)
        assert (name, window.requests, window.complaints) == (name, [], [])


def test_search_shows_excerpts_from_disk(visit: Any) -> None:
    """A search from the disk finds the page, shows the words around the one sought, and its link leads there."""
    window = visit()
    page = window.open("search", "?q=kingfisher")
    result = page.locator("#search-results li")
    result.first.wait_for()

    assert result.count() == 1
    assert "The kingfisher perches on the wire." in result.locator("p.context").inner_text()
    assert result.locator(".highlighted").first.inner_text().lower() == "kingfisher"
    result.locator("a").first.click()
    assert page.url.endswith("/one.html#deep-section")
    assert (window.requests, window.complaints) == ([], [])


def test_search_shows_the_section_that_fits(visit: Any) -> None:
    """A hit on a section's heading shows that section's text and jumps to it."""
    page = visit().open("search", "?q=deep+section")
    link = page.locator("#search-results li a", has_text="Deep section")
    link.wait_for()

    assert link.get_attribute("href").endswith("one.html#deep-section")
    assert link.locator("xpath=../p[@class='context']").inner_text().startswith("The kingfisher")


def test_search_leads_to_captions(visit: Any) -> None:
    """Words of a caption lead to the figure itself, before pages that only have one of them."""
    page = visit().open("search", "?q=a+line")
    first = page.locator("#search-results li a").first
    first.wait_for()

    assert first.get_attribute("href").endswith("three.html#fig-line")
    assert first.inner_text().endswith("A line.")


def test_a_search_for_nothing_says_so(visit: Any) -> None:
    """A word that stands nowhere ends in an answer, not in waiting."""
    page = visit().open("search", "?q=zzzxqy")
    page.locator("p.search-summary", has_text="did not match").wait_for()

    assert page.locator("#search-results li").count() == 0


def test_formulas_are_drawn(visit: Any) -> None:
    """MathML takes up room as a formula does, its number stands at the right of it on the same line."""
    page = visit().open("one")
    formula, number = page.locator("#equation-eq-int math").bounding_box(), page.locator("#equation-eq-int .eqno").bounding_box()

    assert formula["height"] > 25
    assert number["x"] > formula["x"] + formula["width"]
    assert formula["y"] < number["y"] + number["height"] / 2 < formula["y"] + formula["height"]


def test_a_line_is_no_longer_than_is_read_with_ease(visit: Any) -> None:
    """On a wide screen a line of text has between 55 and 85 letters; a table may be wider."""
    page = visit(viewport={"width": 1920, "height": 1000}).open("one")
    paragraph = page.locator(".bd-article p", has_text="A member").first
    letters = paragraph.evaluate(
        """one => {
          const range = document.createRange(), lines = {};
          for (const text of (function* walk(node) { for (const child of node.childNodes) child.nodeType === 3 ? yield child : yield* walk(child); })(one))
            for (let at = 0; at < text.length; at++) {
              range.setStart(text, at); range.setEnd(text, at + 1);
              const top = Math.round(range.getBoundingClientRect().bottom / 12);
              lines[top] = (lines[top] || 0) + 1;
            }
          return Math.max(...Object.values(lines));
        }"""
    )

    assert 55 <= letters <= 85


def test_a_table_that_goes_on_says_so(visit: Any) -> None:
    """A shadow lies on the side where there is more, and a column of words is not crushed to see the next."""
    page = visit(viewport={"width": 360, "height": 780}).open("three")
    frame = page.locator(".pst-scrollable-table-container").first
    frame.evaluate("one => { one.style.height = '80px'; one.style.overflowY = 'hidden'; }")

    def darkest(side: str) -> int:
        at = {"left": 2, "right": -2}[side]
        with Image.open(io.BytesIO(frame.screenshot())) as shot:
            return min(shot.convert("L").getpixel((at % shot.width, y)) for y in (3, 5))

    assert (darkest("left") > 245, darkest("right") < 235) == (True, True)
    frame.evaluate("one => { one.scrollLeft = one.scrollWidth; }")
    assert (darkest("left") < 235, darkest("right") > 245) == (True, True)


def test_the_title_stands_once_above_the_navigation(visit: Any) -> None:
    """The navigation does not begin with what stands above it; where it says something else it stays."""
    sidebar = visit().open("one").locator("#pst-primary-sidebar")

    assert sidebar.inner_text().count("Drones & treaties") == 1


def test_icons_stand_beside_what_is_typed(visit: Any) -> None:
    """The magnifying glass does not lie on the words in the field."""
    page = visit().open("search", "?q=kingfisher")
    glass = page.locator(".bd-search-container form svg").bounding_box()
    field = page.locator(".bd-search-container input[name=q]")
    words = field.bounding_box()["x"] + float(field.evaluate("one => parseFloat(getComputedStyle(one).paddingLeft)"))

    assert glass["x"] + glass["width"] <= words


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_are_there_from_the_first_moment(visit: Any, scheme: str) -> None:
    """Before the theme's script has run the page has the colours that it keeps."""
    window = visit(color_scheme=scheme)
    window.context.route("**/scripts/*.js*", lambda route: route.abort())
    early = window.open("one").evaluate("getComputedStyle(document.body).backgroundColor")
    later = visit(color_scheme=scheme).open("one").evaluate("getComputedStyle(document.body).backgroundColor")

    assert early == later


def test_without_scripts_there_are_colours_and_a_way_on(visit: Any) -> None:
    """No button that does nothing; links are told from text; on a phone the navigation stands below the text."""
    window = visit(java_script_enabled=False, viewport={"width": 360, "height": 780})
    window.page.goto((window.site.out / "one.html").as_uri())
    page = window.page

    assert not page.locator(".btn-fullscreen-button, .sidebar-toggle").first.is_visible()
    assert page.locator("#pst-primary-sidebar a", has_text="Second").is_visible()
    colours = [page.locator(one).first.evaluate("one => getComputedStyle(one).color") for one in (".bd-article p", ".bd-article a.reference")]
    assert colours[0] != colours[1]


def test_a_phone_scrolls_only_what_is_too_wide(visit: Any, site: Built) -> None:
    """On a narrow screen no page is wider than the screen; a wide table and a long formula scroll in their frames."""
    window = visit(viewport={"width": 360, "height": 780}, device_scale_factor=2)
    for name in names(site):
        assert (name, window.open(name).evaluate("document.documentElement.scrollWidth")) == (name, 360)
    page = window.open("three")
    for frame in (".pst-scrollable-table-container", "#equation-eq-long .formula"):
        assert page.locator(frame).evaluate("e => e.scrollWidth > e.clientWidth && getComputedStyle(e).overflowX === 'auto'")


HEBREW = """# \u05e9\u05dc\u05d5\u05dd

\u05d8\u05e7\u05e1\u05d8 `a > b` \u05e2\u05dd \u05e7\u05d5\u05d3.

```{note}
\u05d4\u05e2\u05e8\u05d4.
```

```python
print(1)
```

## \u05de\u05d3\u05d9\u05d3\u05d4
"""


def test_what_lies_to_one_side_is_mirrored(browser: Any, tmp_path: Path) -> None:
    """From right to left: marks, rules and icons stand where lines begin, and code runs as code does."""
    pages = {"index.md": HEBREW, "one.md": HEBREW}
    window = Visit(browser, build(tmp_path, pages, {**SITE, "language": "he"}, language="he"))
    page = window.open("one")

    def look(selector: str, name: str, pseudo: str = "") -> str:
        return str(page.locator(selector).first.evaluate("(one, [name, pseudo]) => getComputedStyle(one, pseudo || null)[name]", [name, pseudo]))

    article = page.locator("article.bd-article").bounding_box()
    assert page.locator("#pst-primary-sidebar").bounding_box()["x"] > article["x"]
    assert "-3px 0px 0px 0px inset" in look("nav.bd-links .current > a", "boxShadow")
    assert (look(".admonition", "borderLeftWidth"), look(".admonition-title", "right", "::after")) == ("0px", "0px")
    assert [look(one, "direction") for one in ("pre", "code", ".bd-article p")] == ["ltr", "ltr", "rtl"]
    assert look("code", "unicodeBidi") == "isolate"
    window.context.close()


def test_dark_pages_keep_figures_as_they_are(visit: Any) -> None:
    """In dark mode the page is dark, and a figure stands on a light ground with its own colours."""
    page = visit(color_scheme="dark").open("three")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    look = page.locator("#fig-line img").evaluate("e => [getComputedStyle(e).filter, getComputedStyle(e).backgroundColor]")

    assert max(int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(",")) < 60
    assert look == ["none", "rgb(255, 255, 255)"]
    assert len(page.screenshot()) > 10_000


def test_the_pdf_is_one_click_away(visit: Any, site: Built) -> None:
    """The button in the head of a page, also of one in a folder, leads to the PDF beside the pages."""
    page = visit().open("sub/two")
    button = page.locator("a.btn-download-thesis-button")

    assert button.is_visible()
    assert page.evaluate("e => e.href", button.element_handle()) == (site.out / "thesis.pdf").as_uri()


def test_a_hidden_passage_opens(visit: Any) -> None:
    """The scripts that fold passages work, which they do not where a constant is declared twice."""
    page = visit().open("one")
    assert not page.locator("text=Hidden words.").is_visible()
    page.locator(".admonition.dropdown .admonition-title").click()

    assert page.locator("text=Hidden words.").is_visible()


def test_paper_shows_the_text_alone(visit: Any) -> None:
    """Printed, even from a dark page, the text is black on white, without bars and buttons."""
    page = visit(color_scheme="dark").open("three")
    page.emulate_media(media="print")

    assert page.evaluate("getComputedStyle(document.querySelector('.bd-article')).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".bd-article h1").is_visible()
    for hidden in (".bd-sidebar-primary", ".bd-header-article", ".prev-next-footer", "#jb-print-docs-body"):
        assert not page.locator(hidden).first.is_visible()
