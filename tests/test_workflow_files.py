"""The workflow files do what they say: their own commands are run, in fresh clones of a thesis on a remote."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from book.newcomer import start
from book.workflow import build

ROOT = Path(__file__).resolve().parents[1]
GITHUB, GITLAB = (yaml.safe_load((ROOT / "docs" / "ci" / f"{name}.yml").read_text(encoding="utf-8")) for name in ("github", "gitlab"))
IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@ada.example")
SECRET = "s3cretT0ken"  # noqa: S105
PROGRAMS = {
    "thesis": f'exec {sys.executable} -c "from book.cli import main; main()" "$@"',
    "pytest": f'exec {sys.executable} -m pytest "$@"',
    "pip": "exit 0",
    "gh": 'case "$*" in *--edit-last*) exit 1;; esac; echo "$@" > "$GH_SAID"; cat "$5" >> "$GH_SAID"',
}
"""What a runner has; packages are installed already, and GitHub is told nothing."""


@dataclass(frozen=True, slots=True)
class Forge:
    """A bare remote with the branches `main` and `edit` and the tag `v1.0`, and what a runner keeps."""

    remote: Path
    """The remote."""
    cache: Path
    """`_build/cache` of an earlier job."""
    programs: Path
    """Commands that a runner finds first."""

    def clone(self, folder: Path, *commands: str) -> Path:
        """A fresh clone with an earlier job's cache, brought to where the job starts."""
        git(folder.parent, "clone", "-q", f"file://{self.remote}", str(folder))
        for command in commands:
            git(folder, *IDENTITY, *command.split())
        shutil.copytree(self.cache, folder / "_build" / "cache")
        return folder

    def run(self, script: str, folder: Path, **variables: str) -> tuple[int, str]:
        """Exit code of a script, and all that it has printed."""
        path = f"{self.programs}{os.pathsep}{os.environ['PATH']}"
        surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "GIT_CONFIG_GLOBAL": str(self.programs / "gitconfig"), **variables, "PATH": path}
        ended = subprocess.run(
            ["bash", "-e", "-c", script], cwd=folder, env=surroundings, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return ended.returncode, ended.stdout


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Forge:
    """A new thesis as `thesis init` writes it, committed, tagged and pushed; on `edit`, a sentence more."""
    place = tmp_path_factory.mktemp("forge")
    work, programs = place / "work", place / "programs"
    start(work)
    git(place, "init", "-q", "--bare", "-b", "main", "remote.git")
    git(place / "remote.git", "config", "uploadpack.allowFilter", "true")
    git(work, "init", "-q", "-b", "main")
    git(work, "add", ".")
    git(work, *IDENTITY, "commit", "-q", "-m", "Begin")
    git(work, "tag", "v1.0")
    build(work)
    chapter = work / "chapters" / "01-introduction.md"
    git(work, "checkout", "-q", "-b", "edit")
    chapter.write_text(chapter.read_text(encoding="utf-8") + "\nOne sentence more.\n", encoding="utf-8")
    git(work, *IDENTITY, "commit", "-q", "-a", "-m", "Add a sentence")
    git(work, "push", "-q", str(place / "remote.git"), "main", "edit", "v1.0")
    programs.mkdir()
    for name, line in PROGRAMS.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    address = f"https://oauth2:{SECRET}@forge.example:443/ada/thesis.git"
    (programs / "gitconfig").write_text(f'[url "file://{place}/remote.git"]\n\tinsteadOf = {address}\n', encoding="utf-8")
    return Forge(place / "remote.git", work / "_build" / "cache", programs)


def steps(job: str, event: str, **told: str) -> list[tuple[str, str, dict[str, str]]]:
    """Name, script and environment of the steps of GitHub's job that run in an event."""
    chosen = [one for one in GITHUB["jobs"][job]["steps"] if "run" in one and (event == "pull_request" or "pull_request" not in str(one.get("if")))]

    def filled(value: Any) -> str:
        return re.sub(r"\$\{\{ *([\w.]+) *\}\}", lambda found: told[found[1]], str(value))

    return [(one.get("name", ""), filled(one["run"]), {name: filled(value) for name, value in one.get("env", {}).items()}) for one in chosen]


def lines(job: str, part: str = "script") -> str:
    """The commands of GitLab's job, in one shell as its runner has them."""
    return "\n".join([*GITLAB[job].get("before_script", ()), *GITLAB[job][part]])


def test_github_says_in_a_pull_request_what_changes(forge: Forge, tmp_path: Path) -> None:
    """Build, check, comparison with the branch and with the last edition, and a comment that holds both."""
    place = forge.clone(tmp_path / "job", "checkout -q --detach origin/main", "merge -q --no-ff -m Merge origin/edit")
    surroundings = {"GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "GH_SAID": str(tmp_path / "comment.md")}
    told = {"github.token": "token", "github.event.number": "7"}

    ran = {name: forge.run(script, place, **surroundings, **more) for name, script, more in steps("thesis", "pull_request", **told)}

    assert {name: code for name, (code, _said) in ran.items() if code} == {}
    assert list(ran) == ["", "Build", "Check", "Compare", "Report"]
    assert '"version": "2.1.0"' in (place / "thesis.sarif").read_text(encoding="utf-8")
    comment = (tmp_path / "comment.md").read_text(encoding="utf-8")
    assert comment.startswith("pr comment 7 --body-file changes.md\n````\nsince origin/main ")
    assert comment.count("One sentence more.") == 2
    assert "Since edition v1.0:\n````\nsince v1.0 " in comment
    assert comment.endswith((tmp_path / "summary.md").read_text(encoding="utf-8"))
    assert "One sentence more." in (place / "changes.html").read_text(encoding="utf-8")


def test_github_publishes_a_version_that_is_tagged(forge: Forge, tmp_path: Path) -> None:
    """A clone of the tag alone is enough; the edition is on the branch, put there by the runner."""
    place = forge.clone(tmp_path / "job", "checkout -q --detach v1.0")

    ran = [forge.run(script, place, GITHUB_REF_NAME="v1.0") for _name, script, _more in steps("publish", "push")]

    assert [said for code, said in ran if code] == []
    assert git(forge.remote, "show", "gh-pages:v1.0/index.html") == git(forge.remote, "show", "gh-pages:latest/index.html")
    assert git(forge.remote, "log", "-1", "--format=%cn", "gh-pages") == "github-actions[bot]\n"


def test_gitlab_says_in_a_merge_request_what_changes(forge: Forge, tmp_path: Path) -> None:
    """Everything that the job keeps is there, and the log says what changes."""
    place = forge.clone(tmp_path / "job", "checkout -q --detach origin/edit")

    code, said = forge.run(lines("thesis"), place, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main")

    assert code == 0, said
    kept = [*GITLAB["thesis"]["artifacts"]["paths"], GITLAB["thesis"]["artifacts"]["reports"]["junit"]]
    assert [path for path in kept if not (place / path).exists()] == []
    assert "One sentence more." in said
    assert "One sentence more." in (place / "since-edition.html").read_text(encoding="utf-8")
    assert 'name="build-running"' in (place / "thesis.xml").read_text(encoding="utf-8")


def test_gitlab_keeps_what_a_failing_thesis_gives_and_fails(forge: Forge, tmp_path: Path) -> None:
    """A mistake fails the job after everything else was done."""
    place = forge.clone(tmp_path / "job", "checkout -q --detach origin/edit")
    with (place / "chapters" / "01-introduction.md").open("a", encoding="utf-8") as chapter:
        chapter.write("\nSee {numref}`nowhere`.\n")

    code, said = forge.run(lines("thesis"), place, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main")

    assert code == 1
    assert "undefined label: 'nowhere'" in said
    assert (place / "changes.html").exists()
    assert "<failure" in (place / "thesis.xml").read_text(encoding="utf-8")


def test_gitlab_publishes_a_version_that_is_tagged_and_serves_all(forge: Forge, tmp_path: Path) -> None:
    """The editions go to the branch with a token that nobody reads, and lie in `public` for the server."""
    place = forge.clone(tmp_path / "job", "checkout -q --detach v1.0")
    config = place / "_config.yml"
    settings = config.read_text(encoding="utf-8").replace("thesis:\n", "thesis:\n  publish: {branch: pages, folder: public}\n")
    config.write_text(settings, encoding="utf-8")
    git(place, *IDENTITY, "commit", "-q", "-a", "-m", "Say where")
    server = {"CI_SERVER_PROTOCOL": "https", "CI_SERVER_HOST": "forge.example", "CI_SERVER_PORT": "443", "CI_PROJECT_PATH": "ada/thesis", "THESIS_TOKEN": SECRET}

    code, said = forge.run(lines("pages"), place, CI_COMMIT_TAG="v1.0", **server)

    assert code == 0, said
    assert SECRET not in said
    assert (place / "public" / "v1.0" / "index.html").read_text(encoding="utf-8") == git(forge.remote, "show", "pages:public/latest/index.html")
    assert (place / "public" / "index.html").exists()

    again = forge.clone(tmp_path / "again", "checkout -q --detach v1.0")
    code, said = forge.run(lines("pages"), again, CI_COMMIT_TAG="", **server)

    assert code == 0, said
    assert (again / "public" / "v1.0" / "index.html").exists()
