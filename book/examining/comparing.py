"""Two builds of one thesis set side by side: every finding, table cell, figure, claim, page and edition."""

from __future__ import annotations

import html
import math
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from book.archiving.results import EDITIONS, LOGS, RESULTS, VERSION
from book.changes.drawings import differ
from book.examining.items import Item, different, same, within
from book.examining.running import read_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    Results = Mapping[str, Any]

CLOSE = 1e-9
"""Relative difference of numbers that arithmetic on another machine may make."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_TEXTS = (
    ".html",
    ".svg",
    ".css",
    ".js",
    ".json",
    ".csv",
    ".txt",
    ".xml",
    ".md",
    ".tex",
    ".py",
    ".ipynb",
    ".inv",
    ".bib",
    ".typ",
)
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
SHOWN = 90
"""Characters of a text that a report shows around what differs."""


def compare(before: Path, after: Path) -> list[Item]:
    """Compare two folders of results, as `write_results` makes them."""
    one, other = (_read(folder) for folder in (before, after))
    if one is None:
        return [different("archive", f"{RESULTS}/results.json", "cannot be read, so that results cannot be compared")]
    if other is None:
        return [different("archive", f"{RESULTS}/results.json", "the rebuild gave no results")]
    try:
        return [
            *_findings(one["findings"], other["findings"]),
            *_tables(one["tables"], other["tables"]),
            *_figures(one["figures"], other["figures"], before / RESULTS, after / RESULTS),
            *_claims(one["claims"], other["claims"]),
            *_remarks(before, after),
            *_sentences(one["text"], other["text"]),
            *_editions(one["editions"], before / EDITIONS, after / EDITIONS, other),
        ]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return [different("archive", f"{RESULTS}/results.json", f"does not hold what it should: {type(error).__name__} {error}")]


def compare_editions(before: Path, after: Path) -> list[Item]:
    """Compare the editions alone."""
    one, other = (_read(folder) for folder in (before, after))
    if one is None or other is None:
        return [different("edition", "all", "there are no results to compare")]
    return list(_editions(one["editions"], before / EDITIONS, after / EDITIONS, other))


def _read(folder: Path) -> dict[str, Any] | None:
    value = read_plain(folder / RESULTS / "results.json")
    shapes = {
        "findings": dict,
        "tables": dict,
        "figures": dict,
        "claims": list,
        "text": dict,
        "editions": dict,
        "pages": dict,
    }
    good = (
        isinstance(value, dict)
        and value.get("version") == VERSION
        and all(isinstance(value.get(name), kind) for name, kind in shapes.items())
    )
    return value if good else None


# -- results


def _findings(before: Results, after: Results) -> Iterator[Item]:
    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            yield _one_sided("finding", name, was is not None)
            continue
        place = f"{now['path']}:{now['line']}"
        shown = (str(was["printed"]), str(now["printed"]))
        if all(was.get(key) == now.get(key) for key in ("value", "kind", "unit", "printed")):
            yield same("finding", name, place)
        elif (was["kind"], was["unit"]) == (now["kind"], now["unit"]) and (
            said := _near(was["value"], now["value"], float(was["tolerance"] or 0))
        ):
            yield within("finding", name, said, *shown, place)
        else:
            values = shown if shown[0] != shown[1] else (str(was["value"]), str(now["value"]))
            yield different("finding", name, _apart(was["value"], now["value"]), *values, place)


def _near(was: Any, now: Any, tolerance: float) -> str:
    """How near two numbers are, in words; empty where they are not near enough, or no numbers."""
    one, other = _number(was), _number(now)
    if one is None or other is None:
        return ""
    distance = abs(one - other)
    if distance <= tolerance and distance > 0:
        return f"differs by {distance:.2g}, within {tolerance:.2g}"
    return (
        f"differs by {distance:.2g}, within {CLOSE:g} of its size"
        if distance <= CLOSE * max(abs(one), abs(other))
        else ""
    )


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _apart(was: Any, now: Any) -> str:
    one, other = _number(was), _number(now)
    return f"differs by {other - one:+.4g}" if one is not None and other is not None else "is another value"


def _tables(before: Results, after: Results) -> Iterator[Item]:
    for label in sorted({*before, *after}):
        was, now = before.get(label), after.get(label)
        if was is None or now is None:
            yield _one_sided("table", label, was is not None)
            continue
        for what in ("caption", "heads"):
            if was[what] != now[what]:
                yield different(
                    "table",
                    label,
                    f"its {'columns are' if what == 'heads' else 'caption is'} not the same",
                    str(was[what]),
                    str(now[what]),
                    now["path"],
                )
        if len(was["rows"]) != len(now["rows"]):
            yield different("table", label, f"{len(was['rows'])} rows, now {len(now['rows'])}", place=now["path"])
        yield from _cells(label, was, now)


def _cells(label: str, was: Results, now: Results) -> Iterator[Item]:
    """Cells that are not the same, and one item for the table where all are."""
    good = True
    for row, (old, new) in enumerate(zip(was["rows"], now["rows"], strict=False)):
        for column, (text, other) in enumerate(zip(old, new, strict=False)):
            values = (_cell(was["values"], row, column), _cell(now["values"], row, column))
            if text == other and values[0] == values[1]:
                continue
            good = False
            head = now["heads"][column] if column < len(now["heads"]) else str(column + 1)
            name = f"{label}, row {row + 1} ({_cut(str(new[0]))}), {head}"
            if said := _near(*values, 0.0):
                yield within("table cell", name, said, text, other, now["path"])
            else:
                yield different("table cell", name, _apart(*values), text, other, now["path"])
    if good and (was["caption"], was["heads"], len(was["rows"])) == (now["caption"], now["heads"], len(now["rows"])):
        yield same("table", label, now["path"])


def _cell(values: Any, row: int, column: int) -> Any:
    try:
        cell = values[row][column]
    except (IndexError, KeyError, TypeError):
        return None
    return cell.get("value", cell) if isinstance(cell, dict) else cell


def _figures(before: Results, after: Results, old: Path, new: Path) -> Iterator[Item]:
    for label in sorted({*before, *after}):
        was, now = before.get(label), after.get(label)
        if was is None or now is None:
            yield _one_sided("figure", label, was is not None)
            continue
        images = [_images(one, folder) for one, folder in ((was, old), (now, new))]
        words = [what for what in ("caption", "alt") if was[what] != now[what]]
        altered = [
            one["path"]
            for one, (_kind, content) in zip(was["images"], images[0], strict=True)
            if _sha(content) != one["sha256"]
        ]
        if altered:
            yield different(
                "figure",
                label,
                f"its picture '{altered[0]}' in the archive is not the one that was made",
                place=now["path"],
            )
        elif images[0] == images[1] and not words:
            yield same("figure", label, now["path"])
        elif words:
            what = words[0]
            yield different(
                "figure",
                label,
                f"its {'caption' if what == 'caption' else 'alternative text'} is not the same",
                was[what],
                now[what],
                now["path"],
            )
        elif (found := differ(*images)) is None or (found.pixels == 0 and _all_close(*images)):
            yield within("figure", label, "drawn alike; other bytes", place=now["path"])
        else:
            yield different("figure", label, found.said, place=now["path"])


def _all_close(before: list[tuple[str, bytes]], after: list[tuple[str, bytes]]) -> bool:
    return len(before) == len(after) and all(
        one[0] == other[0]
        and (one[1] == other[1] or close(one[1].decode("utf-8", "replace"), other[1].decode("utf-8", "replace")))
        for one, other in zip(before, after, strict=True)
    )


def _images(figure: Results, folder: Path) -> list[tuple[str, bytes]]:
    return [(str(one["kind"]), _content(folder, str(one["path"])) or b"") for one in figure["images"]]


def _content(folder: Path, name: str) -> bytes | None:
    """A file's content; None where it is missing, or lies elsewhere."""
    path = folder / name
    try:
        inside = path.is_file() and path.resolve().is_relative_to(folder.resolve())
        return path.read_bytes() if inside else None
    except OSError:
        return None


def _sha(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _claims(before: Iterable[Results], after: Iterable[Results]) -> Iterator[Item]:
    left = list(before)
    for now in after:
        was = next(
            (
                one
                for one in left
                if (one["path"], one["words"], one["condition"]) == (now["path"], now["words"], now["condition"])
            ),
            None,
        )
        was = was or next(
            (one for one in left if (one["path"], one["condition"]) == (now["path"], now["condition"])), None
        )
        place = f"{now['path']}:{now['line']}"
        if was is None:
            yield _one_sided("claim", _cut(now["words"]), before=False)
            continue
        left.remove(was)
        if was["holds"] == now["holds"] and was["words"] == now["words"]:
            yield same("claim", _cut(now["words"]), place)
        elif was["holds"] != now["holds"]:
            yield different(
                "claim",
                _cut(now["words"]),
                f"'{now['condition']}' {_verdict(now['holds'])}; in the archive it {_verdict(was['holds'])}",
                place=place,
            )
        else:
            yield different("claim", _cut(now["words"]), "reads otherwise", was["words"], now["words"], place)
    for was in left:
        yield _one_sided("claim", _cut(was["words"]), before=True)


def _verdict(holds: Any) -> str:
    return "holds" if holds else "does not hold" if holds is False else "cannot be judged"


def _remarks(before: Path, after: Path) -> Iterator[Item]:
    """Remarks of the build: each that only one of the two made."""
    one, other = (_said(folder / LOGS / "remarks.json") for folder in (before, after))
    if one == other:
        yield same("remark", f"{len(one)} remarks of the build")
        return
    for text in [text for text in other if text not in one]:
        yield different("remark", _cut(text), "only the rebuild remarks it", "", text)
    for text in [text for text in one if text not in other]:
        yield different("remark", _cut(text), "only the archive has it", text, "")


def _said(path: Path) -> list[str]:
    value = read_plain(path)
    rows = value.get("remarks") if isinstance(value, dict) else None
    keys = ("path", "line", "message", "rule")
    return (
        [": ".join(str(row[key]) for key in keys if row.get(key)) for row in rows if isinstance(row, dict)]
        if isinstance(rows, list)
        else []
    )


def _sentences(before: Results, after: Results) -> Iterator[Item]:
    """Sentences of the sources, page by page, results filled in."""
    for path in sorted({*before, *after}):
        was, now = before.get(path, []), after.get(path, [])
        if was == now:
            continue
        for kind, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
            if kind != "equal":
                yield different("page", path, "its text is not the same", " ".join(was[a:b]), " ".join(now[c:d]), path)


def _one_sided(kind: str, name: str, before: bool) -> Item:
    return different(
        kind,
        name,
        "is in the archive, and the rebuild does not give it"
        if before
        else "the rebuild gives it, and the archive has none",
    )


# -- editions


def _editions(listed: Results, before: Path, after: Path, results: Results) -> Iterator[Item]:
    """Each edition as a whole, each page of the site, and each file that differs."""
    pages = {f"html/{docname}.html": path for docname, path in results["pages"].items()}
    pictures = {image["sha256"]: label for label, one in results["figures"].items() for image in one["images"]}
    for name in sorted({*listed, *results["editions"]}):
        files = sorted({*listed.get(name, ()), *results["editions"].get(name, ()), *_there(before, name)})
        wrong = []
        for file in files:
            item = _file(file, before, after, pages, pictures)
            if item.sameness != "same":
                wrong.append(item)
            if item.sameness != "same" or item.kind == "page":
                yield item
        bad = [one for one in wrong if one.sameness == "different"]
        if not wrong:
            yield same("edition", name)
        elif bad:
            yield different(
                "edition",
                name,
                f"{len(bad)} of {len(files)} files {'is' if len(bad) == 1 else 'are'} not the same: {', '.join(one.name for one in bad[:3])}",
            )
        else:
            yield within(
                "edition", name, f"{len(wrong)} of {len(files)} files differ in nothing but last digits of numbers"
            )


def _there(folder: Path, edition: str) -> Iterator[str]:
    """Files that lie in an edition's folder, whether listed or not."""
    top = folder / edition
    if edition.isalnum() and top.is_dir() and not top.is_symlink():
        yield from (one.relative_to(folder).as_posix() for one in top.rglob("*") if one.is_file())


def _file(name: str, before: Path, after: Path, pages: Mapping[str, str], pictures: Mapping[str, str]) -> Item:
    kind = "page" if name in pages else "file"
    shown, place = pages.get(name, name), name
    was, now = _content(before, name), _content(after, name)
    if was is None or now is None:
        return _one_sided(kind, shown, before=was is not None)
    if was == now:
        return same(kind, shown, place)
    if label := pictures.get(_sha(now)):
        return different(kind, name, f"the picture of figure '{label}' is not the one that is drawn", place=place)
    if name.endswith(_TEXTS):
        return _texts(kind, shown, was.decode("utf-8", "replace"), now.decode("utf-8", "replace"), place)
    if name.endswith(".pdf"):
        return _paper(shown, was, now)
    return different(kind, shown, f"{len(was)} bytes, now {len(now)}", place=place)


def _texts(kind: str, name: str, was: str, now: str, place: str) -> Item:
    if close(was, now):
        return within(kind, name, f"numbers differ by less than {CLOSE:g} of their size", place=place)
    words = [_words(text) for text in (was, now)] if name.endswith((".html", ".md")) or kind == "page" else [was, now]
    if words[0] == words[1]:
        return different(kind, name, "the same words, other markup", *around(was, now), place)
    return different(kind, name, "other words" if kind == "page" else "other text", *around(*words), place)


def close(was: str, now: str) -> bool:
    """Whether two texts are the same but for numbers that hardly differ."""
    if _NUMBER.sub("#", was) != _NUMBER.sub("#", now):
        return False
    pairs = zip(_NUMBER.findall(was), _NUMBER.findall(now), strict=True)
    return all(one == other or ("." in one and "." in other and _near(one, other, 0.0)) for one, other in pairs)


def _words(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def around(was: str, now: str) -> tuple[str, str]:
    """The stretch in which two texts differ, with the words before it."""
    start = next(
        (at for at, pair in enumerate(zip(was, now, strict=False)) if pair[0] != pair[1]), min(len(was), len(now))
    )
    first = max(was.rfind(" ", 0, max(start - 20, 0)) + 1, start - SHOWN // 2, 0)
    return _cut(was[first:]), _cut(now[first:])


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + "…"


def _paper(name: str, was: bytes, now: bytes) -> Item:
    """A PDF: the first page whose words differ."""
    pages = [_pages(content) for content in (was, now)]
    if pages[0] is None or pages[1] is None:
        return different("file", name, "cannot be read as a PDF")
    if len(pages[0]) != len(pages[1]):
        return different("file", name, f"{len(pages[0])} pages, now {len(pages[1])}")
    for number, (one, other) in enumerate(zip(*pages, strict=True), 1):
        if one != other:
            return different("file", name, f"other words on page {number}", *around(one, other))
    return different("file", name, "the same words on every page, other bytes")


def _pages(content: bytes) -> list[str] | None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    except pypdfium2.PdfiumError:
        return None
