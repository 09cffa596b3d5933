"""The Word file of a thesis, or of a chapter."""

from __future__ import annotations

import hashlib
import zipfile
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from book.config import FILE
from book.diagnostics import Diagnostic, in_order
from book.editions.flow import div
from book.editions.made import Made
from book.editions.printed import title_of
from book.editions.tree import Node, para, plain_text, raw, raw_block, text, value_of, walk
from book.editions.whole import Job, as_png, made_by_pandoc, start
from book.editions.word import fields
from book.editions.word.finishing import Finish, finished
from book.editions.word.lowering import FORM, MOST_LEVELS, Sequences, WordLowering
from book.editions.word.passages import name_of_page
from book.editions.word.styles import OURS
from book.editions.zipping import unzipped, zipped
from book.errors import ConfigError
from book.languages import right_to_left
from book.project import write

if TYPE_CHECKING:
    from pathlib import Path

    from book.editions.material import Material
    from book.editions.printed import Item

HELD = ("png", "jpg", "gif")
"""Formats of pictures that Word shows; a drawing stands beside the PNG that is made of it."""
FIRST = ("[Content_Types].xml", "_rels/.rels")


def make_docx(material: Material) -> Made:
    """One file for Word, LibreOffice and their like."""
    path = material.file("docx")
    reference = _reference(material)
    job = start(material, "docx", partial(as_png, kept=HELD))
    sequences = Sequences()

    def lowering(job: Job, item: Item, here: set[str]) -> WordLowering:
        one = WordLowering(job.path(item), job.around, here=here)
        one.whole, one.sequences, one.paper = job.whole, sequences, material.config.thesis.pdf.paper
        one.in_body, one.backward = item.kind != "front", right_to_left(material.language)
        return one

    def assembled(job: Job, items: list[tuple[Item, list[Node]]]) -> list[Node]:
        sequences.__init__()  # type: ignore[misc]
        return _assembled(job, items)

    arguments = ["-t", "docx", f"--reference-doc={reference}", "--syntax-highlighting=none"]
    data = made_by_pandoc(job, lowering, assembled, arguments, {"lang": material.language})
    finish = Finish(
        paper=material.config.thesis.pdf.paper,
        language=material.language,
        draft=job.whole.words["draft"] if material.draft else "",
        own=bool(material.config.thesis.docx.reference),
        drawings=_drawings(job.folder / "images"),
        prose=material.prose,
        about=_about(material),
        moment=datetime.fromtimestamp(material.project.epoch(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    data = zipped(finished(unzipped(data), finish), material.project.epoch(), first=FIRST)

    def bring_out() -> list[Path]:
        if not path.exists() or path.read_bytes() != data:
            write(path, data)
        return [path]

    return Made("docx", path, in_order(job.found), bring_out)


def _about(material: Material) -> dict[str, str]:
    """What the file says of itself; the title page is written by us."""
    config, title = material.config, title_of(material.config)
    return {
        "title": title["title"],
        "subject": title["subtitle"],
        "author": title["author"],
        "keywords": ", ".join(config.thesis.keywords),
        "licence": config.thesis.licence,
    }


def _drawings(images: Path) -> dict[str, Path]:
    """SVG by the digest of the PNG that was made of it."""
    made = sorted(images.glob("*.svg.png"))
    return {hashlib.sha256(one.read_bytes()).hexdigest(): one.with_suffix("") for one in made}


# The reference document


def _reference(material: Material) -> Path:
    """The author's reference document, or ours.

    Raises ConfigError where the author's is no Word file.
    """
    given = material.config.thesis.docx.reference
    if not given:
        return _ours(material)
    path = material.project.root / given
    wrong = _wrong(path)
    if wrong:
        place = material.config.yaml.place("thesis", "docx", "reference")
        hint = "give a '.docx' file in the thesis's folder; 'thesis build --edition docx' without it makes one to start from"
        raise ConfigError(
            [Diagnostic("broken-reference", f"reference document '{given}' {wrong}", "error", FILE, *place, hint=hint)]
        )
    return path


def _wrong(path: Path) -> str:
    """What is wrong with a reference document; empty for nothing."""
    if not path.is_file():
        return "does not exist"
    begins = path.read_bytes()[:8]
    if begins.startswith(b"\xd0\xcf\x11\xe0"):
        return "is in Word's old format, or locked by a password: save it as '.docx' without one"
    if begins.startswith(b"{\\rtf"):
        return "is in rich text format: save it as '.docx'"
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return "is no Word file"
    if "mimetype" in names:
        return "is of LibreOffice's own format: save it as '.docx'"
    missing = [name for name in ("word/document.xml", "word/styles.xml") if name not in names]
    return f"is no Word file: it lacks '{missing[0]}'" if missing else ""


def _ours(material: Material) -> Path:
    """Pandoc's own reference document with our styles."""
    from book.sources.pandoc import pandoc_version, run_pandoc

    styles = OURS.read_bytes()
    key = hashlib.sha256(styles + pandoc_version().encode()).hexdigest()[:16]
    path = material.project.cache / "docx" / f"reference-{key}.docx"
    if not path.exists():
        files = unzipped(run_pandoc(["--print-default-data-file", "reference.docx"], b"", 60))
        write(path, zipped({**files, "word/styles.xml": styles}, 0, first=FIRST))
    return path


# The whole


def _assembled(job: Job, items: list[tuple[Item, list[Node]]]) -> list[Node]:
    """Front matter in a section of its own, everything else behind it."""
    material = job.material
    front = [item for item, _ in items if item.kind in {"generated", "front"}]
    paper = material.config.thesis.pdf.paper
    blocks: list[Node] = []
    begun = not front
    for item, own in items:
        if item.kind not in {"generated", "front"} and not begun:
            properties = fields.section(paper, numbers="lowerRoman", first=True)
            blocks.append(raw_block(FORM, fields.section_break(properties)))
            begun = True
        blocks += _item(job, item, own)
    return _joined(blocks, paper)


def _joined(blocks: list[Node], paper: str) -> list[Node]:
    """Blocks without an empty page where two stretches that lie on their side follow each other."""
    upright, lying = (
        raw_block(FORM, fields.section_break(fields.section(paper, turned=turned))) for turned in (False, True)
    )
    found: list[Node] = []
    for block in blocks:
        if block == upright and found and found[-1] == lying:
            found.pop()
        else:
            found.append(block)
    return found


def _item(job: Job, item: Item, own: list[Node]) -> list[Node]:
    if item.kind == "generated":
        return _generated(job, item.name)
    if item.kind == "part":
        return [div([para([text(item.title)])], custom_style="Title")]
    mark = raw(FORM, fields.marked(name_of_page(item.part.docname), "")) if item.part else raw(FORM, "")
    if own and own[0]["t"] == "Header":
        level, attr, title = own[0]["c"]
        first = {"t": "Header", "c": [level, attr, [mark, *title]]}
        own = [first, *own[1:]]
    else:
        titled = {"t": "Header", "c": [1, ["", ["unnumbered"], []], [mark, text(item.title)]]}
        head = [
            raw_block(FORM, fields.new_page(mark["c"][1]))
            if item.headed and item.kind == "front"
            else para([mark])
            if item.headed
            else titled
        ]
        own = [*head, *own]
    if item.language:
        own = [div(own, lang=item.language)]
    return own


def _generated(job: Job, name: str) -> list[Node]:
    if name == "title-page":
        return _title_page(job)
    words, depth = job.whole.words, max(1, job.material.config.thesis.pdf.contents_depth)
    if name == "contents":
        entries = list(_entries(job, depth))
        listed = fields.listing(f'TOC \\o "1-{min(depth, MOST_LEVELS)}" \\h \\z \\u', "TOC1", entries)
    else:
        kind = name.removesuffix("s")
        one = WordLowering("", job.around)
        one.whole = job.whole
        made = one.list_of(kind, "")
        if not made:
            return []
        listed = made[-1]["c"][1]
    return [raw_block(FORM, fields.paragraph("TOCHeading", fields.run(words[name])) + listed)]


def _entries(job: Job, depth: int) -> list[tuple[str, str, str]]:
    """Headings of the contents: style, bookmark, number and text."""
    found = []
    for item in job.items:
        if item.part is None or (item.kind == "front" and item.name in {"copyright", "dedication"}):
            continue
        for node in walk(list(item.part.blocks)):
            if node["t"] == "Header" and node["c"][0] <= depth:
                level, attr, title = node["c"]
                number = value_of(attr, "number")
                said = f"{number}\u2002{plain_text(title)}" if number else plain_text(title)
                found.append((f"TOC{min(level, 3)}", fields.bookmark(attr[0], "Toc") if attr[0] else "", said))
    return found


def _title_page(job: Job) -> list[Node]:
    title = title_of(job.material.config)
    supervisor = f"{job.whole.words['supervisor']}: {title['supervisor']}" if title["supervisor"] else ""
    dated = ", ".join(piece for piece in (title["place"], title["date"]) if piece)
    lines = (
        ("Title Page", title["institution"]), ("Title Page", title["department"]), ("Title", title["title"]), ("Subtitle", title["subtitle"]),
        ("Author", title["author"]), ("Title Page", title["degree"]), ("Title Page", supervisor), ("Date", dated), ("Title Page", title["note"]),
    )  # fmt: skip
    logo = _logo(job, title["logo"])
    return [*logo, *(div([para([text(said)])], custom_style=style) for style, said in lines if said)]


def _logo(job: Job, given: str) -> list[Node]:
    from book.editions.pictures import stage

    if not given:
        return []
    path = str(job.material.project.root / given)
    staged = stage([(path, FILE)], job.folder / "images")
    job.found += staged.diagnostics
    words = [text(title_of(job.material.config)["institution"] or "Logo")]
    size = ["", [], [["height", "2.4cm"]]]
    files = [
        str(job.folder / "images" / as_png(job.folder / "images", name, kept=HELD))
        for name in staged.printable.values()
    ]
    return [div([para([{"t": "Image", "c": [size, words, [file, ""]]}])], custom_style="Title Page") for file in files]
