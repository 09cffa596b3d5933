"""One edition more in a place that keeps all of them."""

from __future__ import annotations

import hashlib
import os
import random
import time
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.document.facts import COMMIT
from book.errors import ConfigError, EditionError, RefusedError
from book.git import GitError
from book.publishing.catalogue import FILE, LATEST, Catalogue, Told, check_name, read_catalogue, written
from book.publishing.imprint import MANIFEST, RECORD, Origin, allowed_in, at_place, imprinted, tree_of
from book.publishing.places import MovedError, PlaceError, find_place
from book.publishing.places.place import name_of
from book.publishing.reasons import Reason, reasons_of
from book.publishing.repository import find_repository

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from book.config import Config
    from book.project import Project
    from book.publishing.catalogue import Edition
    from book.publishing.places import Place
    from book.publishing.repository import Repository

ATTEMPTS = 10
"""How often we look again where others publish at the same time."""
PATIENCE = 0.3
"""Seconds that we wait at most before the first time, and by as much longer before each next: so that not all come again at once."""
HARMLESS = ("CNAME", "README", "LICENSE", "LICENCE", ".git", "robots.txt", ".well-known", ".domains")
"""How files begin that may stand beside editions, and do."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publication does, or has done."""

    edition: Edition
    """The edition."""
    place: str
    """Where it is, in words."""
    files: int
    """Files that the edition has."""
    size: int
    """Their bytes."""
    new: tuple[str, ...] = ()
    """Files of the newest edition's copy that were not there before."""
    changed: tuple[str, ...] = ()
    """Those that change in more than the edition's name at their head."""
    gone: tuple[str, ...] = ()
    """Those that go."""
    others: tuple[str, ...] = ()
    """Editions that stay as they are."""
    reasons: tuple[Reason, ...] = ()
    """What stands against it, allowed or not."""
    latest: bool = True
    """Whether it is the newest."""
    done: bool = False
    """Whether anything was written."""


@dataclass(frozen=True, slots=True)
class _Plan:
    files: dict[str, bytes]
    removed: tuple[str, ...]
    publication: Publication
    reasons: tuple[Reason, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Intended:
    """What is to be published where, known before anything is built."""

    name: str
    """Name of the edition."""
    place: Place
    """Where it goes."""
    repository: Repository | None
    """The repository that the thesis is in, if any."""


def intend(project: Project, config: Config, *, to: str, name: str) -> Intended:
    """The name and the place that are asked for. Raises ConfigError where there is none, or git cannot tell."""
    settings = config.thesis.publish
    try:
        repository = find_repository(project)
        name = name or config.thesis.version or (repository.tag() if repository else "")
        if not name:
            hint = "give it a version: 'thesis publish --as v1.0', 'thesis: version' in _config.yml, or a tag of the commit"
            raise ConfigError([Diagnostic("bad-edition", "nothing says which edition this is", "error", hint=hint)])
        check_name(name)
        place = find_place(project, repository, to or settings.to, settings.branch, settings.folder)
    except GitError as error:
        raise ConfigError([_unreadable(error)]) from error
    return Intended(name, place, repository)


def publish_edition(
    project: Project, config: Config, remarks: Sequence[Diagnostic], *, to: str, name: str, allow: Collection[str], dry: bool
) -> Publication:  # fmt: skip
    """Publish the site that stands in `_build`; with `dry`, only say what that would do.

    `remarks` is what a check has said of it. Raises RefusedError with everything that stands against it and is not
    allowed, ConfigError where it has no name or no place, EditionError where the place cannot be read or written.
    """
    intended = intend(project, config, to=to, name=name)
    name, place, repository = intended.name, intended.place, intended.repository
    try:
        commit, date = repository.head() if repository else ("", _day(project))
        reasons = reasons_of(remarks, repository)
    except GitError as error:
        raise ConfigError([_unreadable(error)]) from error
    for attempt in range(1, ATTEMPTS + 1):
        try:
            plan = _plan(project, config, place, name, Origin(commit, date), reasons, allow)
            refused = [reason.refusal() for reason in plan.reasons if reason.name not in allow]
            if dry:
                return plan.publication
            if refused:
                raise RefusedError(refused)
            if not plan.files and not plan.removed:
                return plan.publication
            where = place.put(plan.files, plan.removed, _message(config, plan.publication))
        except MovedError:
            time.sleep(random.uniform(0, PATIENCE * attempt))  # noqa: S311
            continue
        except PlaceError as error:
            raise EditionError([_cannot(place, str(error))]) from error
        return _finished(plan.publication, where)
    raise EditionError([_cannot(place, "others publish there all the time")])


def commit_of(project: Project) -> dict[str, str]:
    """The environment that lets a build name its commit: nothing where files differ from it, or somebody has named it.

    Raises ConfigError where git cannot tell.
    """
    repository = None if os.environ.get(COMMIT) else find_repository(project)
    try:
        return {COMMIT: repository.head()[0]} if repository and not repository.changed() else {}
    except GitError as error:
        raise ConfigError([_unreadable(error)]) from error


def _plan(
    project: Project, config: Config, place: Place, name: str, origin: Origin, reasons: Sequence[Reason], allow: Collection[str],
) -> _Plan:  # fmt: skip
    """What is to be written and removed, seen from what is there now."""
    there = place.look()
    catalogue = read_catalogue(place.read(FILE))
    reasons = [*reasons, *_altered(place, there, catalogue or Catalogue())]
    told = Told(config.title_page.title or config.title, config.author, config.language, _address(config))
    if there and not (catalogue and catalogue.editions):
        allowed = tuple(reason for reason in reasons if reason.name in allow)
        _edition, files = imprinted(project.site, name, told, origin, allowed)
        reasons = [*reasons, *_strangers(there, {**at_place(name, files), **at_place(LATEST, files)})]
    catalogue = catalogue or Catalogue()
    before = catalogue.named(name)
    allowed = tuple(reason for reason in reasons if reason.name in allow)
    if before is not None:  # the same edition again was allowed what it was allowed then
        allowed = allowed_in(place.read(f"{name}/{RECORD}"))
    edition, files = imprinted(project.site, name, told, origin, allowed)
    own = at_place(name, files)
    others = tuple(one.name for one in catalogue.newest_first() if one.name != name)
    size = sum(len(data) for data in files.values())
    if before is not None:
        _same_or_refused(name, own, there, place)
        publication = Publication(before, place.name, len(files), size, others=others, reasons=tuple(reasons))
        return _Plan({}, (), publication, tuple(reasons))
    last = catalogue.latest
    catalogue = catalogue.with_edition(edition)
    newest = catalogue.latest == edition
    latest = at_place(LATEST, files) if newest else {}
    gone = tuple(path for path in there if newest and path.startswith(f"{LATEST}/") and path not in latest)
    broken = tuple(path for path in there if path.startswith(f"{name}/") and path not in own)
    wanted = {**own, **latest, **written(catalogue, told)}
    fresh = {path: data for path, data in wanted.items() if there.get(path) != name_of(data)}
    publication = Publication(
        edition, place.name, len(files), size,
        tuple(_below(path) for path in latest if path not in there),
        _changed(project, told, last, there) if newest and last else (),
        tuple(_below(path) for path in gone), others, tuple(reasons), newest,
    )  # fmt: skip
    return _Plan(fresh, (*gone, *broken), publication, tuple(reasons))


def _changed(project: Project, told: Told, last: Edition, there: Mapping[str, str]) -> tuple[str, ...]:
    """Files that differ from those of the newest edition in more than its name and its day."""
    _edition, files = imprinted(project.site, last.name, told, Origin(last.commit, last.date), ())
    before = {path: there[f"{LATEST}/{path}"] for path in files if f"{LATEST}/{path}" in there}
    return tuple(path for path, name in before.items() if path not in (RECORD, MANIFEST) and name_of(files[path]) != name)


def _same_or_refused(name: str, own: Mapping[str, bytes], there: Mapping[str, str], place: Place) -> None:
    """Raises ConfigError where an edition of this name is published and is another one."""
    published = {path for path in there if path.startswith(f"{name}/")}
    other = sorted(path for path in published | own.keys() if path not in own or there.get(path) != name_of(own[path]))
    if other:
        some = ", ".join(_below(path) for path in other[:3])
        message = f"edition '{name}' is published at {place.name}, and differs in {len(other)} file{'' if len(other) == 1 else 's'} ({some})"
        hint = (
            "a published edition is permanent: give this one another version, with '--as', a tag or 'thesis: version'"
        )
        raise ConfigError([Diagnostic("edition-published", message, "error", hint=hint)])


def _strangers(there: Mapping[str, str], own: Mapping[str, bytes]) -> list[Reason]:
    """Files of somebody else, where nobody has published editions yet; what an interrupted publication of ours has written is none."""
    strange = [
        path
        for path, name in there.items()
        if not path.startswith(HARMLESS) and not PurePosixPath(path).name.startswith(".")
        if path not in own or name_of(own[path]) != name
    ]
    if not strange:
        return []
    listed = ", ".join(sorted({PurePosixPath(path).parts[0] for path in strange})[:5])
    return [Reason("other-files", f"the place holds files that are no editions of this tool: {listed}")]


def _altered(place: Place, there: Mapping[str, str], catalogue: Catalogue) -> list[Reason]:
    """Editions that are no longer as they were published."""
    said = []
    for edition in catalogue.editions:
        folder = f"{edition.name}/"
        now = {path.removeprefix(folder): name for path, name in there.items() if path.startswith(folder)}
        if tree_of(now) != edition.tree:
            said.append(f"{edition.name}: {_difference(place, edition, now)}")
    if not said:
        return []
    return [Reason("altered-editions", f"what was published is no longer as it was: {'; '.join(said[:3])}")]


def _difference(place: Place, edition: Edition, now: Mapping[str, str]) -> str:
    """The first file of an edition that is not as it was published."""
    manifest = place.read(f"{edition.name}/{MANIFEST}")
    if manifest is None or hashlib.sha256(manifest).hexdigest() != edition.sha256:
        return f"{MANIFEST} is missing or was changed"
    listed = {
        path: digest for digest, _, path in (line.partition("  ") for line in manifest.decode("utf-8").splitlines())
    }
    place.bring(f"{edition.name}/{path}" for path in listed)
    for path, digest in listed.items():
        content = place.read(f"{edition.name}/{path}")
        if content is None:
            return f"{path} is missing"
        if hashlib.sha256(content).hexdigest() != digest:
            return f"{path} was changed"
    return f"{next(iter(sorted(now.keys() - listed.keys() - {MANIFEST})), 'a file')} was added"


def _address(config: Config) -> str:
    html = config.yaml.value.get("html")
    return str(html.get("baseurl") or "").rstrip("/") if isinstance(html, dict) else ""


def _below(path: str) -> str:
    return path.split("/", 1)[1]


def _message(config: Config, publication: Publication) -> str:
    edition = publication.edition
    allowed = f"\nAllowed: {', '.join(edition.allowed)}\n" if edition.allowed else ""
    source = f"\nBuilt from commit {edition.commit} by {edition.tool}.\n" if edition.commit else ""
    return f"Publish {edition.name} of {config.title_page.title or config.title}\n{source}{allowed}"


def _unreadable(error: GitError) -> Diagnostic:
    hint = "see what 'git status' says in the thesis's folder"
    return Diagnostic("cannot-publish", f"the thesis's repository cannot be read: {error}", "error", hint=hint)


def _day(project: Project) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(project.epoch()))


def _cannot(place: Place, why: str) -> Diagnostic:
    hint = "nothing was published there; run the command again when the place can be reached"
    return Diagnostic("cannot-publish", f"{place.name}: {why}", "error", hint=hint)


def _finished(publication: Publication, where: str) -> Publication:
    return replace(publication, place=where, done=True)
