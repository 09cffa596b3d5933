"""What `build()` promises, on tiny whole theses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import NOTEBOOK, Write

from book.errors import CellError, ThesisError
from book.workflow import build

CELL = (
    '```{code-cell} python\n:tags: [remove-input]\nfrom book import record\nrecord("one.answer", 42, unit="km")\n```\n'
)


def page(root: Path, name: str) -> str:
    return (root / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


def text(root: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(sheet.extract_text() for sheet in PdfReader(root / "_build" / "thesis.pdf").pages)


def said(outcome_or_error) -> list[str]:
    """All remarks but that on the lock, which every thesis with findings gets until it has one."""
    return [str(diagnostic) for diagnostic in outcome_or_error.diagnostics if diagnostic.rule != "no-lock"]


def test_a_finding_is_printed_in_both_editions(thesis: Write) -> None:
    """A number that a cell records stands in the text of another page, in site and PDF."""
    root = thesis({"one.md": NOTEBOOK + "# One\n\n" + CELL, "two.md": "# Two\n\nIt is {finding}`one.answer` away.\n"})

    outcome = build(root)

    assert said(outcome) == []
    assert outcome.executed == ("one",)
    assert re.search(r"It is <a[^>]*><span[^>]*>42\u00a0km</span></a> away", page(root, "two"))
    assert re.search(r"It is 42\s+km away", text(root))


def test_a_chapter_that_joins_a_built_thesis_shows_its_outputs(thesis: Write) -> None:
    """A new chapter, and one that becomes a notebook, have the outputs of their cells at once."""
    from nbformat import v4, writes

    shown = "```{code-cell} python\nprint('seen', 6 * 7)\n```\n"
    root = thesis({"one.md": "# One\n\nWords.\n"})
    build(root, editions=["html"])
    contents = (root / "_toc.yml").read_text(encoding="utf-8")

    (root / "two.md").write_text(NOTEBOOK + "# Two\n\n" + shown, encoding="utf-8")
    (root / "_toc.yml").write_text(contents + contents.splitlines()[-1].replace("one", "two") + "\n", encoding="utf-8")
    build(root, editions=["html"])

    assert "seen 42" in page(root, "two")

    (root / "one.md").unlink()
    cells = [v4.new_markdown_cell("# One"), v4.new_code_cell("print('seen', 40 + 1)")]
    (root / "one.ipynb").write_text(writes(v4.new_notebook(cells=cells)), encoding="utf-8")
    build(root, editions=["html"])

    assert "seen 41" in page(root, "one")


def test_a_cell_that_did_not_run_is_said(thesis: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """If we ever see fewer cells than MyST-NB shows, the build says so instead of leaving an output out."""
    from book.execution import execute as execution

    root = thesis({"one.md": NOTEBOOK + "# One\n\n" + CELL + "\n```{code-cell} python\nprint(7)\n```\n"})
    whole = execution.execute

    def blind(chapters, *arguments, **options):
        return whole([replace(one, cells=one.cells[:1]) for one in chapters], *arguments, **options)

    monkeypatch.setattr(execution, "execute", blind)
    monkeypatch.setattr("book.execution.exports._places", lambda sources, _chapter: [0, *[None] * (len(sources) - 1)])

    assert "cell 'print(7)' did not run [cell-not-run]" in "\n".join(said(build(root)))


def test_nothing_changed_nothing_done(thesis: Write) -> None:
    """A second build does nothing, and says what the first one remarked."""
    root = thesis({"one.md": "# One\n\nSee {ref}`nowhere`.\n"})
    first = build(root)
    before = {path: path.stat().st_mtime_ns for path in (root / "_build").rglob("*") if path.is_file()}

    second = build(root)

    assert second.unchanged
    assert second.diagnostics == first.diagnostics
    assert second.exit_code == first.exit_code == 1
    assert {path: path.stat().st_mtime_ns for path in (root / "_build").rglob("*") if path.is_file()} == before


def test_a_no_change_build_does_not_import_sphinx(thesis: Write) -> None:
    """Nothing heavy is imported to find out that nothing has changed."""
    root = thesis({"one.md": "# One\n\nText.\n"})
    build(root)
    code = f"import sys\nfrom book.workflow import build\nassert build({str(root)!r}).unchanged\nprint([m for m in ('sphinx', 'docutils', 'typst', 'nbclient', 'yaml', 'pandas') if m in sys.modules])"

    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert ran.stdout.strip() == "[]"


def test_touching_a_file_is_no_change(thesis: Write) -> None:
    """Another date on the same bytes is noticed and forgiven."""
    root = thesis({"one.md": "# One\n\nText.\n"})
    build(root)
    os.utime(root / "one.md", (1, 1))

    assert build(root).unchanged


def test_a_deleted_edition_is_made_again(thesis: Write) -> None:
    """What a build wrote is looked at too."""
    root = thesis({"one.md": "# One\n\nText.\n"})
    build(root)
    (root / "_build" / "thesis.pdf").unlink()

    build(root)

    assert (root / "_build" / "thesis.pdf").exists()


def test_an_edit_of_prose_runs_no_cell(thesis: Write) -> None:
    """Words change, results do not."""
    root = thesis({"one.md": NOTEBOOK + "# One\n\nOld words {finding}`one.answer`.\n\n" + CELL})
    build(root)
    (root / "one.md").write_text(NOTEBOOK + "# One\n\nNew words {finding}`one.answer`.\n\n" + CELL, encoding="utf-8")

    outcome = build(root)

    assert outcome.executed == ()
    assert "New words" in page(root, "one")
    assert "New words 42" in text(root).replace("\xa0", " ")


def test_changed_code_changes_every_page_that_uses_its_finding(thesis: Write) -> None:
    """A page that only quotes a finding is written again when the finding moves."""
    root = thesis({"one.md": NOTEBOOK + "# One\n\n" + CELL, "two.md": "# Two\n\nIt is {finding}`one.answer`.\n"})
    build(root)
    (root / "one.md").write_text(NOTEBOOK + "# One\n\n" + CELL.replace("42", "43"), encoding="utf-8")

    build(root)

    assert "43" in page(root, "two")
    assert re.search(r"It is 43\s+km", text(root))


def test_two_builds_give_the_same_bytes(thesis: Write, tmp_path: Path) -> None:
    """Another folder gives the same site and the same PDF."""
    files = {
        "one.md": NOTEBOOK + "# One\n\n" + CELL + "\nMass $m$ and {cite:p}`a`.\n",
        "references.bib": "@book{a, title={T}, author={A, B}, year={2000}, publisher={P}}\n",
        "bib.md": "# Bibliography\n\n```{bibliography}\n```\n",
    }
    roots = [thesis(files), tmp_path / "elsewhere"]
    for name in ("_config.yml", "_toc.yml", "index.md", *files):
        (roots[1] / name).parent.mkdir(parents=True, exist_ok=True)
        (roots[1] / name).write_bytes((roots[0] / name).read_bytes())
    for root in roots:
        build(root)

    first, second = (
        {
            p.relative_to(r / "_build").as_posix(): p.read_bytes()
            for p in [*(r / "_build" / "html").rglob("*"), r / "_build" / "thesis.pdf"]
            if p.is_file()
        }
        for r in roots
    )

    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_appendices_are_lettered_in_both_editions(thesis: Write) -> None:
    """Chapters are numbered, appendices lettered, and references say which."""
    config = "title: T\nauthor: A\nonly_build_toc_files: true\nthesis:\n  appendices: [extra]\n"
    body = "# Extra\n\n## Inside\n\n```{list-table} Things\n:name: tab-things\n* - a\n```\n"
    root = thesis(
        {
            "_config.yml": config,
            "one.md": "(one)=\n# One\n\nSee {numref}`extra`, {numref}`inside`, {numref}`tab-things` and {numref}`one`.\n",
            "extra.md": "(extra)=\n" + body.replace("## Inside", "(inside)=\n## A part of it"),
        }
    )

    build(root)

    wanted = "See Appendix A, Section A.1, Table A.1 and Chapter 1."
    assert wanted in re.sub(r"<[^>]+>", "", page(root, "one"))
    assert wanted in " ".join(text(root).split())


def test_the_manifest_names_tools_and_editions(thesis: Write) -> None:
    """What the editions were made with can be read from a file."""
    root = thesis({"one.md": "# One\n\nText.\n"})
    build(root)

    manifest = json.loads((root / "_build" / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["tools"]["sphinx"]
    assert manifest["editions"]["pdf"]["path"] == "_build/thesis.pdf"
    assert manifest["pages"] == ["index", "one"]


def test_the_manifest_lists_what_stands_of_one_state(thesis: Write) -> None:
    """Editions that were made one after the other from the same state are listed together; those of an earlier state, and those that are gone, are not."""
    root = thesis({"one.md": "# One\n\nText.\n"})

    def listed(edition: str) -> list[str]:
        build(root, editions=[edition])
        return sorted(json.loads((root / "_build" / "manifest.json").read_text(encoding="utf-8"))["editions"])

    found = [listed("html"), listed("txt"), listed("html")]
    (root / "_build" / "thesis.txt").write_text("somebody's", encoding="utf-8")
    found.append(listed("jats"))
    (root / "one.md").write_text("# One\n\nOther text.\n", encoding="utf-8")
    found.append(listed("txt"))

    assert found == [["html"], ["html", "txt"], ["html", "txt"], ["html", "jats"], ["txt"]]


def test_one_edition_alone(thesis: Write) -> None:
    """Only what is asked for is made."""
    root = thesis({"one.md": "# One\n\nText.\n"})

    build(root, editions=["pdf"])

    assert (root / "_build" / "thesis.pdf").exists()
    assert not (root / "_build" / "html").exists()


def test_strict_keeps_the_last_good_editions(thesis: Write) -> None:
    """With `strict` an error leaves what stood there."""
    root = thesis({"one.md": "# One\n\nGood.\n"})
    build(root)
    before = (root / "_build" / "thesis.pdf").read_bytes()
    (root / "one.md").write_text("# One\n\nSee {ref}`nowhere`.\n", encoding="utf-8")

    outcome = build(root, strict=True)

    assert (outcome.kept, outcome.exit_code) == (True, 1)
    assert (root / "_build" / "thesis.pdf").read_bytes() == before
    assert "Good." in page(root, "one")


def test_a_failing_cell_leaves_the_last_good_editions(thesis: Write) -> None:
    """A cell that raises is named with chapter, line and exception; nothing is overwritten."""
    root = thesis({"one.md": NOTEBOOK + "# One\n\n" + CELL})
    build(root)
    before = (root / "_build" / "thesis.pdf").read_bytes()
    (root / "one.md").write_text(NOTEBOOK + "# One\n\n```{code-cell} python\nx = 1\n1 / 0\n```\n", encoding="utf-8")

    with pytest.raises(CellError) as caught:
        build(root)

    assert caught.value.exit_code == 3
    assert said(caught.value)[0].startswith("one.md:9: ")
    assert "ZeroDivisionError: division by zero" in said(caught.value)[0]
    assert (root / "_build" / "thesis.pdf").read_bytes() == before


def test_a_draft_goes_on_and_marks_the_failure(thesis: Write) -> None:
    """A draft prints the failure where it happened, and says on each page that it is one."""
    root = thesis({"one.md": NOTEBOOK + "# One\n\nBefore.\n\n```{code-cell} python\n1 / 0\n```\n"})

    outcome = build(root, draft=True)

    assert outcome.exit_code == 1
    assert "ZeroDivisionError" in page(root, "one")
    assert "ZeroDivisionError" in text(root)
    assert "draft" in text(root).lower()


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        (
            {"one.md": "# One\n\nIt is {finding}`ones.answer`.\n"},
            "one.md:3:17: unknown finding 'ones.answer' [unknown-finding]",
        ),
        ({"one.md": "# One\n\n![](missing.png)\n"}, "one.md:3:5: image file not readable: missing.png [image-missing]"),
        ({"one.md": "# One\n\n" + CELL}, "one.md:3: a cell does not run: its page does not say that it is a notebook, or the cell stands inside of something [cell-not-run]"),
        ({"one.md": NOTEBOOK.replace("}\n", "\n", 1) + "# One\n\nText.\n"}, "one.md:3:1: not valid YAML: expected ',' or '}', but got '<scalar>' [broken-yaml]"),
        (
            {"one.md": "# One\n\nSee {numref}`fig-none`.\n"},
            "one.md:3:14: undefined label: 'fig-none' [reference-without-target]",
        ),
    ],
)
def test_a_mistake_in_the_text_is_named_and_the_editions_still_come(
    thesis: Write, files: dict[str, str], wanted: str
) -> None:
    """Mistakes that leave a readable thesis are errors with a place, and both editions are written."""
    root = thesis(files)

    outcome = build(root)

    assert wanted in "\n".join(said(outcome))
    assert outcome.exit_code == 1
    assert (root / "_build" / "thesis.pdf").exists()
    assert (root / "_build" / "html" / "one.html").exists()


def test_a_citation_without_entry_is_marked(thesis: Write) -> None:
    """An undefined key is an error with a suggestion, visible in both editions."""
    bib = "@book{bennett2015, title={T}, author={Bennett, A.}, year={2015}, publisher={P}}\n"
    root = thesis(
        {
            "references.bib": bib,
            "one.md": "# One\n\nAs {cite:t}`bennett2014` says, {cite:p}`bennett2015`.\n",
            "bib.md": "# Bibliography\n\n```{bibliography}\n```\n",
        }
    )

    outcome = build(root)

    assert said(outcome) == [
        "one.md:3:13: citation 'bennett2014' has no entry in references.bib [citation-without-entry]\n  hint: did you mean 'bennett2015'?"
    ]
    assert "bennett2014" in page(root, "one")
    assert "bennett2014" in text(root)


def test_a_bad_entry_does_not_hide_the_rest(thesis: Write) -> None:
    """One entry that does not parse costs that entry alone."""
    bib = "@book{broken, title={T} author={X}}\n\n@book{good, title={Fine}, author={Good, A.}, year={2015}, publisher={P}}\n"
    root = thesis(
        {
            "references.bib": bib,
            "one.md": "# One\n\nSee {cite:t}`good`.\n",
            "bib.md": "# Bibliography\n\n```{bibliography}\n```\n",
        }
    )

    outcome = build(root)

    assert [(d.rule, d.path, d.line) for d in outcome.diagnostics if d.severity == "error"] == [
        ("broken-bibliography-entry", "references.bib", 1)
    ]
    assert "Good (2015)" in text(root)


def test_names_with_spaces_and_other_letters(thesis: Write) -> None:
    """A page may be called anything."""
    root = thesis({"розділ один.md": "(ch)=\n# Розділ\n\nСлова.\n", "two.md": "# Two\n\nSee {ref}`ch`.\n"})

    outcome = build(root)

    assert said(outcome) == []
    assert "Слова" in text(root)


def test_pictures_may_have_spaces_and_other_letters(thesis: Write) -> None:
    """A picture is found by the name its file has."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'
    root = thesis({"one.md": "# One\n\n![a box](<my чорний box.svg>)\n", "my чорний box.svg": svg})

    assert said(build(root)) == []


def test_an_empty_chapter_is_no_crash(thesis: Write) -> None:
    """An empty page is a page."""
    root = thesis({"empty.md": "", "one.md": "# One\n\nText.\n"})

    outcome = build(root)

    assert (root / "_build" / "thesis.pdf").exists()
    assert outcome.exit_code in (0, 1)
    assert "Text." in text(root)


@pytest.mark.skipif(
    os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="the superuser may write anywhere"
)
def test_an_unwritable_build_folder_is_said(thesis: Write) -> None:
    """A folder that cannot be written is a clear error."""
    root = thesis({"one.md": "# One\n"})
    root.chmod(0o555)
    try:
        with pytest.raises(ThesisError, match="'_build' cannot be written"):
            build(root)
    finally:
        root.chmod(0o755)


def test_a_file_in_the_place_of_the_build_folder_is_said(thesis: Write) -> None:
    """`_build` that is no folder is a clear error with its exit code."""
    root = thesis({"one.md": "# One\n", "_build": "not a folder"})

    with pytest.raises(ThesisError) as caught:
        build(root)

    assert caught.value.exit_code == 2
    assert said(caught.value)[0].startswith("_build: '_build' cannot be written: ")


def test_two_builds_at_once_are_kept_apart(thesis: Write) -> None:
    """The second one is told, and touches nothing."""
    from book.project import Project
    from book.workflow import alone

    root = thesis({"one.md": "# One\n"})
    with alone(Project(root)), pytest.raises(ThesisError) as caught:
        build(root)

    assert said(caught.value) == [
        "_build: another build of this thesis is running [build-running]\n  hint: wait until it has ended"
    ]


def test_a_missing_extension_is_named_and_the_build_goes_on(thesis: Write) -> None:
    """An extension that is not installed costs what it does, and no more."""
    config = "title: T\nauthor: A\nsphinx:\n  extra_extensions:\n    - sphinx_of_nowhere\n"
    root = thesis({"_config.yml": config, "one.md": "# One\n\nText.\n"})

    outcome = build(root)

    assert said(outcome)[0].startswith(
        "_config.yml:5:7: Sphinx extension 'sphinx_of_nowhere' is not installed [extension-missing]"
    )
    assert (root / "_build" / "thesis.pdf").exists()


def test_straight_quotes_become_those_of_the_language(thesis: Write) -> None:
    """MyST's own smartquotes know English alone: a German thesis that asks for them gets German quotation marks."""
    config = (
        "title: Klein\nauthor: Ada\nonly_build_toc_files: true\nparse: {myst_enable_extensions: [smartquotes, dollarmath]}\n"
        "sphinx: {config: {language: de}}\n"
    )
    root = thesis({"_config.yml": config, "one.md": "# Eins\n\nMan sagt \"Warten\" und 'Zeit'; Ada's Wort.\n"})
    build(root)

    assert "„Warten“ und ‚Zeit‘; Ada’s Wort" in page(root, "one")
    assert "„Warten“ und ‚Zeit‘; Ada’s Wort" in text(root)


def test_a_theme_that_is_not_installed_is_said_and_another_taken(thesis: Write) -> None:
    """A book made for a theme of its own is built in Jupyter Book's."""
    config = "title: A\nonly_build_toc_files: true\nsphinx:\n  config:\n    html_theme: theme_of_nowhere\n    html_theme_options: {anything: 1}\n"
    root = thesis({"_config.yml": config, "one.md": "# One\n\nWords.\n"})

    outcome = build(root, editions=["html"])

    assert [(one.rule, one.line) for one in outcome.diagnostics] == [("extension-missing", 5)]
    assert "Words." in page(root, "one")


def test_a_script_is_offered_under_its_languages_ending(thesis: Write) -> None:
    """A notebook in R offers its script as R names it, and every file that a page offers is there."""
    cell = {"cell_type": "code", "metadata": {}, "source": "head(x)", "outputs": [], "execution_count": 1}
    language = {"name": "R", "file_extension": ".r", "mimetype": "text/x-r-source"}
    metadata = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}, "language_info": language}
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# In R"}, cell]
    root = thesis({
        "_config.yml": "title: A\nauthor: B\nexecute: {execute_notebooks: 'off'}\n",
        "_toc.yml": "format: jb-book\nroot: index\nchapters: [{file: sub/in.r}]\n",
        "sub/in.r.ipynb": json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}),
    })  # fmt: skip
    build(root, editions=("html",))
    offered = sorted(set(re.findall(r'href="\.\./(_downloads/(?!cite/)[^"]+)"', page(root, "sub/in.r"))))

    assert offered == ["_downloads/sub/in.r.ipynb", "_downloads/sub/in.r.r"]
    assert [name for name in offered if not (root / "_build" / "html" / name).is_file()] == []


def test_a_cell_that_loads_its_code_runs_it(thesis: Write) -> None:
    """A cell with `:load:` runs what stands in the file, runs again when that changes, and is downloaded with it."""
    cell = "```{code-cell} python\n:load: parts/record.py\n```\n"
    root = thesis({"chapters/one.md": NOTEBOOK + "# One\n\nIt is {finding}`one.answer`.\n\n" + cell})
    loaded = root / "chapters" / "parts" / "record.py"
    loaded.parent.mkdir()
    loaded.write_text('from book import record\nrecord("one.answer", 42)\n', encoding="utf-8")
    build(root, editions=["html"])

    assert '<span class="finding">42</span>' in page(root, "chapters/one")
    assert "one.answer" in (root / "_build/html/_downloads/chapters/one.py").read_text(encoding="utf-8")

    loaded.write_text('from book import record\nrecord("one.answer", 43)\n', encoding="utf-8")

    assert build(root, editions=["html"]).executed == ("chapters/one",)
    assert '<span class="finding">43</span>' in page(root, "chapters/one")


def test_a_cell_that_loads_nothing_is_said(thesis: Write) -> None:
    """A file that is not there stops the build at the cell."""
    root = thesis({"one.md": NOTEBOOK + "# One\n\n```{code-cell} python\n:load: nowhere.py\n```\n"})

    with pytest.raises(ThesisError) as caught:
        build(root)

    assert [(one.rule, one.line) for one in caught.value.diagnostics] == [("unreadable-chapter", 8)]


def test_a_build_speaks_the_language_of_its_thesis_and_not_of_the_one_before(thesis: Write) -> None:
    """Words that Sphinx adds, such as the title of a note, follow the language that is set, within one process too."""
    root = thesis({"one.md": "# One\n\n```{note}\nWords.\n```\n"})
    settings = (root / "_config.yml").read_text(encoding="utf-8")
    pages = []
    for language in ("de", "en"):
        (root / "_config.yml").write_text(
            f"{settings}\nsphinx: {{config: {{language: {language}}}}}\n", encoding="utf-8"
        )
        build(root, editions=["html"])
        pages.append((root / "_build/html/one.html").read_text(encoding="utf-8"))

    assert ["Bemerkung" in page for page in pages] == [True, False]
