"""A branch of a git remote, written through git itself and without a work tree."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from book.git import GitError
from book.publishing.places.place import MovedError, PlaceError
from book.publishing.repository import entries

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from book.publishing.repository import Repository

LENGTH = 40
"""Hexadecimal digits of a name in git."""
REFUSED = ("[rejected]", "fetch first", "non-fast-forward", "cannot lock ref", "stale info")
"""What git says where somebody else was faster."""


class Branch:
    """Editions side by side on a branch: GitHub's Pages serve its root, GitLab's its folder `public`.

    The author's repository lends its configuration, its remotes and its credentials; new objects go into our own place.
    """

    def __init__(self, repository: Repository, remote: str, branch: str, folder: str) -> None:
        self._repository = repository
        self._remote = remote
        self._branch = branch
        self._below = f"{folder.strip('/')}/" if folder.strip("/.") else ""
        self._tip = ""
        self._there: dict[str, str] = {}

    @property
    def name(self) -> str:
        """As messages name it."""
        return f"branch '{self._branch}' of '{self._remote}'{f', folder {self._below!r}' if self._below else ''}"

    def look(self) -> Mapping[str, str]:
        """Every file that the branch has now; none where there is no such branch."""
        reference = f"refs/heads/{self._branch}"
        try:
            told = self._repository.text("ls-remote", self._remote, reference).split()
            self._tip = told[0] if told else ""
            if self._tip:
                self._repository.run(
                    "-c",
                    "gc.auto=0",
                    "-c",
                    "maintenance.auto=false",
                    "fetch",
                    "--quiet",
                    "--no-tags",
                    "--no-write-fetch-head",
                    "--refmap=",
                    self._remote,
                    reference,
                )
            listed = self._repository.run("ls-tree", "-r", "-z", "--full-tree", self._tip) if self._tip else b""
        except GitError as error:
            raise PlaceError(str(error)) from error
        if self._tip and len(self._tip) != LENGTH:
            raise PlaceError("its repository names objects by SHA-256, which is not supported yet")
        self._there = {}
        for entry in listed.split(b"\0"):
            about, _, path = entry.partition(b"\t")
            if path:
                self._there[path.decode("utf-8", errors="surrogateescape")] = about.split()[2].decode()
        return {
            path.removeprefix(self._below): name for path, name in self._there.items() if path.startswith(self._below)
        }

    def read(self, path: str) -> bytes | None:
        """A file's content at the last look; None without it."""
        name = self._there.get(self._below + path)
        return self._repository.run("cat-file", "blob", name) if name else None

    def put(self, files: Mapping[str, bytes], removed: Collection[str], message: str) -> str:
        """One commit on top of the branch, pushed without force: it is there as a whole, or not at all."""
        try:
            commit = self._commit(files, removed, message)
        except GitError as error:
            raise PlaceError(str(error)) from error
        lease = f"--force-with-lease=refs/heads/{self._branch}:{self._tip}"
        try:
            # By its address: pushing to a remote by name would note in the author's repository what the branch is now.
            address = self._repository.push_address(self._remote)
            self._repository.run(
                "push", "--quiet", "--no-verify", lease, address, f"{commit}:refs/heads/{self._branch}"
            )
        except GitError as error:
            said = str(error)
            raise (MovedError if any(word in said for word in REFUSED) else PlaceError)(said) from error
        return f"{self.name}, commit {commit[:10]}"

    def _commit(self, files: Mapping[str, bytes], removed: Collection[str], message: str) -> str:
        repository = self._repository
        repository.run("read-tree", *([self._tip] if self._tip else ["--empty"]))
        with tempfile.TemporaryDirectory(dir=repository.folder) as place:
            paths = sorted(files)
            for number, path in enumerate(paths):
                Path(place, str(number)).write_bytes(files[path])
            listed = "".join(f"{Path(place, str(number))}\n" for number in range(len(paths))).encode()
            names = repository.run("hash-object", "-w", "--no-filters", "--stdin-paths", given=listed).decode().split()
        named = {self._below + path: name for path, name in zip(paths, names, strict=True)}
        gone = [self._below + path for path in removed]
        repository.run("update-index", "-z", "--index-info", given=entries(named, gone))
        tree = repository.text("write-tree")
        parents = ["-p", self._tip] if self._tip else []
        return repository.run("commit-tree", tree, *parents, given=message.encode("utf-8")).decode().strip()
