"""Claims tested: each one's verdict, where it stands, and which pages a new verdict concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.conditions.judging import Judgement, Verdict, judge
from book.diagnostics import Diagnostic
from book.document.claims.nodes import claim, claim_passage
from book.document.claims.places import place_of
from book.document.findings import found_while_reading, known_findings
from book.document.memory import by_page
from book.document.places import warn
from book.findings import Finding, finding_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

CLAIMS = "thesis_claims"

RULES: dict[Verdict, str] = {
    "broken": "claim-broken", "unknown": "unknown-finding", "unreadable": "claim-unreadable",
}  # fmt: skip
"""The rule that each verdict offends."""

_MARKS = {
    "broken": "claim does not hold",
    "unknown": "claim over an unknown finding",
    "unreadable": "claim not readable",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of the text that hold under a condition."""

    docname: str
    """The page; for an included file, the one that includes it."""
    path: str
    """The file it stands in, relative to the thesis."""
    line: int
    """Its line, counted from 1; in a notebook, line of the cell."""
    column: int
    """Its column, counted from 1; 0 where unknown."""
    cell: int
    """In a notebook, the number of the cell; 0 elsewhere."""
    words: str
    """The words, without markup."""
    condition: str
    """The condition, as written; empty where there is none."""
    verdict: Verdict
    """What became of it."""
    findings: tuple[str, ...]
    """The findings that the condition names."""
    why: str
    """Why it does not hold, or what is wrong with it."""
    hint: str
    """What to try where something is wrong with it."""


class ClaimTest(SphinxTransform):
    """Test the claims of a page that is read, and mark those that do not hold."""

    default_priority = 380

    def apply(self, **_kwargs: Any) -> None:
        """Keep each claim with its verdict."""
        known = known_findings(self.config)
        found = None if known is None else _Read(known)
        for node in _claims_in(self.document):
            node["when"] = " ".join(str(node["when"]).replace('\\"', '"').split())
            path, place = place_of(node, self.env)
            judged = _judged(node["when"], found) if found is not None else Judgement("holds")
            by_page(self.env, CLAIMS).setdefault(self.env.docname, []).append(
                Claim(
                    self.env.docname, path, place.line, place.column, place.cell, " ".join(node.astext().split()), node["when"],
                    judged.verdict, judged.findings, judged.why, judged.hint,
                )
            )  # fmt: skip
            if found is not None:
                _settle(node, judged)


def _claims_in(document: nodes.Node) -> list[nodes.Element]:
    return [node for node in document.findall(nodes.Element) if isinstance(node, (claim, claim_passage))]


def _judged(condition: str, findings: Mapping[str, Finding]) -> Judgement:
    if condition:
        return judge(condition, findings)
    hint = 'write one: [words]{.claim when="h3.support > h1.support"}, or ":when: h3.support > h1.support"'
    return Judgement("unreadable", (), "a claim has no condition", hint)


def _settle(node: nodes.Element, judged: Judgement) -> None:
    """Give a claim its condition for readers, or mark it visibly."""
    if judged.verdict == "holds":
        node["said"] = f"\u2713 {node['when']}"
        return
    node["said"] = f"\u2717 {judged.why}"
    mark = f"[{_MARKS[judged.verdict]}{': ' * bool(node['when'])}{node['when']}]"
    if isinstance(node, claim):
        node["classes"].append("problem")
        node += nodes.Text(f" {mark}")
        return
    said = nodes.inline("", mark, classes=["problem"])
    if node.children and isinstance(node[0], nodes.paragraph):
        node[0].insert(0, [said, nodes.Text(" ")])
    else:
        node.insert(0, nodes.paragraph("", "", said))


def claims_in(env: BuildEnvironment) -> dict[str, list[Claim]]:
    """Every claim, by page."""
    return by_page(env, CLAIMS)


class _Read(Mapping[str, Finding]):
    """Findings that are taken from their fields when somebody asks for them."""

    def __init__(self, given: Mapping[str, Finding | Mapping[str, Any]]) -> None:
        self.given = given
        self._taken: dict[str, Finding] = {}

    def __getitem__(self, name: str) -> Finding:
        if name not in self._taken:
            one = self.given[name]
            self._taken[name] = one if isinstance(one, Finding) else finding_from({"name": name, **one})
        return self._taken[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)


def _again(one: Claim, findings: Mapping[str, Finding]) -> Claim:
    judged = _judged(one.condition, findings)
    return replace(one, verdict=judged.verdict, findings=judged.findings, why=judged.why, hint=judged.hint)


def outdated(app: Sphinx, env: BuildEnvironment, *_sets: set[str]) -> Iterable[str]:
    """Pages with a claim that has another verdict now, or another reason."""
    known = known_findings(app.config)
    if known is None:
        return []
    found = _Read(known)
    return sorted(page for page, kept in claims_in(env).items() if any(one != _again(one, found) for one in kept))


# A plain `jupyter-book build`: findings are known only when every page has been read


def say_late(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Test all claims, say which do not hold, and return their pages."""
    if app.config.thesis_findings is not None or not claims_in(env):
        return []
    found, _remarks = found_while_reading(env)
    checked = "book.checks.extension" in app.extensions  # which says the same, with what quotes each finding
    changed = []
    for page, kept in claims_in(env).items():
        now = [_again(one, found) for one in kept]
        for one in now:
            if one.verdict != "holds" and not checked:
                message = f"claim does not hold: {one.why}" if one.verdict == "broken" else one.why
                warn(Diagnostic(RULES[one.verdict], message, hint=one.hint), (page, one.cell or one.line))
        if now != kept:
            changed.append(page)
            claims_in(env)[page] = now
    return changed


class LateClaims(SphinxPostTransform):
    """Mark claims of a page that was read before all findings were known."""

    default_priority = 3

    def run(self, **_kwargs: Any) -> None:
        """Test the claims that wait."""
        if self.config.thesis_findings is None:
            found, _remarks = found_while_reading(self.env)
            for node in _claims_in(self.document):
                _settle(node, _judged(node["when"], found))
