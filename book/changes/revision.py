"""A revision of the thesis, taken out of git beside the work tree, which is not touched."""

from __future__ import annotations

import io
import posixpath
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from book.diagnostics import Diagnostic
from book.errors import ConfigError, ToolMissingError
from book.git import GitError, answer, git, line
from book.project import find_program

if TYPE_CHECKING:
    from book.project import Project


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit, as git names it."""

    name: str
    """What the author called it: `HEAD`, `v1.0`, `HEAD~3`."""
    commit: str
    """Its full hash."""
    subject: str
    """First line of its message."""
    date: str
    """Its author's date, as YYYY-MM-DD."""

    def __str__(self) -> str:
        """As a reader wants it said."""
        return f"{self.name} ({self.commit[:7]}, {self.date}: {self.subject})"


def find_revision(project: Project, name: str) -> Revision:
    """The commit that a name means.

    Raises ToolMissingError without git, and ConfigError where the thesis is not in a repository or nothing has the name.
    """
    if find_program("git") is None:
        said = Diagnostic("tool-missing", "'git' is not installed", hint="install git: https://git-scm.com")
        raise ToolMissingError([said])
    if answer(project.root, "rev-parse", "--show-toplevel") is None:
        hint = "run 'git init', and commit the thesis, so that there is something to compare with"
        raise ConfigError([Diagnostic("unknown-revision", "the thesis is not in a git repository", hint=hint)])
    told = answer(project.root, "log", "-1", "--format=%H%x00%ad%x00%s", "--date=short", "--end-of-options", name)
    if not told:
        hint = "give a commit, a tag or a branch; 'git log --oneline' lists commits"
        raise ConfigError([Diagnostic("unknown-revision", f"git knows no revision '{name}'", hint=hint)])
    commit, date, subject = told.decode("utf-8", errors="replace").strip().split("\0", 2)
    return Revision(name, commit, subject, date)


def take_out(project: Project, revision: Revision, folder: Path) -> None:
    """Write the thesis as it was at a revision into a folder; a link that leads out of it becomes the file of the repository that it leads to.

    Raises ConfigError where it was not there yet.
    """
    prefix = line(project.root, "rev-parse", "--show-prefix")
    top = Path(line(project.root, "rev-parse", "--show-toplevel"))
    tree = f"{revision.commit}:{prefix}" if prefix else revision.commit
    try:
        packed = git(top, "archive", "--format=tar", tree)
    except GitError as error:
        raise ConfigError([_not_taken(revision, str(error), there=answer(top, "cat-file", "-e", tree) is not None)]) from None
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        out = [one for one in archive.getmembers() if one.issym() and _leads_out(one)]
        names = {one.name for one in out}
        archive.extractall(folder, [one for one in archive.getmembers() if one.name not in names], filter="data")
    for one in out:
        place = posixpath.normpath(posixpath.join(prefix, posixpath.dirname(one.name), one.linkname))
        content = answer(top, "cat-file", "blob", f"{revision.commit}:{place}") if _inside(place) else None
        if content is not None:
            (folder / one.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / one.name).write_bytes(content)


def _leads_out(link: tarfile.TarInfo) -> bool:
    return not _inside(posixpath.normpath(posixpath.join(posixpath.dirname(link.name), link.linkname)))


def _inside(place: str) -> bool:
    return not (place.startswith(("/", "../")) or place == "..")


def _not_taken(revision: Revision, said: str, *, there: bool) -> Diagnostic:
    if not there:
        return Diagnostic("unknown-revision", f"the thesis is not part of revision '{revision.name}'", hint="commit it first")
    hint = "the repository holds only a part of its files: 'git fetch --refetch' and 'git lfs pull' fetch the rest; 'git fsck' says what is missing"
    return Diagnostic("unknown-revision", f"git cannot give the files of revision '{revision.name}': {said}", hint=hint)
