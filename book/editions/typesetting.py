"""The PDF by Typst: parts become files, files become pages, and nothing an author writes stops it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from book.config import FILE
from book.diagnostics import Diagnostic, in_order
from book.document.parts import Part
from book.editions import printed
from book.editions.lowering import Surroundings, ids_of
from book.editions.macros import read_macros
from book.editions.pandoc import Request, Written, pandoc_version, written
from book.editions.pictures import stage
from book.editions.press import Order, compiled, note
from book.editions.printed import Item, PdfResult, title_of
from book.editions.survey import Survey, digest_around, digest_of, doubled, survey, taken_before
from book.editions.tree import Node, para, plain_text, text, value_of, walk
from book.editions.typst import BLOCK_MARK, Code, TypstLowering, block_at, part_source, parts_list, settings
from book.editions.words import printed_words
from book.errors import EditionError
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from book.config import Config
    from book.project import Project

TEMPLATES = Path(__file__).parent.parent / "templates" / "typst"

BUNDLED = ("Libertinus Serif", "New Computer Modern", "New Computer Modern Math", "DejaVu Sans Mono")
"""Families that come with the compiler."""

REPAIRS = 8
"""How often we mark what does not compile and try again before whole parts are printed as plain text."""

AMBIGUOUS = (b"\r\nendstream\nendobj", b"\r\rendstream\nendobj")
"""A stream that ends in a carriage return, and Typst's line feed after it: validators take both for one end of line and count a byte short."""
LENGTH = re.compile(r"^\d+(\.\d+)?(pt|mm|cm|in|em)$")
PAPER_HEIGHT = {"a4": 842, "a5": 595, "us-letter": 792, "us-legal": 1008, "a3": 1191, "iso-b5": 709}
"""Heights in points of the papers that theses are printed on."""

NOTHING = Part("front", "", "", "", ())
"""Stands for what the engine makes by itself."""

ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
"""How the compiler writes a character that it would not print."""
SPEAKERS = re.compile(r"^(PDF/\S+(?:, PDF/\S+)*) error: ")
"""Begins what the compiler says on behalf of standards."""

HEADER = '#import "../elements.typ": *\n#import "{template}": *\n'


@dataclass
class Job:
    """One printing: what it is given and what it has found out on the way."""

    items: list[Item]
    """The thesis in the order of its pages."""
    config: Config
    """Its configuration."""
    project: Project
    """Its folder."""
    paths: list[str]
    """The file of each item, as diagnostics name it."""
    surveys: list[Survey]
    """What each item holds."""
    around: Surroundings
    """What parts know of each other."""
    template: str
    """The template, as Typst imports it."""
    found: list[Diagnostic] = field(default_factory=list)
    """What is to be said."""
    given_up: dict[int, set[int]] = field(default_factory=dict)
    """Blocks, by item, that do not compile and are printed as plain text."""
    unprintable: dict[int, frozenset[str]] = field(default_factory=dict)
    """Formulas, by item, that pandoc does not carry."""

    @property
    def folder(self) -> Path:
        """Where all of it is written."""
        return self.project.cache / "typst"


def print_typst(
    parts: Sequence[Part],
    config: Config,
    project: Project,
    *,
    draft: bool,
    macros: Mapping[str, Any],
    language: str,
    sources: Mapping[str, str],
) -> PdfResult:
    """Print the thesis with Typst."""
    items = printed.in_order(parts, config)
    folder = project.cache / "typst"
    surveys = survey([item.part or NOTHING for item in items], folder / "surveys")
    paths = [sources.get(item.part.docname, item.part.docname) if item.part else FILE for item in items]
    pictures = stage(
        ((path, shown_in) for one, shown_in in zip(surveys, paths, strict=True) for path in one.pictures),
        folder / "images",
    )
    names = {path: f"/{_from_root(project, folder)}/images/{name}" for path, name in pictures.printable.items()}
    ids = frozenset(identifier for one in surveys for identifier in one.ids)
    around = Surroundings(ids, names, read_macros(macros), floats=config.thesis.pdf.floats)
    template = "/" + _from_root(project, folder) + "/thesis.typ"
    job = Job(items, config, project, paths, surveys, around, template, list(pictures.diagnostics))
    job.found += doubled([item.part or NOTHING for item in items], surveys, sources)
    _write_templates(job, _configuration(job, draft=draft, language=language))
    data = _compiled(job)
    return PdfResult(data, in_order(job.found), page_count(data) if data else 0)


def _from_root(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix()


# The configuration of the template.


def _configuration(job: Job, *, draft: bool, language: str) -> dict[str, Any]:
    config, pdf = job.config, job.config.thesis.pdf
    margins = {"inner": "32mm", "outer": "25mm", "top": "28mm", "bottom": "30mm"}
    margins |= {
        key: str(given)
        for key, given in pdf.margins.items()
        if key in margins and _is_length(job, f"margins.{key}", str(given))
    }
    size = pdf.font_size if _is_length(job, "font-size", pdf.font_size) else "11pt"
    title = title_of(config)
    text_font = _families(job, pdf.font, "Libertinus Serif", "font")
    return {
        "title": title["title"],
        "authors": [name.strip() for name in re.split(r",|\band\b", title["author"]) if name.strip()],
        "keywords": list(config.thesis.keywords),
        "description": title["subtitle"] or None,
        "title-page": {**title, "logo": _logo(job, title["logo"])},
        "language": _language(language or config.language),
        "words": printed_words(language or config.language),
        "paper": _paper(job, pdf.paper),
        "margins": {key: Code(given) for key, given in margins.items()},
        "two-sided": pdf.two_sided,
        "font": text_font,
        "heading-font": _families(job, pdf.heading_font, "", "heading-font") if pdf.heading_font else text_font,
        "math-font": _families(job, pdf.math_font, "New Computer Modern Math", "math-font"),
        "mono-font": _families(job, pdf.mono_font, "DejaVu Sans Mono", "mono-font"),
        "font-size": Code(size),
        "line-spacing": pdf.line_spacing,
        "numbering-front": pdf.numbering_front,
        "numbering-body": pdf.numbering_body,
        "contents-depth": max(1, pdf.contents_depth),
        "justify": pdf.justify,
        "draft": draft,
        "picture-height": Code(f"{PAPER_HEIGHT.get(pdf.paper, 842) * 0.58:.0f}pt"),
    }


def _wrong(job: Job, setting: str, given: str, hint: str) -> None:
    place = job.config.yaml.place("thesis", "pdf", *setting.split("."))
    job.found.append(
        Diagnostic("bad-setting", f"'thesis.pdf.{setting}' is '{given}'", "error", FILE, *place, hint=hint)
    )


def _is_length(job: Job, setting: str, given: str) -> bool:
    if LENGTH.match(given):
        return True
    _wrong(job, setting, given, "give a length such as '25mm'")
    return False


def _paper(job: Job, given: str) -> str:
    """The paper's name; A4 and a remark where Typst has none of that name."""
    name = given.lower()
    if name in PAPER_HEIGHT or re.fullmatch(
        r"(a([0-9]|1[01])|iso-b[1-8]|iso-c[3-8]|jis-b[0-9]|us-[a-z-]+|uk-[a-z-]+|fr-[a-z]+|din-d[3-8]|sis-[a-z0-9]+)",
        name,
    ):
        return name
    _wrong(job, "paper", given, "give a name such as 'a4' or 'us-letter'")
    return "a4"


def _language(tag: str) -> str:
    return tag if re.match(r"^[A-Za-z]{2,3}(-|$)", tag) else "en"


def _families(job: Job, wanted: str, instead: str, setting: str) -> list[str]:
    """The family if there is one of that name; what stands in for it otherwise."""
    known = {family.lower() for family in _known_families(tuple(_font_folders(job)))}
    if wanted.lower() in known:
        return [wanted]
    place = job.config.yaml.place("thesis", "pdf", setting)
    hint = f"put its files in a folder, name the folder under 'thesis.pdf.fonts'; bundled are {', '.join(BUNDLED)}"
    job.found.append(
        Diagnostic("font-missing", f"font '{wanted}' is not among the thesis's fonts", "error", FILE, *place, hint=hint)
    )
    return [instead or "Libertinus Serif"]


def _font_folders(job: Job) -> list[str]:
    return [str(job.project.root / folder) for folder in job.config.thesis.pdf.fonts]


@lru_cache(maxsize=8)
def _known_families(folders: tuple[str, ...]) -> tuple[str, ...]:
    import typst

    return tuple(typst.Fonts(include_system_fonts=False, font_paths=list(folders)).families())


def _logo(job: Job, given: str) -> str:
    if not given:
        return ""
    place = job.project.root / given
    staged = stage([(str(place), FILE)], job.folder / "images")
    job.found += staged.diagnostics
    name = staged.printable.get(str(place))
    return f"/{_from_root(job.project, job.folder)}/images/{name}" if name else ""


# The files.


def _write_templates(job: Job, configuration: Mapping[str, Any]) -> None:
    for name in ("elements.typ", "thesis.typ"):
        _write_changed(job.folder / name, (TEMPLATES / name).read_text(encoding="utf-8"))
    _write_changed(job.folder / "config.typ", "#let config = " + settings(configuration) + "\n")
    own = job.config.thesis.pdf.template
    if not own:
        return
    if (job.project.root / own).is_file():
        job.template = "/" + Path(own).as_posix()
        return
    place = job.config.yaml.place("thesis", "pdf", "template")
    job.found.append(
        Diagnostic(
            "broken-template",
            f"template '{own}' does not exist",
            "error",
            FILE,
            *place,
            hint="give a path from the thesis's folder",
        )
    )


def _write_changed(path: Path, content: str) -> None:
    """Leave an unchanged file alone: a living compiler then has nothing to read again."""
    if not path.is_file() or path.read_text(encoding="utf-8") != content:
        write(path, content)


def _blocks(job: Job, number: int) -> list[Node]:
    """The blocks of an item as they can be printed."""
    item = job.items[number]
    if item.part is None:
        return []
    blocks = (
        printed.without_title(item.part.blocks)
        if item.kind == "front" and item.name in printed.UNHEADED
        else list(item.part.blocks)
    )
    broken = job.given_up.get(number, set())
    return [_as_plain(block) if index in broken else block for index, block in enumerate(blocks)]


def _as_plain(block: Node) -> Node:
    """The text of a block, marked; links to what stood in it still lead there."""
    places: list[Node] = [{"t": "Span", "c": [[identifier, [], []], []]} for identifier in ids_of([block])]
    said = [{"t": "Span", "c": [["", ["problem"], []], [text(plain_text(block))]]}]
    return (
        {"t": "Header", "c": [block["c"][0], block["c"][1], [text(plain_text(block))]]}
        if block["t"] == "Header"
        else para([*places, *said])
    )


def _lower_all(job: Job) -> tuple[list[Written], list[Diagnostic]]:
    """Write every part through pandoc; formulas that it cannot carry are printed as code in a second go."""
    results, remarks = _lower_once(job)
    failed = {number: frozenset(one.failed) for number, one in enumerate(results) if one.failed}
    if not failed:
        return results, remarks
    job.unprintable = {
        number: job.unprintable.get(number, frozenset()) | failed.get(number, frozenset())
        for number in {*failed, *job.unprintable}
    }
    for number, formulas in sorted(failed.items()):
        for tex in sorted(formulas):
            job.found.append(unprintable_formula(tex, job.paths[number]))
    return _lower_once(job)


def unprintable_formula(tex: str, path: str) -> Diagnostic:
    """Say that a formula is printed as code."""
    hint = "write it in plain LaTeX mathematics; macros of packages can be defined under 'mathjax3_config'"
    return Diagnostic(
        "formula-not-printable", f"formula '{' '.join(tex.split())}' cannot be typeset", "error", path, hint=hint
    )


def _lower_once(job: Job) -> tuple[list[Written], list[Diagnostic]]:
    taken = taken_before(job.surveys)
    base = digest_around(job.around)
    requests = [_request(job, number, taken[number], base) for number in range(len(job.items))]
    results = written(requests, "typst", job.folder / "pandoc")
    return results, [one for result in results for one in result.remarks]


def _request(job: Job, number: int, taken: frozenset[str], base: str) -> Request:
    survey_of, unprintable = job.surveys[number], job.unprintable.get(number, frozenset())

    def lower() -> tuple[list[Node], list[Diagnostic]]:
        remarks: list[Diagnostic] = []
        around = replace(job.around, unprintable=unprintable)
        lowering = TypstLowering(job.paths[number], around, remarks, here=set(taken), level=item.above)
        return part_source(_blocks(job, number), lowering), remarks

    shown = [(path, job.around.pictures.get(path)) for path in survey_of.pictures]
    item = job.items[number]
    marked = [sorted(job.given_up.get(number, ())), sorted(unprintable), sorted(taken)]
    key = digest_of([survey_of.digest, base, pandoc_version(), job.paths[number], item.kind, item.name, item.above, shown, marked])
    return Request(key, lower)


def _write_parts(job: Job, results: Sequence[Written]) -> dict[str, int]:
    """Write the parts and the file that brings them together; returns each part's file and its item."""
    files: dict[str, int] = {}
    listed: list[dict[str, Any]] = []
    header = HEADER.format(template=job.template)
    for number, (item, result) in enumerate(zip(job.items, results, strict=True)):
        described: dict[str, Any] = {"kind": item.kind, "name": item.name, "title": item.title, "headed": item.headed}
        described["language"] = item.language
        if item.part is not None and item.kind != "part":
            name = f"parts/{number:03}-{result.key[:12]}.typ"
            files[name] = number
            _write_changed(job.folder / name, header + result.text)
            described["body"] = Code(f"include {json.dumps(name)}")
        listed.append(described)
    main = f'#import "config.typ": config\n#import "{job.template}": thesis\n#thesis(config, {parts_list(listed)})\n'
    _write_changed(job.folder / "main.typ", main)
    return files


# The compiler.


def _order(job: Job, standards: Sequence[str]) -> Order:
    fonts = tuple(str(folder) for folder in _font_folders(job))
    return Order(str(job.folder / "main.typ"), str(job.project.root), fonts, tuple(standards), job.project.epoch())


def _compile(job: Job, standards: Sequence[str]) -> bytes:
    return compiled(_order(job, standards)).replace(*AMBIGUOUS)


def _compiled(job: Job) -> bytes:
    """Compile; mark what does not compile and try again, so that there is always a PDF."""
    import typst

    standards = list(job.config.thesis.pdf.standards)
    for attempt in range(REPAIRS + 2):
        results, remarks = _lower_all(job)
        files = _write_parts(job, results)
        try:
            data = _with_standards(job, standards, files)
        except typst.TypstError as error:
            if not _repaired(job, complaints(error), files, everything=attempt >= REPAIRS):
                raise EditionError([_stopped(error)]) from None
            continue
        job.found += remarks
        _tidy(job, results)
        return data
    raise EditionError(
        [
            Diagnostic(
                "pdf-not-typeset",
                "the PDF cannot be typeset",
                hint="run the build again with '--chapter' for each chapter",
            )
        ]
    )


def _stopped(error: Exception) -> Diagnostic:
    return Diagnostic(
        "pdf-not-typeset",
        f"typst stopped: {str(error).splitlines()[0]}",
        hint="if you have a template of your own, look there first",
    )


def _with_standards(job: Job, standards: list[str], files: Mapping[str, int]) -> bytes:
    """Compile to the standards; each one that refuses is reported with every place, then left out."""
    import typst

    while True:
        try:
            data = _compile(job, standards)
        except typst.TypstError as error:
            refused = _refusers(error.message, standards)
            if not refused:
                raise
            job.found += _refusals(job, refused, complaints(error), files)
            standards = [one for one in standards if one not in refused]
        except ValueError as error:
            job.found.append(
                Diagnostic(
                    "pdf-standard-refused",
                    f"standards {', '.join(standards)}: {error}",
                    "error",
                    FILE,
                    *_standards_place(job),
                    hint="a-2a with ua-1 go together",
                )
            )
            standards = []
        else:
            note(_order(job, standards), job.folder)
            return data


def _standards_place(job: Job) -> tuple[int, int]:
    return job.config.yaml.place("thesis", "pdf", "standards")


def _refusers(message: str, standards: Sequence[str]) -> list[str]:
    """Which standards a message speaks for: `PDF/A-2a, PDF/UA-1 error: ...`."""
    match = SPEAKERS.match(message)
    named = [one.strip().removeprefix("PDF/").lower() for one in match[1].split(",")] if match else []
    return [one for one in standards if one in named] or (list(standards) if match else [])


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error of the compiler."""

    message: str
    """What it says."""
    places: tuple[tuple[str, int], ...]
    """Files and lines that it names, the innermost first."""


def complaints(error: Any) -> list[Complaint]:
    """Take the compiler's report apart: it gives every error of one class at once."""
    found: list[Complaint] = []
    for said in re.split(r"(?m)^error: ", error.diagnostic)[1:]:
        places = tuple(
            (match[1].replace("\\", "/"), int(match[2])) for match in re.finditer(r"┌─ (.+?):(\d+):\d+", said)
        )
        found.append(Complaint(said.splitlines()[0], places))
    return found or [Complaint(error.message, ())]


def _place(complaint: Complaint, files: Mapping[str, int], folder: Path) -> tuple[int, int]:
    """The item and block that an error is about; -1 where unknown."""
    for path, line in complaint.places:
        name = "/".join(path.split("/")[-2:])
        if name in files:
            return files[name], block_at((folder / name).read_text(encoding="utf-8"), line)
    return -1, -1


def _refusals(
    job: Job, standards: Sequence[str], said: Sequence[Complaint], files: Mapping[str, int]
) -> list[Diagnostic]:
    found = _without_words(job, standards) if any("missing alt text" in one.message for one in said) else []
    name = _names(standards)
    lacking: dict[str, tuple[str, dict[str, None]]] = {}
    for one in said:
        number, block = _place(one, files, job.folder)
        message = SPEAKERS.sub("", one.message)
        if number < 0 and found and "missing alt text" in message:
            continue
        where = f" in '{_excerpt(job, number, block)}'" if block >= 0 else ""
        path = job.paths[number] if number >= 0 else FILE
        missing = re.match(r'the text `"(.+)"` could not be displayed', message)
        if missing:
            lacking.setdefault(path, (where, {}))[1].update(dict.fromkeys(ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), missing[1])))
            continue
        hint = (
            "give every picture an alternative text"
            if "alt text" in message
            else "the PDF is made without this standard"
        )
        found.append(Diagnostic("pdf-standard-refused", f"{name} refuses: {message}{where}", "error", path, hint=hint))
    hint = "add a font that has it under 'thesis.pdf.fonts'"
    for path, (where, signs) in lacking.items():
        message = f"{name} refuses: no font has {_some(list(signs))}{where}"
        found.append(Diagnostic("pdf-standard-refused", message, "error", path, hint=hint))
    return found


FEW = 5
"""Characters of a page without a font that are named; a page in a script that no font has lacks hundreds."""


def _some(signs: Sequence[str]) -> str:
    named = " ".join(f"'{sign}' (U+{ord(sign):04X})" for sign in signs[:FEW])
    return f"{named} and {len(signs) - FEW} more" if len(signs) > FEW else named


def _names(standards: Sequence[str]) -> str:
    return " and ".join(f"PDF/{one[:-1].upper()}{one[-1]}" for one in standards)


def _without_words(job: Job, standards: Sequence[str]) -> list[Diagnostic]:
    """The pictures that have no alternative text; the compiler does not say where they stand."""
    hint = "say in its 'alt' what the picture shows"
    return [
        Diagnostic(
            "pdf-standard-refused",
            f"{_names(standards)} refuses: picture '{Path(node['c'][2][0]).name}' has no alternative text",
            "error",
            job.paths[number],
            hint=hint,
        )
        for number in range(len(job.items))
        for node in walk(_blocks(job, number))
        if node["t"] == "Image"
        and node["c"][2][0] in job.around.pictures
        and not (value_of(node["c"][0], "alt") or plain_text(node["c"][1]))
    ]


def _excerpt(job: Job, number: int, block: int) -> str:
    blocks = _blocks(job, number)
    said = plain_text(blocks[block]) if block < len(blocks) else ""
    most = 60
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


def _repaired(job: Job, said: Sequence[Complaint], files: Mapping[str, int], *, everything: bool) -> bool:
    """Print what does not compile as plain text from now on; False where nothing is left to give up."""
    if job.template.endswith("/thesis.typ") and job.template.startswith("/_build/"):
        places = {_place(one, files, job.folder) for one in said}
    elif _template_at_fault(job, said):
        return True
    else:
        places = {_place(one, files, job.folder) for one in said}
    if everything or places == {(-1, -1)}:
        places = _by_halves(job, files) if not everything else {(number, -1) for number in files.values()}
    before = {number: set(blocks) for number, blocks in job.given_up.items()}
    for number, block in sorted(places):
        if number >= 0:
            _give_up(job, number, block, said[0].message)
    return before != job.given_up


def _give_up(job: Job, number: int, block: int, message: str) -> None:
    count = len(_blocks(job, number))
    wanted = {block} if block >= 0 else set(range(count))
    new = wanted - job.given_up.get(number, set())
    if not new:
        new = set(range(count)) - job.given_up.get(number, set())
    if not new:
        return
    what = f"'{_excerpt(job, number, min(new))}'"
    job.given_up.setdefault(number, set()).update(new)
    hint = "its text is printed plainly; simplify the passage, or report it with its source"
    job.found.append(
        Diagnostic("part-not-typeset", f"{what} cannot be typeset: {message}", "error", job.paths[number], hint=hint)
    )


def _template_at_fault(job: Job, said: Sequence[Complaint]) -> bool:
    """Fall back to our own template if the author's is what fails."""
    own = job.template.lstrip("/")
    for one in said:
        path, line = next(((path, line) for path, line in one.places), ("", 0))
        if path.endswith(own) or not one.places:
            hint = "the PDF is made with the template that comes with 'thesis'"
            job.found.append(Diagnostic("broken-template", one.message, "error", own, line, hint=hint))
            job.template = "/" + _from_root(job.project, job.folder) + "/thesis.typ"
            return True
    return False


def _by_halves(job: Job, files: Mapping[str, int]) -> set[tuple[int, int]]:
    """The blocks that do not compile, where the compiler names no place: try parts, then halves of them."""
    bad: set[tuple[int, int]] = set()
    whole = (job.folder / "main.typ").read_text(encoding="utf-8")
    for name, number in files.items():
        head, *blocks = re.split(rf"(?m)^(?={BLOCK_MARK})", (job.folder / name).read_text(encoding="utf-8"))
        bad |= {(number, block_at(block, 1)) for block in _bad_blocks(job, head, blocks)}
    write(job.folder / "main.typ", whole)
    return bad


def _bad_blocks(job: Job, head: str, blocks: Sequence[str]) -> list[str]:
    if not blocks or _compiles(job, head + "#let link(target, it) = it\n" + "".join(blocks)):
        return []
    if len(blocks) == 1:
        return list(blocks)
    middle = len(blocks) // 2
    return _bad_blocks(job, head, blocks[:middle]) + _bad_blocks(job, head, blocks[middle:])


def _compiles(job: Job, source: str) -> bool:
    import typst

    write(job.folder / "parts" / "trial.typ", source)
    alone = {
        "kind": "chapter",
        "name": "",
        "title": "",
        "headed": True,
        "language": "",
        "body": Code('include "parts/trial.typ"'),
    }
    write(
        job.folder / "main.typ",
        f'#import "config.typ": config\n#import "{job.template}": thesis\n#thesis(config, {parts_list([alone])})\n',
    )
    try:
        _compile(job, [])
    except typst.TypstError:
        return False
    return True


def page_count(data: bytes) -> int:
    """Number of pages of a PDF, from the root of its page tree."""
    counts = [int(count) for count in re.findall(rb"/Type\s*/Pages[^>]*?/Count\s+(\d+)", data)]
    counts += [int(count) for count in re.findall(rb"/Count\s+(\d+)[^>]*?/Type\s*/Pages", data)]
    return max(counts, default=0)


def _tidy(job: Job, results: Sequence[Written]) -> None:
    """Remove what belongs to earlier builds alone."""
    keep = {"parts": {f"{number:03}-{one.key[:12]}.typ" for number, one in enumerate(results)}}
    keep["pandoc"] = {f"{one.key}.json" for one in results}
    keep["surveys"] = {f"{one.digest}.json" for one in job.surveys}
    for folder, names in keep.items():
        for path in (job.folder / folder).glob("*"):
            if path.name not in names:
                path.unlink(missing_ok=True)
