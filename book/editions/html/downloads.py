"""What a page offers to take away: the whole PDF, and the chapter as notebook and as script."""

from __future__ import annotations

from posixpath import splitext
from typing import TYPE_CHECKING, Any

from sphinx.locale import get_translation

from book.editions.html.about import read_site

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

LABELS = {
    ".ipynb": ("download-notebook-button", "fas fa-code", "Download notebook file"),
    ".py": ("download-script-button", "fas fa-file-code", "Download source file"),
}
"""For each kind of file: class of its button, its icon, and words that the theme can say in many languages."""


def setup_downloads(app: Sphinx) -> None:
    """Put files into the theme's download menu, after the theme has filled it."""
    app.connect("html-page-context", _offer, priority=600)


def _offer(
    app: Sphinx, pagename: str, _templatename: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    site = read_site(app.config)
    buttons: list[dict[str, Any]] | None = context.get("header_buttons")
    if buttons is None:
        return
    if site.pdf:
        buttons.insert(0, _pdf(context, site.pdf))
    ours = [_button(context, path) for path in site.downloads.get(pagename, ())]
    group = next((button for button in buttons if button.get("label") == "download-buttons"), None)
    if group is None and ours:
        group = {
            "type": "group",
            "tooltip": _("Download this page"),
            "icon": "fas fa-download",
            "buttons": [],
            "label": "download-buttons",
        }
        buttons.append(group)
    if group is None:
        return
    mine = {button[name] for button in ours for name in ("label", "text")}
    theirs = [button for button in group["buttons"] if mine.isdisjoint((button.get("label"), button.get("text")))]
    for button in theirs:
        if button.get("label") == "download-pdf-button":
            button |= {"icon": "fas fa-print", "label": "print-button", "text": button.get("tooltip") or button["text"]}
    group["buttons"] = [_told(button) for button in (*ours, *theirs)]


def _told(button: dict[str, Any]) -> dict[str, Any]:
    """Say in words what a button gives that has a suffix alone."""
    suffix, words = str(button.get("text") or ""), str(button.get("tooltip") or "")
    return {**button, "text": f"{words} ({suffix})"} if suffix.startswith(".") and words else button


def _button(context: dict[str, Any], path: str) -> dict[str, Any]:
    suffix = splitext(path)[1]
    label, icon, tooltip = LABELS.get(
        suffix, (f"download{suffix.replace('.', '-')}-button", "fas fa-file", "Download source file")
    )
    return {
        "type": "link",
        "url": context["pathto"](path, 1),
        "text": suffix,
        "icon": icon,
        "tooltip": _(tooltip),
        "label": label,
    }


def _pdf(context: dict[str, Any], path: str) -> dict[str, Any]:
    """Make a button of its own, since it is what most readers want."""
    return {
        "type": "link",
        "url": context["pathto"](path, 1),
        "text": "PDF",
        "icon": "fas fa-file-pdf",
        "tooltip": path.rsplit("/", 1)[-1],
        "label": "download-thesis-button",
    }


def _(words: str) -> str:
    return str(get_translation("booktheme")(words))
