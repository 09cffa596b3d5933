"""What the final files tell of the machine and its owner."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from book.checks.editions.final import pieces_of
from book.checks.privacy.machine import LEAST, names_here, places_here
from book.checks.privacy.secrets import secrets_in
from book.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.checks.editions.final import Final
    from book.checks.editions.reading.piece import Paper

FORMS = {
    "local-path": ("path '{}' is one of a single machine", "print a path relative to the thesis, or leave it out of the output"),
    "machine-name": ("'{}' is the name of a machine or of its user", "leave it out of what is printed and of what a cell shows"),
    "secret": ("'{}' has the shape of a secret", "withdraw it where it is valid, take it out of the cell, and run the cell anew"),
}  # fmt: skip
"""Rule -> message, hint."""
HOMES = re.compile(
    r"(?<![\w:/.~%@-])(?:/home/|/Users/|[A-Za-z]:\\{1,2}Users\\{1,2})(?P<user>[\w.-]+)(?:[/\\][\w./\\+@-]*)?"
)
TEMPORARY = re.compile(
    r"(?<![\w:/.~%@-])(?:/tmp/(?:ipykernel_\d+|tmp[a-z0-9_]{8})|/(?:private/)?var/folders/\w\w/\w+/T|"
    r"[A-Za-z]:\\{1,2}(?:Windows\\{1,2}Temp)|/scratch/\w+/tmp\w+)[\w./\\-]*"
)
SIGNS = (
    (HOMES, ("/home/", "/Users/", "Users\\")),
    (TEMPORARY, ("/tmp/", "/var/folders/", "Temp", "/scratch/")),  # noqa: S108 - looked for, not used
)
"""Pattern -> what a text must hold for it to be looked for."""
NOBODY = frozenset(
    {
        "user", "users", "username", "user-name", "user_name", "yourname", "your-name", "your_name", "yourusername", "your_username",
        "your-username", "you", "me", "myname", "myuser", "name", "jovyan", "ubuntu", "ec2-user", "runner", "docker", "admin",
        "someone", "somebody", "alice", "bob", "foo", "bar", "jane", "john", "jdoe", "johndoe", "janedoe", "public", "shared", "guest",
        "student", "default", "example", "benutzer", "nutzer", "name.surname", "xxx", "xyz", "rstudio", "vscode", "circleci", "travis",
        "usuario", "utilisateur", "miniconda3", "anaconda3", "miniforge3", "conda", "all", "appdata", "...", "..", ".",
    }
)  # fmt: skip
"""Names that stand for anybody."""
INSTALLED = re.compile(r"AppData|/Library/|-packages|[/\\][.]\w|(?:ana|mini)conda|miniforge")
"""Signs of a path that nobody makes up for an example."""
TAG = re.compile(r"<[^>]*>")
ATTRIBUTE = re.compile(
    r"""(?<=\s)(?:title|alt|src|href|content|data-[\w-]+|value|aria-label)\s*=\s*["']([^"'<>]*)["']"""
)


def leaks(final: Final) -> Iterator[Diagnostic]:
    """Local paths, names of users and hosts, secrets; each once an edition, where it stands first."""
    seen: set[tuple[str, str]] = set()
    for name, path in sorted(final.files.items(), key=lambda one: (not one[0].endswith(".html"), one[0])):
        if name.endswith((".csv", ".txt")):
            continue
        where = final.project.relative(path)
        text = path.read_text(encoding="utf-8", errors="replace")
        if name.endswith((".ipynb", ".json")):  # what JSON writes for the end of a line, a quotation mark, a backslash
            text = text.replace("\\n", "  ").replace('\\"', ' "').replace("\\\\", "\\")
        for rule, value, line in _in_file(final, text, markup=name.endswith(".html")):
            if (rule, value) not in seen:
                seen.add((rule, value))
                yield _said(rule, value, where, line=line)
    for where, paper in final.papers():
        yield from _in_paper(final, where, paper)


def _in_file(final: Final, text: str, *, markup: bool) -> Iterator[tuple[str, str, int]]:
    if not markup:
        yield from found_in(final, text)
        return
    body = html.unescape(TAG.sub(lambda match: "\n" * match[0].count("\n"), text))
    yield from found_in(final, body)
    attributes = "\n".join(html.unescape(value) for value in ATTRIBUTE.findall(text))
    for rule, value, _ in found_in(final, attributes):
        at = text.find(html.escape(value))
        yield rule, value, text.count("\n", 0, at) + 1 if at >= 0 else 0


def _in_paper(final: Final, path: str, paper: Paper) -> Iterator[Diagnostic]:
    seen: set[tuple[str, str]] = set()
    for rule, value, _ in found_in(final, paper.metadata):
        seen.add((rule, value))
        yield _said(rule, value, path)
    for piece in pieces_of((paper.flow, paper.notes, paper.pictures)):
        for rule, value, _ in found_in(final, piece.text):
            if (rule, value) not in seen:
                seen.add((rule, value))
                first = next((run for run in piece.runs if value[:12] in run.text), piece.runs[0])
                yield _said(rule, value, path, page=first.page, box=first.box)


def _said(
    rule: str,
    value: str,
    path: str,
    *,
    line: int = 0,
    page: int = 0,
    box: tuple[()] | tuple[float, float, float, float] = (),
) -> Diagnostic:
    message, hint = FORMS[rule]
    if rule == "secret":  # which is not told once more
        said = message.format(f"{value[:6]}…")
        return Diagnostic("secret", said, "error", path, line, hint=hint, page=page, box=box)
    return Diagnostic(rule, message.format(value), "warning", path, line, hint=hint, page=page, box=box)


def found_in(final: Final, text: str) -> Iterator[tuple[str, str, int]]:
    """Rule, value and line of everything in a text that should stay at home."""
    for value, at in [
        *_paths(final, text),
        *((f"\0{secret}", at) for secret, at in secrets_in(text)),
        *_names(final, text),
    ]:
        rule = "secret" if value.startswith("\0") else "machine-name" if value.startswith("\1") else "local-path"
        yield rule, value.lstrip("\0\1"), text.count("\n", 0, at) + 1


def _paths(final: Final, text: str) -> Iterator[tuple[str, int]]:
    taken: list[range] = []
    if "/" not in text and "\\" not in text:
        return
    for place in places_here(final.project.root):
        for match in re.finditer(rf"(?<![\w.~%@-]){re.escape(place)}(?=[/\\\s'\"`),;:]|$)[\w./\\+@-]*", text):
            taken.append(range(match.start(), match.end()))
            yield match[0].rstrip("."), match.start()
    patterns = [pattern for pattern, signs in SIGNS if any(sign in text for sign in signs)]
    for pattern in patterns:
        for match in pattern.finditer(text):
            user = match.groupdict().get("user", "").rstrip(".").lower()
            anybody = user in NOBODY or user.startswith(("your", "my-", "some", "<", "{", "$"))
            anybody = anybody or (bool(user) and _made_up(final, match[0].rstrip("."), user))
            if not anybody and not any(match.start() in one for one in taken):
                yield match[0].rstrip("."), match.start()


def _made_up(final: Final, path: str, user: str) -> bool:
    """Whether a path is an example: written in code, below the home of somebody who is no author and not whoever builds."""
    if INSTALLED.search(path) or path not in final.listed:
        return False
    author = re.sub(r"[^a-z]", "", f"{final.sources.config.author} {' '.join(names_here())}".lower())
    names = [name for name in re.split(r"[^a-z]+", final.sources.config.author.lower()) if len(name) >= LEAST]
    letters = re.sub(r"[^a-z]", "", user)
    return not (letters and letters in author) and not any(name in letters for name in names)


def _names(final: Final, text: str) -> Iterator[tuple[str, int]]:
    for name in names_here():
        if name.lower() in text.lower() and name not in final.said_by_author:
            match = re.search(rf"(?<![\w/.-]){re.escape(name)}(?![\w-])", text)
            if match:
                yield f"\1{name}", match.start()
