"""Small books built to a site by Sphinx under Jupyter Book's configuration, with our site extension alone."""

from __future__ import annotations

import copy
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SITE = {
    "title": "Drones & treaties",
    "subtitle": "A short enquiry",
    "author": ["Jane Doe", "Jürgen Roe"],
    "abstract": "We ask whether drones bind states. They do not.",
    "keywords": ["drones", "treaties"],
    "licence": "CC BY 4.0",
    "language": "en",
    "date": "2026-05-01",
    "pdf": "thesis.pdf",
    "citation": "Doe, J., & Roe, J. (2026). Drones & treaties.",
    "downloads": {"sub/two": ["_downloads/sub/two.ipynb", "_downloads/sub/two.py"]},
}
"""What a thesis tells its site."""

PAGES = {
    "index.md": "# Drones & treaties\n\nThis thesis has a [chapter](one.md).\n",
    "one.md": """# The *first* $x^2$ chapter

A member $a \\in \\RR$ of a set opens the chapter, and words follow until the description has to end somewhere, because search engines show no more than a line or two.

$$
\\int_0^1 \\vect{x} \\, dx = 1
$$ (eq-int)

See {eq}`eq-int`.

\\begin{align}
a &= b \\\\
c &= d
\\end{align}

## Deep section

The kingfisher perches on the wire.

:::{admonition} Folded
:class: dropdown
Hidden words.
:::

```python
print(1)
```
""",
    "sub/two.md": """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3}
---
# Second

![a line](line.png)

```{code-cell} python
1 + 1
```

```{index} single: treaty; bilateral
```

```{glossary}
hoop test
  A test that a hypothesis must pass.
```
""",
}
"""Two chapters with what a site has to cope with."""

OPTIONS = {"tex": {"macros": {"RR": "\\mathbb{R}", "vect": ["\\mathbf{#1}", 1]}}}
"""The author's macros, as MathJax is given them."""

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""A picture of one pixel."""


@dataclass(frozen=True, slots=True)
class Built:
    """A site that was built."""

    out: Path
    """Sphinx's output folder."""
    warnings: tuple[str, ...]
    """What Sphinx warned of, hints included."""

    def page(self, name: str) -> str:
        """HTML of a page."""
        return (self.out / f"{name}.html").read_text(encoding="utf-8")

    def article(self, name: str) -> str:
        """HTML of a page's own text."""
        found = re.search(r'<article class="bd-article">(.*?)</article>', self.page(name), re.DOTALL)
        assert found
        return found[1]


def build(root: Path, pages: dict[str, str] | None = None, site: dict[str, Any] | None = None, *, builder: str = "html", **config: Any) -> Built:
    """Write a book and build it; a second call on the same folder builds what changed."""
    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    given = PAGES if pages is None else pages
    write(root, given)
    top = {key: config.pop(key) for key in ("launch_buttons", "html") if key in config}
    extra = {
        "parse": {"myst_enable_extensions": ["amsmath", "dollarmath", "colon_fence", "attrs_inline"]},
        "title": "Drones & treaties",
        "author": "Jane Doe",
        "sphinx": {"extra_extensions": ["book.editions.html"], "config": {"mathjax3_config": copy.deepcopy(OPTIONS), **config}},
        **top,
    }
    asked = {"external_toc_path": str(root / "_toc.yml"), "latex_individualpages": False}
    values, _meta = get_final_config(user_yaml=extra, cli_config=asked, sourcedir=root, validate=False)
    values |= {"thesis_site": SITE if site is None else site, "nb_execution_mode": "off", "suppress_warnings": ["myst-nb.lexer"]}
    warnings = io.StringIO()
    out = root / "_build" / "html"
    with patch_docutils(None), docutils_namespace():
        app = Sphinx(
            srcdir=root, confdir=None, outdir=out, doctreedir=root / "_build" / "doctrees", buildername=builder,
            confoverrides=values, status=None, warning=warnings,
        )  # fmt: skip
        app.build()
    text = re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue())
    return Built(out, tuple(part.strip() for part in re.split(r"\n(?!hint: )", text) if part.strip()))


def write(root: Path, pages: dict[str, str]) -> None:
    """Write the pages of a book and its table of contents; what stands there already keeps its time."""
    chapters = "".join(f"  - file: {name.rsplit('.', 1)[0]}\n" for name in pages if name != "index.md")
    toc = "format: jb-book\nroot: index\n" + (f"chapters:\n{chapters}" if chapters else "")
    pictures = {str(Path(name).parent / "line.png"): PNG for name in pages}
    for name, content in {**{name: text.encode() for name, text in pages.items()}, "_toc.yml": toc.encode(), **pictures}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
