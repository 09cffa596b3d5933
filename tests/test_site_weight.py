"""What pages weigh, and that nothing moves while they load."""

from __future__ import annotations

import gzip
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from conftest import write_thesis
from test_editions_html_provenance import FILES

from book.workflow import build

if TYPE_CHECKING:
    from collections.abc import Iterator

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")

CHROMIUM = Path("/usr/bin/chromium")
BUILT = os.environ.get("THESIS_SITE", "")
FIRST = 300_000
"""Compressed bytes that the first page may ask for, figures aside."""
ANY = 250_000
"""And any page with all that can be opened on it."""
LARGEST = 8
"""Pages of a site that are weighed."""
FIGURES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"})
SLOW = 0.4
"""Seconds that fonts and pictures come late."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed: apt install chromium"),
]

EVERYTHING = """# Everything

:::{note}
A note with an icon.
:::

:::{admonition} Folded
:class: dropdown
Words.
:::

```{proof:theorem} Of all
:label: thm-all
All is $x^2$.
```

::::{tab-set}
:::{tab-item} One
A
:::
:::{tab-item} Two
B
:::
::::

::::{grid} 2
:::{grid-item-card} Card
{fas}`feather` {download}`data/lags.csv`
:::
::::

```python
print("copied")
```

$$ \\int_0^1 x\\,dx $$ (eq-x)

{finding}`lag.total`, as {cite:t}`a` says.[^e]

[^e]: A note below.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thesis with everything that a page may load something for."""
    parse = "parse:\n  myst_enable_extensions: [amsmath, attrs_inline, colon_fence, dollarmath]\nsphinx:\n  extra_extensions: [sphinx_proof]\n"
    files = {**FILES, "_config.yml": FILES["_config.yml"] + parse, "all.md": EVERYTHING}
    root = write_thesis(tmp_path_factory.mktemp("weight") / "thesis", files)
    build(root, editions=["html"])
    return root / "_build" / "html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium."""
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def weight(browser: Any, path: Path) -> dict[str, int]:
    """Compressed size of all that a page asks for, with what opens on it opened, figures aside."""
    context = browser.new_context()
    page = context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(unquote(urlsplit(request.url).path)))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for opener in (".bd-article .citation a", "a.finding-link"):
        if page.locator(opener).count():
            page.locator(opener).first.focus()
            page.keyboard.press("Enter" if "finding" in opener else "Shift")
            page.wait_for_timeout(300)
    context.close()
    files = [Path(name) for name in asked if Path(name).is_file() and Path(name).suffix not in FIGURES]
    return {file.name: len(gzip.compress(file.read_bytes(), mtime=0)) for file in files}


def pages(site: Path) -> list[Path]:
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts and path.name != "search.html"]


def too_heavy(browser: Any, site: Path) -> dict[str, int]:
    """Pages beyond their budget, of the first and the largest."""
    largest = sorted(pages(site), key=lambda path: -path.stat().st_size)[:LARGEST]
    found = {path.relative_to(site).as_posix(): sum(weight(browser, path).values()) for path in {*largest, site / "index.html"}}
    return {name: size for name, size in found.items() if size >= (FIRST if name == "index.html" else ANY)}


def test_no_page_is_heavy(browser: Any, site: Path) -> None:
    """The first page, and any page with all that can be opened on it, ask for little; none for a font."""
    loaded = weight(browser, site / "all.html")

    assert {"entries.js", "findings.js", "thesis-notes.js"} <= set(loaded)
    assert not [name for name in loaded if name.endswith((".woff2", ".ttf", "fontawesome.js"))]
    assert too_heavy(browser, site) == {}


@pytest.mark.skipif(not BUILT, reason="no site is named: nox -s site, or THESIS_SITE=_build/html")
def test_no_page_of_a_whole_thesis_is_heavy(browser: Any) -> None:
    """Nor does a page of a site that was built."""
    assert too_heavy(browser, Path(BUILT).resolve()) == {}


SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { sum += one.value; })).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 700);
})"""


def shift(browser: Any, path: Path, width: int, styles: str = "") -> float:
    """How far a page moves while it loads; fonts and pictures come late."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()

    def late(route: Any) -> None:
        time.sleep(SLOW)
        route.continue_()

    page.route(lambda url: url.split("?")[0].endswith((".woff2", ".ttf", *FIGURES)), late)
    if styles:
        page.add_init_script(
            f"document.addEventListener('DOMContentLoaded', () => document.head.insertAdjacentHTML('beforeend', `<style>{styles}</style>`))"
        )
    page.goto(path.as_uri())
    moved = float(page.evaluate(SHIFT))
    context.close()
    return moved


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", ["index", "all", "one", "sub/two", "edition/findings"])
def test_nothing_moves_while_a_page_loads(browser: Any, site: Path, name: str, width: int) -> None:
    """Late fonts, late pictures, late scripts: what is being read stays where it is."""
    assert shift(browser, site / f"{name}.html", width) == pytest.approx(0, abs=0.001)


def test_a_move_would_be_seen(browser: Any, site: Path) -> None:
    """A picture without a size moves the text below it: the test above can fail."""
    styles = (
        ".bd-article h1 { animation: down 0.1s 0.3s forwards steps(1); } @keyframes down { to { margin-top: 200px; } }"
    )

    assert shift(browser, site / "all.html", 1280, styles) > 0.01


def test_what_no_page_loads_is_not_there(site: Path) -> None:
    """Icons are drawn, the theme's words stand in the pages: neither the script of all icons nor catalogues of words are shipped."""
    there = {path.name for path in (site / "_static").rglob("*")}

    assert "thesis.css" in there
    assert there.isdisjoint(
        {"fontawesome.js", "fontawesome.js.LICENSE.txt", "booktheme.mo", "booktheme.po", "fa-solid-900.ttf"}
    )
