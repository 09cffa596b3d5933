"""A repository of our own, in which a branch is put together: it knows the author's ways to remotes, and nothing else of theirs."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from book.git import GitError, git
from book.project import delete

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from book.publishing.repository import Repository

FOREIGN = (
    "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG_PARAMETERS", "GIT_CONFIG", "GIT_SHALLOW_FILE", "GIT_PREFIX",
)  # fmt: skip
"""What the environment may say of the author's repository, as it does in a hook."""
OLDEST = (2, 32)
"""The first git that takes its configuration from the environment alone."""
OURS = (
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("core.hooksPath", os.devnull),
    ("fetch.recurseSubmodules", "false"),
)
"""Settings of our own."""


class Workshop:
    """A bare repository below `_build`, which can be deleted at any time.

    It holds the tip of the branch that is published, without what came before and without contents that nobody asks for,
    however large that is.
    """

    def __init__(self, repository: Repository) -> None:
        """Open it, or begin one; what an interrupted command has locked is free again, since nobody else works here.

        Raises GitError where git is too old.
        """
        _check_version(repository)
        self._top = repository.top
        self.folder = repository.cache / "workshop.git"
        settings = [*repository.ways(), *OURS]
        self._variables: dict[str, str | None] = {
            **dict.fromkeys(FOREIGN),
            "GIT_DIR": str(self.folder),
            "GIT_INDEX_FILE": str(self.folder / "index"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": str(len(settings)),
            **{f"GIT_CONFIG_KEY_{number}": key for number, (key, _) in enumerate(settings)},
            **{f"GIT_CONFIG_VALUE_{number}": value for number, (_, value) in enumerate(settings)},
            "GIT_TERMINAL_PROMPT": os.environ.get("GIT_TERMINAL_PROMPT", "0"),
        }
        self._open()

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """What a git command prints. Raises GitError with what it says where it fails."""
        return git(self._top, *arguments, given=given, variables=self._variables)

    def text(self, *arguments: str) -> str:
        """The same as text, without the end of the last line."""
        return self.run(*arguments).decode("utf-8", errors="replace").strip()

    def fetch(self, remote: str, reference: str) -> str:
        """Bring the tip of a branch, and say which it is: names alone where the remote can leave out the rest. Raises GitError."""
        quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=")
        self.run("fetch", "--depth=1", "--filter=blob:none", *quiet, remote, f"+{reference}:{reference}")
        return self.text("rev-parse", reference)

    def bring(self, remote: str, names: Iterable[str]) -> None:
        """Ask for many contents at once by their names; what does not come is asked for when it is read."""
        quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none")
        asked = "".join(f"{name}\n" for name in sorted(names)).encode()
        with suppress(GitError):
            self.run("-c", "fetch.negotiationAlgorithm=noop", "fetch", *quiet, "--stdin", remote, given=asked)

    def _open(self) -> None:
        for lock in self.folder.rglob("*.lock"):
            lock.unlink(missing_ok=True)
        if (self.folder / "HEAD").exists():
            with suppress(GitError):
                self.run("rev-parse", "--git-dir")
                return
            delete(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.run("init", "--quiet", "--bare", "--template=", str(self.folder))


def _check_version(repository: Repository) -> None:
    said = repository.text("version")
    numbers = re.search(r"(\d+)\.(\d+)", said)
    if numbers and (int(numbers[1]), int(numbers[2])) < OLDEST:
        raise GitError(f"git {'.'.join(map(str, OLDEST))} or newer is needed, this is {said.removeprefix('git version ')}")


def entries(named: Mapping[str, str], removed: Iterable[str] = ()) -> bytes:
    """Lines for `git update-index -z --index-info`: files with their objects, and files that go."""
    nothing = "0" * len(next(iter(named.values()), "0" * 40))
    lines = [f"100644 {name}\t{path}" for path, name in sorted(named.items())]
    lines += [f"0 {nothing}\t{path}" for path in sorted(removed)]
    return "".join(f"{line}\0" for line in lines).encode("utf-8", errors="surrogateescape")
