"""What runs depend on as it is now: for the run that has just ended, and for one that was kept."""

from __future__ import annotations

import glob
import os
import sys
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from book.execution.distributions import ABSENT, canonical
from book.execution.fingerprint import MISSING, Fingerprint
from book.execution.imports import imported
from book.execution.inputs import Inputs, declared_files, find_inputs, fingerprint, local_names
from book.execution.names import OURS, path_of
from book.execution.surroundings import Surroundings, variable_digest
from book.project import find_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from book.config import Config
    from book.execution.runfile import Head
    from book.execution.store import Store
    from book.execution.trace import Trace
    from book.project import Project
    from book.sources.chapters import Chapter

KERNEL = "ipykernel"
"""The distribution whose own needs are the kernel's and no run's."""
UNLISTED = frozenset({"_build", "__pycache__"})
"""Names that count in no listing; neither do hidden ones."""


class Present:
    """The thesis and its surroundings at one moment."""

    def __init__(self, project: Project, config: Config, store: Store) -> None:
        """Look at nothing yet."""
        self.project, self.config, self.store = project, config, store
        self.root = project.root
        self._files: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._environment = Surroundings(project.root, project.cache, project.epoch()).environment()

    @cached_property
    def inputs(self) -> Inputs:
        """Everything that a run which nobody watched may have read."""
        return find_inputs(self.project, self.config, self.store)

    def unwatched(self, chapter: Chapter) -> Fingerprint:
        """What a chapter depends on that nobody watches."""
        return fingerprint(chapter, self.project, self.config, self.inputs, self.store)

    def stands(self, chapter: Chapter, head: Head) -> bool:
        """Whether nothing that a kept run depended on has changed; the chapter's own cells are asked first."""
        plain, before = self._plain(chapter), head.fingerprint
        same = (plain.cells, plain.kernel, plain.folder) == (before.cells, before.kernel, before.folder)
        return same and self.again(chapter, head).key == before.key

    def again(self, chapter: Chapter, head: Head) -> Fingerprint:
        """All that a kept run depended on, as it is now."""
        before = head.fingerprint
        plain = self._plain(chapter)
        if not before.traced:
            return self.unwatched(chapter)
        return Fingerprint(
            cells=plain.cells, kernel=plain.kernel, folder=plain.folder, settings=plain.settings,
            files={**{name: self.file(name) for name in before.files}, **self._always(wide=before.wide)},
            versions=self.store.distributions.installed(before.versions),
            probes={name: self.kind(name) for name in before.probes},
            listings={name: self.names(name, head.writes) for name in before.listings},
            variables={name: self.variable(name) for name in before.variables},
            programs={name: self.file(name) for name in before.programs},
            traced=True,
            wide=before.wide,
        )  # fmt: skip

    def of(self, chapter: Chapter, trace: Trace) -> Fingerprint:
        """All that the run which has just ended depended on."""
        plain = self._plain(chapter)
        read = {name: self.file(name) for name, seen in trace.reads.items() if seen is not None}
        absent = {name: MISSING for name, seen in trace.reads.items() if seen is None and name not in trace.writes}
        programs = {path: self.file(path) for path in map(_program, trace.programs) if path}
        return Fingerprint(
            cells=plain.cells, kernel=plain.kernel, folder=plain.folder, settings=plain.settings,
            files={**read, **self._always(wide=trace.wide)},
            versions=self._versions(chapter, trace),
            probes={name: found for name, found in {**self._shadows(chapter, trace), **trace.probes, **absent}.items() if name not in read},
            listings={**{name: _counted(found, name, trace.writes) for name, found in trace.listings.items()},
                      **{name: self.names(name, trace.writes) for name in trace.patterns}},
            variables={name: found for name, found in trace.variables.items() if found == self.variable(name)},
            programs=programs,
            traced=True,
            wide=trace.wide,
        )  # fmt: skip

    def file(self, name: str) -> str:
        """Digest of a file; the same one as often as it is asked for."""
        if name not in self._files:
            self._files[name] = self.store.digests.of(path_of(name, self.root)) or MISSING
        return self._files[name]

    def kind(self, name: str) -> str:
        """What a path leads to."""
        if name not in self._kinds:
            path = path_of(name, self.root)
            self._kinds[name] = "folder" if path.is_dir() else "file" if path.exists() else MISSING
        return self._kinds[name]

    def names(self, name: str, writes: Iterable[str]) -> tuple[str, ...]:
        """Names in a folder, or those that a pattern finds, without what the run itself writes."""
        folder, _, pattern = name.rpartition("/") if name.endswith("/") else (*_parted(name),)
        path = path_of(folder, self.root)
        try:
            found = (
                glob.glob(pattern, root_dir=path, recursive=True, include_hidden=True) if pattern else os.listdir(path)  # noqa: PTH207, PTH208
            )
        except OSError:
            return ()
        return _counted((one.replace(os.sep, "/") for one in found), f"{folder}/", writes)

    def variable(self, name: str) -> str:
        """Digest of an environment variable as a kernel would find it; empty where it is not set."""
        value = self._environment.get(name)
        return "" if value is None else variable_digest(value)

    def _plain(self, chapter: Chapter) -> Fingerprint:
        """What a chapter says itself: its cells, kernel and settings."""
        return fingerprint(chapter, self.project, self.config, None, self.store)

    def _always(self, *, wide: bool) -> Mapping[str, str]:
        """Files that count whether they were seen or not: declared ones, and all where not everything can be seen."""
        return self.inputs.files if wide else declared_files(self.root, self.config, self.store)

    def _versions(self, chapter: Chapter, trace: Trace) -> dict[str, str]:
        """Versions of what the run imported: what its code names, what that needs, and what was loaded since the first cell."""
        table = self.store.distributions
        asked = self._asked(chapter, trace)
        named = table.versions(asked & trace.loaded)
        loaded = table.versions(trace.loaded - self._local)
        needed = table.needs(name for name in named if name != "python")
        new = {canonical(name) for name in table.versions(trace.new - self._local)} - table.needs([KERNEL])
        wanted = {*named, *(name for name in loaded if canonical(name) in needed | new)} - {OURS.name, "thesis-book"}
        absent = {name: ABSENT for name in asked - trace.loaded - sys.stdlib_module_names if len(table.versions([name])) == 1}
        found = {name: version for name, version in {**loaded, **named}.items() if name in wanted}
        return dict(sorted({**found, **absent}.items()))

    @cached_property
    def _local(self) -> frozenset[str]:
        return local_names(self.root)

    def _asked(self, chapter: Chapter, trace: Trace) -> frozenset[str]:
        """Top-level names that the chapter and its local modules import by name, those of the thesis left out."""
        table = self.store.distributions
        found = {name for cell in chapter.cells for name in imported(cell.code)}
        for path in trace.local:
            if path.is_relative_to(OURS):
                continue
            found |= table.imports_of(path, self.store.digests.of(path))
        return frozenset(found) - self._local

    def _shadows(self, chapter: Chapter, trace: Trace) -> dict[str, str]:
        """Modules that would come before the installed ones of the same name if they appeared beside the chapter or in the root."""
        folders = {PurePosixPath("."), PurePosixPath(chapter.path).parent}
        names = [
            folder / f"{name}{end}" for name in self._asked(chapter, trace) for folder in folders for end in ("", ".py")
        ]
        return {str(name): found for name in names if (found := self.kind(str(name))) == MISSING}


def _program(name: str) -> str:
    """Where a program lies; empty for one of the environment, which counts by version."""
    path = find_program(name) or ""
    return "" if not path or Path(path).parent == Path(sys.executable).parent else Path(path).absolute().as_posix()


def _parted(name: str) -> tuple[str, str, str]:
    """A pattern's folder and the rest."""
    parts = name.split("/")
    first = next((at for at, part in enumerate(parts) if any(mark in part for mark in "*?[")), len(parts) - 1)
    return "/".join(parts[:first]), "/", "/".join(parts[first:])


def _counted(names: Iterable[str], folder: str, writes: Iterable[str]) -> tuple[str, ...]:
    """Names that count, sorted."""
    own = {path.removeprefix("./") for path in writes}
    prefix = "" if folder == "./" else folder
    return tuple(
        sorted(
            name
            for name in set(names)
            if f"{prefix}{name}" not in own
            and not any(part in UNLISTED or part.startswith(".") for part in name.split("/"))
        )
    )
