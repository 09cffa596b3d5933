"""The site for readers who see little, hear it, or have a keyboard alone: axe finds nothing, and the HTML is valid."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import write_thesis
from npm import package
from test_editions_html_provenance import FILES

from book.workflow import build

if TYPE_CHECKING:
    from collections.abc import Iterator

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")

CHROMIUM = Path("/usr/bin/chromium")
BUILT = os.environ.get("THESIS_SITE", "")
"""A site that stands already, to be looked at page by page as well."""


needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed: apt install chromium")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thesis with everything that the site shows in a way of its own."""
    root = write_thesis(tmp_path_factory.mktemp("accessible") / "thesis", FILES)
    build(root, editions=["html"])
    return root / "_build" / "html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium."""
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def pages(site: Path) -> list[Path]:
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


COLOURS = ["color-contrast", "link-in-text-block"]
"""What of axe's rules depends on colours, and is asked again of a dark page."""


def violations(page: Any, rules: list[str] | None = None) -> list[str]:
    """What axe finds on a page as it stands: rule and element; of some rules, or of all."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(package("axe-core/axe.min.js").read_text(encoding="utf-8"))
    asked = {"resultTypes": ["violations"], "preload": False} | ({"runOnly": rules} if rules else {})
    found = page.evaluate("asked => axe.run(asked)", asked)["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def look(browser: Any, site: Path) -> dict[str, list[str]]:
    """What axe finds on every page of a site, light and dark, with all that folds unfolded."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)
    page = context.new_page()
    found = {}
    for path in pages(site):
        name = path.relative_to(site).as_posix()
        page.emulate_media(color_scheme="light")
        page.goto(path.as_uri())
        page.add_style_tag(content="* { transition: none !important; }")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found[name] = violations(page)
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
        found[f"{name}, dark"] = violations(page, COLOURS)
    context.close()
    return found


@needs_chromium
@pytest.mark.slow
def test_axe_finds_nothing(browser: Any, site: Path) -> None:
    """No page has a violation, light and dark: landmarks, names, contrast, headings, tables, languages."""
    found = look(browser, site)

    assert len(found) == 2 * len(pages(site)) > 10
    assert {name: said for name, said in found.items() if said} == {}


@needs_chromium
@pytest.mark.slow
@pytest.mark.skipif(not BUILT, reason="no site is named: nox -s site, or THESIS_SITE=_build/html")
def test_axe_finds_nothing_on_a_whole_thesis(browser: Any) -> None:
    """No page of a site that was built has a violation either."""
    found = look(browser, Path(BUILT).resolve())

    assert found
    assert {name: said for name, said in found.items() if said} == {}


@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "rule"), [("light", "image-alt"), ("light", "color-contrast"), ("dark", "color-contrast")]
)
def test_axe_would_say_so(browser: Any, tmp_path: Path, scheme: str, rule: str) -> None:
    """A picture without words and grey on grey are found, also where a page is dark alone: the tests above can fail."""
    (tmp_path / "wrong.html").write_text(
        "<!DOCTYPE html><html lang='en' data-theme=light><title>x</title><script>matchMedia('(prefers-color-scheme: dark)').onchange = () => { document.documentElement.dataset.theme = 'dark'; };</script>"
        "<style>p { color: #777; background: #888 } @media (prefers-color-scheme: dark) { p { color: #333; background: #222 } }</style><main><h1>y</h1><p>Some words</p><img src='data:,'></main>",
        encoding="utf-8",
    )
    found = look(browser, tmp_path)

    assert any(one.startswith(rule) for one in found["wrong.html" if scheme == "light" else "wrong.html, dark"])


def invalid(site: Path) -> list[str]:
    """What the Nu HTML checker says against the pages of a site."""
    jar = package("vnu-jar/build/dist/vnu.jar")
    java = shutil.which("java")
    if java is None:
        pytest.skip("java is not installed: apt install default-jre-headless")
    named = [str(path) for path in pages(site)]
    said = subprocess.run(
        [java, "-jar", str(jar), "--errors-only", "--format", "gnu", *named],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stderr.strip() or said.returncode == 0
    return said.stderr.splitlines()


def test_pages_are_valid_html(site: Path) -> None:
    """The Nu HTML checker finds no error on any page."""
    assert invalid(site) == []


@pytest.mark.skipif(not BUILT, reason="no site is named: nox -s site, or THESIS_SITE=_build/html")
def test_a_whole_thesis_is_valid_html() -> None:
    """Nor on any page of a site that was built."""
    assert invalid(Path(BUILT).resolve()) == []


def test_the_checker_would_say_so(tmp_path: Path) -> None:
    """A page with an error is found: the two tests above can fail."""
    (tmp_path / "wrong.html").write_text(
        "<!DOCTYPE html><html lang='en'><title>x</title><p><div id=a></div><div id=a></div>", encoding="utf-8"
    )

    assert any("Duplicate ID" in line for line in invalid(tmp_path))


@pytest.fixture
def page(browser: Any, site: Path) -> Iterator[Any]:
    """The chapter that cites, counts and has a note."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.goto((site / "sub" / "two.html").as_uri())
    yield opened
    context.close()


@needs_chromium
@pytest.mark.slow
def test_a_finding_opens_with_the_keyboard(page: Any) -> None:
    """Enter opens what is known of a number and goes there; Tab reaches its links; Escape closes and comes back."""
    page.locator("a.finding-link").first.focus()
    page.keyboard.press("Enter")
    box = page.locator("#thesis-popover")
    box.wait_for()

    assert "lag.total" in box.inner_text()
    assert "6\u00a0days" in box.inner_text()
    assert page.evaluate("document.activeElement.closest('#thesis-popover') !== null")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "../edition/made/one.html#cell-1"
    page.keyboard.press("Escape")
    assert box.count() == 0
    assert page.evaluate("document.activeElement.className").startswith("finding-link")
    assert page.url.endswith("two.html")


@needs_chromium
@pytest.mark.slow
def test_a_citation_opens_on_focus_and_on_hover(page: Any) -> None:
    """The whole entry comes up with its markup, is tied to the link for who hears it, and goes with Escape."""
    link = page.locator(".citation a").first
    link.focus()
    box = page.locator("#thesis-popover")
    box.wait_for()

    assert box.inner_text() == "A, B. (2000). A <title> & more. P."
    assert box.locator("em").inner_text() == "A <title> & more"
    assert link.get_attribute("aria-describedby") == "thesis-popover"
    page.keyboard.press("Escape")
    assert box.count() == 0
    page.locator(".bd-article h1").click()
    link.hover()
    box.wait_for()
    assert "A, B. (2000)" in box.inner_text()


@needs_chromium
@pytest.mark.slow
def test_a_footnote_opens_where_it_is_called(page: Any) -> None:
    """The note stands beside its number, without its own number and arrow."""
    page.locator("a.footnote-reference").first.focus()
    box = page.locator("#thesis-popover")
    box.wait_for()

    assert box.inner_text().strip() == "A note."


@needs_chromium
@pytest.mark.slow
def test_what_is_open_is_accessible_too(page: Any) -> None:
    """Axe finds nothing while a finding is open."""
    page.locator("a.finding-link").first.click()
    page.locator("#thesis-popover").wait_for()

    assert violations(page) == []


@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_found_is_accessible_too(browser: Any, site: Path, scheme: str) -> None:
    """Axe finds nothing among the results of a search, marked words included."""
    page = browser.new_context(color_scheme=scheme).new_page()
    page.goto((site / "search.html").as_uri() + "?q=lag.total")
    page.locator("#search-results li .highlighted").first.wait_for()
    found = violations(page)
    page.context.close()

    assert found == []


@needs_chromium
@pytest.mark.slow
def test_without_javascript_everything_is_a_link(browser: Any, site: Path) -> None:
    """A finding leads to its row, a control opens by itself, an entry and a note are where they are."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "one.html").as_uri())
    page.locator("details.thesis-origin > summary").first.click()
    assert page.locator("details.thesis-origin a", has_text="CSV").first.is_visible()
    page.locator("a.finding-link").first.click()

    assert page.url.endswith("edition/findings.html#lag.total")
    context.close()
