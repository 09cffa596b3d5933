"""What an author's own pages would fetch from other hosts, with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.util import logging

from book.editions.html.about import read_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.builders import Builder

LOGGER = logging.getLogger(__name__)

_ELEMENT = re.compile(
    r"<(?P<element>img|source|video|audio|track|iframe|embed|script|link|object|input)\b(?P<attributes>[^>]*)>",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"""\b(?:src|srcset|poster|data|href)\s*=\s*["']?\s*(?P<address>(?:https?:)?//[^"'\s>]+)""",
    re.IGNORECASE,
)
_STYLE = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])(?P<address>(?:https?:)?//[^"'\s)]+)""", re.IGNORECASE)
_IMPORT = re.compile(
    r"""\b(?:import\s*\(?|from|src\s*=)\s*["'](?P<address>https?://[^"']+\.(?:m?js|css))["']""",
)
_LOADED = re.compile(
    r"""\brel\s*=\s*["']?(?:stylesheet|preload|modulepreload|icon|shortcut icon|prefetch|manifest)\b""",
    re.IGNORECASE,
)
_PICTURES = {"img", "source", "input"}


def setup_remote(app: Sphinx) -> None:
    """Look for addresses of other hosts while pages are read, and for scripts when they are written."""
    app.connect("doctree-read", _look)
    scripts = Scripts()
    app.connect("write-started", scripts.begin)
    app.connect("html-page-context", scripts.look, priority=995)


def _look(app: Sphinx, doctree: nodes.document) -> None:
    allowed = read_site(app.config).allow_remote
    for node in doctree.findall(nodes.image):
        if host := _foreign(node.get("uri", ""), allowed):
            _warn_of_picture(host, node)
    for raw in doctree.findall(nodes.raw):
        if "html" in raw.get("format", "").split():
            _look_at_html(raw, allowed)


def _look_at_html(node: nodes.raw, allowed: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for kind, address in _loads(node.astext()):
        host = _foreign(address, allowed)
        if host and host not in seen:
            seen.add(host)
            _warn_of_picture(host, node) if kind in _PICTURES else _warn(host, node)


def _loads(html: str) -> Iterator[tuple[str, str]]:
    """Element and address of everything that a browser fetches by itself when it shows this."""
    for element in _ELEMENT.finditer(html):
        kind = element["element"].lower()
        if kind == "link" and not _LOADED.search(element["attributes"]):
            continue
        for found in _ADDRESS.finditer(element["attributes"]):
            yield kind, found["address"]
    for pattern in (_STYLE, _IMPORT):
        for found in pattern.finditer(html):
            yield "style", found["address"]


class Scripts:
    """What extensions load from other hosts: because a page's content asks for it, or because the author does."""

    def __init__(self) -> None:
        self.said: set[str] = set()

    def begin(self, _app: Sphinx, _builder: Builder) -> None:
        """Start anew."""
        self.said = set()

    def look(
        self,
        app: Sphinx,
        pagename: str,
        _templatename: str,
        context: dict[str, Any],
        _doctree: nodes.document | None,
    ) -> None:
        """Report a page's own scripts at the page, those of the whole book once."""
        allowed = read_site(app.config).allow_remote
        everywhere = [*getattr(app.builder, "_orig_js_files", ()), *getattr(app.builder, "_orig_css_files", ())]
        for asset in [*context.get("script_files", ()), *context.get("css_files", ())]:
            for host in dict.fromkeys(_foreign(address, allowed) for address in _addresses(asset)):
                if host and asset not in everywhere:
                    _warn(host, (pagename, None) if pagename in app.env.found_docs else None)
                elif host and host not in self.said:
                    self.said.add(host)
                    _warn(host, None, "every page")


def _addresses(asset: Any) -> Iterator[str]:
    yield str(getattr(asset, "filename", asset) or "")
    body = str(getattr(asset, "attributes", {}).get("body") or "")
    yield from (found["address"] for found in _IMPORT.finditer(body))


def _foreign(address: str, allowed: tuple[str, ...]) -> str:
    """Give the host that an address leads to, unless it is allowed; empty for one of our own files."""
    if not re.match(r"\s*(https?:)?//", address, re.IGNORECASE):
        return ""
    host = (urlsplit(address.strip()).hostname or "").lower()
    return "" if any(host == name.lower() or host.endswith(f".{name.lower()}") for name in allowed) else host


def _warn_of_picture(host: str, location: Any) -> None:
    hint = "keep the file beside the chapter, or allow the host under 'thesis.html.allow-remote'"
    message = "picture is fetched from '%s' whenever the page is read\nhint: %s"
    LOGGER.warning(message, host, hint, type="thesis", subtype="remote-image", location=location)


def _warn(host: str, location: Any, what: str = "page") -> None:
    hint = "keep the file with the thesis, or allow the host under 'thesis.html.allow-remote'"
    message = "%s loads something from '%s' and is not whole without it\nhint: %s"
    LOGGER.warning(message, what, host, hint, type="thesis", subtype="remote-resource", location=location)
