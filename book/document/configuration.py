"""The Sphinx configuration of a thesis: Jupyter Book's own, and what we add to it."""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.diagnostics import Diagnostic
from book.document.jupyterbook import ask
from book.sources.catalogues import words_of

if TYPE_CHECKING:
    from book.config import Config
    from book.sources.gather import Sources

THEME = "sphinx_book_theme"
"""Jupyter Book's theme."""
EXTENSIONS = ("book.document.extension", "book.editions.html")
"""Ours: the first also works in a plain `jupyter-book build`, the second makes the site self-contained."""


@dataclass(frozen=True, slots=True)
class SphinxConfiguration:
    """What Sphinx is started with."""

    values: dict[str, Any]
    """Configuration values by Sphinx's names."""
    notes: tuple[Diagnostic, ...]
    """Extensions that are missing, and what Jupyter Book's schema says of `_config.yml`."""


def configure(sources: Sources, root: Path, contents_file: Path, kept: Path) -> SphinxConfiguration:
    """Derive Sphinx's configuration as Jupyter Book does, with ours added; `kept` is the file with what it said last."""
    config = sources.config
    notes: list[Diagnostic] = []
    given = {key: value for key, value in config.yaml.value.items() if key != "thesis"}
    given |= {name: _as_text(given[name]) for name in ("title", "author") if name in given}
    given["sphinx"] = _without_missing_extensions(config, root, notes)
    _local_extensions_found(given["sphinx"], root)
    asked = {"external_toc_path": contents_file.as_posix(), "latex_individualpages": False}
    answer = ask(given, asked, root, kept)
    values = answer.values
    notes += [_wrong(keys, message, config) for keys, message in answer.wrong]
    notes += _said(answer.printed, config)
    notes += _theme_found(values, config)
    _add_ours(values, config)
    return SphinxConfiguration(values, tuple(notes))


def _as_text(value: Any) -> str:
    """A title or an author that YAML takes for a date, a number or a list, as Sphinx wants it."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str("" if value is None else value)


def _said(printed: str, config: Config) -> list[Diagnostic]:
    """What Jupyter Book prints in boxes about settings, as remarks: standard output is for the answer."""
    bare = re.sub(r"\x1b\[[0-9;]*m", "", printed)
    found = []
    for box in re.split(r"^=+$", bare, flags=re.MULTILINE):
        message = " ".join(box.replace("[Warning]", "").replace("`", "'").split()).removesuffix(".")
        if message:
            message = message[:1].lower() + message[1:]
            found.append(
                Diagnostic(
                    "bad-setting",
                    message,
                    "warning",
                    config.yaml.path,
                    hint="see Jupyter Book's documentation of _config.yml",
                )
            )
    return found


def _without_missing_extensions(config: Config, root: Path, notes: list[Diagnostic]) -> dict[str, Any]:
    """The `sphinx` settings less the extensions that cannot be imported; each is named."""
    sphinx = dict(config.yaml.value.get("sphinx") or {})
    local = sphinx.get("local_extensions") or {}
    kept = []
    for number, name in enumerate(sphinx.get("extra_extensions") or ()):
        if name in local or _importable(str(name), root):
            kept.append(name)
            continue
        place = config.yaml.place("sphinx", "extra_extensions", str(number))
        hint = "install it; until then its directives and roles are reported as unknown and their text is printed as it stands"
        notes.append(
            Diagnostic(
                "extension-missing",
                f"Sphinx extension '{name}' is not installed",
                "warning",
                config.yaml.path,
                *place,
                hint=hint,
            )
        )
    sphinx["extra_extensions"] = kept
    return sphinx


def _theme_found(values: dict[str, Any], config: Config) -> list[Diagnostic]:
    """Take Jupyter Book's theme, with options of its own, where the author's is not installed; Sphinx would not start."""
    theme = str(values.get("html_theme", THEME))
    if theme == THEME:
        return []
    import sphinx

    installed = {entry.name for entry in entry_points(group="sphinx.html_themes")}
    bundled = Path(sphinx.__file__).parent / "themes"
    if theme in installed or (bundled / theme).is_dir() or values.get("html_theme_path"):
        return []
    values["html_theme"], values["html_theme_options"] = THEME, {}
    place = config.yaml.place("sphinx", "config", "html_theme")
    hint = f"install it; until then the site has the theme '{THEME}'"
    message = f"Sphinx theme '{theme}' is not installed"
    return [Diagnostic("extension-missing", message, "warning", config.yaml.path, *place, hint=hint)]


def _importable(name: str, root: Path) -> bool:
    try:
        return importlib.util.find_spec(name) is not None or (root / f"{name.replace('.', '/')}.py").exists()
    except (ImportError, ValueError):
        return False


def _local_extensions_found(sphinx: dict[str, Any], root: Path) -> None:
    """Put the folders of local extensions on the path, as Jupyter Book does."""
    for folder in (sphinx.get("local_extensions") or {}).values():
        path = str((root / str(folder)).resolve())
        if path not in sys.path:
            sys.path.append(path)


def _wrong(keys: tuple[str, ...], message: str, config: Config) -> Diagnostic:
    """What Jupyter Book's own schema finds wrong."""
    hint = "see Jupyter Book's documentation of _config.yml"
    return Diagnostic(
        "bad-setting", f"'{'.'.join(keys)}': {message}", "warning", config.yaml.path, *config.yaml.place(*keys), hint=hint
    )


def _add_ours(values: dict[str, Any], config: Config) -> None:
    """Our extension, quiet defaults, and execution off: cells have run before."""
    extensions = [str(name) for name in values["extensions"]]
    bibliography = any(name.startswith("sphinxcontrib.bibtex") for name in extensions)
    if values.get("bibtex_bibfiles") and not bibliography:
        extensions.append("sphinxcontrib.bibtex")
    values["extensions"] = [*(name for name in extensions if name not in EXTENSIONS), *EXTENSIONS]
    values["nb_execution_mode"] = "off"
    # Sphinx adds what extensions register to the default itself: without one of our own, a second build in a process inherits the first one's
    values["source_suffix"] = dict(values.get("source_suffix") or {".rst": "restructuredtext"})
    values["nb_merge_streams"] = values.get("nb_merge_streams", True)
    values["language"] = config.language
    values.setdefault("bibtex_reference_style", "author_year")
    # MyST's own smartquotes know English alone; Sphinx, which comes after, knows the quotation marks of each language
    if not config.language.lower().startswith("en"):
        values["myst_enable_extensions"] = [
            name for name in values.get("myst_enable_extensions") or () if name != "smartquotes"
        ]
    words = words_of(config.language)
    if words and "numfig_format" not in values:
        values["numfig_format"] = {
            "figure": f"{words.figure} %s", "table": f"{words.table} %s", "code-block": f"{words.listing} %s", "section": f"{words.section} %s",
        }  # fmt: skip
    values["thesis_appendices"] = tuple(config.thesis.appendices)
