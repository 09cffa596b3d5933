"""What pages have become, kept from one build to the next: a page that nothing has changed is not resolved again."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from book.diagnostics import Diagnostic
    from book.document.pictures import Picture

VERSION = 3
"""Format of what is kept; another version is nothing at all."""
NOT_IN_PARTS = frozenset({"thesis_runs", "thesis_findings", "thesis_site", "bibtex_bibfiles"})
"""Configuration values that change no page beyond those that Sphinx, or we, call changed."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """One page with its references resolved."""

    pictures: tuple[Picture, ...]
    """Every picture that it prints."""
    remarks: tuple[Diagnostic, ...]
    """What resolving it found."""
    words: Mapping[str, int]
    """Its words by what they stand in."""


class KeptPages:
    """A folder with two files a page: its blocks, which only an edition needs, and the rest.

    Whoever reads pages again calls `drop` for each of them before the environment is saved, so that a build that is
    killed in between leaves too little here and never too much.
    """

    def __init__(self, folder: Path, configuration: Mapping[str, Any]) -> None:
        """Keep pages in `folder`, as long as the configuration values are these."""
        self.folder = folder
        values = {name: value for name, value in sorted(configuration.items()) if name not in NOT_IN_PARTS}
        self.key = hashlib.sha256(json.dumps([VERSION, values], default=str, sort_keys=True).encode()).hexdigest()

    def drop(self, docnames: Iterable[str]) -> None:
        """Forget pages that have changed."""
        for docname in docnames:
            for path in self._paths(docname):
                path.unlink(missing_ok=True)

    def get(self, docname: str, role: tuple[str, int]) -> Resolved | None:
        """A page as it was resolved in this role (kind of part, level of its title); None where it is not here."""
        found = load(self._paths(docname)[0])
        return found[1] if found is not None and found[0] == (self.key, role) else None

    def blocks(self, docname: str) -> list[Any] | None:
        """The page's blocks; None where they are not here."""
        found = load(self._paths(docname)[1])
        return found[1] if found is not None and found[0] == self.key else None

    def put(self, docname: str, role: tuple[str, int], page: Resolved, blocks: list[Any]) -> None:
        """Keep a page that has just been resolved."""
        self.folder.mkdir(parents=True, exist_ok=True)
        facts, tree = self._paths(docname)
        for path, kept in ((tree, (self.key, blocks)), (facts, ((self.key, role), page))):
            path.write_bytes(pickle.dumps(kept, pickle.HIGHEST_PROTOCOL))

    def _paths(self, docname: str) -> tuple[Path, Path]:
        name = quote(docname, safe="")
        return self.folder / f"{name}.page", self.folder / f"{name}.blocks"


def load(path: Path) -> Any:
    """What was pickled there; None where it is missing, damaged, or another version's."""
    try:
        return pickle.loads(path.read_bytes())  # noqa: S301  (the cache is ours, and sealed)
    except (OSError, EOFError, ValueError, TypeError, AttributeError, ImportError, IndexError, pickle.UnpicklingError):
        return None
