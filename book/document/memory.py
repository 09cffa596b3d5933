"""What pages leave in Sphinx's environment, each for itself, so that it goes when the page is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def by_page(env: BuildEnvironment, name: str) -> dict[str, Any]:
    """What pages have left under a name."""
    if not hasattr(env, name):
        setattr(env, name, {})
    kept: dict[str, Any] = getattr(env, name)
    return kept


def keep_by_page(app: Sphinx, *names: str) -> None:
    """Drop what a page has left when it is read again, and take over what parallel readers found."""

    def purge(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        for name in names:
            by_page(env, name).pop(docname, None)

    def merge(_app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
        for name in names:
            found = by_page(other, name)
            by_page(env, name).update({docname: found[docname] for docname in docnames if docname in found})

    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
