"""Keys, tokens and passwords by their shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SHAPES = re.compile(
    r"(?:"
    r"(?:AKIA|ASIA)[0-9A-Z]{16}"  # Amazon
    r"|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,}"  # GitHub
    r"|gl(?:pat|dt|rt|ptt|ft|soat)-[\w-]{20,}"  # GitLab
    r"|xox[abeoprs](?:\.xox[bp])?-[0-9A-Za-z-]{20,}|xapp-\d-[0-9A-Z]{9,}-\d{10,}-[0-9a-f]{40,}"  # Slack
    r"|hooks\.slack\.com/services/T[0-9A-Z]{8,}/B[0-9A-Z]{8,}/[0-9A-Za-z]{24}"
    r"|sk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}|[sr]k_live_[0-9A-Za-z]{24,}"  # Anthropic, OpenAI, Stripe
    r"|AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{30,}|GOCSPX-[\w-]{28}"  # Google
    r"|SG\.[\w-]{22}\.[\w-]{43}|dop_v1_[0-9a-f]{64}|dapi[0-9a-f]{32}"  # SendGrid, DigitalOcean, Databricks
    r"|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{34}|pypi-AgE[A-Za-z0-9_-]{50,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"  # a JSON web token
    r")(?![A-Za-z0-9])"
    r"|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----(?=\s*(?:[A-Z][\w-]+: [^\n]*\s+){0,4}[A-Za-z0-9+/=\s]{40})"
)
BEGINNINGS = (
    "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-", "glptt-", "glft-", "glsoat-",
    "xox", "xapp-", "hooks.slack.com/", "sk-", "sk_live_", "rk_live_", "AIza", "ya29.", "GOCSPX-",
    "SG.", "dop_v1_", "dapi", "npm_", "hf_", "pypi-AgE", "eyJ", "-----BEGIN ",
)  # fmt: skip
"""What the shapes begin with: looked for first, since that is fast."""
NAMED = (
    "password",
    "passwd",
    "passwort",
    "api_key",
    "api-key",
    "apikey",
    "secret",
    "access_token",
    "access-token",
    "auth_token",
)
ASSIGNED = re.compile(
    r"""(?:password|passwd|passwort|api[_-]?key|secret(?:[_-]access)?(?:[_-]?key)?|access[_-]?token|auth[_-]?token)["']?\s*[:=]\s*(["'])(?P<value>[^"'\s]{8,})\1""",
    re.IGNORECASE,
)
IN_ADDRESS = re.compile(r"://[^\s:/@<>\"']+:(?P<value>[^\s:/@<>\"'{}$*]{6,})@[\w.-]+")
EXAMPLE = re.compile(
    r"example|sample|dummy|placeholder|changeme|change_me|your|xxx|secret|passw|token|foo|bar|test|12345|abcde|\*\*|\.\.\.|[<>{}$%]|(.)\1{4}",
    re.IGNORECASE,
)
"""What stands in for a secret where one explains something."""


def secrets_in(text: str) -> Iterator[tuple[str, int]]:
    """Each thing that has the shape of a secret, and where it begins."""
    for at in _places(text, BEGINNINGS):
        match = SHAPES.match(text, at)
        alone = at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "_-") or text[at] == "-"
        if match and alone and not EXAMPLE.search(match[0].strip("-")):
            yield match[0], at
    found = [match for at in _places(text.lower(), NAMED) if (match := ASSIGNED.match(text, at))]
    for match in (*found, *IN_ADDRESS.finditer(text)):
        value = match["value"]
        mixed = any(sign.isdigit() for sign in value) and any(sign.isalpha() for sign in value)
        if mixed and not EXAMPLE.search(value):
            yield value, match.start("value")


def _places(text: str, words: tuple[str, ...]) -> Iterator[int]:
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield at
            at = text.find(word, at + 1)
