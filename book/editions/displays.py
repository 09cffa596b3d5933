"""Displayed formulas, made to stand in one `equation`."""

from __future__ import annotations

import re


def one_display(tex: str) -> str:
    """A displayed formula that stands in one `equation`: `align` becomes `aligned`, bare line breaks get `aligned`."""
    inner = {
        "align": "aligned",
        "gather": "gathered",
        "multline": "gathered",
        "eqnarray": "aligned",
        "alignat": "aligned",
        "flalign": "aligned",
    }
    tex = re.sub(
        r"\\(begin|end)\{(align|gather|multline|eqnarray|flalign)\*?\}", lambda m: f"\\{m[1]}{{{inner[m[2]]}}}", tex
    )
    tex = re.sub(r"\\(begin|end)\{(equation|displaymath|math)\*?\}", "", tex)
    tex = re.sub(r"\\(label\{[^}]*\}|nonumber|notag)", "", tex).strip()
    tex = "\n".join(line for line in tex.splitlines() if line.strip())
    if "\\\\" in tex and "\\begin{" not in tex:
        return f"\\begin{{aligned}}{tex}\\end{{aligned}}"
    return tex
