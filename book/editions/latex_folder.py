"""The LaTeX edition: a folder that compiles as it stands, for schools and publishers who ask for one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from book.diagnostics import in_order
from book.editions.latex import BLOCK_MARK, write_sources
from book.editions.made import Made
from book.project import write

if TYPE_CHECKING:
    from pathlib import Path

    from book.editions.material import Material

MAIN = "main.tex"
RECIPE = """# How latexmk makes the PDF of this folder: latexmk
$pdf_mode = 5;  # XeLaTeX
@default_files = ('main.tex');
"""
README = """This folder holds the thesis in LaTeX. It needs nothing outside itself but TeX:

    latexmk

or `xelatex main.tex`, three times. `main.tex` brings the chapters in `parts/` and the pictures in
`images/` together. It was written by `thesis build --edition latex`, which writes it anew: change the
chapters of the thesis, or take a copy of this folder.
"""
_PICTURE = re.compile(r"images/[0-9a-f]{24}(?:\.[a-z]+)+")
_MARK = re.compile(rf"(?m)^{re.escape(BLOCK_MARK)}\d+\n")
"""Lines that tell the build which block a complaint is about."""


def make_latex_folder(material: Material) -> Made:
    """A folder with `main.tex`, parts and pictures."""
    folder = material.folder("latex")
    inside = material.project.cache / "latex-folder" / material.stem
    source = write_sources(
        material.parts, material.config, material.project, inside, draft=material.draft, macros=material.macros, language=material.language,
        sources=material.paths,
    )  # fmt: skip
    files: dict[str, bytes] = {"latexmkrc": RECIPE.encode(), "README": README.encode()}
    for name in (MAIN, *source.files):
        files[name] = _MARK.sub("", (inside / name).read_text(encoding="utf-8")).encode()
    said = b"".join(files.values()).decode("utf-8")
    for name in sorted(set(_PICTURE.findall(said))):
        files[name] = (inside / name).read_bytes()

    def bring_out() -> list[Path]:
        _clear(folder, set(files))
        for name, content in files.items():
            path = folder / name
            if not path.exists() or path.read_bytes() != content:
                write(path, content)
        return [folder / name for name in files]

    return Made("latex", folder / MAIN, in_order(source.found), bring_out)


def _clear(folder: Path, wanted: set[str]) -> None:
    """Take out parts and pictures that an earlier build has left; what compiling has made stays."""
    for name in ("parts", "images"):
        for path in (folder / name).glob("*"):
            if path.is_file() and path.relative_to(folder).as_posix() not in wanted:
                path.unlink()
