"""Pictures as a printer needs them: copied under the name of their content, each tried once."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.project import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SIGNS = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"%PDF-": "pdf",
}
"""How the files of each format begin."""

KNOWN = "SVG, PNG, JPEG, GIF, WebP and PDF"


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of a thesis, ready to be printed."""

    printable: Mapping[str, str]
    """Name of the copy in the folder of copies, by the path that the text gives."""
    diagnostics: tuple[Diagnostic, ...]
    """The pictures that cannot be printed, and why."""


def stage(wanted: Iterable[tuple[str, str]], folder: Path) -> Pictures:
    """Copy pictures, given with the file that shows them, and leave out what no printer can read."""
    printable: dict[str, str] = {}
    found: list[Diagnostic] = []
    judged: dict[str, str] = {}
    for path, shown_in in wanted:
        if path not in judged:
            name, judged[path] = _staged(path, folder)
            if name:
                printable[path] = name
        if judged[path]:
            hint = f"pictures can be {KNOWN} files next to the text"
            found.append(
                Diagnostic(
                    "image-not-printable", f"picture '{Path(path).name}' {judged[path]}", "error", shown_in, hint=hint
                )
            )
    return Pictures(printable, tuple(found))


def _staged(path: str, folder: Path) -> tuple[str, str]:
    """The copy's name, or an empty one and what is wrong."""
    if re.match(r"^[a-z]{2,}:", path):
        return "", "lies on another machine"
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError):
        return "", "cannot be read"
    suffix = kind_of(content)
    if not suffix:
        return "", "is of no format that can be printed"
    name = f"{hashlib.sha256(content).hexdigest()[:24]}.{suffix}"
    if (folder / name).exists():
        return name, ""
    said = _tried(content, suffix)
    if said:
        return "", said
    write(folder / name, content)
    return name, ""


def kind_of(content: bytes) -> str:
    """A picture's format by its first bytes, whatever its name says; empty for an unknown one."""
    for sign, suffix in SIGNS.items():
        if content.startswith(sign):
            return suffix
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return "svg" if b"<svg" in content[:4096] or (content.lstrip().startswith(b"<?xml") and b"<svg" in content) else ""


def _tried(content: bytes, suffix: str) -> str:
    """What the compiler says against a picture; empty where it prints."""
    import tempfile

    import typst

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"it.{suffix}").write_bytes(content)
        Path(folder, "main.typ").write_text(f'#image("it.{suffix}", alt: "it")', encoding="utf-8")
        try:
            typst.compile(str(Path(folder, "main.typ")), root=folder, format="pdf", ignore_system_fonts=True)
        except RuntimeError as error:
            return f"is damaged: {str(error).splitlines()[0]}"
    return ""
