"""Every rule by its name, and the promise that it keeps."""

from __future__ import annotations

RULES: dict[str, str] = {
    # configuration and contents
    "bad-contents": "`_toc.yml` is a table of contents that Jupyter Book understands.",
    "bad-setting": "Every setting holds a value of its kind.",
    "broken-yaml": "`_config.yml` and `_toc.yml` are valid YAML in UTF-8.",
    "chapter-listed-twice": "A page stands in the table of contents once.",
    "chapter-missing": "Every page of the table of contents exists.",
    "extension-missing": "Every Sphinx extension that `_config.yml` names is installed; without it the build goes on, and its directives and roles are unknown.",
    "no-contents": "A thesis has a `_toc.yml`.",
    "old-contents": "The table of contents has today's form, not the list form of old Jupyter Books (which is read all the same).",
    "part-not-listed": "Pages named under `thesis: front` and `thesis: appendices` stand in the table of contents.",
    "sphinx-cannot-start": "Sphinx accepts its configuration.",
    "unexpected-error": "`thesis` itself makes no mistake; where it does, the last good editions stand.",
    "unknown-chapter": "A chapter named on the command line exists.",
    "unknown-revision": "A revision named on the command line is one that git knows.",
    "unknown-rule": "A rule named on the command line or under `thesis: check` exists.",
    "unknown-setting": "Every setting is one that somebody reads.",
    # files
    "build-running": "One build of a thesis runs at a time.",
    "cannot-write": "`_build` and its files can be written.",
    "file-exists": "`thesis init` overwrites nothing.",
    "unreadable-chapter": "Every page is text in UTF-8 or a Jupyter notebook.",
    # cells
    "cell-failed": "No cell raises an exception.",
    "cell-not-run": "Every cell that is shown has run, unless its tag `skip-execution` says otherwise.",
    "cell-timeout": "Every cell ends within `execute: timeout`.",
    "kernel-died": "No kernel dies while a chapter runs.",
    "kernel-not-installed": "The kernel that a chapter names is installed.",
    "kernel-not-started": "Every kernel starts.",
    "stale-run": "The results that are shown are those of today's cells and data.",
    "unreadable-output": "Outputs of `table` and `figure` that a notebook holds can be read.",
    # findings
    "finding-not-formatted": "Every finding can be printed in the format that is asked for.",
    "finding-recorded-twice": "A name is recorded by one cell.",
    "unknown-finding": "Every finding that the text names is recorded by a cell.",
    "unreadable-finding": "Findings in stored outputs can be read.",
    # data
    "data-foreign-key": "Foreign keys of the data package lead to rows that exist.",
    "data-not-as-declared": "Every file of the data package has the size and hash that the package declares.",
    "data-outside-package": "Where a thesis has a data package, its code reads no data file that the package does not list.",
    "data-package-unreadable": "`thesis: data` names a Frictionless data package.",
    "data-schema": "Every row of the data package is as its schema says.",
    "data-stand-in": "Restricted resources of the data package are at hand; where one is not, its synthetic stand-in is used and named.",
    "data-source-without-entry": "Every bibliography key in the data has an entry.",
    "unread-resource": "Every resource of the data package is read by some chapter.",
    # bibliography and citations
    "bibliography-encoding": "Bibliography files are UTF-8.",
    "bibliography-filter": "The `:filter:` of a bibliography can be understood.",
    "broken-bibliography-entry": "Every entry of the bibliography can be read; a broken one costs itself alone.",
    "broken-name": "Every name of an author or editor can be taken apart.",
    "circular-crossref": "No entry inherits from itself.",
    "citation-without-entry": "Every citation has an entry.",
    "citations-not-formatted": "The citation style can be used.",
    "damaged-entry": "No entry shows traces of a wrong encoding, of HTML, or of LaTeX that went wrong.",
    "duplicate-entry": "No work has two entries under different keys.",
    "duplicate-field": "An entry has a field once.",
    "duplicate-key": "A key belongs to one entry.",
    "latex-not-carried": "LaTeX in an entry can be turned into text.",
    "malformed-citation": "Every citation role can be taken apart into keys, prefixes and locators.",
    "malformed-date": "Every date in an entry exists and is written as BibLaTeX reads it.",
    "malformed-doi": "Every DOI is shaped like one.",
    "malformed-isbn": "Every ISBN has ten or thirteen digits, and its last one checks the others.",
    "malformed-url": "Every address in an entry is one URL with its scheme, without spaces and without LaTeX.",
    "missing-bibliography": "Every bibliography file exists.",
    "missing-field": "Every entry has the fields that BibLaTeX requires of its type, itself or from what it inherits.",
    "name-spelt-two-ways": "Every person's name is spelt in one way, in all entries and in the text before a citation.",
    "no-bibliography": "A thesis that cites has a `{bibliography}`.",
    "quotation-without-locator": "Every direct quotation of five words or more is cited with its page, where the work has pages.",
    "typed-citation": "Every citation is a role; none is typed by hand.",
    "typed-citation-year": "A year typed behind an author is the year of one of the author's entries.",
    "uncited-entry": "Every entry is cited somewhere, or named in `thesis: nocite`.",
    "undefined-string": "Every `@string` that an entry uses is defined.",
    "unknown-citation-style": "The citation style is one that can be found.",
    "unresolved-crossref": "Every `crossref` leads to an entry.",
    # numbers and claims
    "claim-broken": "Every claim holds under its condition.",
    "claim-unreadable": "Every condition of a claim can be read and tested.",
    "broken-lock": "Every line of `findings.lock` can be read; a broken one costs itself alone.",
    "finding-gone": "Every finding in `findings.lock` is still recorded.",
    "finding-moved": "Every finding is within its tolerance of the value that was accepted.",
    "finding-not-accepted": "Every finding that is recorded stands in `findings.lock`.",
    "no-lock": "A thesis that records findings has a `findings.lock`, so that a number that moves is noticed.",
    "number-without-finding": "In a chapter with findings, a number with a unit or a percent sign is a finding, quoted, or cited.",
    "typed-finding": "A number that a cell computes is printed by `{finding}`, not typed by hand.",
    "unknown-accepted": "A finding named to `thesis accept` is recorded, or was accepted.",
    "unused-finding": "Every finding is printed somewhere, tested by a claim, or named in `thesis: unused`.",
    # references, figures, tables
    "ambiguous-reference": "A reference leads to one place.",
    "caption-number-not-in-data": "A number typed into the caption or the alternative text of a computed figure or table is one that its data, or a finding, give.",
    "coarse-image": "Every pixel image has at least 150 pixels to the inch at the size it is printed at.",
    "duplicate-label": "A label stands once.",
    "footnote-without-reference": "Every footnote is referred to.",
    "footnote-without-text": "Every reference to a footnote has its text.",
    "image-missing": "Every picture's file exists.",
    "image-without-source": "Every figure whose picture no cell makes names its source: a citation, a licence, its author.",
    "mentioned-out-of-order": "Within a chapter, figures and tables are first mentioned in the order of their numbers.",
    "missing-alternative-text": "Every picture has a text for readers who do not see it; a file name, a default such as `<Figure size 600x360 with 1 Axes>` and the caption over again are none.",
    "missing-caption": "Every computed table and figure has a caption, and every other one that has a label.",
    "missing-label": "Every figure and table with a number has a label to refer to it by.",
    "never-referred-to": "The text refers to every figure and table with a number.",
    "reference-without-target": "Every reference leads somewhere.",
    "remote-image": "Pictures lie in the thesis, or on a host that `thesis: html: allow-remote` names.",
    "remote-resource": "Pages load nothing from another host.",
    "skipped-heading-level": "Headings descend one level at a time.",
    "stored-output-differs": "Every output that a notebook's file holds is the one that its cell makes now.",
    "term-without-entry": "Every term has an entry in a glossary.",
    "typed-reference": "Figures, tables, chapters and sections are named by references, not by numbers typed by hand.",
    "typed-reference-without-target": "A number typed by hand is one that something has.",
    "unknown-directive": "Every directive is one that Sphinx or an extension knows.",
    "unknown-role": "Every role is one that Sphinx or an extension knows.",
    # structure and words
    "acronym-not-spelt-out": "Every acronym is spelt out where it first stands, or in a list of abbreviations.",
    "acronym-spelt-out-twice": "An acronym is spelt out once; an abstract or a preface stands for itself.",
    "damaged-text": "No text carries what copying, converting or typing has left: stray signs, broken words, doubled words.",
    "empty-section": "Every heading is followed by something: text, a figure, a cell, a list, or a heading below it.",
    "leftover": "No note to oneself, filler, placeholder or mark of a tracked change stands in the text.",
    "repeated-paragraph": "No paragraph of the thesis is repeated word by word.",
    "spelling-varies": "Every word is spelt in one way: that of the thesis's language, or else the one that prevails.",
    # editions compared
    # privacy
    # silencing
    "silence-without-reason": "Whoever silences a rule or a place says why.",
    "unused-silence": "Every silencing keeps something quiet; one that does not is taken out.",
    # the PDF
    "broken-template": "The template of the PDF can be used.",
    "font-missing": "Every font that is asked for is there.",
    "formula-not-printable": "Every formula can be set; one that cannot is printed as code.",
    "image-not-printable": "Every picture can be printed; one that cannot is marked.",
    "missing-character": "The fonts have every character.",
    "node-not-carried": "Everything on a page is carried to the printed editions; of what is not, the text is kept.",
    "pandoc-failed": "pandoc carries every part.",
    "part-not-typeset": "Every passage can be typeset; one that cannot is printed plainly.",
    "pdf-not-typeset": "The PDF can be typeset.",
    "pdf-standard-refused": "The PDF meets the standards of `thesis: pdf: standards`; if not, it is made without them and each place is named.",
    "table-too-wide": "Every table fits the page.",
    "tool-missing": "The programs that the LaTeX engine needs are installed.",
}
"""What each rule promises. A warning of Sphinx or of an extension that has no rule here is named `sphinx-` and its own type."""

IN_BUILDS_ONLY = frozenset(
    [
        "build-running", "cannot-write", "file-exists", "unexpected-error", "unknown-chapter", "cell-failed", "cell-timeout",
        "kernel-died", "kernel-not-installed", "kernel-not-started", "broken-template", "font-missing", "formula-not-printable",
        "image-not-printable", "missing-character", "node-not-carried", "pandoc-failed", "part-not-typeset", "pdf-not-typeset",
        "pdf-standard-refused", "remote-resource", "table-too-wide", "tool-missing",
    ]
)  # fmt: skip
"""Rules that `thesis check` cannot always judge, since it runs no cell and writes no edition: silencing them is never called needless."""

OF_EDITIONS = frozenset(
    [
        "edition-out-of-date", "heading-differs", "caption-differs", "table-cell-differs", "finding-differs", "equation-differs",
        "footnote-differs", "citation-differs", "bibliography-differs", "bibliography-out-of-step", "reference-differs",
        "text-differs", "dead-link", "unresolved-mark", "clipped-text", "empty-page", "local-path", "machine-name", "secret",
    ]
)  # fmt: skip
"""Rules about final files: nothing is said of them before both editions have been built."""
