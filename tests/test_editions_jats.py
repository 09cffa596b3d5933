"""JATS as its own DTD has it, and each thing in the place where readers of JATS look for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import write_thesis
from lxml import etree
from materials import material
from npm import package

from book.editions.jats.making import make_jats
from book.workflow import build

CONFIG = """\
title: Nested
author: Ada Author
sphinx:
  extra_extensions: [sphinx_proof]
parse:
  myst_enable_extensions: [colon_fence, dollarmath, amsmath, deflist, attrs_inline, attrs_block]
thesis:
  front:
    title-page: {institution: University of Somewhere, department: Political Science}
    abstract: abstract
    abstract-de: {page: zusammenfassung, lang: de}
  appendices: [codebook]
"""
BIBLIOGRAPHY = """\
@book{a, title={Kunst und <b>, die & der}, author={Zorn, Anna}, year=2001, langid={german}}
@article{b, title={Беспилотники и зависимость: очерк}, author={Иванов, И.}, year=2001, journal={Журнал}}
"""
NESTED = """\
# One $x^2$ and [русский]{lang=ru}

Cited {cite:p}`a,b`.

1. item

   ```{admonition} In a list $y$
   Text

   | a | b |
   |---|---|
   | $x$ | `c` |

   ```{note}
   deep
   ```
   ```

2. ```{code-block} python
   :caption: A listing
   :name: lst-a
   x = 1
   ```

   $$a = b$$ (eq-x)

   ```{table} Cap
   :name: t-a

   | a | b |
   |---|---|
   | 1 | 2 |
   ```

   > quote with
   >
   > - list

term
: meaning

other
: - list
  - in it

  ```{prf:theorem} Bayes
  :label: th
  As $x$
  ```

```{list-table} Rich cells
:name: t-rich
:header-rows: 1

* - Head
  - Other
* - - a list
    - in a cell
  - ```{note}
    box in a cell
    ```
* - ```python
    code
    ```
  - para one

    para two

    $$z$$
* - > quote
  - ![A square](p.svg)
```

See {numref}`lst-a`, {eq}`eq-x`, {numref}`t-a`, {prf:ref}`th`, note[^1].

[^1]: A note

    - with list

    ```{note}
    box
    ```

```{epigraph}
Words

-- Someone
```

```{line-block}
| a
|   b
```

```{figure} p.svg
:name: fig-p
:alt: A square

Caption with `code` and note[^2]

Legend para

- legend list
```

[^2]: in caption

```{glossary}
Term
  What it means
```

## Sub

```{bibliography} refs.bib
```

After the bibliography.

### Subsub

More.
"""
"""What may stand in something else, in something else."""
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
FILES = {
    "_config.yml": CONFIG,
    "_toc.yml": "format: jb-book\nroot: index\nchapters:\n" + "".join(f"- file: {name}\n" for name in ("abstract", "zusammenfassung", "one", "codebook", "works")),
    "index.md": "# Start\n", "one.md": NESTED, "refs.bib": BIBLIOGRAPHY, "p.svg": SQUARE,
    "abstract.md": "# Abstract\n\nWhat it says, after {cite:t}`a`.\n", "zusammenfassung.md": "# Zusammenfassung\n\nWas es sagt.\n",
    "codebook.md": "# Codebook\n\nCodes.\n\n## More\n\nSee {numref}`t-rich`.\n", "works.md": "# Works\n\n```{bibliography} refs.bib\n:keyprefix: w-\n:all:\n```\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def nested(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A thesis in which much stands in something else, as JATS."""
    root = write_thesis(tmp_path_factory.mktemp("jats") / "thesis", FILES)
    build(root, editions=("jats",))
    return etree.parse(root / "_build" / "jats" / "thesis.xml")


def wrong(tree: Any) -> list[str]:
    """What the DTD that a file names has against it."""
    folder = package("@jats4r/dtds/schema/1.2/JATS-archivearticle1.dtd").parent
    assert tree.docinfo.public_id == "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.2 20190208//EN"
    dtd = etree.DTD(str(folder / tree.docinfo.system_url))
    dtd.validate(tree)
    return [f"{one.line}: {one.message}" for one in dtd.error_log]


@pytest.mark.parametrize("draft", [False, True])
def test_every_kind_of_content_is_valid(tmp_path: Path, *, draft: bool) -> None:
    """Everything that a thesis may hold follows the DTD that the file names."""
    one = make_jats(material(tmp_path, draft=draft))
    one.bring_out()

    assert wrong(etree.parse(one.path)) == []


def test_what_stands_in_something_else_is_valid(nested: Any) -> None:
    """So do boxes in lists, lists in cells, formulas in captions, and lists of works in the middle of a section."""
    assert wrong(nested) == []


def test_abstracts_stand_with_what_is_said_of_the_thesis(nested: Any) -> None:
    """The abstract is one, in the thesis's language, and the other is its translation."""
    found = [
        (one.tag, one.get("{http://www.w3.org/XML/1998/namespace}lang"), one.findtext("title"))
        for one in nested.find("front/article-meta")
        if "abstract" in one.tag
    ]

    assert found == [("abstract", "en", "Abstract"), ("trans-abstract", "de", "Zusammenfassung")]


def test_appendices_and_works_stand_behind_the_text(nested: Any) -> None:
    """Each appendix is one, a page of works is a list of references, and one of a section closes that section."""
    back = [(one.tag, one.findtext("title") or one.findtext("app/title")) for one in nested.find("back")]

    assert back == [("app-group", "Codebook"), ("ref-list", "Works"), ("fn-group", None)]
    assert [len(one) for one in nested.findall("body//sec/ref-list")] == [2]
    assert nested.find("body//sec/ref-list").getnext() is None


def test_references_say_what_they_lead_to(nested: Any) -> None:
    """A citation leads to a work, a reference to a table to that table with its caption, one to a formula to that formula."""
    kinds = {one.get("ref-type") for one in nested.iter("xref")}
    table = nested.xpath("//xref[@ref-type='table']/@rid")

    assert kinds == {"bibr", "table", "disp-formula", "boxed-text", "fn", "aff"}
    assert {nested.xpath("//*[@id=$name]", name=name)[0].tag for name in table} == {"table-wrap"}
    assert nested.findtext(".//disp-formula/label") == "(1)"


def test_boxes_have_their_titles_as_captions(nested: Any) -> None:
    """Title of a box and words under a listing are captions, in lists too."""
    titles = ["".join(one.itertext()) for one in nested.iterfind(".//boxed-text/caption/title")]

    assert {"Note", "Theorem 1 (Bayes)"} <= set(titles)
    assert nested.findtext(".//boxed-text[@content-type='listing']/label") == "Listing 1"
    assert nested.findtext(".//boxed-text[@content-type='listing']/caption/p") == "A listing"


def test_no_date_is_made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thesis has a day of publication where whoever builds it has set one."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    one = make_jats(material(tmp_path / "a"))
    one.bring_out()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    other = make_jats(material(tmp_path / "b"))
    other.bring_out()

    assert etree.parse(one.path).find("front/article-meta/pub-date") is None
    assert etree.parse(other.path).find("front/article-meta/pub-date").get("iso-8601-date") == "2023-11-14"
