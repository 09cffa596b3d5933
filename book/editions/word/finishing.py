"""What a Word file needs beyond what pandoc writes: sections, numbers of bookmarks, drawings beside their pictures, the language."""

from __future__ import annotations

import copy
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from lxml import etree

from book.editions.word import fields
from book.editions.word.directions import name_language, set_directions
from book.editions.word.passages import letters, name_of_page, name_of_passage, passage_of
from book.editions.word.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from book.sources.prose import Prose

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CORE = (
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
AFTER = ("textDirection", "bidi", "rtlGutter", "docGrid", "printerSettings")
"""What a section's mark for a title page comes before (ECMA-376, CT_SectPr)."""
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
"""What Office calls the drawing beside a picture."""
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
PICTURED = "{http://schemas.openxmlformats.org/drawingml/2006/picture}cNvPr"
FOOTER = f'<w:ftr xmlns:w="{W}">{fields.paragraph("Footer", fields.field("PAGE", fields.run("1")))}</w:ftr>'
EMPTY_FOOTER = f'<w:ftr xmlns:w="{W}">{fields.paragraph("Footer", "")}</w:ftr>'
OF_FOOTER = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
OF_HEADER = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
DOCUMENT, DOCUMENT_RELS = "word/document.xml", "word/_rels/document.xml.rels"


@dataclass(frozen=True, slots=True)
class Finish:
    """How a file is finished."""

    paper: str
    """Name of the paper."""
    language: str
    """Language of the text."""
    draft: str
    """What stands above every page; empty for nothing."""
    own: bool
    """Whether the author has given a reference document, whose pages and styles stand."""
    drawings: Mapping[str, Path]
    """SVG of each picture, by the digest of its PNG."""
    prose: tuple[Prose, ...]
    """The running text of each page."""
    about: Mapping[str, str]
    """What the file says of itself: `title`, `author`, `subject`, `keywords`, `licence`."""
    moment: str
    """When it was made, as XML writes it."""


def tag(name: str, space: str = W) -> str:
    """A name with its namespace."""
    return f"{{{space}}}{name}"


def finished(files: dict[str, bytes], finish: Finish) -> dict[str, bytes]:
    """The files of a Word file, finished."""
    files = dict(files)
    tree = etree.fromstring(files[DOCUMENT])
    package = _Package(files)
    _sections(tree, package, finish)
    styles = Styles(files["word/styles.xml"])
    _headings(tree, styles)
    _tables(tree, styles)
    _drawings(tree, package, finish)
    others = {name: etree.fromstring(content) for name, content in files.items() if re.fullmatch(r"word/(?:header|footer|footnotes)\w*\.xml", name)}
    notes = others.get("word/footnotes.xml")
    _passages(tree, notes, finish.prose)
    _number_bookmarks([tree, *([] if notes is None else [notes])])
    styles.settle([tree, *others.values()])
    set_directions([tree, *others.values()], styles.tree, finish.language)
    files |= {name: _written(other) for name, other in others.items()}
    files["word/styles.xml"], files[DOCUMENT] = _written(styles.tree), _written(tree)
    package.close()
    _language(files, finish.language)
    files["docProps/core.xml"] = _about(finish)
    return files


def _about(finish: Finish) -> bytes:
    """What Word shows as the properties of the file."""
    said = finish.about
    fields_of = (
        ("dc:title", said["title"]), ("dc:subject", said["subject"]), ("dc:creator", said["author"]), ("cp:keywords", said["keywords"]),
        ("dc:description", said["licence"]), ("dc:language", finish.language), ("cp:lastModifiedBy", said["author"]),
    )  # fmt: skip
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields_of if text)
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{finish.moment}</dcterms:{name}>' for name in ("created", "modified")
    )
    return f"{XML}<cp:coreProperties {CORE}>{inside}{dates}</cp:coreProperties>".encode()


def _written(tree: Any) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


class _Package:
    """Relations and kinds of files, to which parts are added."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.relations = etree.fromstring(files[DOCUMENT_RELS])
        self.types = etree.fromstring(files["[Content_Types].xml"])

    def add(self, name: str, content: bytes, kind: str, relation: str) -> str:
        """A part of its own kind; returns the id of its relation."""
        self.files[f"word/{name}"] = content
        if relation != "image":
            etree.SubElement(self.types, tag("Override", TYPES), PartName=f"/word/{name}", ContentType=kind)
        identifier = f"rThesis{len(self.relations)}"
        etree.SubElement(self.relations, tag("Relationship", RELS), Id=identifier, Type=f"{R}/{relation}", Target=name)
        return identifier

    def ending(self, suffix: str, kind: str) -> None:
        """Files of an ending are of a kind."""
        known = {str(one.get("Extension")).lower() for one in self.types.iter(tag("Default", TYPES))}
        if suffix not in known:
            self.types.insert(0, etree.Element(tag("Default", TYPES), Extension=suffix, ContentType=kind))

    def targets(self) -> dict[str, str]:
        """File of each relation."""
        return {str(one.get("Id")): str(one.get("Target")) for one in self.relations}

    def close(self) -> None:
        """Write both lists back."""
        self.files[DOCUMENT_RELS] = _written(self.relations)
        self.files["[Content_Types].xml"] = _written(self.types)


# Sections


def _sections(tree: Any, package: _Package, finish: Finish) -> None:
    """All sections are as the last one, but for how they lie and count their pages."""
    body = tree.find(tag("body"))
    last = body.find(tag("sectPr"))
    if last is None:
        last = etree.SubElement(body, tag("sectPr"))
    if not finish.own:
        made = etree.fromstring(f'<w:x xmlns:w="{W}">{fields.section(finish.paper)}</w:x>')[0]
        body.replace(last, made)
        last = made
        shown = package.add("footer1.xml", FOOTER.encode(), OF_FOOTER, "footer")
        hidden = package.add("footer2.xml", EMPTY_FOOTER.encode(), OF_FOOTER, "footer")
        last.insert(0, etree.Element(tag("footerReference"), {tag("type"): "default", tag("id", R): shown}))
        last.insert(1, etree.Element(tag("footerReference"), {tag("type"): "first", tag("id", R): hidden}))
    if finish.draft:
        _draft(last, package, finish.draft)
    inner = [one for one in tree.iter(tag("sectPr")) if one is not last]
    for one in inner:
        replaced = copy.deepcopy(last)
        _as_asked(replaced, one)
        one.getparent().replace(one, replaced)
    if any(one.get("start") for one in inner):
        _count(last, "decimal", "")
    _begin_anew(body, last)


def _begin_anew(body: Any, last: Any) -> None:
    """The section behind the front matter counts from 1."""
    front = [one for one in body.iter(tag("sectPr")) if one is not last and one.get("front")]
    for one in front:
        del one.attrib["front"]
        after = next((other for other in body.iter(tag("sectPr")) if _stands_behind(other, one, body)), last)
        _count(after, "decimal", "1")


def _stands_behind(one: Any, other: Any, body: Any) -> bool:
    order = list(body.iter(tag("sectPr")))
    return order.index(one) > order.index(other)


def _as_asked(section: Any, asked: Any) -> None:
    """What a break says of its section: turned, the front matter."""
    size = section.find(tag("pgSz"))
    wanted = asked.find(tag("pgSz"))
    if size is not None and wanted is not None and wanted.get(tag("orient")):
        width, height = size.get(tag("w")), size.get(tag("h"))
        size.attrib.update({tag("w"): height, tag("h"): width, tag("orient"): "landscape"})
    counted = asked.find(tag("pgNumType"))
    if counted is not None:
        section.set("front", "yes")
        _count(section, counted.get(tag("fmt")), counted.get(tag("start"), ""))
        if asked.find(tag("titlePg")) is not None and section.find(tag("titlePg")) is None:
            mark = etree.Element(tag("titlePg"))
            later = next((one for name in AFTER if (one := section.find(tag(name))) is not None), None)
            section.append(mark) if later is None else later.addprevious(mark)


def _count(section: Any, form: str, start: str) -> None:
    known = section.find(tag("pgNumType"))
    if known is None:
        known = etree.Element(tag("pgNumType"))
        places = [section.find(tag(name)) for name in ("cols", "titlePg", "docGrid")]
        before = next((one for one in places if one is not None), None)
        if before is None:
            section.append(known)
        else:
            before.addprevious(known)
    known.set(tag("fmt"), form)
    if start:
        known.set(tag("start"), start)


def _draft(section: Any, package: _Package, word: str) -> None:
    """The word stands above every page, the first one too."""
    shown = f'<w:hdr xmlns:w="{W}">{fields.paragraph("Header", fields.run(word))}</w:hdr>'
    identifier = package.add("headerdraft.xml", shown.encode(), OF_HEADER, "header")
    for one in list(section.iter(tag("headerReference"))):
        section.remove(one)
    for kind in ("first", "default"):
        section.insert(0, etree.Element(tag("headerReference"), {tag("type"): kind, tag("id", R): identifier}))


# Headings, tables, pictures, passages


def _headings(tree: Any, styles: Styles) -> None:
    """A chapter begins on a new page, whatever a reference document says."""
    chapters = {"Heading1"} | styles.called("heading 1")
    for style in tree.iter(tag("pStyle")):
        if style.get(tag("val")) in chapters and style.getparent().find(tag("pageBreakBefore")) is None:
            style.addnext(etree.Element(tag("pageBreakBefore")))


def _tables(tree: Any, styles: Styles) -> None:
    """Text of cells has a style of its own; no row is broken over pages."""
    texts = {"Compact", "FirstParagraph", "BodyText"} | styles.called("compact", "first paragraph", "body text")
    for table in tree.iter(tag("tbl")):
        for style in table.iter(tag("pStyle")):
            if style.get(tag("val")) in texts:
                style.set(tag("val"), "TableText")
        for layout in table.iter(tag("tblLayout")):
            layout.set(tag("type"), "autofit")
        for row in table.iter(tag("tr")):
            properties = row.find(tag("trPr"))
            if properties is None:
                properties = etree.Element(tag("trPr"))
                row.insert(0, properties)
            if properties.find(tag("cantSplit")) is None:
                properties.insert(0, etree.Element(tag("cantSplit")))


def _drawings(tree: Any, package: _Package, finish: Finish) -> None:
    """A PNG made of a drawing has the drawing beside it, which newer programs show."""
    import hashlib

    for drawn in tree.iter(DRAWN):
        said = str(drawn.get("descr") or "")
        for inner in drawn.getparent().iter(PICTURED):
            inner.set("descr", said)  # where pandoc says the file's place on this machine
    targets = package.targets()
    known: dict[str, str] = {}
    for blip in tree.iter(tag("blip", A)):
        target = targets.get(str(blip.get(tag("embed", R))), "")
        content = package.files.get(posixpath.normpath(posixpath.join("word", target)), b"")
        digest = hashlib.sha256(content).hexdigest()
        drawing = finish.drawings.get(digest)
        if drawing is None:
            continue
        if digest not in known:
            package.ending("svg", "image/svg+xml")
            known[digest] = package.add(f"media/{drawing.name}", drawing.read_bytes(), "", "image")
        extensions = etree.SubElement(blip, tag("extLst", A))
        extension = etree.SubElement(extensions, tag("ext", A), uri=SVG_EXTENSION)
        etree.SubElement(extension, tag("svgBlip", SVG), {tag("embed", R): known[digest]}, nsmap={"asvg": SVG})


def text_of(paragraph: Any) -> str:
    """The words of a paragraph, instructions of fields aside."""
    return "".join(_texts(paragraph))


def _texts(paragraph: Any) -> Iterable[str]:
    for node in paragraph.iter(tag("t"), tag("tab"), tag("br")):
        yield node.text or "" if node.tag == tag("t") else " "


def _passages(tree: Any, notes: Any, prose: Iterable[Prose]) -> None:
    """A bookmark around each paragraph that is a passage of a source, by which comments on it find their way back; in notes too."""
    pages = {name_of_page(one.docname): one for one in prose}
    page: Prose | None = None
    homes: dict[str, Prose] = {}
    at, given = 0, set[str]()
    for paragraph in list(tree.iter(tag("p"))):
        for mark in paragraph.iter(tag("bookmarkStart")):
            if mark.get(tag("name")) in pages:
                page, at = pages[mark.get(tag("name"))], 0
        if page is None:
            continue
        homes |= dict.fromkeys((str(one.get(tag("id"))) for one in paragraph.iter(tag("footnoteReference"))), page)
        at = _bookmarked(paragraph, page, at, given)
    reached: dict[str, int] = {}
    for note in notes.iter(tag("footnote")) if notes is not None else ():
        home = homes.get(str(note.get(tag("id"))))
        if home is not None:
            for paragraph in note.iter(tag("p")):
                reached[home.docname] = _bookmarked(paragraph, home, reached.get(home.docname, 0), given)


def _bookmarked(paragraph: Any, page: Prose, at: int, given: set[str]) -> int:
    """Bookmark a paragraph if it is a passage of the page; returns where its next one is looked for first."""
    found = passage_of(letters(text_of(paragraph)), page.passages, at)
    if found is None:
        return at
    name = name_of_passage(page.docname, page.passages[found])
    if name not in given:
        given.add(name)
        first = 1 if paragraph.find(tag("pPr")) is not None else 0
        paragraph.insert(first, etree.Element(tag("bookmarkStart"), {tag("id"): "0", tag("name"): name}))
        etree.SubElement(paragraph, tag("bookmarkEnd"), {tag("id"): name})
    return found + 1


def _number_bookmarks(trees: Iterable[Any]) -> None:
    """Each bookmark of the file gets a number; a second one of a name is taken out."""
    numbers: dict[str, str] = {}
    ended = set[str]()
    for tree in trees:
        for mark in list(tree.iter(tag("bookmarkStart"))):
            name = str(mark.get(tag("name")))
            if name in numbers:
                mark.getparent().remove(mark)
            else:
                numbers[name] = str(len(numbers) + 1)
                mark.set(tag("id"), numbers[name])
        for mark in list(tree.iter(tag("bookmarkEnd"))):
            name = str(mark.get(tag("id")))
            if name not in numbers or name in ended:
                mark.getparent().remove(mark)
            else:
                ended.add(name)
                mark.set(tag("id"), numbers[name])


def _language(files: dict[str, bytes], language: str) -> None:
    """Word checks the spelling in the thesis's language."""
    styles = etree.fromstring(files["word/styles.xml"])
    for one in styles.iterfind(f"{tag('docDefaults')}//{tag('lang')}"):
        name_language(one, language)
    files["word/styles.xml"] = _written(styles)
    if "word/settings.xml" in files:
        settings = etree.fromstring(files["word/settings.xml"])
        for one in settings.iter(tag("themeFontLang")):
            name_language(one, language)
        for one in list(settings.iter(tag("doNotTrackMoves"))):
            one.getparent().remove(one)
        files["word/settings.xml"] = _written(settings)
