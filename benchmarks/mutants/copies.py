"""A copy of a thesis, read by means of our own: pages, cells, entries, figures, findings, built pages."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from benchmarks.mutants.bibtex import Entry, entries_of
from benchmarks.mutants.edit import Edit, Place, source_of
from benchmarks.mutants.markdown import CITING, ROLE, Block, blocks_of

KEY = re.compile(r"(?:\{[^{}]*\})?\s*([^\s{},]+)\s*(?:\{[^{}]*\})?")


@dataclass(frozen=True)
class Unit:
    """A page of Markdown, or one cell of a notebook."""

    path: str
    """Its file, relative to the thesis."""
    text: str
    """Its characters."""
    cell: int = 0
    """In a notebook, its number counted from 1; 0 in a page of Markdown."""
    code: bool = False
    """Whether it is code."""

    @cached_property
    def blocks(self) -> list[Block]:
        """Its blocks in order; code has none."""
        return [] if self.code else blocks_of(self.text)

    def of_kind(self, *kinds: str) -> list[Block]:
        """Its blocks of some kinds."""
        return [block for block in self.blocks if block.kind in kinds]

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Put a text in the place of some characters."""
        return Edit(self.path, start, end, text, self.cell)

    def place(self, start: int, end: int) -> Place:
        """Some characters as a place."""
        return Place(self.path, start, end, self.cell)

    def block_place(self, block: Block) -> Place:
        """A whole block as a place."""
        return self.place(block.start, block.end)

    def line_place(self, start: int, end: int) -> Place:
        """The lines that some characters stand on."""
        return self.place(
            self.text.rfind("\n", 0, start) + 1, len(self.text[:end]) + len(self.text[end:].split("\n", 1)[0])
        )


@dataclass(frozen=True, slots=True)
class Role:
    """A role in running text."""

    unit: Unit
    """Where it stands."""
    block: Block
    """The block around it."""
    name: str
    """Its name."""
    text: str
    """What stands between its ticks."""
    start: int
    """Its first character."""
    end: int
    """The character after its last."""

    @property
    def place(self) -> Place:
        """Its lines."""
        return self.unit.line_place(self.start, self.end)

    @property
    def target(self) -> str:
        """Of a reference, the label; of a finding, the name."""
        match = re.search(r"<([^<>]+)>\s*$", self.text)
        return (match[1] if match else self.text.split(":", 1)[0] if self.name == "finding" else self.text).strip()

    @property
    def keys(self) -> list[str]:
        """Of a citation, its keys."""
        return (
            [match[1] for match in KEY.finditer(self.text)]
            if "{" in self.text
            else [one.strip() for one in self.text.split(",")]
        )


@dataclass(frozen=True, slots=True)
class Float:
    """A figure or table with a caption, written as a directive."""

    unit: Unit
    """Where it stands."""
    block: Block
    """Its directive."""
    label: str
    """Its name; empty where it has none."""
    caption: str
    """Its caption."""
    image: str
    """The picture's address as written; empty for a table."""

    @property
    def kind(self) -> str:
        """Figure or table."""
        return "figure" if self.image else "table"


@dataclass(frozen=True)
class Copy:
    """One copy of a thesis."""

    root: Path
    """Its folder."""
    name: str
    """What it is called in the table."""
    origin: str
    """this, written or public."""

    @cached_property
    def config(self) -> dict[str, Any]:
        """`_config.yml`."""
        read = yaml.safe_load((self.root / "_config.yml").read_text(encoding="utf-8"))
        return read if isinstance(read, dict) else {}

    @cached_property
    def language(self) -> str:
        """Its language, told by its commonest words."""
        words = " ".join(unit.text for unit in self.prose).lower().split()
        return "de" if words.count("und") > words.count("and") else "en"

    @property
    def runs(self) -> bool:
        """Whether its cells run."""
        return (self.config.get("execute") or {}).get("execute_notebooks") != "off"

    @cached_property
    def pages(self) -> list[str]:
        """The pages of the table of contents in order."""
        read = yaml.safe_load((self.root / "_toc.yml").read_text(encoding="utf-8"))
        found: list[str] = []
        for name in _files(read):
            stem = re.sub(r"\.(md|ipynb)$", "", name)
            path = next((stem + end for end in (".md", ".ipynb") if (self.root / (stem + end)).exists()), "")
            if path and path not in found:
                found.append(path)
        return found

    @cached_property
    def units(self) -> list[Unit]:
        """Pages of Markdown, and cells of text and code of notebooks."""
        found = []
        for path in self.pages:
            text = self.text(path)
            if path.endswith(".md"):
                found.append(Unit(path, text))
                continue
            for number, cell in enumerate(json.loads(text)["cells"], 1):
                if cell["cell_type"] in ("markdown", "code"):
                    found.append(Unit(path, source_of(cell), number, cell["cell_type"] == "code"))
        return found

    @cached_property
    def prose(self) -> list[Unit]:
        """What is not code."""
        return [unit for unit in self.units if not unit.code]

    @cached_property
    def cells(self) -> list[tuple[Unit, int, int]]:
        """Code cells: the unit, and where in it the code begins and ends."""
        found = []
        for unit in self.units:
            if unit.code:
                found.append((unit, 0, len(unit.text)))
            for block in unit.blocks:
                if block.directive == "code-cell":
                    found.append((unit, *block.body))
        return found

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {}

    def text(self, path: str) -> str:
        """A file's characters, as they were when it was first asked for."""
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_bytes().decode("utf-8", "replace")
        return self._texts[path]

    @cached_property
    def entries(self) -> list[Entry]:
        """Entries of the bibliography whose key stands once."""
        found = []
        for path in self.config.get("bibtex_bibfiles") or []:
            if (self.root / path).exists():
                found += entries_of(path, self.text(path))
        keys = [entry.key.lower() for entry in found]
        return [entry for entry in found if keys.count(entry.key.lower()) == 1]

    @cached_property
    def by_key(self) -> dict[str, Entry]:
        """Entries by their key."""
        return {entry.key: entry for entry in self.entries}

    @cached_property
    def roles(self) -> list[Role]:
        """Roles in paragraphs, items and quotes."""
        found = []
        for unit in self.prose:
            for block in unit.of_kind("paragraph", "item", "quote"):
                for match in ROLE.finditer(block.text):
                    at = block.start
                    found.append(Role(unit, block, match["name"], match["text"], at + match.start(), at + match.end()))
        return found

    @cached_property
    def citations(self) -> list[Role]:
        """Citations."""
        return [role for role in self.roles if role.name in CITING]

    @cached_property
    def cited(self) -> dict[str, list[Role]]:
        """Citations by key."""
        found: dict[str, list[Role]] = {}
        for role in self.citations:
            for key in role.keys:
                found.setdefault(key, []).append(role)
        return found

    @cached_property
    def _words(self) -> Counter[str]:
        return Counter(word.strip(".:-") for unit in self.units for word in re.findall(r"[\w:.-]+", unit.text))

    def mentions(self, word: str) -> int:
        """How often a label or name stands anywhere in the pages."""
        return self._words[word]

    @cached_property
    def references(self) -> list[Role]:
        """References to figures and tables by number, and to sections."""
        return [role for role in self.roles if role.name in ("numref", "ref", "eq")]

    @cached_property
    def floats(self) -> list[Float]:
        """Figures and tables that are directives."""
        found = []
        for unit in self.prose:
            for block in unit.of_kind("fence"):
                name = block.options.get("name", (0, 0, ""))[2]
                start, end = block.body
                body = unit.text[start:end].strip()
                if block.directive == "figure" and block.argument:
                    found.append(Float(unit, block, name, body.split("\n\n")[0], block.argument))
                elif block.directive in ("table", "list-table") and block.argument:
                    found.append(Float(unit, block, name, block.argument, ""))
        return found

    @cached_property
    def labels(self) -> dict[str, tuple[Unit, Block]]:
        """Labels that stand in a line of their own, `(label)=`, once in the whole thesis."""
        found: dict[str, list[tuple[Unit, Block]]] = {}
        for unit in self.prose:
            for block in unit.of_kind("target"):
                found.setdefault(block.text.strip()[1:-2], []).append((unit, block))
        return {label: places[0] for label, places in found.items() if len(places) == 1}

    @cached_property
    def findings(self) -> list[Role]:
        """Uses of findings."""
        return [role for role in self.roles if role.name == "finding"]

    @cached_property
    def recorded(self) -> dict[str, tuple[Unit, int, int]]:
        """Findings that a cell records by their whole name: the unit, and where the call begins and ends."""
        found: dict[str, tuple[Unit, int, int]] = {}
        for unit, start, end in self.cells:
            for match in re.finditer(r"record\(\s*\"([\w.-]+)\"[^\n]*", unit.text[start:end]):
                found[match[1]] = (unit, start + match.start(), start + match.end())
        return found

    def html(self, path: str) -> str:
        """The built page of a source, relative to the thesis; empty where there is none."""
        built = f"_build/html/{path.rpartition('.')[0]}.html"
        return built if (self.root / built).exists() else ""

    @cached_property
    def built(self) -> list[tuple[str, str]]:
        """Built pages of the table of contents with their characters."""
        return [(path, self.text(path)) for page in self.pages if (path := self.html(page))]

    @cached_property
    def package(self) -> tuple[str, dict[str, Any]]:
        """Path of the data package's description, and what it says; empty where there is none."""
        path = str((self.config.get("thesis") or {}).get("data") or "")
        return (path, json.loads(self.text(path))) if path and (self.root / path).exists() else ("", {})

    @cached_property
    def tables(self) -> list[tuple[str, dict[str, Any], str]]:
        """Files of the data package: path, resource and characters."""
        path, package = self.package
        folder = str(Path(path).parent)
        return [
            (file, resource, self.text(file))
            for resource in package.get("resources", [])
            if str(resource.get("path", "")).endswith(".csv")
            and (self.root / (file := f"{folder}/{resource['path']}")).exists()
        ]


def _files(node: Any) -> list[str]:
    """Every page that a table of contents names, in order."""
    if isinstance(node, list):
        return [name for one in node for name in _files(one)]
    if not isinstance(node, dict):
        return []
    found = [str(node[name]) for name in ("root", "file") if name in node]
    for name, value in node.items():
        if name not in ("root", "file"):
            found += _files(value)
    return found
