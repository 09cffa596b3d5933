"""Pages after the theme's templates: icons drawn, nothing loaded that is not used, names that a reader's software can say."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from sphinx.jinja2glue import BuiltinTemplateLoader

from book.editions.html.about import read_site
from book.editions.html.assets import TEMPLATES
from book.editions.html.icons import with_icons
from book.languages import right_to_left

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.config import Config
    from sphinx.theming import Theme

BRIDGE = "book.editions.html.finishing.Finishing"
"""What Sphinx's `template_bridge` calls us."""
_SEARCH = re.compile(r"[ \t]*<script src=\"[^\"]*(?:searchtools|language_data|searchindex)\.js[^\"]*\"></script>\n?")
_IN_LANGUAGE = re.compile(r"<(?!html\b)[a-z][a-z0-9]*\b(?![^<>]*\sdir=)[^<>]*\slang=\"([A-Za-z][A-Za-z0-9-]*)\"")
"""A tag up to the language of what it holds."""
_HIDDEN_KEYS = '<span class="search-button__kbd-shortcut"'
_LABELLED = re.compile(r"(<button class=\"btn search-button-field[^>]*?) aria-label=\"[^\"]*\"")
_MODE = re.compile(
    r"(document\.documentElement\.dataset\.theme = )localStorage\.getItem\(\"theme\"\) \|\| \"\w*\";"
)
_BY_MODE = (
    'document.documentElement.dataset.mode === "auto" '
    '? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light") : document.documentElement.dataset.mode; document.documentElement.dataset.scripts = "";'
)
"""What the theme's script finds out when all else is loaded: until then a page would have no colours, and show what folds."""
_UNTHEMED = re.compile(r"(<html[^>]*\bdata-theme=)\"auto\"")
_SCRIPTLESS = ".pst-js-only { display: none !important; }"
_VIEWPORT = re.compile(r"[ \t]*<meta name=\"viewport\"[^>]*>\n?")


def setup_finishing(app: Sphinx) -> None:
    """Take the place of Sphinx's template loader, unless the author has one."""
    app.connect("config-inited", _take_place, priority=850)


def _take_place(_app: Sphinx, config: Config) -> None:
    if not config.template_bridge:
        config.template_bridge = BRIDGE


class Finishing(BuiltinTemplateLoader):
    """Sphinx's own loader, with a look at what comes out."""

    def init(self, builder: Builder, theme: Theme | None = None, dirs: list[str] | None = None) -> None:
        """Remember the configuration."""
        super().init(builder, theme, dirs)
        self.config = builder.config
        self.pages = builder.format == "html"

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """Fill a template; what becomes a page is finished."""
        html = super().render(template, context)
        return (
            finished(html, self.config, str(context.get("pagename", ""))) if self.pages and "</html>" in html else html
        )


def finished(html: str, config: Config, pagename: str) -> str:
    """A page as readers get it."""
    site = read_site(config)
    html = with_icons(html)
    if pagename != "search" and not (config.html_theme_options or {}).get("search_as_you_type"):
        html = _SEARCH.sub("", html)
    turned = right_to_left(site.language)
    if turned:
        html = re.sub(r"<html(?![^>]*\bdir=)", '<html dir="rtl"', html, count=1)
    if language := site.languages.get(pagename):
        html = html.replace('<article class="bd-article"', f'<article class="bd-article" lang="{escape(language)}"', 1)
    html = _IN_LANGUAGE.sub(lambda match: f"{match[0]}{_direction(match[1], turned=turned)}", html)
    return _named(_once(_at_once(html)), site.title)


def _at_once(html: str) -> str:
    """Colours from the first moment on, and for readers without scripts what works without them."""
    html = _MODE.sub(lambda match: match[1] + _BY_MODE, html, count=1)
    html = _UNTHEMED.sub(r'\1"light"', html, count=1)
    return html.replace(_SCRIPTLESS, f"{_SCRIPTLESS}\n{_scriptless()}", 1)


@cache
def _scriptless() -> str:
    return (TEMPLATES / "scriptless.css").read_text(encoding="utf-8").strip()


def _direction(language: str, *, turned: bool) -> str:
    """Which way a passage runs, where it is not the way of the page."""
    own = right_to_left(language)
    return "" if own == turned else f' dir="{"rtl" if own else "ltr"}"'


def _once(html: str) -> str:
    """Say the size of the window once, the title once, and no heading without words."""
    viewports = iter((True,))
    html = _VIEWPORT.sub(lambda match: match[0] if next(viewports, False) else "", html)
    html = re.sub(r"<title>(.+?) &#8212; \1</title>", r"<title>\1</title>", html, count=1)
    return html.replace("<h1></h1>", "", 1)


def _named(html: str, title: str) -> str:
    """Landmarks around all that stands on a page, and no name that hides the words it stands for."""
    html = html.replace(
        '<main id="main-content" class="bd-main" role="main">', '<main id="main-content" class="bd-main">', 1
    )
    html = html.replace(
        '<div id="pst-primary-sidebar" class=',
        f'<div id="pst-primary-sidebar" role="region" aria-label="{escape(title)}" class=',
        1,
    )
    html = _LABELLED.sub(r"\1", html)
    return html.replace(_HIDDEN_KEYS, f'{_HIDDEN_KEYS} aria-hidden="true"')
