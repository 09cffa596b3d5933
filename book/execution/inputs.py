"""The files that a run may have read where nobody watches it: local code, data, declared inputs."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from book.execution.fingerprint import MISSING, Fingerprint, cell_digest
from book.execution.imports import imported
from book.execution.names import FILES_END, OUR_MODULES, OURS, PREFIX, RUN_END
from book.execution.settings import settings_of
from book.project import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from book.config import Config
    from book.execution.store import Store
    from book.project import Project
    from book.sources.chapters import Chapter

MODULES = (".py", ".R", ".r", ".jl", ".mplstyle")
"""Endings of the files that count as local code."""
DATA = (
    ".csv", ".tsv", ".json", ".jsonl", ".geojson", ".xml", ".yml", ".yaml", ".toml", ".txt", ".dat", ".parquet", ".feather", ".arrow",
    ".xlsx", ".xls", ".ods", ".dta", ".sav", ".sas7bdat", ".rds", ".rdata", ".npy", ".npz", ".h5", ".hdf5", ".nc", ".db", ".sqlite",
    ".duckdb", ".pkl", ".pickle", ".gpkg", ".shp", ".gz", ".zip",
)  # fmt: skip
"""Endings of the files that count as data wherever they lie: whether a cell reads them is not known before it runs."""
SKIPPED_FOLDERS = frozenset(
    {"_build", "tests", "test", "benchmarks", "docs", "node_modules", "__pycache__", "site-packages"}
)
"""Folders, at any depth, that no chapter imports from."""
SKIPPED_FILES = (
    "noxfile.py",
    "setup.py",
    "conf.py",
    "conftest.py",
    "_config.yml",
    "_toc.yml",
    "*.toml",
    "requirements*.txt",
    "environment.y*ml",
)
"""Files at the root that serve tools, as patterns."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What all runs that nobody watches share."""

    files: dict[str, str] = field(default_factory=dict)
    """Digests of local code, data and declared inputs, by path."""
    modules: frozenset[str] = frozenset()
    """Top-level names of what local modules import."""
    local: frozenset[str] = frozenset()
    """Top-level names that the thesis itself gives; no distribution is looked for under them."""


def fingerprints(chapters: Sequence[Chapter], project: Project, config: Config, store: Store) -> dict[str, Fingerprint]:
    """The fingerprint of every one of these chapters, by docname, where nobody watches them."""
    if not chapters:
        return {}
    inputs = find_inputs(project, config, store)
    return {chapter.docname: fingerprint(chapter, project, config, inputs, store) for chapter in chapters}


def find_inputs(project: Project, config: Config, store: Store) -> Inputs:
    """Look at every file that a run may have read."""
    files: dict[str, str] = {f"{PREFIX}{name}": store.digests.of(OURS / name) or MISSING for name in OUR_MODULES}
    modules: set[str] = set()
    for path in local_files(project.root):
        digest = store.digests.of(path)
        files[_name(path, project.root)] = digest or MISSING
        modules |= store.distributions.imports_of(path, digest)
    restricted = (path for path in sorted((project.cache / "restricted").glob("*")) if path.is_file())
    for path in (*_data(project, config.thesis.data), *_declared(project.root, config.thesis.execution.inputs), *restricted):
        files[_name(path, project.root)] = store.digests.of(path) or MISSING
    return Inputs(files, frozenset(modules), local_names(project.root))


def fingerprint(
    chapter: Chapter, project: Project, config: Config, inputs: Inputs | None, store: Store
) -> Fingerprint:
    """What one chapter's run depends on where nobody watches it; without `inputs`, what the chapter says itself."""
    settings = settings_of(chapter, config)
    changed = {"execute.allow_errors": "true"} if settings.allow_errors else {}
    if settings.in_temp:
        changed["execute.run_in_temp"] = "true"
    if any("SOURCE_DATE_EPOCH" in cell.code for cell in chapter.cells):
        changed["SOURCE_DATE_EPOCH"] = str(project.epoch())
    return Fingerprint(
        cells=tuple(cell_digest(cell) for cell in chapter.cells),
        kernel=chapter.kernel,
        folder=PurePosixPath(chapter.path).parent.as_posix(),
        settings=changed,
        files=inputs.files if inputs else {},
        versions=_versions(chapter, inputs, store) if inputs else {},
    )


def _versions(chapter: Chapter, inputs: Inputs, store: Store) -> dict[str, str]:
    used = frozenset(name for cell in chapter.cells for name in imported(cell.code))
    return store.distributions.versions((used | inputs.modules) - inputs.local)


def declared_files(root: Path, config: Config, store: Store) -> dict[str, str]:
    """Digests of declared inputs, by path."""
    paths = _declared(root, config.thesis.execution.inputs)
    return {_name(path, root): store.digests.of(path) or MISSING for path in paths}


def local_files(root: Path) -> Iterator[Path]:
    """Code that cells may import and data that they may read, wherever they lie in the thesis, sorted."""
    for path in _below(root, skipped=SKIPPED_FOLDERS | {OURS.name} if root == OURS.parent else SKIPPED_FOLDERS):
        for_tools = path.parent == root and any(path.match(pattern) for pattern in SKIPPED_FILES)
        if not for_tools and not path.name.endswith((RUN_END, FILES_END)) and (path.suffix in MODULES or path.suffix.lower() in DATA or path.name == "matplotlibrc"):
            yield path


def _below(
    folder: Path, skipped: frozenset[str] = frozenset({"__pycache__"}), above: tuple[Path, ...] = ()
) -> Iterator[Path]:
    """Files under a folder, sorted: nothing hidden, no environment, no skipped folder; links are followed, but not in circles."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    if any(entry.name in ("pyvenv.cfg", "conda-meta") for entry in entries):
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = Path(entry.path)
        if entry.is_file():
            yield path
        elif entry.is_dir() and entry.name not in skipped:
            inner = (*above, path.resolve()) if entry.is_symlink() else above
            if len(inner) == len(set(inner)) and not (
                entry.is_symlink() and folder.resolve().is_relative_to(inner[-1])
            ):
                yield from _below(path, skipped, inner)


def _name(path: Path, root: Path) -> str:
    """A path from the thesis's root, links as they are written, so that another machine gives the same name."""
    return Path(os.path.relpath(path, root)).as_posix()


def local_names(root: Path) -> frozenset[str]:
    """Names that `import` finds in the thesis's root, and ours, whose files are looked at themselves."""
    with os.scandir(root) as entries:
        found = {entry.name.removesuffix(".py") for entry in entries if entry.is_dir() or entry.name.endswith(".py")}
    return frozenset(found | {OURS.name})


def _data(project: Project, descriptor: str) -> Iterator[Path]:
    """The data package: its folder without its prose, or, where that is the thesis's root, what it lists."""
    if not descriptor:
        return
    path = project.root / descriptor
    if path.parent != project.root:
        yield from (found for found in _below(path.parent) if found.suffix != ".md")
        return
    yield path
    package = read_json(path)
    resources = package.get("resources") if isinstance(package, dict) else None
    for resource in resources if isinstance(resources, list) else []:
        given = resource.get("path") if isinstance(resource, dict) else None
        for name in [given] if isinstance(given, str) else given or []:
            if "://" not in name:
                yield project.root / name


def _declared(root: Path, inputs: Iterable[str]) -> Iterator[Path]:
    """Declared inputs: files, everything in a folder, what a pattern matches."""
    for given in inputs:
        path = root / given
        if path.is_dir():
            yield from _below(path)
        elif any(mark in given for mark in "*?[") and not path.exists():
            yield from sorted(found for found in root.glob(given) if found.is_file())
        else:
            yield path
