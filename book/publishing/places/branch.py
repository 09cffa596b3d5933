"""A branch of a git remote, written through git itself and without a work tree."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from book.git import GitError, without_password
from book.publishing.places.place import MovedError, PlaceError, name_of
from book.publishing.places.workshop import Workshop, entries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from book.publishing.repository import Repository

LENGTH = 40
"""Hexadecimal digits of a name in git."""
REFUSED = ("[rejected]", "fetch first", "non-fast-forward", "cannot lock ref", "stale info")
"""What git says where somebody else was faster."""


class Branch:
    """Editions side by side on a branch: GitHub's Pages serve its root, GitLab's its folder `public`.

    The author's repository lends its remotes and its credentials; all that is made lies in a repository of our own.
    """

    def __init__(self, repository: Repository, remote: str, branch: str, folder: str) -> None:
        self._workshop = Workshop(repository)
        self._remote = remote
        self._branch = branch
        self._below = f"{folder.strip('/')}/" if folder.strip("/.") else ""
        self._tip = ""
        self._there: dict[str, str] = {}

    @property
    def name(self) -> str:
        """As messages name it."""
        return f"branch '{self._branch}' of '{without_password(self._remote)}'{f', folder {self._below!r}' if self._below else ''}"

    def look(self) -> Mapping[str, str]:
        """Every file that the branch has now; none where there is no such branch."""
        reference = f"refs/heads/{self._branch}"
        try:
            told = self._workshop.text("ls-remote", self._remote, reference).split()
            self._tip = told[0] if told else ""
            if self._tip and len(self._tip) != LENGTH:
                raise PlaceError("its repository names objects by SHA-256, which is not supported yet")
            if self._tip:
                self._tip = self._workshop.fetch(self._remote, reference)
            listed = self._workshop.run("ls-tree", "-r", "-z", "--full-tree", self._tip) if self._tip else b""
        except GitError as error:
            raise PlaceError(str(error)) from error
        self._there = {}
        for entry in listed.split(b"\0"):
            about, _, path = entry.partition(b"\t")
            if path:
                self._there[path.decode("utf-8", errors="surrogateescape")] = about.split()[2].decode()
        return {
            path.removeprefix(self._below): name for path, name in self._there.items() if path.startswith(self._below)
        }

    def read(self, path: str) -> bytes | None:
        """A file's content at the last look, asked of the remote where it did not come along; None without it."""
        name = self._there.get(self._below + path)
        try:
            return self._workshop.run("cat-file", "blob", name) if name else None
        except GitError as error:
            raise PlaceError(str(error)) from error

    def bring(self, paths: Iterable[str]) -> None:
        """Ask the remote for all of them at once."""
        names = {name for path in paths if (name := self._there.get(self._below + path))}
        self._workshop.bring(self._remote, names)

    def put(self, files: Mapping[str, bytes], removed: Collection[str], message: str) -> str:
        """One commit on top of the branch, pushed without force: it is there as a whole, or not at all."""
        try:
            commit = self._commit(files, removed, message)
        except GitError as error:
            raise PlaceError(str(error)) from error
        lease = f"--force-with-lease=refs/heads/{self._branch}:{self._tip}"
        try:
            made = f"{commit}:refs/heads/{self._branch}"
            self._workshop.run("push", "--quiet", "--no-verify", lease, self._remote, made)
        except GitError as error:
            said = str(error)
            raise (MovedError if any(word in said for word in REFUSED) else PlaceError)(said) from error
        return f"{self.name}, commit {commit[:10]}"

    def _commit(self, files: Mapping[str, bytes], removed: Collection[str], message: str) -> str:
        workshop = self._workshop
        workshop.run("read-tree", *([self._tip] if self._tip else ["--empty"]))
        named = {self._below + path: name_of(data) for path, data in files.items()}
        self._store({name_of(data): data for data in files.values()})
        gone = [self._below + path for path in removed]
        workshop.run("update-index", "-z", "--index-info", given=entries(named, gone))
        tree = workshop.text("write-tree", "--missing-ok")
        parents = ["-p", self._tip] if self._tip else []
        return workshop.run("commit-tree", tree, *parents, given=message.encode("utf-8")).decode().strip()

    def _store(self, contents: Mapping[str, bytes]) -> None:
        """Write contents that the branch does not have, each once."""
        new = [contents[name] for name in sorted(contents.keys() - set(self._there.values()))]
        with tempfile.TemporaryDirectory(dir=self._workshop.folder) as place:
            for number, data in enumerate(new):
                Path(place, str(number)).write_bytes(data)
            listed = "".join(f"{Path(place, str(number))}\n" for number in range(len(new))).encode()
            self._workshop.run("hash-object", "-w", "--no-filters", "--stdin-paths", given=listed)
