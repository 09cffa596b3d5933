"""The author's git repository, asked and never changed: no ref, no index, no file of the work tree, no object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.git import answer, git, line
from book.project import find_program

if TYPE_CHECKING:
    from pathlib import Path

    from book.project import Project

WAYS = (
    "credential.", "http.", "url.", "protocol.", "ssh.", "user.", "author.", "committer.",
    "core.sshcommand", "core.askpass", "core.gitproxy",
)  # fmt: skip
"""What git is told of reaching somebody, and of who one is."""
OF_REMOTES = frozenset({"url", "pushurl", "proxy", "proxyauthmethod", "uploadpack", "receivepack", "vcs"})
"""What it is told of a remote in particular."""


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that a thesis is in."""

    root: Path
    """The thesis's folder."""
    top: Path
    """The folder of the whole work tree, from which relative addresses count."""
    cache: Path
    """Where a repository of our own may lie."""

    def text(self, *arguments: str) -> str:
        """What a git command prints, without the end of the last line. Raises GitError where it fails."""
        return git(self.root, *arguments).decode("utf-8", errors="replace").strip()

    def changed(self) -> list[str]:
        """Files of the thesis that differ from its last commit, or that git does not know and would not ignore.

        Raises GitError where git cannot tell.
        """
        asked = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".")
        said = git(self.root, "--no-optional-locks", *asked).decode("utf-8", errors="replace")
        return [entry[3:] for entry in said.split("\0") if entry]

    def head(self) -> tuple[str, str]:
        """The last commit, and its day."""
        commit, day = self.text("log", "-1", "--format=%H %cd", "--date=format-local:%Y-%m-%d").split()
        return commit, day

    def tag(self) -> str:
        """A tag of the last commit that names a version; empty without one."""
        tags = self.text("tag", "--points-at", "HEAD", "--sort=-version:refname").splitlines()
        return next((tag for tag in tags if tag.removeprefix("v")[:1].isdigit()), "")

    def remote(self, name: str) -> bool:
        """Whether the repository knows a remote of this name."""
        return name in self.text("remote").splitlines()

    def ways(self) -> list[tuple[str, str]]:
        """Settings by which git reaches remotes here, wherever they are written: addresses, credentials, who commits."""
        listed = git(self.root, "config", "--list", "-z", "--includes").decode("utf-8", errors="surrogateescape")
        settings = [(key, value) for key, _, value in (entry.partition("\n") for entry in listed.split("\0")) if key]
        return [(key, value) for key, value in settings if _is_way(key)]


def find_repository(project: Project) -> Repository | None:
    """The repository that the thesis is in; None where it is in none, where nothing is committed, or without git."""
    if find_program("git") is None or answer(project.root, "rev-parse", "--verify", "-q", "HEAD") is None:
        return None
    above = line(project.root, "rev-parse", "--show-cdup")
    return Repository(project.root, (project.root / above).resolve(), project.cache / "publishing")


def _is_way(key: str) -> bool:
    section, _, name = key.rpartition(".")
    return key.startswith(WAYS) or (section.startswith("remote.") and name in OF_REMOTES)
