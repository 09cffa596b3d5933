"""Icons drawn into the pages: the theme's script that draws them weighs more than the whole first page may."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from importlib.util import find_spec
from pathlib import Path

SCRIPT = "fontawesome.js"
"""The theme's script with all icons of Font Awesome, from which we take those that pages use."""
_ELEMENT = re.compile(
    r"<(?P<tag>i|span)(?P<attributes>[^<>]*\bclass=\"(?P<classes>[^\"]*\bfa-[^\"]*)\"[^<>]*)>\s*</(?P=tag)>"
)
_LOADED = re.compile(rf"[ \t]*<(?:script|link)\b[^>]*{re.escape(SCRIPT)}[^>]*>(?:\s*</script>)?\n?")
_ICON = re.compile(
    r"\"?(?P<name>[a-z0-9-]+)\"?:\[(?P<width>\d+),(?P<height>\d+),\[(?P<aliases>[^\]]*)\],\"[0-9a-f]+\",\"(?P<path>[^\"]*)\"\]"
)
_END = re.compile(r"\(\"(fab|far|fas)\",\w+\),")
_STYLES = {
    "fas": "fas",
    "fa-solid": "fas",
    "fa": "fas",
    "far": "far",
    "fa-regular": "far",
    "fab": "fab",
    "fa-brands": "fab",
}
_OF_TITLE = re.compile(r"\s(?:title|aria-hidden)=\"[^\"]*\"")


def with_icons(html: str) -> str:
    """A page with its icons drawn, without the script; as it is where one is not known, or a script asks for more."""
    if SCRIPT not in html:
        return html
    missing: list[str] = []

    def drawn(match: re.Match[str]) -> str:
        svg = _svg(match["classes"], match["attributes"])
        missing.extend([] if svg else [match["classes"]])
        return svg or match[0]

    found = _ELEMENT.sub(drawn, html)
    return html if missing else _LOADED.sub("", found)


def _svg(classes: str, attributes: str) -> str:
    """An icon as the theme's script would have drawn it: a picture for those who see, nothing to be read out."""
    named = classes.split()
    style = next((_STYLES[name] for name in named if name in _STYLES), "fas")
    icon = next(
        (found for name in named if name.startswith("fa-") and (found := _packs().get((style, name[3:])))), None
    )
    if icon is None:
        return ""
    width, height, path = icon
    said = _OF_TITLE.sub("", attributes).replace(classes, " ".join(["svg-inline--fa", *named]))
    return f'<svg{said.rstrip()} aria-hidden="true" focusable="false" viewBox="0 0 {width} {height}"><path fill="currentColor" d="{escape(path)}"></path></svg>'


@lru_cache(maxsize=1)
def _packs() -> dict[tuple[str, str], tuple[str, str, str]]:
    """Width, height and path of every icon that the theme's script holds, by style and name; nothing where it looks otherwise."""
    spec = find_spec("pydata_sphinx_theme")
    folder = (
        Path(spec.origin).parent / "theme" / "pydata_sphinx_theme" / "static" / "scripts"
        if spec and spec.origin
        else Path()
    )
    try:
        text = (folder / SCRIPT).read_text(encoding="utf-8")
    except OSError:
        return {}
    ends = [(match.start(), match[1]) for match in _END.finditer(text)]
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    for match in _ICON.finditer(text):
        style = next((name for end, name in ends if end > match.start()), "")
        for name in (match["name"], *re.findall(r"\"([a-z0-9-]+)\"", match["aliases"])):
            found.setdefault((style, name), (match["width"], match["height"], match["path"]))
    return found
