"""What JATS needs beyond what pandoc writes: labels, kinds of references, abstracts, appendices and lists of works in their places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

PICTURES = "images"
"""Folder of the pictures, beside the file."""
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XLINK = "{http://www.w3.org/1999/xlink}href"
REFERRED = {
    "sec": "sec", "app": "app", "fig": "fig", "table-wrap": "table", "disp-formula": "disp-formula", "ref": "bibr", "fn": "fn",
    "boxed-text": "boxed-text", "statement": "statement", "list-item": "list", "aff": "aff",
}  # fmt: skip
"""What stands at a place -> the kind of references to it; none of these is `other`."""
MARKS = frozenset({"label", "caption", "attrib", "work", "formula", "part"})
"""Names of the marks that the lowering sets."""
BEFORE_KEYWORDS = ("kwd-group", "funding-group", "support-group", "conference", "counts", "custom-meta-group")
"""What an abstract stands before (JATS 1.2, `article-meta`)."""


def finished(data: bytes, language: str) -> tuple[bytes, dict[str, Path]]:
    """The file with everything in its place, and the pictures that go beside it."""
    tree = etree.fromstring(
        data, etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False, huge_tree=True)
    )
    tree.set(LANG, language)
    _front(tree)
    parts = _marks(tree)
    _works(tree)
    _anchors(tree)
    _references(tree)
    for kind, section in parts:
        _placed(tree, kind, section, language)
    _names(tree)
    _kinds(tree)
    _in_order(tree)
    pictures = _pictures(tree)
    kind = tree.getroottree().docinfo.doctype
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", doctype=kind)) + b"\n", pictures


def _front(tree: Any) -> None:
    """A thesis is in no journal, and what nothing is said in is left out."""
    for one in (tree.find("front/journal-meta"), tree.find("front/article-meta/permissions")):
        if one is not None and not "".join(one.itertext()).strip():
            one.getparent().remove(one)


# Marks


def _marks(tree: Any) -> list[tuple[str, Any]]:
    """Carry out the marks that the lowering has set; returns the sections that are parts, and what each is."""
    parts = []
    for one in list(tree.iter(etree.ProcessingInstruction)):
        kind, said, around, after = one.target, one.text or "", one.getparent(), one.getnext()
        if kind == "label":
            _labelled(one, said)
        elif kind == "caption":
            _captioned(around, said)
        elif kind == "attrib" and around.getparent().tag == "disp-quote":
            around.tag = "attrib"
        elif kind == "work":
            around.getparent().set("id", said)
        elif kind == "formula":
            _numbered(after, *said.split("|", 1))
        elif kind == "part" and around.tag == "title":
            name, own = said.split("|", 1)
            around.getparent().attrib.update({LANG: own} if own else {})
            parts.append((name, around.getparent()))
        if kind in MARKS:
            _without(one)
    return parts


def _labelled(mark: Any, said: str) -> None:
    """A label stands before the title of a section, and before the caption of a figure or table."""
    around = mark.getparent()
    while around is not None and around.tag not in {"title", "caption"}:
        around = around.getparent()
    if around is None:
        return
    if around.tag == "title" and around.getparent() is not None and around.getparent().tag == "caption":
        around = around.getparent()
    label = etree.Element("label")
    label.text = said
    around.addprevious(label)


def _captioned(line: Any, kind: str) -> None:
    """A box's first line is its caption; a box begins with it, wherever pandoc has put a paragraph around it."""
    box = next(one for one in line.iterancestors() if one.tag == "boxed-text")
    caption = etree.Element("caption")
    line.addprevious(caption)
    line.tag, line.tail = kind, None
    caption.append(line)
    box.insert(0, caption)


def _numbered(formula: Any, name: str, number: str) -> None:
    """A formula has its name and its number itself."""
    if formula is None or formula.tag != "disp-formula":
        return
    if name:
        formula.set("id", name)
    if number:
        label = etree.Element("label")
        label.text = number
        formula.insert(0, label)


def _without(mark: Any) -> None:
    """Take a mark out and leave what stands behind it."""
    parent, before, tail = mark.getparent(), mark.getprevious(), (mark.tail or "").lstrip()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    mark.tail = None
    parent.remove(mark)


def _anchors(tree: Any) -> None:
    """Marks of places that nothing refers to go, and paragraphs that held nothing else."""
    wanted = set(tree.xpath("//@rid"))
    for one in list(tree.iter("styled-content")):
        if len(one) or (one.text or "").strip() or one.get("id") in wanted or set(one.attrib) - {"id"}:
            continue
        around = one.getparent()
        _without(one)
        empty = around.tag == "p" and not len(around) and not (around.text or "").strip()
        if empty and around.getparent().tag in {"sec", "boxed-text"}:
            _without(around)


# Places


def _works(tree: Any) -> None:
    """Boxes of works are lists of references: what is said of a work first is its citation, all else a note on it."""
    for work in tree.xpath("//boxed-text[@content-type='ref']"):
        first, *rest = work
        work.tag, first.tag = "ref", "mixed-citation"
        work.attrib.pop("content-type")
        note = etree.Element("note")
        for one in rest:
            (note if one.tag == "p" else etree.SubElement(note, "p")).append(one)
        if rest:
            work.append(note)
    for works in tree.xpath("//boxed-text[@content-type='ref-list']"):
        works.tag = "ref-list"
        works.attrib.pop("content-type")


def _references(tree: Any) -> None:
    """A list of works stands at the end of its section; where it is all that the section holds, behind the text, under its title."""
    for works in list(tree.iter("ref-list")):
        section = next((one for one in works.iterancestors() if one.tag in {"sec", "body"}), None)
        if section is None:
            continue
        around = works.getparent()
        _without(works)
        if around.tag == "boxed-text" and not len(around):
            _without(around)
        others = [one for one in section if one.tag not in {"title", "label"}]
        if section.tag == "sec" and not others and section.getparent().tag == "body":
            for one in reversed([one for one in section if one.tag in {"title", "label"}]):
                works.insert(0, one)
            _renamed(section, works)
            _without(section)
            _back(tree).append(works)
        elif section.tag == "sec":
            section.append(works)
        else:
            _back(tree).append(works)


def _renamed(before: Any, after: Any) -> None:
    """What was called so before is called so still."""
    name = before.get("id")
    if name and not after.get("id"):
        after.set("id", name)
    elif name:
        for one in before.getroottree().xpath("//xref[@rid=$name]", name=name):
            one.set("rid", after.get("id"))


def _placed(tree: Any, kind: str, section: Any, language: str) -> None:
    """An abstract stands before everything else, an appendix behind it."""
    if section.getparent() is None or section.getparent().tag != "body":
        return
    if kind == "abstract":
        _abstract(tree, section, language)
    elif kind == "appendix":
        _without(section)
        section.tag = "app"
        back = _back(tree)
        group = back.find("app-group")
        if group is None:
            group = etree.SubElement(back, "app-group")
        group.append(section)


def _abstract(tree: Any, section: Any, language: str) -> None:
    about = tree.find("front/article-meta")
    first = about.find("abstract") is None
    own = section.get(LANG, language)
    _without(section)
    section.tag = "abstract" if first and own == language else "trans-abstract"
    section.set(LANG, own)
    later = next(
        (
            one
            for one in about
            if one.tag in BEFORE_KEYWORDS or (section.tag == "abstract" and one.tag == "trans-abstract")
        ),
        None,
    )
    if later is None:
        about.append(section)
    else:
        later.addprevious(section)


def _back(tree: Any) -> Any:
    back = tree.find("back")
    if back is None:
        back = etree.SubElement(tree, "back")
    return back


def _in_order(tree: Any) -> None:
    """Behind the text stand appendices, works and notes, in this order."""
    back = tree.find("back")
    if back is not None:
        order = ("app-group", "ref-list", "fn-group")
        back[:] = sorted(back, key=lambda one: order.index(one.tag) if one.tag in order else 0)
        if not len(back):
            tree.remove(back)


def _names(tree: Any) -> None:
    """It is the table with its caption that has a name."""
    for one in tree.iter("table-wrap"):
        table = one.find("table")
        if table is not None and table.get("id") and not one.get("id"):
            one.set("id", table.attrib.pop("id"))


def _kinds(tree: Any) -> None:
    """References say what they lead to."""
    kinds = {str(one.get("id")): str(one.tag) for one in tree.iter() if isinstance(one.tag, str) and one.get("id")}
    for one in tree.iter("xref"):
        if not one.get("ref-type"):
            one.set("ref-type", REFERRED.get(kinds.get(str(one.get("rid")), ""), "other"))


def _pictures(tree: Any) -> dict[str, Path]:
    """Pictures lie beside the file."""
    pictures: dict[str, Path] = {}
    for one in tree.iter("graphic", "inline-graphic"):
        source = Path(one.get(XLINK) or "")
        if source.is_absolute():
            name = f"{PICTURES}/{source.name}"
            pictures[name] = source
            one.set(XLINK, name)
    return pictures
