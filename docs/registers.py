"""Write `rules.md` and `settings.md` from the code: python docs/registers.py."""

from __future__ import annotations

import dataclasses
import re
import typing
from pathlib import Path
from typing import Any

import book.rules
from book.config import Thesis, TitlePage
from book.rules import RULES
from book.settings import key_of

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent

RULES_HEAD = """# Rules

Every remark carries the name of its rule in brackets. `thesis check --rule NAME` reports that rule alone; in `_config.yml`

```yaml
thesis:
  check:
    uncited-entry: error        # or: warning
    missing-alternative-text: {level: "off", reason: all pictures are ornaments}
```

raises, lowers or silences it; [Checking a thesis](checking.md) says how to silence one place. Warnings of Sphinx and of extensions that have no rule of their own here are named `sphinx-` and their own type.
"""

SETTINGS_HEAD = """# Settings

All of ours stand under the key `thesis` in `_config.yml`, which Jupyter Book ignores; its own keys keep their meaning. An unknown setting is an error that says which one was probably meant.

| setting | meaning | default |
| --- | --- | --- |
"""

SETTINGS_FOOT = """
Of Jupyter Book's settings these matter most here: `title`, `author`, `execute: execute_notebooks` (`off` keeps the outputs stored in notebooks), `execute: timeout` (seconds a cell may run, -1 for no limit),
`execute: exclude_patterns`, `bibtex_bibfiles` (a `references.bib` is found without it), `sphinx: config: language` (a BCP 47 tag), `only_build_toc_files: true`.
"""


def rules() -> str:
    """The page of rules, in the order and under the headings of the register."""
    page = RULES_HEAD
    for line in Path(book.rules.__file__).read_text(encoding="utf-8").splitlines():
        heading, name = re.match(r"    # (.*)", line), re.match(r'    "([a-z-]+)": ', line)
        if heading:
            page += f"\n## {heading[1][0].upper()}{heading[1][1:]}\n"
        elif name:
            page += f"\n### {name[1]}\n\n{RULES[name[1]]}\n"
    return page


def settings() -> str:
    """The page of settings: every declaration with its sentence and default."""
    listed = [*_declared(Thesis, ("thesis",)), *_declared(TitlePage, ("thesis", "front", "title-page"))]
    rows = "".join(f"| `{name}` | {about} | {_default(default)} |\n" for name, about, default in listed)
    return SETTINGS_HEAD + rows + SETTINGS_FOOT


def _declared(kind: Any, keys: tuple[str, ...]) -> Iterator[tuple[str, str, Any]]:
    hints = typing.get_type_hints(kind)
    for one in dataclasses.fields(kind):
        name = (*keys, key_of(one.name))
        if dataclasses.is_dataclass(hints[one.name]):
            yield from _declared(hints[one.name], name)
        else:
            yield ".".join(name), one.metadata["about"], one.default


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, tuple):
        return f"`[{', '.join(value)}]`" if value else ""
    return f"`{value}`" if value not in (None, "") else ""


if __name__ == "__main__":
    (HERE / "rules.md").write_text(rules(), encoding="utf-8")
    (HERE / "settings.md").write_text(settings(), encoding="utf-8")
