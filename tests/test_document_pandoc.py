"""Tests of the Pandoc AST writer: MyST in, pandoc's Markdown of our tree out.

Each case in `tests/pandoc/*.md` is a name, a line with a dot, a page in MyST, a dot, what pandoc makes of our tree, a dot.
In the result `page` is the page's name, `N` its number, and a line that begins with `!` is a diagnostic.
To add a case, write name and page, leave the result empty, and run the tests with `THESIS_ACCEPT=1`; then read the result.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from book.document.pandoc.ast import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.diagnostics import Diagnostic

FOLDER = Path(__file__).parent / "pandoc"
EXTENSIONS = [
    "amsmath",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "html_image",
    "strikethrough",
    "substitution",
    "tasklist",
]
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
OTHER = """\
# Another page

(elsewhere)=
## A section of it

Words.

```{table} A table there
:name: tab-there

| a |
|---|
| 1 |
```
"""


@dataclass(frozen=True)
class Case:
    """One case of a fixture file."""

    file: str
    name: str
    source: str
    expected: str


def read_cases() -> list[Case]:
    """Read all fixture files."""
    found = []
    for path in sorted(FOLDER.glob("*.md")):
        pieces = re.split(r"^\.\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for name, source, expected in zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=False):
            found.append(Case(path.name, name.strip(), source, expected))
    return found


CASES = read_cases()


class Read:
    """All cases as pages of one book, read once."""

    def __init__(self, root: Path, pages: dict[str, str]) -> None:
        """Write the book and let Sphinx read it, with the HTML builder and Jupyter Book's configuration."""
        from jupyter_book.config import get_final_config
        from sphinx.application import Sphinx
        from sphinx.locale import translators

        for name, text in {"index": "# Book\n", **pages, "other": OTHER}.items():
            path = root / name if name.endswith(".ipynb") else root / f"{name}.md"
            path.write_text(text, encoding="utf-8")
        for name in ("pic.png", "data.csv"):
            (root / name).write_bytes(PICTURE)
        listed = "".join(f"  - file: {name.removesuffix('.ipynb')}\n" for name in [*pages, "other"])
        (root / "_toc.yml").write_text(f"format: jb-book\nroot: index\noptions:\n  numbered: true\nchapters:\n{listed}")
        given = {
            "title": "Book",
            "only_build_toc_files": True,
            "parse": {"myst_enable_extensions": EXTENSIONS, "myst_substitutions": {"who": "*somebody*"}},
            "sphinx": {
                "extra_extensions": [
                    "sphinx_proof",
                    "sphinx_exercise",
                    "book.document.unknown",
                    "book.document.pandoc.builder",
                ],
                "config": {"numfig": True, "math_numfig": True},
            },
        }
        values, _ = get_final_config(
            user_yaml=given,
            cli_config={"external_toc_path": str(root / "_toc.yml"), "latex_individualpages": False},
            sourcedir=root,
        )
        values["nb_execution_mode"] = "off"
        translators.clear()  # Sphinx would go on in the language of the last book
        self.app = Sphinx(
            root, None, root / "_out", root / "_out/doctrees", "html", values, status=None, warning=None, freshenv=True
        )
        list(self.app.env.check_dependents(self.app, set(self.app.builder.read())))
        self.app.preload_builder("thesis")
        self.builder = self.app.create_builder("thesis")
        self.app.builder = self.builder
        self.builder.init()
        self.app.tags.remove("html")
        self.app.tags.add("thesis")

    def blocks(self, docname: str) -> tuple[list[Any], list[Diagnostic]]:
        """Write one page."""
        from book.document.pandoc.builder import write_page

        remarks: list[Diagnostic] = []
        doctree = self.app.env.get_and_resolve_doctree(docname, self.builder)
        blocks = write_page(doctree, docname=docname, env=self.app.env, level=1, kind="chapter", remarks=remarks)
        return blocks, remarks

    def shown(self, docname: str) -> str:
        """One page as a fixture has it."""
        number = (self.app.env.toc_secnumbers.get(docname, {}).get("") or ["none"])[0]
        blocks, remarks = self.blocks(docname)
        text = as_markdown(blocks).replace(str(self.app.srcdir), "")
        text = re.sub(rf"(?<![\d.]){number}(?=\.\d)", "N", text.replace(docname, "page"))
        text = text.replace(f'number="{number}"', 'number="N"').removeprefix(
            '# []{#page}Page {#page:page number="N"}\n'
        )
        said = "".join(f"! {remark.line} {remark.rule}: {remark.message}\n" for remark in remarks)
        return f"{text.strip()}\n{said}"


def as_markdown(blocks: list[Any]) -> str:
    """Let pandoc write blocks as Markdown: that it takes them is half the test."""
    import pypandoc

    tree = json.dumps({"pandoc-api-version": API_VERSION, "meta": {}, "blocks": blocks})
    command = [
        pypandoc.get_pandoc_path(),
        "-f",
        "json",
        "-t",
        "markdown-raw_html-simple_tables-smart",
        "--wrap=none",
        "--reference-location=block",
    ]
    return subprocess.run(command, input=tree, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """A book whose pages are the cases."""
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    def page(source: str) -> str:
        return source if source.startswith(("# ", "---")) else f"# Page\n\n{source}"

    with patch_docutils(None), docutils_namespace():
        yield Read(
            tmp_path_factory.mktemp("pandoc"), {f"case-{at}": page(case.source) for at, case in enumerate(CASES, 1)}
        )


@pytest.mark.parametrize(("at", "case"), list(enumerate(CASES, 1)), ids=[f"{case.file}: {case.name}" for case in CASES])
def test_case(book: Read, at: int, case: Case) -> None:
    """A page becomes the tree that its fixture shows."""
    actual = book.shown(f"case-{at}")
    if os.environ.get("THESIS_ACCEPT"):
        path = FOLDER / case.file
        before = f"{case.name}\n.\n{case.source}.\n{case.expected}.\n"
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, f"{case.name}\n.\n{case.source}.\n{actual}.\n"), encoding="utf-8")
        return

    assert actual == case.expected


def test_output_as_printed() -> None:
    """An output reads as a terminal shows it in the end: escape codes gone, progress bars and backspaces carried out."""
    from book.document.pandoc.cells import as_printed

    expected = "red\n100%\nabd"
    actual = as_printed("\x1b[31mred\x1b[0m\n 50%\r100%\nabc\bd\n")

    assert expected == actual


FRAME = '<table border="1" class="dataframe"><thead><tr><th></th><th>n</th></tr></thead><tbody><tr><th>0</th><td>1.5</td></tr></tbody></table>'
LIVELY = '<div id="plot" class="plotly-graph-div"></div><script>draw()</script>'
CELLS: list[tuple[str, list[str], dict[str, str], str]] = [
    ("a stream", [], {"stream": "one\n"}, "``` python\nx\n```\n\n``` output\none\n```\n"),
    ("code hidden by a tag", ["hide-input"], {"stream": "one\n"}, "``` output\none\n```\n"),
    ("an output hidden by a tag", ["hide-output"], {"stream": "one\n"}, "``` python\nx\n```\n"),
    ("a cell hidden by a tag", ["hide-cell"], {"stream": "one\n"}, ""),
    (
        "a frame as a table, not as text",
        ["remove-input"],
        {"text/html": FRAME, "text/plain": "n 0 1.5"},
        "|     |   n |\n|----:|----:|\n|   0 | 1.5 |\n",
    ),
    (
        "HTML that lives on scripts as text",
        ["remove-input"],
        {"text/html": LIVELY, "text/plain": "a plot"},
        "``` output\na plot\n```\n",
    ),
    ("HTML of nothing but scripts as nothing", ["remove-input"], {"text/html": "<script>draw()</script>"}, ""),
    ("Markdown", ["remove-input"], {"text/markdown": "*said*", "text/plain": "said"}, "*said*\n"),
    ("TeX", ["remove-input"], {"text/latex": "$$x$$", "text/plain": "x"}, "[$$x$$]{.equation}\n"),
    (
        "TeX that is a table as text",
        ["remove-input"],
        {"text/latex": "\\begin{tabular}{l}x\\end{tabular}", "text/plain": "x"},
        "``` output\nx\n```\n",
    ),
    (
        "a picture rather than its HTML",
        ["remove-input"],
        {"text/html": LIVELY, "image/png": "PICTURE"},
        "![](/PICTURE)\n",
    ),
]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """A book of notebooks with stored outputs, one a case."""
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    pages = {f"cell-{at}.ipynb": json.dumps(_notebook(tags, outputs)) for at, (_, tags, outputs, _) in enumerate(CELLS)}
    with patch_docutils(None), docutils_namespace():
        yield Read(tmp_path_factory.mktemp("notebooks"), pages)


def _notebook(tags: list[str], outputs: dict[str, str]) -> dict[str, Any]:
    """A notebook of a title and one cell."""
    data = {kind: base64.b64encode(PICTURE).decode() if text == "PICTURE" else text for kind, text in outputs.items()}
    stream = {"output_type": "stream", "name": "stdout", "text": outputs.get("stream", "")}
    display = {"output_type": "display_data", "data": data, "metadata": {}}
    code = {
        "cell_type": "code",
        "source": "x",
        "metadata": {"tags": tags},
        "execution_count": 1,
        "id": "b",
        "outputs": [stream if "stream" in outputs else display],
    }
    title = {"cell_type": "markdown", "source": "# Page", "metadata": {}, "id": "a"}
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python", "pygments_lexer": "ipython3"},
    }
    return {"cells": [title, code], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.parametrize("at", range(len(CELLS)), ids=[name for name, *_ in CELLS])
def test_cell(notebook: Read, at: int) -> None:
    """A cell prints what its tags leave visible, in the form that paper can show."""
    expected = CELLS[at][3]
    shown = notebook.shown(f"cell-{at}").replace("{.python .cell}", "python").replace("{.output}", "output")
    actual = re.sub(r"\(/jupyter_execute/[^)]*\)", "(/PICTURE)", shown).strip("\n")

    assert expected.strip("\n") == actual


GROUP = """\
::: {#other}
::: {#other:fig-both .figure kind="figure"}
::: {.figure .subfigure number="a"}
![Dot a](/pic.png){alt="Dot a"}

::: caption
First one
:::
:::

::: {.figure .subfigure number="b"}
![Dot b](/pic.png){alt="Dot b"}
:::

::: note
A note.
:::

::: caption
Both
:::
:::
:::
"""


def test_group_of_figures(book: Read) -> None:
    """A group is one figure of lettered ones, each with its own words."""
    from docutils import nodes
    from docutils.utils import new_document

    from book.document.pandoc.builder import write_page

    def part(letter: str, words: str) -> nodes.container:
        said = nodes.paragraph("", "", nodes.Text(f"({letter}) {words}".strip()))
        return nodes.container("", nodes.image(uri="pic.png", alt=f"Dot {letter}"), said, classes=["subfigure"])

    group = nodes.container("", part("a", "First one"), part("b", ""), classes=["subfigures"])
    whole = nodes.figure(
        "", group, nodes.caption("", "Both"), nodes.legend("", nodes.paragraph("", "A note.")), ids=["fig-both"]
    )
    document = new_document("")
    document += whole
    blocks = write_page(document, docname="other", env=book.app.env, level=1, kind="chapter", remarks=[])

    expected = GROUP
    actual = re.sub(r":{3,}", ":::", as_markdown(blocks).replace(str(book.app.srcdir), ""))

    assert expected == actual


def test_names_hold_over_the_whole_thesis() -> None:
    """A name is made of page and target, in characters that every format takes, and no two pages share one."""
    from book.document.pandoc.identifiers import identifier

    assert identifier("chapters/03-method", "größe") == "chapters.03-method:gr_f6_dfe"
    assert identifier("a.b") != identifier("a/b")
    assert identifier("розділ") == "_440_43e_437_434_456_43b"
