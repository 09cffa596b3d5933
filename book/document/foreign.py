"""Passages in another language: what the author has written as an attribute or a class, as all editions read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LANGUAGE, SHORT = "language-", "lang-"
"""How the class of a passage begins: as docutils has it, which writes it as `lang`, and as it may be written too."""


def language_of(node: nodes.Element) -> str:
    """The language that a node says it is in; empty where it says none."""
    classes: list[str] = node.get("classes", [])
    named = next((name for name in classes if name.startswith((LANGUAGE, SHORT))), "")
    return named.removeprefix(LANGUAGE).removeprefix(SHORT) or str(node.get("lang", ""))


def as_class(attributes: dict[str, Any]) -> None:
    """`[words]{lang=ru}` has a class, since MyST drops every attribute that it does not know."""
    language = str(attributes.get("lang", "")).strip()
    if language:
        attributes["class"] = f"{attributes.get('class', '')} {LANGUAGE}{language}".strip()


class Languages(SphinxTransform):
    """Classes that name a language are those that docutils knows."""

    default_priority = 700

    def apply(self, **_kwargs: Any) -> None:
        """Rename the short ones."""
        for node in self.document.findall(nodes.Element):
            classes = node.attributes.get("classes")
            if classes and any(name.startswith(SHORT) for name in classes):
                node["classes"] = [
                    LANGUAGE + name.removeprefix(SHORT) if name.startswith(SHORT) else name for name in classes
                ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform."""
    app.add_transform(Languages)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
