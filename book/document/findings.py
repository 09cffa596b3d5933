"""Findings in the text: the role, what it printed where, and which pages that concerns."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxRole

from book.document.counted import is_count, pages_that_quote_what_is_gone, waiting
from book.document.memory import by_page, keep_by_page
from book.document.places import line_of, source_of, warn
from book.findings import Finding, finding_from, format_finding, recorded_in, recorded_twice, unknown_finding
from book.project import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

    from book.diagnostics import Diagnostic

    Known = Finding | Mapping[str, Any]

_USES, _RECORDED = "thesis_finding_uses", "thesis_findings_recorded"

_WAITING = re.compile("\ue000([^\ue000\ue001]*)\ue001")
"""A finding that waits for its value inside a string: only a plain `jupyter-book build` has such."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place in the text that prints a finding."""

    name: str
    """The finding, as the text names it."""
    spec: str
    """The format the text asks for; empty where the finding's own is meant."""
    docname: str
    """The page."""
    line: int
    """Line of the page's file (in a notebook, number of the cell), counted from 1."""
    text: str
    """What is printed."""
    problem: str = ""
    """Rule that the place offends; empty where all is well."""


class FindingRole(SphinxRole):
    """Print a finding: ``{finding}`h3.support` `` or ``{finding}`h3.support:.2f` ``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Put the value into the text, or wait for it where nobody has collected the findings yet."""
        name, _, spec = (part.strip() for part in self.text.partition(":"))
        docname = self.env.docname
        line = line_of(self.env, docname, self.lineno, self.text)
        known = known_findings(self.config)
        if known is None:
            held = f"\ue000{name}:{spec}\ue001"
            node = nodes.inline(self.rawtext, held, classes=["finding"], finding=name, spec=spec)
            self.set_source_info(node)
            uses_in(self.env).setdefault(docname, []).append(Use(name, spec, docname, line, ""))
            return [node], []
        if name not in known and is_count(name, self.env):
            node, remark = waiting(self.env, name, spec)
            if remark:
                warn(remark, (docname, line))
            self.set_source_info(node)
            return [node], []
        text, remark = printed(name, spec, known, self.config.language)
        uses_in(self.env).setdefault(docname, []).append(
            Use(name, spec, docname, line, text, remark.rule if remark else "")
        )
        if remark and remark.rule != "finding-recorded-twice":  # said once, where it is recorded
            warn(remark, (docname, line))
        node = nodes.inline(self.rawtext)
        _settle(node, name, text, remark)
        self.set_source_info(node)
        return [node], []


def known_findings(config: Config) -> Mapping[str, Known] | None:
    """Give the findings that our build has collected; None in a plain `jupyter-book build`."""
    return config.thesis_findings  # type: ignore[no-any-return]


def printed(name: str, spec: str, known: Mapping[str, Known], language: str) -> tuple[str, Diagnostic | None]:
    """Say what the text prints for a finding, and what is wrong with it."""
    given = known.get(name)
    if given is None:
        return f"[unknown finding: {name}]", unknown_finding(name, known)
    finding = given if isinstance(given, Finding) else finding_from({"name": name, **given})
    if finding.twice:
        return f"[finding recorded twice: {name}]", recorded_twice(finding, finding)
    text = format_finding(finding, spec, language)
    return (text, None) if isinstance(text, str) else (f"[finding not formatted: {name}{':' * bool(spec)}{spec}]", text)


def uses_in(env: BuildEnvironment) -> dict[str, list[Use]]:
    """Every use of a finding, by page."""
    return by_page(env, _USES)


def recorded_on(env: BuildEnvironment) -> dict[str, list[Finding]]:
    """Findings that the cells of each page have recorded: all that a plain `jupyter-book build` knows."""
    return by_page(env, _RECORDED)


def _settle(node: nodes.Element, name: str, text: str, remark: Diagnostic | None) -> None:
    """Make an inline node print a finding, or mark the place visibly."""
    node["classes"] = ["problem"] if remark else ["finding"]
    node["finding"] = name
    node.children[:] = []
    node += nodes.Text(text)


def _outdated(app: Sphinx, env: BuildEnvironment, *_sets: set[str]) -> Iterable[str]:
    """Pages that print what is no longer so, and those that name a count of words which has come or gone with a page."""
    known = known_findings(app.config)
    if known is None:
        return []
    language = app.config.language
    other = {
        d
        for d, uses in uses_in(env).items()
        if any((u.name not in known and is_count(u.name, env)) or u.text != printed(u.name, u.spec, known, language)[0] for u in uses)
    }
    return sorted(other | pages_that_quote_what_is_gone(env))


# A plain `jupyter-book build`: findings are known only when every page has been read


def _gather(app: Sphinx, _doctree: nodes.document) -> None:
    """Take a page's findings from the notebook that MyST-NB has just written, cells that are not shown included."""
    env = app.env
    chapter = source_of(env, env.docname)
    if app.config.thesis_findings is not None or chapter is None or not chapter.cells:
        return
    folder = getattr(getattr(env, "mystnb_config", None), "output_folder", "")
    notebook = read_json(Path(folder) / f"{env.docname}.ipynb") or {"cells": []}
    outputs = [cell.get("outputs") or [] for cell in notebook["cells"] if cell.get("cell_type") == "code"]
    for one in recorded_in(chapter, outputs):
        if isinstance(one, Finding):
            recorded_on(env).setdefault(env.docname, []).append(one)
        else:
            warn(one, (env.docname, one.line))


def found_while_reading(env: BuildEnvironment) -> tuple[dict[str, Finding], list[Diagnostic]]:
    """Findings that the pages' cells have recorded, and the names that two cells use."""
    found: dict[str, Finding] = {}
    remarks = []
    for docname in sorted(recorded_on(env)):
        for one in recorded_on(env)[docname]:
            if one.name in found:
                remarks.append(recorded_twice(found[one.name], one))
                found[one.name] = replace(found[one.name], twice=True)
            else:
                found[one.name] = one
    return found, remarks


def _resolve_late(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Give titles and lists of contents their values; return the pages whose text changes."""
    if app.config.thesis_findings is not None or not uses_in(env):
        return []
    found, remarks = found_while_reading(env)
    for twice in remarks:
        warn(twice, f"{twice.path}:{twice.line}")
    language = app.config.language
    changed = []
    for docname, uses in uses_in(env).items():
        now = []
        for use in uses:
            text, remark = printed(use.name, use.spec, found, language)
            now.append(replace(use, text=text, problem=remark.rule if remark else ""))
            if remark and remark.rule != "finding-recorded-twice":
                warn(remark, (docname, use.line))
        if now != uses:
            changed.append(docname)
            uses_in(env)[docname] = now
    trees = [tree for kept in (env.titles, env.longtitles, env.tocs) for tree in kept.values()]
    for tree in trees:
        _resolve_in(tree, found, language)
    _resolve_labels(env, found, language)
    return changed


def _resolve_in(tree: nodes.Element, found: Mapping[str, Known], language: str) -> None:
    for node in list(tree.findall(nodes.inline)):
        if "finding" in node and "spec" in node:
            text, remark = printed(node["finding"], node["spec"], found, language)
            _settle(node, node["finding"], text, remark)


def _resolve_labels(env: BuildEnvironment, found: Mapping[str, Known], language: str) -> None:
    def say(match: re.Match[str]) -> str:
        name, _, spec = match[1].partition(":")
        return printed(name, spec, found, language)[0]

    labels = env.domaindata["std"]["labels"]
    for label, (docname, anchor, title) in list(labels.items()):
        if "\ue000" in title:
            labels[label] = (docname, anchor, _WAITING.sub(say, title))


class LateFindings(SphinxPostTransform):
    """Put values into a page that was read before all findings were known."""

    default_priority = 3

    def run(self, **_kwargs: Any) -> None:
        """Resolve the findings that wait."""
        if self.config.thesis_findings is None:
            found, _remarks = found_while_reading(self.env)
            _resolve_in(self.document, found, self.config.language)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the role, its configuration value, and what keeps pages up to date."""
    app.add_config_value("thesis_findings", None, "", [dict, type(None)])
    app.add_role("finding", FindingRole())
    app.connect("env-get-outdated", _outdated)
    keep_by_page(app, _USES, _RECORDED)
    app.connect("doctree-read", _gather)
    app.connect("env-updated", _resolve_late)
    app.add_post_transform(LateFindings)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
