"""Directives and roles that nobody has defined: their names are reported, their text is kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import directives, languages, roles
from docutils.utils import new_document
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, sphinx_domains
from sphinx.util.nodes import split_explicit_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from docutils.parsers.rst.states import Inliner
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

LOGGER = logging.getLogger(__name__)

OF_MYST = frozenset({"eval-rst", "code-cell", "raw-cell", "literalinclude", "include"})
"""Directives that MyST looks up by itself."""

_DIRECTIVE = re.compile(r"(?:`{3,}|~{3,}|:{3,})[ \t]*\{([A-Za-z][\w:.+-]*)\}|^\s*\.\. ([A-Za-z][\w:.+-]*)::", re.MULTILINE)
_ROLE = re.compile(r"\{([A-Za-z][\w:.+-]*)\}`|(?<![\w:]):([A-Za-z][\w:.+-]*):`")
_HINT = "install the Sphinx extension that defines it and name it under 'sphinx.extra_extensions'; its text is printed as it stands"


class _AnyOption(dict[str, "Callable[[str], str]"]):
    """Takes every option, since nobody knows which there are."""

    def __bool__(self) -> bool:
        return True

    def __contains__(self, _name: object) -> bool:
        return True

    def __getitem__(self, _name: str) -> Callable[[str], str]:
        return str


class KeptDirective(SphinxDirective):
    """Stands in for a directive that is not defined: argument and content are printed."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption()

    def run(self) -> list[nodes.Node]:
        """Report the name, keep the text."""
        message = f"unknown directive type: '{self.name}'\nhint: {_HINT}"
        LOGGER.warning(message, type="thesis", subtype="unknown-directive", location=(self.env.docname, self.lineno))
        kept = nodes.container(classes=["unknown-directive"])
        self.set_source_info(kept)
        if self.arguments:
            said, messages = self.state.inline_text(self.arguments[0], self.lineno)
            kept += nodes.paragraph(self.arguments[0], "", *said)
            kept += messages
        self.state.nested_parse(self.content, self.content_offset, kept)
        return [kept] if kept.children else []


def kept_role(
    name: str, _rawtext: str, text: str, lineno: int, inliner: Inliner, _options: Any = None, _content: Any = None
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Stands in for a role that is not defined: its text is printed."""
    message = f"unknown interpreted text role '{name}'\nhint: {_HINT}"
    docname = inliner.document.settings.env.docname
    LOGGER.warning(message, type="thesis", subtype="unknown-role", location=(docname, lineno))
    _explicit, title, _target = split_explicit_title(text)
    return [nodes.inline(text, title, classes=["unknown-role"])], []


def stand_in(app: Sphinx, env: BuildEnvironment, docnames: Iterable[str]) -> None:
    """Register stand-ins for the names in these pages that mean nothing to Sphinx; code that shows such a name does no harm."""
    texts = [_text(env, docname) for docname in docnames]
    used = {first or second for text in texts for first, second in _DIRECTIVE.findall(text)} - OF_MYST
    used_roles = {first or second for text in texts for first, second in _ROLE.findall(text)}
    document = new_document("")
    document.reporter.report_level = document.reporter.SEVERE_LEVEL
    english: Any = languages.get_language("en", None)

    with sphinx_domains(env):
        unknown = [one for one in _possible(used, env) if directives.directive(one, english, document)[0] is None]
        strange = [one for one in _possible(used_roles, env) if roles.role(one, english, 0, document.reporter)[0] is None]
    unknown += sorted(used - set(_possible(used, env)))
    strange += sorted(used_roles - set(_possible(used_roles, env)))
    for name in unknown:
        app.add_directive(name, KeptDirective)
    for name in strange:
        app.add_role(name, kept_role)


def _possible(names: set[str], env: BuildEnvironment) -> list[str]:
    """Names that may be known: of no domain, or of one that there is."""
    return sorted(name for name in names if ":" not in name or name.partition(":")[0] in env.domains)


def _text(env: BuildEnvironment, docname: str) -> str:
    try:
        return Path(env.doc2path(docname)).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def setup(app: Sphinx) -> None:
    """Look for unknown names before pages are read."""
    app.connect("env-before-read-docs", stand_in)
