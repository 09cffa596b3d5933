"""Sphinxcontrib-bibtex with its formatting left to the citation processor."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.nodes import make_id
from sphinx.transforms import SphinxTransform
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.directives import BibliographyDirective
from sphinxcontrib.bibtex.domain import BibtexDomain
from sphinxcontrib.bibtex.foot_domain import BibtexFootDomain
from sphinxcontrib.bibtex.foot_roles import FootCiteRole
from sphinxcontrib.bibtex.roles import CiteRole

from book.diagnostics import Diagnostic
from book.document.citations.collecting import FOOT
from book.document.citations.starting import is_active
from book.document.citations.terms import looks_like_locator
from book.document.citations.wording import interleaved
from book.document.places import warn
from book.sources.bibliography import clean_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx.environment import BuildEnvironment

NOTED = "thesis_key"
"""Attribute of a footnote that holds an entry: its key."""
NAMED = "thesis_names"
"""Attribute of an inline node that authors are to fill: the key of their work."""

REFERRED = "thesis_footnote"
"""Attribute of an inline node that becomes a reference to a footnote: the footnote's name."""


class MendedCite(CiteRole):  # type: ignore[misc]
    """A citation whose text need not be well formed: sphinxcontrib-bibtex stops the whole build at `key, p. 5`."""

    target: str

    def result_nodes(
        self, document: nodes.document, env: BuildEnvironment, node: nodes.Element, is_ref: bool
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Mend the text where it cannot be read, and say how it is written."""
        try:
            list(parse_citation_targets(self.target))
        except (ValueError, RecursionError):
            written, self.target = self.target, mended(self.target)
            node["reftarget"] = self.target
            hint = f"write it as '{self.target}': words before a key and after it go in braces"
            said = f"citation '{' '.join(written.split())}' cannot be read"
            warn(Diagnostic("malformed-citation", said, hint=hint), (env.docname, self.lineno))
        made: tuple[list[nodes.Node], list[nodes.system_message]] = super().result_nodes(document, env, node, is_ref)
        return made


def mended(target: str) -> str:
    """The text of a citation as it was probably meant: what follows a key, with or without a comma, is its locator."""
    works: list[list[str]] = []
    for piece in re.findall(r"(?:\{[^{}]*\}|[^,])+", target):
        words = re.sub(r"[{}]", " ", piece).split()
        if words and (not works or (len(words) == 1 and not looks_like_locator(piece))):
            works.append([words[0], " ".join(words[1:])])
        elif words:
            works[-1][1] = ", ".join(filter(None, [works[-1][1], " ".join(words)]))
    return ",".join(f"{key}{{{after}}}" if after else key for key, after in works) or "?"


class CiteDomain(BibtexDomain):  # type: ignore[misc]
    """The domain of citations; it formats nothing where a CSL style does."""

    roles: ClassVar[dict[str, Any]] = {name: MendedCite() for name in BibtexDomain.roles}

    def env_updated(self) -> Iterable[str]:
        """Format entries with pybtex, unless citeproc formats them."""
        return [] if is_active(self.env.config) else list(super().env_updated())


class CslBibliography(BibliographyDirective):  # type: ignore[misc]
    """`{bibliography} references.bib` names the author's file, of which a clean copy is read."""

    arguments: list[str]

    def run(self) -> Sequence[nodes.Node]:
        """Look the named files up among the clean copies."""
        if self.arguments and self.env.config.thesis_cache:
            self.arguments = [" ".join(self._clean(name) for name in self.arguments[0].split())]
        nodes_made: Sequence[nodes.Node] = super().run()
        return nodes_made

    def _clean(self, name: str) -> str:
        known = self.env.get_domain("cite").bibdata.bibfiles
        relative, absolute = self.env.relfn2path(name)
        folder = Path(self.env.config.thesis_cache) / "bibliography"
        copies = (Path(absolute).resolve(), clean_path(folder, relative).resolve(), clean_path(folder, name).resolve())
        found = next((path for path in copies if path in known), None)
        root = Path(self.env.srcdir).resolve()
        return f"/{found.relative_to(root).as_posix()}" if found is not None and found.is_relative_to(root) else name


class FootCite(FootCiteRole):  # type: ignore[misc]
    """A citation in a footnote, of which the environment keeps a record, and whose unknown keys are marked."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the footnotes of the known keys; what they say is filled in when all citations are known."""
        if not is_active(self.env.config):
            made: tuple[list[nodes.Node], list[nodes.system_message]] = super().run()
            return made
        entries = self.env.get_domain("cite").bibdata.data.entries
        keys = [key.strip() for key in self.text.split(",") if key.strip()]
        around = nodes.inline("", classes=["citation"])
        around[FOOT] = ",".join(keys)
        self.set_source_info(around)
        self.inliner.document.set_id(around)
        known = [str(entries[key].key) for key in keys if key in entries]
        said = [self._reference(key) for key in known]
        if self._is_textual() and len(said) > 1:
            for part in interleaved([f"\x01{number}" for number in range(len(said))], str(self.config.language)):
                around += said[int(part[1:])] if part.startswith("\x01") else nodes.Text(part)
        else:
            for number, one in enumerate(said):
                around += [nodes.Text("\u00a0"), *one] if number else one
        return [around], []

    def _reference(self, key: str) -> list[nodes.Node]:
        """A reference to the footnote of a key, which is made at the first one; what it says is filled in later."""
        name = make_id(f"footcite-{key}-{self.env.temp_data.get('bibtex_footbibliography_count', 0) + 1}")
        new: set[str] = self.env.temp_data.setdefault("bibtex_foot_new_refs", set())
        names: dict[str, str] = self.env.temp_data.setdefault("bibtex_footcite_names", {})
        if key not in new and key not in self.env.temp_data.setdefault("bibtex_foot_old_refs", set()):
            new.add(key)
            names[key] = name
            self._footnote(key, name)
        reference = nodes.inline("", "", **{REFERRED: names[key]})
        return [nodes.inline("", "", **{NAMED: key}), reference] if self._is_textual() else [reference]

    def _is_textual(self) -> bool:
        return self.name.rpartition(":")[2] in ("t", "ts", "ct", "cts")

    def _footnote(self, key: str, name: str) -> None:
        """An empty footnote, in the container that the next `{footbibliography}` puts on the page."""
        footnote = nodes.footnote("", nodes.paragraph("", key), auto=1, names=[name])
        footnote[NOTED] = key
        self.inliner.document.note_autofootnote(footnote)
        self.inliner.document.note_explicit_target(footnote, footnote)
        container = self.env.temp_data.setdefault("bibtex_foot_bibliography", nodes.container())
        container += footnote


class ReferToFootCitations(SphinxTransform):
    """Make footnote references of what `FootCite` has left: MyST takes all that it sees earlier for its own and misses their text."""

    default_priority = 100  # Sphinx looks for references at 200, docutils numbers footnotes at 620

    def apply(self, **_kwargs: Any) -> None:
        """Replace each mark by a reference."""
        for mark in [node for node in self.document.findall(nodes.inline) if REFERRED in node]:
            name = mark[REFERRED]
            reference = nodes.footnote_reference(f"[#{name}]_", refname=name, auto=1)
            self.document.note_autofootnote_ref(reference)
            self.document.note_footnote_ref(reference)
            mark.replace_self(reference)


class FootCiteDomain(BibtexFootDomain):  # type: ignore[misc]
    """The domain of footnote citations, with our role."""

    roles: ClassVar[dict[str, Any]] = {name: FootCite() for name in BibtexFootDomain.roles}
