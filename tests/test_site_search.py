"""What a reader finds, in which order, and how it is reached; from a disk, in any script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from site_books import SITE, Built, build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed: apt install chromium"),
]

BOOK = {
    "index.md": "# Birds of the ponds\n\nOn herons, and on the hoop test.\n",
    "one.md": """# Herons

Herons wade. A heron waits.

## The hoop test of nests

A nest that fails the hoop test is no nest. The weight is 4.2 grams, China–Russia style.

```{figure} line.png
:name: fig-hoop
:alt: a hoop

Nests that pass the hoop test.
```

## Independence

Nothing depends on nests. Well-known results.
""",
    "two.md": """# Terms

```{glossary}
hoop test
  A test that must be passed.

smoking gun
  A test that need not.
```

The café of a dependence; well known results, of 1,042 nests.

```{index} single: kingfisher
```
""",
    "three.md": """# طيور البرك

يقف مالك الحزين في الماء.

## 池塘

苍鹭站在水中等待鱼。

Цапли стоят в воде.
""",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A small book on birds."""
    return build(tmp_path_factory.mktemp("book"), BOOK, SITE)


@pytest.fixture(scope="module")
def page(site: Built) -> Iterator[Any]:
    """A window of Debian's chromium."""
    assert site.out.is_dir()
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield running.new_page()
        running.close()


@pytest.fixture
def find(site: Built, page: Any) -> Callable[[str], list[str]]:
    """Search for words: addresses of what is found, in order."""

    def search(words: str) -> list[str]:
        page.goto((site.out / "search.html").as_uri() + f"?q={quote(words)}")
        page.wait_for_function("document.querySelector('p.search-summary')?.textContent")
        return [link.get_attribute("href").rsplit("/", 1)[-1] for link in page.locator("#search-results li > a").all()]

    return search


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("hoop test", "two.html#term-hoop-test"),
        ("heron", "one.html"),
        ("herons", "one.html"),
        ("hoop test nests", "one.html#the-hoop-test-of-nests"),
        ("4.2", "one.html#the-hoop-test-of-nests"),
        ("1,042", "two.html"),
        ("cafe", "two.html"),
        ("café", "two.html"),
        ("dependence", "two.html"),
        ("kingfisher", "two.html#index-0"),
        ("الحزين", "three.html"),
        ("鹭站", "three.html#id2"),
        ("цапли", "three.html#id2"),
        ("Цапли", "three.html#id2"),
    ],
)  # fmt: skip
def test_what_is_meant_comes_first(find: Callable[[str], list[str]], words: str, first: str) -> None:
    """Terms before texts, headings before bodies; stems, numbers, marks, scripts without spaces."""
    assert find(words)[:1] == [first]


def test_hyphens_and_spaces_are_the_same(find: Callable[[str], list[str]]) -> None:
    """A compound is found however it is written."""
    assert sorted(find("well-known")) == sorted(find("well known")) == ["one.html#independence", "two.html"]


def test_phrases_and_exclusions(find: Callable[[str], list[str]]) -> None:
    """Words in quotation marks stand together, words after a minus do not stand there."""
    assert find('"test that must"') == ["two.html#term-hoop-test", "two.html"]
    assert "one.html#fig-hoop" in find("hoop")
    assert find("hoop -nest -nests") == ["two.html#term-hoop-test", "index.html"]


def test_nothing_stands_there_twice(find: Callable[[str], list[str]]) -> None:
    """One place, one result."""
    found = find("hoop test")

    assert len(found) == len(set(found)) > 2


@pytest.mark.parametrize("words", ["zzzq", "-", "龍", "..."])
def test_nothing_found_is_said(find: Callable[[str], list[str]], page: Any, words: str) -> None:
    """A search for what stands nowhere ends with words."""
    assert find(words) == []
    assert "did not match" in page.locator("p.search-summary").inner_text()


def test_the_words_are_marked_and_no_others(find: Callable[[str], list[str]], page: Any) -> None:
    """What was asked for is marked where it is a word, with its stem, and not inside of another word."""
    find("depends")

    assert {one.lower() for one in page.locator("#search-results .highlighted").all_inner_texts()} == {
        "depends",
        "dependence",
    }


def test_the_keyboard_is_enough(site: Built, page: Any, find: Callable[[str], list[str]]) -> None:
    """A slash opens the search from any page; arrows lead through the results and back."""
    page.goto((site.out / "one.html").as_uri())
    page.keyboard.press("/")
    page.locator("#pst-search-dialog input").wait_for()
    page.keyboard.type("heron/s")
    assert page.locator("#pst-search-dialog input").input_value() == "heron/s"
    page.keyboard.press("Escape")
    page.locator("#pst-search-dialog input").wait_for(state="hidden")
    find("hoop test")
    page.locator(".bd-search-container input[name=q]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert (
        page.evaluate("[...document.querySelectorAll('#search-results li > a')].indexOf(document.activeElement)") == 1
    )
    for _ in range(2):
        page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.name") == "q"
