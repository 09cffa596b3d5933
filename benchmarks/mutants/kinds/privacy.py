"""What nobody should publish, and silencings that say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.mutants.edit import Edit, Place
from benchmarks.mutants.markdown import PLAIN
from benchmarks.mutants.mutant import Mutant, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.mutants.copies import Copy, Unit


def _ends(copy: Copy) -> Iterator[tuple[int, Unit, int]]:
    """Ends of sentences in the text, numbered."""
    number = 0
    for unit in copy.prose:
        for block in unit.of_kind("paragraph"):
            if match := PLAIN.search(block.text):
                yield number, unit, block.start + match.end()
                number += 1


@kind("local-path", build=("html",))
def path_in_text(copy: Copy) -> Iterator[Mutant]:
    """The text names a folder of somebody's machine."""
    paths = (
        "/home/ada/thesis/data/raw.csv",
        "C:\\Users\\ada\\Documents\\thesis\\raw.csv",
        "/Users/ada/Desktop/figures/plot.png",
    )
    for number, unit, at in _ends(copy) if copy.runs else ():
        said = paths[number % 3]
        more = f" The file is `{said}`." if copy.language == "en" else f" Die Datei ist `{said}`."
        yield Mutant(
            f"'{said}' in the text",
            (unit.edit(at, at, more),),
            (unit.line_place(at, at), Place(copy.html(unit.path) or unit.path)),
            (said,),
        )


@kind("local-path")
def path_in_page(copy: Copy) -> Iterator[Mutant]:
    """An output of the site's page names a folder of somebody's machine."""
    for number, (path, html) in enumerate(copy.built):
        at = html.find("</p>", html.find("<article"))
        if at > 0:
            said = ("/home/ada/thesis/analysis/model.py", "/Users/ada/work/notes.txt", "/home/j.doe/.cache/run.log")[
                number % 3
            ]
            more = f'</p><div class="output"><pre>File {said}, line 3</pre></div><p>'
            yield Mutant(
                f"'{said}' in '{path}'", (Edit(path, at, at, more),), (), (said,), touches=frozenset({f"file:{path}"})
            )


@kind("secret", build=("html",))
def secret_in_text(copy: Copy) -> Iterator[Mutant]:
    """The text holds what is shaped like a key or a password."""
    parts = (
        ("ghp_", "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"),
        ("AKIA", "QYLPMN5HHHFPZAM2"),
        ("sk-proj-", "T3BlbkFJx9Q2mZ7vK4nR8sL1wY6cD5hF"),
        ("xoxb-", "2147483647-2147483648-q7Rk2vXn9Lw4Hs8Tz3Pd6Jm1"),  # letters in their order would be a mere example
        ("github_pat_", "11B4Q7RK2" + "q7Rk2vXn9Lw4Hs8Tz3Pd6Jm1Yc5Gb0Fu7Ke2" * 2),
        ("AIza", "SyB7Rk2vXn9Lw4Hs8Tz3Pd6Jm1Yc5Gb0Fu7"),
        ("glpat-", "q7Rk2vXn9Lw4Hs8Tz3Pd"),
        ("eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiI3NDE5MjUzIn0.q7Rk2vXn9Lw4Hs8Tz3Pd6Jm1Yc5Gb0Fu7Ke2"),
        ("hf_", "qRkXvNnLwHsTzPdJmYcGbFuKeWaXoBiVtE"),
    )
    for number, unit, at in _ends(copy) if copy.runs else ():
        said = "".join(parts[number % 9])
        more = f" The token is `{said}`." if copy.language == "en" else f" Der Schlüssel ist `{said}`."
        yield Mutant(
            f"'{said[:8]}...' in the text",
            (unit.edit(at, at, more),),
            (unit.line_place(at, at), Place(copy.html(unit.path) or unit.path)),
            (said[:4],),
        )


@kind("secret")
def secret_in_page(copy: Copy) -> Iterator[Mutant]:
    """An output of the site's page holds a token."""
    for number, (path, html) in enumerate(copy.built):
        at = html.find("</p>", html.find("<article"))
        if at > 0:
            said = ("ghp_" + "Zx8cV6bN4mL2kJ0hG8fD6sA4pO2iU0yT8rE6", "AKIA" + "XVB7JHQ2LM4NPZRT")[number % 2]
            more = f'</p><div class="output"><pre>TOKEN={said}</pre></div><p>'
            yield Mutant(
                f"'{said[:8]}...' in '{path}'",
                (Edit(path, at, at, more),),
                (Place(path),),
                (said[:4],),
                touches=frozenset({f"file:{path}"}),
            )


@kind("remote-resource", "remote-image")
def resource_from_elsewhere(copy: Copy) -> Iterator[Mutant]:
    """A page of the site loads something from another host."""
    for number, (path, html) in enumerate(copy.built):
        at = html.find("</head>")
        if at > 0:
            host = f"cdn{number}.example.net"
            said = (
                f'<script src="https://{host}/x.js"></script>',
                f'<link rel="stylesheet" href="https://{host}/x.css">',
                f'<link rel="preload" as="font" href="https://{host}/x.woff2">',
            )[number % 3]
            yield Mutant(
                f"'{host}' in '{path}'", (Edit(path, at, at, said),), (), (host,), touches=frozenset({f"file:{path}"})
            )


@kind("unused-silence")
def silence_unused(copy: Copy) -> Iterator[Mutant]:
    """A comment silences a rule where there is nothing to silence."""
    for unit in copy.prose:
        for block in unit.of_kind("paragraph"):
            if PLAIN.search(block.text):
                edit = unit.edit(block.start, block.start, "% thesis: ignore claim-broken: it is meant so\n\n")
                yield Mutant("silencing of nothing", (edit,), (unit.place(block.start, block.start),))


@kind("silence-without-reason")
def silence_without_reason(copy: Copy) -> Iterator[Mutant]:
    """A comment silences a rule and gives no reason."""
    for unit in copy.prose:
        for block in unit.of_kind("paragraph"):
            if match := PLAIN.search(block.text):
                at = block.start + match.end()
                edits = (
                    unit.edit(block.start, block.start, "% thesis: ignore leftover\n"),
                    unit.edit(at, at, " TODO: say more."),
                )
                yield Mutant("silencing without a reason", edits, (unit.place(block.start, block.start),))
