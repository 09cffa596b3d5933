"""Lists as text or JSON: findings with value, origin, uses and claims; words by part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from book.findings import format_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from book.document.claims.testing import Claim
    from book.document.counting import WordCount
    from book.document.findings import Use
    from book.findings import Finding


def list_findings(
    findings: Mapping[str, Finding],
    uses: Iterable[Use],
    claims: Iterable[Claim],
    paths: Mapping[str, str],
    language: str,
    form: str,
) -> str:
    """Write the list; `paths` names the file of each page."""
    used: dict[str, list[str]] = {}
    for use in uses:
        used.setdefault(use.name, []).append(f"{paths.get(use.docname, use.docname)}:{use.line}")
    resting: dict[str, set[str]] = {}
    for claim in claims:
        for name in claim.findings:
            resting.setdefault(name, set()).add(f"{claim.path}:{claim.cell or claim.line}")
    rows = [
        _row(finding, used.get(name, []), resting.get(name, set()), language)
        for name, finding in sorted(findings.items())
    ]
    if form == "json":
        return json.dumps({"findings": rows}, ensure_ascii=False, indent=2)
    return "\n".join(_line(row) for row in rows) or "no cell records a finding"


def _row(finding: Finding, places: list[str], claims: set[str], language: str) -> dict[str, Any]:
    printed = format_finding(finding, "", language)
    return {
        "name": finding.name,
        "value": finding.value,
        "unit": finding.unit,
        "printed": printed if isinstance(printed, str) else "",
        "path": finding.path,
        "line": finding.line,
        "cell": finding.cell,
        "used": sorted(places),
        "claims": sorted(claims),
    }


def _line(row: dict[str, Any]) -> str:
    used = ", ".join(row["used"]) or "never used"
    claimed = f"; claims: {', '.join(row['claims'])}" if row["claims"] else ""
    return f"{row['name']} = {row['printed']}  ({row['path']}:{row['line']}; {used}{claimed})"


def list_words(count: WordCount, form: str) -> str:
    """Write how many words each page has, and what counts."""
    if form == "json":
        return json.dumps(count.as_data(), ensure_ascii=False, indent=2)
    rows = [(count.of(part), part.group in count.groups, part.title or part.docname, part.words) for part in count.parts]
    wide = max((len(f"{words:,}") for words, *_ in rows), default=1)
    wide = max(wide, len(f"{count.total:,}"))
    lines = []
    for words, counts, title, kinds in rows:
        left = {kind: number for kind, number in kinds.items() if kind not in count.counted}
        beside = f"  (and {', '.join(f'{number:,} in {kind}' for kind, number in left.items())})" if left else ""
        lines.append(f"{words:>{wide},} {' ' if counts else '-'} {title}{beside}")
    lines.append(f"{count.total:>{wide},}   in all: {', '.join(count.counted)} of {', '.join(count.groups)}; parts marked '-' do not count")
    if count.letters:
        lines.append(f"{count.letters:>{wide},}   of all are letters of a script that separates no words (Thai, Lao, Khmer, Burmese)")
    return "\n".join(lines)
