"""How tables, figures and findings were made, told by the site itself."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from conftest import CONFIG, NOTEBOOK, write_thesis

from book.editions.html.scripts import html_of
from book.editions.html.words import SITE, edition_words
from book.workflow import build, check

ROWS = "name,lag\na,1\nb,2\n"
PACKAGE = {
    "name": "small",
    "title": "Small data",
    "version": "2.1.0",
    "licenses": [{"name": "CC-BY-4.0", "title": "Attribution 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
    "resources": [
        {
            "name": "lags", "path": "lags.csv", "description": "Lags of <events>.", "format": "csv",
            "hash": f"sha256:{hashlib.sha256(ROWS.encode()).hexdigest()}",
            "schema": {"fields": [{"name": "name", "type": "string", "description": "Name"}, {"name": "lag", "type": "integer", "description": "Days"}]},
        },
        {"name": "secret", "path": "secret.csv", "stand-in": "like-secret.csv", "restricted": True, "hash": f"sha256:{'0' * 64}"},
    ],
}  # fmt: skip
CELL = """
```{code-cell} python
:tags: [remove-input]
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
import pandas as pd
from book import figure, record, table
from helper import twice
try:
    import nobody_has_this
except ImportError:
    pass

frame = pd.read_csv("data/lags.csv")
record("lag.total", twice(int(frame["lag"].sum())), unit="days")
table(frame, label="Tab-Lags", caption="Lags")
drawn, axes = plt.subplots(figsize=(2, 1))
axes.plot([1, 2])
figure(drawn, label="fig-line", caption="A line", alt="A line that rises.", data=frame)
```
"""
FILES = {
    "_config.yml": CONFIG + "thesis:\n  data: data/datapackage.json\nbibtex_bibfiles: [references.bib]\n",
    "references.bib": "@book{a, title={A <title> & more}, author={A, B}, year={2000}, publisher={P}}\n",
    "data/datapackage.json": json.dumps(PACKAGE),
    "data/lags.csv": ROWS,
    "data/like-secret.csv": "x\n1\n",
    "data/secret.csv": "x\n42\n",
    "helper.py": "def twice(number):\n    return 2 * number\n",
    "one.md": NOTEBOOK
    + "# One\n"
    + CELL
    + '\nSee {numref}`tab-lags`. [Long they are.]{.claim when="lag.total > 3"} They take {finding}`lag.total`.\n',
    "sub/two.md": "# Two\n\nIn all {finding}`lag.total`, or {finding}`lag.total:.1f`, as {cite:t}`a` says.[^n]\n\n[^n]: A note.\n",
    "bib.md": "# Bibliography\n\n```{bibliography}\n```\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thesis with a table, a figure, a finding, a claim and data, built once."""
    written = write_thesis(tmp_path_factory.mktemp("provenance") / "thesis", FILES)
    build(written, editions=["html"])
    return written


def page(root: Path, name: str) -> str:
    return (root / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


def control(root: Path, anchor: str) -> str:
    """What is folded below a table or figure."""
    html = page(root, "one")
    start = html.index("<details", html.index(f'id="{anchor}"'))
    return html[start : html.index("</dl>", start)]


def test_a_table_tells_its_code_data_tools_and_claims(root: Path) -> None:
    """Below a table stand the code of its cell, the data with version and digest, the claim that rests on it, and versions."""
    said = control(root, "tab-lags")

    assert "How this was made" in said
    assert "Table 1.1" in said
    assert "one.md:9" in said
    assert '<span class="n">twice</span>' in said
    assert '<a href="_downloads/data/data/lags.csv" download>lags</a>' in said
    assert "2.1.0" in said
    assert hashlib.sha256(ROWS.encode()).hexdigest()[:12] in said
    assert re.search(r'<a href="#claim-1">Long they are.</a>\s*<code>lag.total &gt; 3</code>', said)
    assert re.search(r"pandas \d", said)


def test_what_a_cell_looked_for_in_vain_is_no_tool(root: Path) -> None:
    """A library that is not installed is not named among those that made a table."""
    page = (root / "_build/html/one.html").read_text(encoding="utf-8")

    assert ("import nobody_has_this" in re.sub(r"<[^>]+>", "", page), "not installed" in page) == (True, False)


def test_what_a_table_and_a_figure_offer_is_there(root: Path) -> None:
    """Every file that a control offers lies in the site: the table as CSV, the figure as SVG, PNG and CSV, the data."""
    site = root / "_build" / "html"
    for anchor, kinds in (("tab-lags", ["CSV"]), ("fig-line", ["SVG", "PNG", "CSV"])):
        offered = re.findall(r'<a href="([^"]+)" download>([A-Z]+)</a>', control(root, anchor))
        assert [kind for _, kind in offered] == kinds
        assert [address for address, _ in offered if not (site / address).is_file()] == []
    assert (site / "_downloads/made/one/Tab-Lags.csv").read_text(encoding="utf-8") == "name,lag\na,1\nb,2\n"
    assert (site / "_downloads/made/fig-line.png").read_bytes().startswith(b"\x89PNG")
    assert (site / "_downloads/data/data/lags.csv").read_text(encoding="utf-8") == ROWS


def test_a_figure_says_its_size(root: Path) -> None:
    """A picture has width and height before it arrives, in pixels, and no style that would hold on a narrow screen."""
    found = re.search(r'<img alt="A line that rises." src="_images/fig-line.svg" width="(\d+)" height="(\d+)" />', page(root, "one"))
    assert found
    svg = (root / "_build" / "html" / "_images" / "fig-line.svg").read_text(encoding="utf-8")
    drawn = dict(re.findall(r'\b(width|height)="([0-9.]+)pt"', svg))

    assert [int(number) for number in found.groups()] == [round(float(drawn[name]) * 4 / 3) for name in ("width", "height")]


def test_a_restricted_resource_is_not_given_away(root: Path) -> None:
    """The file of a restricted resource is nowhere in the site, though it lies beside the others; its stand-in is, and is called so."""
    names = [path.name for path in (root / "_build" / "html").rglob("*.csv")]
    said = page(root, "edition/data")

    assert "secret.csv" not in names
    assert "like-secret.csv" in names
    assert "Restricted: not published" in said
    assert "synthetic stand-in" in said


def test_the_data_page_shows_the_package(root: Path) -> None:
    """Title, version, licence, descriptions, fields, sizes and digests of the package stand on a page, escaped."""
    said = page(root, "edition/data")

    assert "Small data" in said
    assert '<a href="https://creativecommons.org/licenses/by/4.0/">Attribution 4.0</a>' in said
    assert "Lags of &lt;events&gt;." in said
    assert re.search(r'<th scope="row"><code>lag</code></th><td>integer</td><td>Days</td>', said)
    assert '<a href="../_downloads/data/data/lags.csv" download>lags.csv</a>, 17 B' in said
    assert hashlib.sha256(ROWS.encode()).hexdigest() in said


def test_a_finding_leads_to_all_that_is_known_of_it(root: Path) -> None:
    """A printed finding is a link, without any script, to its row: value, cell, every place that prints it, claims."""
    assert (
        '<a class="finding-link reference internal" href="../edition/findings.html#lag.total" id="use-lag.total-1"><span class="finding">6\u00a0days</span></a>'
        in page(root, "sub/two")
    )
    said = page(root, "edition/findings")
    row = said[said.index('<tr id="lag.total">') :]
    assert "6\u00a0days" in row
    assert 'href="made/one.html#cell-1"' in row
    assert 'href="../one.html#use-lag.total-1"' in row
    assert 'href="../sub/two.html#use-lag.total-2"' in row
    assert 'href="../one.html#claim-1"' in row
    assert 'id="use-lag.total-2"' in page(root, "sub/two")
    assert re.search(r'<span class="claim"[^>]*id="claim-1"', page(root, "one"))


def test_claims_are_listed_with_their_verdicts(root: Path) -> None:
    """The page of findings lists every claim with its condition and whether it holds."""
    assert re.search(
        r'<li class="holds"><a href="../one.html#claim-1">Long they are.</a>.*?✓ holds</span> <code><span>lag.total</span> <span>&gt;</span> <span>3</span></code>',
        page(root, "edition/findings"),
        re.DOTALL,
    )


def test_the_code_of_a_chapter_has_a_page(root: Path) -> None:
    """All cells of a chapter stand on one page with what each made and recorded, and the modules that were imported."""
    said = page(root, "edition/made/one")

    assert 'id="cell-1"' in said
    assert '<a href="../../one.html#tab-lags">Table 1.1</a>' in said
    assert '<a href="../findings.html#lag.total"><code>lag.total</code></a> = 6\u00a0days' in said
    assert "helper.py" in said


def test_the_page_on_reproducibility_names_the_state_of_everything(root: Path) -> None:
    """Digests of sources, versions of tools, runs, and the commands that build the thesis."""
    said = page(root, "edition/reproducibility")

    assert hashlib.sha256((root / "one.md").read_bytes()).hexdigest()[:16] in said
    assert re.search(r"sphinx \d", said)
    assert 'href="made/one.html"' in said
    assert "thesis build" in said
    assert re.search(r"<h2>Words: [1-9]\d*</h2>", said)


def test_the_navigation_names_the_pages_that_the_site_adds(root: Path) -> None:
    """Every page's sidebar leads to them under a caption of their own; they are no chapters."""
    for name, up in (("one", ""), ("sub/two", "../")):
        said = page(root, name)
        bar = said[said.index("About this edition") :]
        found = re.findall(r'<a class="reference internal" href="([^"]+)">([^<]+)</a>', bar[: bar.index("</ul>")])
        assert found == [
            (f"{up}edition/lists.html", "Tables and figures"), (f"{up}edition/findings.html", "Findings and claims"),
            (f"{up}edition/data.html", "Data"), (f"{up}edition/reproducibility.html", "Reproducibility"),
        ]  # fmt: skip
    manifest = json.loads((root / "_build" / "manifest.json").read_text(encoding="utf-8"))
    assert [name for name in manifest["pages"] if name.startswith("edition")] == []


def test_scripts_hold_what_pages_show_on_demand(root: Path) -> None:
    """Findings and entries lie in scripts, since a page on a disk may not fetch; markup of entries is kept, text escaped."""
    folder = root / "_build" / "html" / "edition"
    given = {}
    for name in ("findings", "entries"):
        text = (folder / f"{name}.js").read_text(encoding="utf-8")
        given[name] = json.loads(text.removeprefix(f'thesisKnown("{name}",').removesuffix(");\n"))

    assert given["findings"]["findings"]["lag.total"]["printed"] == "6\u00a0days"
    assert [use["title"] for use in given["findings"]["findings"]["lag.total"]["uses"]] == ["1. One", "2. Two"]
    assert given["entries"] == {"ref-a": "A, B. (2000). <em>A &lt;title&gt; &amp; more</em>. P."}


def test_entries_lead_to_other_sites_alone() -> None:
    """A link of another kind than http is words; markup in words is words."""
    inlines = [
        {"t": "Link", "c": [["", [], []], [{"t": "Str", "c": "a<b"}], ["javascript:alert(1)", ""]]},
        {"t": "Space"},
        {"t": "Link", "c": [["", [], []], [{"t": "Str", "c": "x"}], ['https://e.org/?a="b"', ""]]},
    ]

    assert html_of(inlines) == 'a&lt;b <a href="https://e.org/?a=&quot;b&quot;">x</a>'


def test_the_check_of_editions_finds_nothing_amiss(root: Path) -> None:
    """What the site adds is neither a dead link nor a difference from other editions."""
    assert [str(one) for one in check(root) if one.path.startswith("_build")] == []


def test_an_unchanged_page_of_ours_is_not_written_again(root: Path) -> None:
    """An edit of prose writes the page that changed, and of ours only those that say something else then."""
    site = root / "_build" / "html"
    before = {path: path.stat().st_mtime_ns for path in (site / "edition").rglob("*.html")}
    text = (root / "sub/two.md").read_text(encoding="utf-8")
    (root / "sub/two.md").write_text(text.replace("In all", "Altogether"), encoding="utf-8")

    outcome = build(root, editions=["html"])

    assert outcome.executed == ()
    assert "Altogether" in page(root, "sub/two")
    assert sorted(path.name for path, time in before.items() if path.stat().st_mtime_ns != time) == [
        "reproducibility.html"
    ]


def test_another_digest_of_the_data_reaches_every_page_that_tells_it(root: Path) -> None:
    """When data change, controls, the page of data and the pages that print the finding say the new state."""
    rows = "name,lag\na,1\nb,3\n"
    digest = hashlib.sha256(rows.encode()).hexdigest()
    (root / "data/lags.csv").write_text(rows, encoding="utf-8")
    package = json.loads(json.dumps(PACKAGE))
    package["resources"][0] |= {"hash": f"sha256:{digest}"}
    (root / "data/datapackage.json").write_text(json.dumps(package), encoding="utf-8")

    build(root, editions=["html"])

    assert digest[:12] in control(root, "tab-lags")
    assert digest in page(root, "edition/data")
    assert "8\u00a0days" in page(root, "edition/findings")
    assert '"printed":"8\u00a0days"' in (root / "_build/html/edition/findings.js").read_text(encoding="utf-8")


def test_pages_and_controls_can_be_switched_off(tmp_path: Path) -> None:
    """Settings order the pages and take away pages and controls; what is off leaves nothing behind."""
    files = {
        **FILES,
        "_config.yml": FILES["_config.yml"].replace(
            "thesis:\n", "thesis:\n  html: {pages: [reproducibility, data], provenance: false}\n"
        ),
    }
    root = write_thesis(tmp_path / "thesis", files)

    build(root, editions=["html"])

    said = page(root, "one")
    assert "thesis-origin" not in said
    assert "finding-link" not in said
    assert said.index("Reproducibility") < said.index(">Data<")
    assert sorted(path.name for path in (root / "_build/html/edition").rglob("*.*")) == [
        "data.html",
        "entries.js",
        "reproducibility.html",
    ]


def test_every_language_of_the_site_has_all_words() -> None:
    """Where the first page speaks a language, controls and added pages speak it too."""
    english = edition_words("en")

    assert [language for language in SITE if language != "en" and edition_words(language) is english] == []
