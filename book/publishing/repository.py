"""The author's git repository, asked and never changed: no ref, no index, no file of the work tree, no object."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.git import answer, git, line
from book.project import find_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from book.project import Project


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that a thesis is in, with a place of our own for new objects."""

    root: Path
    """The thesis's folder."""
    folder: Path
    """Where our objects and our index lie, outside of the repository."""
    objects: Path
    """The repository's own objects, which ours may refer to."""

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """What a git command prints. Raises GitError with what it says where it fails."""
        variables = {
            "GIT_OBJECT_DIRECTORY": str(self.folder / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(self.objects),
            "GIT_INDEX_FILE": str(self.folder / "index"),
            "GIT_TERMINAL_PROMPT": os.environ.get("GIT_TERMINAL_PROMPT", "0"),
        }
        return git(self.root, *arguments, given=given, variables=variables)

    def text(self, *arguments: str) -> str:
        """The same as text, without the end of the last line."""
        return self.run(*arguments).decode("utf-8", errors="replace").strip()

    def changed(self) -> list[str]:
        """Files of the thesis that differ from its last commit, or that git does not know and would not ignore."""
        said = answer(self.root, "status", "--porcelain", "-z", "--untracked-files=all", "--", ".") or b""
        entries = said.decode("utf-8", errors="replace").split("\0")
        return [entry[3:] for entry in entries if len(entry) > 3 and entry[2] == " "]  # noqa: PLR2004

    def head(self) -> tuple[str, str]:
        """The last commit, and its day."""
        commit, day = self.text("log", "-1", "--format=%H %cd", "--date=format-local:%Y-%m-%d").split()
        return commit, day

    def tag(self) -> str:
        """A tag of the last commit that names a version; empty without one."""
        tags = self.text("tag", "--points-at", "HEAD", "--sort=-version:refname").splitlines()
        return next((tag for tag in tags if tag.removeprefix("v")[:1].isdigit()), "")

    def push_address(self, remote: str) -> str:
        """Where a remote is pushed to; an address is its own."""
        return self.text("remote", "get-url", "--push", remote) if self.remote(remote) else remote

    def remote(self, name: str) -> bool:
        """Whether the repository knows a remote of this name."""
        return name in self.text("remote").splitlines()


def find_repository(project: Project) -> Repository | None:
    """The repository that the thesis is in; None where it is in none, where nothing is committed, or without git."""
    if find_program("git") is None:
        return None
    objects = line(project.root, "rev-parse", "--git-path", "objects")
    if not objects or answer(project.root, "rev-parse", "--verify", "-q", "HEAD") is None:
        return None
    folder = project.cache / "publishing"
    (folder / "objects").mkdir(parents=True, exist_ok=True)
    return Repository(project.root, folder, (project.root / objects).resolve())


def entries(named: Mapping[str, str], removed: Iterable[str] = ()) -> bytes:
    """Lines for `git update-index -z --index-info`: files with their objects, and files that go."""
    nothing = "0" * len(next(iter(named.values()), "0" * 40))
    lines = [f"100644 {name}\t{path}" for path, name in sorted(named.items())]
    lines += [f"0 {nothing}\t{path}" for path in sorted(removed)]
    return "".join(f"{line}\0" for line in lines).encode("utf-8")
