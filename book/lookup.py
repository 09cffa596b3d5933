"""A rule looked up by its name, without loading a check."""

from __future__ import annotations

from book.diagnostics import Diagnostic
from book.rules import RULES


def unknown_rule(name: str) -> Diagnostic | None:
    """Say that nothing is called so, and what was probably meant; None where a rule has the name."""
    from difflib import get_close_matches

    if name in RULES or name.startswith("sphinx-"):
        return None
    close = get_close_matches(name, RULES, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "a rule's name stands in brackets behind each remark"
    return Diagnostic("unknown-rule", f"no rule is called '{name}'", hint=hint)
