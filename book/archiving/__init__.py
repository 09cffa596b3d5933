"""A deposit: one bag with everything that it takes to read a thesis, to cite it, and to build it again."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from book.archiving.about import about as about_thesis
from book.archiving.bag import write_bag
from book.archiving.citing import CFF, CODEMETA, ZENODO, citation, codemeta, zenodo
from book.archiving.crate import FILE as CRATE
from book.archiving.crate import crate
from book.archiving.installed import OURS, bring_wheels, read_environment, write_environment
from book.archiving.packing import pack
from book.archiving.restricted import at_hand, restricted, withheld
from book.archiving.results import RESULTS, write_results
from book.archiving.sources import LISTING, not_deposited, read_commit, take_sources, write_listing
from book.config import read_config
from book.diagnostics import Diagnostic, errors
from book.document.facts import COMMIT
from book.errors import ConfigError, RefusedError
from book.execution.store import place_of
from book.project import Project, digest, environment, read_json, write
from book.publishing.reasons import REASONS, reasons_of
from book.publishing.repository import find_repository
from book.sources.gather import read_thesis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from book.archiving.about import About
    from book.archiving.installed import Installed
    from book.archiving.sources import Commit
    from book.config import Config

    Build = Callable[[Path], tuple[dict[str, Path], tuple[Diagnostic, ...]]]
    """Builds a thesis; gives its editions and all that is remarked."""

FOLDER = "archive"
"""In `_build`: where a deposit is put together."""
ALLOWED = (
    "uncommitted-changes", "failing-checks", "stale-lock", "leaked-secrets", "local-paths", "stand-ins", "archive-incomplete", "environment-not-locked",
)  # fmt: skip
"""What a deposit can be made in spite of."""
STAND_INS = "stand-ins"
"""In a deposit: what the thesis gives where restricted data are not at hand."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit that was made."""

    path: Path
    """The archive."""
    sha256: str
    """Its digest, to be published beside it."""
    allowed: tuple[Diagnostic, ...]
    """What would have stood against it, had the author not allowed it by name."""
    withheld: tuple[str, ...]
    """Files that stay out, because their data are restricted."""


def deposit(
    project: Project,
    build: Build,
    *,
    target: Path | None,
    wheels: bool,
    allowed: Sequence[str],
    stage: Callable[[str], None],
) -> Deposit:
    """Build what git knows, in a folder of its own, and pack it with all that was made.

    Raises RefusedError, with every reason, where something stands against it that `allowed` does not name.
    """
    folder = project.build / FOLDER
    _not_in(folder, target)
    commit = read_commit(project)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        found = list(not_deposited(commit))
        stage("building what is committed")
        work = Project(folder / "work")
        found += take_sources(project, commit, work.root)
        named = {one.path for one in found}
        found += _not_unpacked({one.path: _size(work.root / one.path) for one in commit.files if one.path not in named})
        with _as_here(project, work, commit, real=True):
            editions, remarks = build(work.root)
            listed, unlocked = read_environment(work, read_config(work))
            found += unlocked
            standing = _against(found, remarks, project)
            _refuse([one for one in standing if one.rule not in allowed], remarks)
            accepted = tuple(one for one in standing if one.rule in allowed)
            config = read_config(work)
            staging = folder / f"{_slug(config.title_page.title or config.title)}-{commit.revision.commit[:12]}"
            data = staging / "data"
            write_results(work, editions, remarks, data)
        if at_hand(work, config):
            stage("building with stand-ins")
            _build_with_stand_ins(project, commit, folder / "stand-ins", build, data / STAND_INS)
        if wheels:
            stage("fetching wheels")
            bring_wheels(listed, project, data / "environment" / "wheels")
        stage("packing")
        environment_ = write_environment(listed, data / "environment", project.epoch(), kernels=_kernels(work))
        out = _write_sources(project, commit, data)
        about = about_thesis(work, config, commit, _abstract(data, config))
        _describe(data, about, environment_)
        late = _not_unpacked(
            {path.relative_to(staging).as_posix(): _size(path) for path in data.rglob("*") if path.is_file()}
        )
        late = [one for one in late if not (one.path or "").startswith("data/thesis/")]
        _refuse([one for one in late if one.rule not in allowed], ())
        accepted += tuple(late)
        _write_about(staging, about, commit, accepted, out)
        path = target or project.build / f"{staging.name}.zip"
        path.parent.mkdir(parents=True, exist_ok=True)
        programs = frozenset(f"data/thesis/{one.path}" for one in commit.files if one.mode == "100755")
        unfinished = path.with_name(f".{path.name}.part")
        pack(staging, unfinished, project.epoch(), programs | {"verify.py"})
        unfinished.replace(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Deposit(path, digest(path), accepted, tuple(out))


def _not_in(folder: Path, target: Path | None) -> None:
    """Stop where an archive would be written into the folder that is deleted when it is done."""
    if target and target.resolve().is_relative_to(folder.resolve()):
        hint = "let '--output' name a file elsewhere"
        message = "an archive is put together in this folder, which is deleted with all that is in it"
        raise ConfigError([Diagnostic("cannot-write", message, "error", f"_build/{FOLDER}", hint=hint)])


def _not_unpacked(files: Mapping[str, int]) -> list[Diagnostic]:
    """A remark for every file, by name and size, for which `thesis verify` would refuse the archive."""
    from book.examining.unpacking import refused

    hint = "rename it, or take it out of git: not every system can have it"
    return [
        Diagnostic("archive-incomplete", f"could not be unpacked again: {said}", "error", name, hint=hint)
        for name, said in refused(files)
    ]


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _against(found: Sequence[Diagnostic], remarks: Sequence[Diagnostic], project: Project) -> list[Diagnostic]:
    """Everything that stands against a deposit, under the names by which it can be allowed: those of publishing, and two of our own."""
    reasons = reasons_of(remarks, find_repository(project))
    return [*found, *(Diagnostic(one.name, one.message, "error", hint=REASONS[one.name]) for one in reasons)]


def _refuse(standing: Sequence[Diagnostic], remarks: Sequence[Diagnostic]) -> None:
    """Stop where something stands against it, with every error of the check, and with what would allow it."""
    if standing:
        names = " ".join(f"--allow {name}" for name in dict.fromkeys(one.rule for one in standing))
        hint = f"mend what is remarked, or take it along by name, which the archive records: {names}"
        last = Diagnostic("archive-refused", "nothing was archived", "error", hint=hint)
        raise RefusedError([*errors(remarks), *standing, last])


def _build_with_stand_ins(project: Project, commit: Commit, folder: Path, build: Build, results: Path) -> None:
    """What somebody without the restricted data will get."""
    work = Project(folder)
    take_sources(project, commit, work.root)
    withheld(work, read_config(work))
    with _as_here(project, work, commit, real=False):
        editions, remarks = build(work.root)
        write_results(work, editions, remarks, results)


@contextmanager
def _as_here(project: Project, work: Project, commit: Commit, *, real: bool) -> Iterator[None]:
    """The author's store of runs and restricted data, from another folder; or without any of these data. What is built there knows its commit."""
    config = read_config(project)
    given = restricted(project, config, work) if real else work.root.parent / "nothing"
    named = {COMMIT: commit.revision.commit}
    with environment(THESIS_STORE=str(place_of(project, config)), THESIS_RESTRICTED=str(given), **named):
        yield


def _write_sources(project: Project, commit: Commit, data: Path) -> dict[str, str]:
    """The commit's files, without restricted ones; returns those, with the reason."""
    sources = Project(data / "thesis")
    take_sources(project, commit, sources.root)
    out = withheld(sources, read_config(sources))
    write_listing(commit, sources.root, out, data / LISTING)
    return out


def _kernels(work: Project) -> dict[str, str]:
    """Kernel of each chapter with cells."""
    return {one.docname: one.kernel for one in read_thesis(work).chapters if one.cells}


def _abstract(data: Path, config: Config) -> str:
    results = read_json(data / RESULTS / "results.json")
    path = results["pages"].get(config.thesis.abstract, "")
    return "\n\n".join([" ".join(results["text"].get(path, ()))]).strip()


def _describe(data: Path, about: About, listed: Sequence[Installed]) -> None:
    """Metadata beside the payload: the author's own where there are any, else ours."""
    written = {CFF: citation(about), CODEMETA: codemeta(about, metadata.version(OURS)), ZENODO: zenodo(about)}
    for name, text in written.items():
        own = data / "thesis" / name
        write(data / name, own.read_bytes() if own.is_file() else text)
    tools = {
        one.name: one.version
        for one in listed
        if one.name in (OURS, "sphinx", "jupyter-book", "typst", "pypandoc-binary")
    }
    write(data / CRATE, crate(data, about, tools))


def _write_about(
    staging: Path, about: About, commit: Commit, accepted: Sequence[Diagnostic], out: dict[str, str]
) -> None:
    from book.archiving.readme import readme
    from book.examining import standalone

    write(staging / "README.txt", readme(about, commit, accepted, out))
    shutil.copyfile(standalone.__file__, staging / "verify.py")
    said = {
        "Source-Organization": about.institution,
        "Contact-Name": ", ".join(one.name for one in about.creators),
        "External-Description": about.whole_title,
        "External-Identifier": commit.revision.commit,
        "Bagging-Date": commit.revision.date,
        "Bag-Software-Agent": f"{OURS} {metadata.version(OURS)}",
        "Allowed": ", ".join(dict.fromkeys(one.rule for one in accepted)),
    }
    write_bag(staging, said)


def _slug(title: str) -> str:
    import re
    import unicodedata

    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("-") or "thesis"
