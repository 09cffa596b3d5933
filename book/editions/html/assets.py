"""What every page loads: our style sheet, no script twice, none of other hosts."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.config import Config

STYLES = "thesis.css"
TEMPLATES = Path(__file__).parents[2] / "templates" / "html"


def setup_assets(app: Sphinx) -> None:
    """Add our style sheet, take away what an offline page has no use for."""
    app.connect("config-inited", _add_static_files)
    years = Copyright()
    app.connect("config-inited", years.note, priority=100)
    app.connect("config-inited", years.keep, priority=900)
    app.connect("builder-inited", _drop_thebe_files, priority=900)
    app.connect("write-started", _bring_notebook_styles)
    app.connect("doctree-resolved", _drop_thebe_nodes, priority=900)
    app.connect("html-page-context", _clean_page, priority=990)
    app.add_css_file(STYLES, priority=900)
    app.add_config_value("thesis_site_look", "", "html", str)


class Copyright:
    """The author's line on copyright; Sphinx puts the year of `SOURCE_DATE_EPOCH` in place of the author's."""

    def __init__(self) -> None:
        self.said: Any = ""

    def note(self, _app: Sphinx, config: Config) -> None:
        """Remember what the author says."""
        self.said = config.copyright

    def keep(self, _app: Sphinx, config: Config) -> None:
        """Say it."""
        config.copyright = self.said


def wants_thebe(config: Config) -> bool:
    """Whether the author switched on live cells: those need another host, and that is the author's choice."""
    buttons = (config.html_theme_options or {}).get("launch_buttons") or {}
    return bool(buttons.get("thebe")) if isinstance(buttons, dict) else False


def _add_static_files(_app: Sphinx, config: Config) -> None:
    # New lists and mappings: Sphinx hands every build of a process the same empty ones, and others append to them.
    config.html_static_path = [*config.html_static_path, str(TEMPLATES / "static")]
    # Ours come after the author's and before those of themes, which add their own to the same list.
    theirs = [path for path in config.templates_path if "_theme" in Path(path).parent.name or "_theme" in Path(path).parent.parent.name]
    own = [path for path in config.templates_path if path not in theirs]
    config.templates_path = list(dict.fromkeys([*own, str(TEMPLATES), *theirs]))
    # The theme shows a second search field above its own sidebar's where this is not set.
    config.html_theme_options = {"navbar_persistent": [], **config.html_theme_options}
    # Without it the theme reports an invalid mode in the console of every new reader.
    config.html_context = {"default_mode": "auto", **config.html_context}
    # Pages name their style sheets with a checksum: when ours change, all pages are to be written again.
    config.thesis_site_look = _digest(TEMPLATES)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _bring_notebook_styles(app: Sphinx, builder: Builder) -> None:
    """Have MyST-NB copy its style sheet before the first page asks for its checksum, not after the last."""
    if builder.format == "html" and "myst_nb" in app.extensions:
        from myst_nb.sphinx_ext import add_global_html_resources

        (Path(builder.outdir) / "_static").mkdir(parents=True, exist_ok=True)
        add_global_html_resources(app, None)


def _drop_thebe_files(app: Sphinx) -> None:
    if not wants_thebe(app.config):
        app.config.html_static_path[:] = [path for path in app.config.html_static_path if "sphinx_thebe" not in path]


def _drop_thebe_nodes(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Take out what sphinx-thebe appends to every page."""
    if wants_thebe(app.config):
        return
    for node in list(doctree.children):
        text = node.astext() if isinstance(node, nodes.raw) else ""
        if "text/x-thebe-config" in text or text.startswith("<script>kernelName"):
            doctree.remove(node)


def _clean_page(
    app: Sphinx, _pagename: str, _templatename: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    thebe = wants_thebe(app.config)
    for key in ("script_files", "css_files"):
        context[key] = [asset for asset in _once(context.get(key) or ()) if thebe or not _is_thebe(asset)]


def _once(assets: Sequence[Any]) -> list[Any]:
    """Each script and style sheet the first time; a constant that is declared twice stops the page's scripts."""
    seen: dict[tuple[str, str], Any] = {}
    for asset in assets:
        seen.setdefault((_filename(asset), _body(asset)), asset)
    return list(seen.values())


def _is_thebe(asset: Any) -> bool:
    return "sphinx-thebe" in _filename(asset) or "THEBE_JS_URL" in _body(asset)


def _filename(asset: Any) -> str:
    return os.fspath(getattr(asset, "filename", asset) or "")


def _body(asset: Any) -> str:
    return str(getattr(asset, "attributes", {}).get("body") or "")
