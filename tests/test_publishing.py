"""Publishing: permanent editions beside each other, on real git remotes, in folders and zip files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from conftest import write_thesis
from hypothesis import given
from hypothesis import strategies as st

from book.config import read_config
from book.diagnostics import Diagnostic
from book.errors import ConfigError, EditionError, RefusedError
from book.project import Project
from book.publishing.catalogue import Catalogue, read_catalogue
from book.publishing.places import folder
from book.publishing.places.branch import Branch
from book.publishing.publish import publish_edition
from book.publishing.repository import Repository
from book.workflow import publish

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from book.publishing.publish import Publication

PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>{title}</title><link rel="canonical" href="https://ada.example/thesis/{path}" />
<meta property="og:url" content="https://ada.example/thesis/{path}" /></head>
<body data-x="1">
<a href="#main">Skip</a><div class="bd-container"><p>{text}</p></div></body></html>
"""
IDENTITY = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "a@b.example", "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "a@b.example"}


@pytest.fixture(autouse=True)
def _as_ada(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}.items():
        monkeypatch.setenv(name, value)


def git(folder: Path, *arguments: str, given: bytes | None = None) -> str:
    ended = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, input=given)
    return ended.stdout.decode()


def site(root: Path, **pages: str) -> None:
    """A site, as a build leaves one."""
    shutil.rmtree(root / "_build" / "html", ignore_errors=True)
    for name, text in {"index": "Hello.", **pages}.items():
        path = root / "_build" / "html" / f"{name.replace('__', '/')}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(title=name, path=f"{name.replace('__', '/')}.html", text=text), encoding="utf-8")
    (root / "_build" / "html" / "_static").mkdir()
    (root / "_build" / "html" / "_static" / "a.css").write_text("p {}", encoding="utf-8")


@pytest.fixture
def thesis(tmp_path: Path) -> Path:
    """A thesis in git with a bare remote beside it, and a site of two pages."""
    root = write_thesis(
        tmp_path / "thesis", {"index.md": "# T\n", "one.md": "# One\n", ".gitignore": "_build/\n"}
    )
    config = root / "_config.yml"
    config.write_text(config.read_text(encoding="utf-8") + "html: {baseurl: https://ada.example/thesis}\n", encoding="utf-8")
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    git(root, "init", "-q")
    git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "All")
    site(root, chapters__one="First words.")
    return root


def put(
    root: Path, name: str, to: str = "origin", *, remarks: Sequence[Diagnostic] = (), allow: Collection[str] = (), dry: bool = False
) -> Publication:  # fmt: skip
    project = Project(root)
    return publish_edition(project, read_config(project), remarks, to=to, name=name, allow=allow, dry=dry)


def on_branch(root: Path, branch: str = "gh-pages") -> dict[str, str]:
    """Path and object of each file of the branch."""
    listed = git(root.parent / "remote.git", "ls-tree", "-r", branch).splitlines()
    return {line.split("\t")[1]: line.split()[2] for line in listed}


def shown(root: Path, path: str, branch: str = "gh-pages") -> str:
    return git(root.parent / "remote.git", "show", f"{branch}:{path}")


def below(files: dict[str, Any], folder: str) -> dict[str, Any]:
    return {path.removeprefix(folder): name for path, name in files.items() if path.startswith(folder)}


def test_the_first_edition_stands_on_the_branch_with_its_list_and_a_door(thesis: Path) -> None:
    """A branch that was not there has the edition, the same bytes as the newest, and a page that leads there."""
    done = put(thesis, "v1.0")
    there = on_branch(thesis)
    listed = json.loads(shown(thesis, "editions.json"))

    assert done.done
    assert below(there, "v1.0/") == below(there, "latest/")
    assert {"index.html", "chapters/one.html", "_static/a.css"} <= below(there, "v1.0/").keys()
    assert "url=latest/index.html" in shown(thesis, "index.html")
    assert [one["name"] for one in listed["editions"]] == ["v1.0"]
    assert listed["editions"][0]["commit"] == git(thesis, "rev-parse", "HEAD").strip()
    assert {".nojekyll", "editions.js", "feed.xml", "sitemap.xml"} <= there.keys()


def test_nothing_of_the_authors_repository_is_touched(thesis: Path) -> None:
    """Work tree, index, refs and objects are what they were."""
    (thesis / "notes.md").write_text("unfinished", encoding="utf-8")
    (thesis / "one.md").write_text("# One\n\nChanged.\n", encoding="utf-8")
    git(thesis, "add", "one.md")
    os.utime(thesis / "index.md", (1, 1))  # git would note this in its index, if it were let

    def state() -> list[Any]:
        own = [path for path in sorted((thesis / ".git").rglob("*")) if path.is_file()]
        said = [git(thesis, "--no-optional-locks", *asked.split()) for asked in ("status --porcelain", "for-each-ref", "diff --cached", "count-objects -v")]
        return [said, [path.read_bytes() for path in own]]

    before = state()
    put(thesis, "v1.0", allow=["uncommitted-changes"])
    put(thesis, "v1.1", allow=["uncommitted-changes"])

    assert state() == before


def test_a_second_edition_leaves_the_first_byte_for_byte(thesis: Path) -> None:
    """Old editions keep their objects; the newest replaces the copy, and files that it lacks go from there alone."""
    put(thesis, "v1.0")
    first = below(on_branch(thesis), "v1.0/")
    site(thesis, chapters__two="Second words.")
    done = put(thesis, "v1.1")
    there = on_branch(thesis)

    assert below(there, "v1.0/") == first
    assert below(there, "latest/") == below(there, "v1.1/")
    assert done.gone == ("chapters/one.html",)
    assert "chapters/two.html" in done.new
    assert [one["name"] for one in json.loads(shown(thesis, "editions.json"))["editions"]] == ["v1.1", "v1.0"]
    assert git(thesis.parent / "remote.git", "rev-list", "--count", "gh-pages").strip() == "2"


def test_a_lower_version_does_not_become_the_newest(thesis: Path) -> None:
    """A correction of an old edition is published beside the newest, which stays: ten is more than nine."""
    put(thesis, "v1.10")
    newest = below(on_branch(thesis), "latest/")
    site(thesis, chapters__one="Corrected.")
    done = put(thesis, "v1.9")

    assert not done.latest
    assert below(on_branch(thesis), "latest/") == newest
    assert json.loads(shown(thesis, "editions.json"))["latest"] == "v1.10"


def test_a_published_edition_is_permanent(thesis: Path) -> None:
    """The same again is nothing to do; another content under the same name is an error, whatever is allowed."""
    put(thesis, "v1.0")
    before = git(thesis.parent / "remote.git", "rev-parse", "gh-pages")
    again = put(thesis, "v1.0")
    site(thesis, chapters__one="Other words.")
    with pytest.raises(ConfigError) as refused:
        put(thesis, "v1.0", allow=["failing-checks", "altered-editions", "other-files"])

    assert not again.done
    assert refused.value.diagnostics[0].rule == "edition-published"
    assert "chapters/one.html" in refused.value.diagnostics[0].message
    assert git(thesis.parent / "remote.git", "rev-parse", "gh-pages") == before


def test_every_page_names_its_edition_and_the_newest_without_a_script(thesis: Path) -> None:
    """The notice stands after the link that skips to the text, and its links fit the depth of the page."""
    put(thesis, "v1.0")
    page = shown(thesis, "v1.0/chapters/one.html")

    assert page.index("Skip") < page.index("Edition v1.0, <time>") < page.index("bd-container")
    assert 'href="../../latest/index.html"' in page
    assert 'src="../../editions.js"' in page


def test_addresses_are_those_of_the_edition(thesis: Path) -> None:
    """Search engines are led to the newest edition; whoever cites is led to the one that stays."""
    put(thesis, "v1.0")
    page = shown(thesis, "v1.0/chapters/one.html")

    assert 'rel="canonical" href="https://ada.example/thesis/latest/chapters/one.html"' in page
    assert 'content="https://ada.example/thesis/v1.0/chapters/one.html"' in page
    assert "https://ada.example/thesis/latest/chapters/one.html" in shown(thesis, "sitemap.xml")


def test_the_feed_is_atom_with_an_entry_an_edition(thesis: Path) -> None:
    """What RFC 4287 requires is there, the last published edition first."""
    put(thesis, "v1.0")
    site(thesis, chapters__one="More.")
    put(thesis, "v1.1")
    feed = ET.fromstring(shown(thesis, "feed.xml"))  # noqa: S314
    space = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{space}entry")

    assert [one.findtext(f"{space}id") for one in entries] == ["https://ada.example/thesis/v1.1/", "https://ada.example/thesis/v1.0/"]
    assert all(one.findtext(f"{space}updated") and one.findtext(f"{space}title") for one in [feed, *entries])


def test_an_edition_carries_the_digests_of_its_files(thesis: Path, tmp_path: Path) -> None:
    """`sha256sum --check` needs nothing else in twenty years."""
    put(thesis, "v1.0", str(tmp_path / "web/"))
    folder = tmp_path / "web" / "v1.0"
    listed = dict(reversed(line.split("  ", 1)) for line in (folder / "manifest-sha256.txt").read_text().splitlines())
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    assert listed.keys() == there - {"manifest-sha256.txt"}
    assert all(hashlib.sha256((folder / path).read_bytes()).hexdigest() == digest for path, digest in listed.items())


def test_folder_zip_and_branch_hold_the_same(thesis: Path, tmp_path: Path) -> None:
    """Wherever an edition is published, its bytes are the same; the zip file is too."""
    put(thesis, "v1.0")
    put(thesis, "v1.0", f"{tmp_path}/web/")
    put(thesis, "v1.0", str(tmp_path / "one.zip"))
    put(thesis, "v1.0", str(tmp_path / "two.zip"))
    folder = {path.relative_to(tmp_path / "web").as_posix(): path.read_bytes() for path in (tmp_path / "web").rglob("*") if path.is_file()}
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        zipped = {name: archive.read(name) for name in archive.namelist()}

    assert folder == zipped
    assert {path: shown(thesis, path) for path in on_branch(thesis)} == {path: data.decode() for path, data in folder.items()}
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_second_edition_joins_the_first_in_a_zip_file_and_a_folder(thesis: Path, tmp_path: Path) -> None:
    """What is there is read, and kept."""
    for to in (f"{tmp_path}/web/", str(tmp_path / "site.zip")):
        site(thesis, chapters__one="First words.")
        put(thesis, "v1.0", to)
        site(thesis, chapters__two="Second words.")
        put(thesis, "v2.0", to)
    with zipfile.ZipFile(tmp_path / "site.zip") as archive:
        zipped = set(archive.namelist())
    there = {path.relative_to(tmp_path / "web").as_posix() for path in (tmp_path / "web").rglob("*") if path.is_file()}

    assert there == zipped
    assert {"v1.0/chapters/one.html", "v2.0/chapters/two.html", "latest/chapters/two.html"} <= there
    assert "latest/chapters/one.html" not in there


def test_gitlab_serves_a_folder_of_the_branch(thesis: Path) -> None:
    """With `folder: public`, everything is below it, and what is beside it stays."""
    config = thesis / "_config.yml"
    config.write_text(config.read_text(encoding="utf-8") + "thesis: {publish: {branch: pages, folder: public}}\n", encoding="utf-8")
    git(thesis, "commit", "-q", "-am", "Publish below public")
    bare = thesis.parent / "remote.git"
    blob = git(bare, "hash-object", "-w", "--stdin", given=b"pages: {}\n").strip()
    tree = git(bare, "mktree", given=f"100644 blob {blob}\t.gitlab-ci.yml\n".encode()).strip()
    git(bare, "update-ref", "refs/heads/pages", git(bare, "commit-tree", tree, "-m", "CI").strip())
    put(thesis, "v1.0")
    there = on_branch(thesis, "pages")

    assert {".gitlab-ci.yml", "public/index.html", "public/v1.0/index.html", "public/latest/index.html"} <= there.keys()
    assert not [path for path in there if not path.startswith(("public/", ".gitlab-ci.yml"))]


def test_who_is_faster_loses_nothing(thesis: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edition that a second author pushes between our look and our push is kept, and ours comes after it."""
    other = thesis.parent / "other"
    git(thesis.parent, "clone", "-q", str(thesis), str(other))
    git(other, "remote", "set-url", "origin", str(thesis.parent / "remote.git"))
    site(other, chapters__one="Hers.")
    commit, pushed = Branch._commit, []

    def late(self: Branch, *given: Any) -> str:
        made = commit(self, *given)
        if not pushed:
            pushed.append("v2.0")
            put(other, "v2.0")
        return made

    monkeypatch.setattr(Branch, "_commit", late)
    put(thesis, "v1.0")
    there = on_branch(thesis)

    assert "Hers." in shown(thesis, "v2.0/chapters/one.html")
    assert "First words." in shown(thesis, "v1.0/chapters/one.html")
    assert below(there, "latest/") == below(there, "v2.0/")
    assert [one["name"] for one in json.loads(shown(thesis, "editions.json"))["editions"]] == ["v1.0", "v2.0"]


def test_six_who_publish_at_once_are_all_published(thesis: Path) -> None:
    """Each edition is there, in one commit of its own, and the newest is that with the highest version."""
    publishing = (
        "import sys; from pathlib import Path; from book.config import read_config; from book.project import Project\n"
        "from book.publishing.publish import publish_edition\nproject = Project(Path(sys.argv[1]))\n"
        "publish_edition(project, read_config(project), (), to='origin', name=sys.argv[2], allow=(), dry=False)\n"
    )
    running = []
    for number in range(6):
        other = thesis.parent / f"other{number}"
        git(thesis.parent, "clone", "-q", str(thesis), str(other))
        git(other, "remote", "set-url", "origin", str(thesis.parent / "remote.git"))
        site(other, chapters__one=f"Words of {number}.")
        running.append(subprocess.Popen([sys.executable, "-c", publishing, str(other), f"v1.{number}"]))

    assert [one.wait() for one in running] == [0] * 6
    assert {one["name"] for one in json.loads(shown(thesis, "editions.json"))["editions"]} == {f"v1.{number}" for number in range(6)}
    assert git(thesis.parent / "remote.git", "rev-list", "--count", "gh-pages").strip() == "6"
    assert [number for number in range(6) if f"Words of {number}." not in shown(thesis, f"v1.{number}/chapters/one.html")] == []
    assert "Words of 5." in shown(thesis, "latest/chapters/one.html")


def test_a_second_computer_asks_for_nothing_but_what_it_needs(thesis: Path) -> None:
    """From a remote that can leave contents out, neither earlier states nor published pages come along; what is pushed is whole."""
    bare, far = thesis.parent / "remote.git", f"file://{thesis.parent}/remote.git"
    git(bare, "config", "uploadpack.allowFilter", "true")
    git(thesis, "remote", "set-url", "origin", far)
    for number in range(3):
        site(thesis, chapters__one=f"Words of {number}. " * 9000)
        put(thesis, f"v1.{number}")
    shutil.rmtree(thesis / "_build" / "cache")
    put(thesis, "v1.2")  # as published: looks, and writes nothing
    workshop = thesis / "_build" / "cache" / "publishing" / "workshop.git"
    listed = git(workshop, "rev-list", "--objects", "--all", "--missing=print").splitlines()
    missing = [line for line in listed if line.startswith("?")]
    site(thesis, chapters__one="New words.")
    put(thesis, "v2.0")

    assert git(workshop, "rev-list", "--count", "gh-pages").strip() == "1"
    assert len(missing) > 10
    assert "Words of 0." in shown(thesis, "v1.0/chapters/one.html")
    assert shown(thesis, "v2.0/chapters/one.html") == shown(thesis, "latest/chapters/one.html")
    assert git(bare, "rev-list", "--count", "gh-pages").strip() == "4"
    assert git(bare, "fsck", "--full", "--strict", "gh-pages") == ""


def test_an_altered_page_is_named_though_nothing_came_along(thesis: Path) -> None:
    """What is needed of older editions is asked for then, all at once."""
    bare = thesis.parent / "remote.git"
    git(bare, "config", "uploadpack.allowFilter", "true")
    git(thesis, "remote", "set-url", "origin", f"file://{bare}")
    put(thesis, "v1.0")
    shutil.rmtree(thesis / "_build" / "cache")
    other = thesis.parent / "other"
    git(thesis.parent, "clone", "-q", "-b", "gh-pages", str(bare), str(other))
    (other / "v1.0" / "chapters" / "one.html").write_text("Other words.", encoding="utf-8")
    git(other, "commit", "-q", "-a", "-m", "Better")
    git(other, "push", "-q")

    with pytest.raises(RefusedError) as refused:
        put(thesis, "v1.1")

    assert "v1.0: chapters/one.html was changed" in refused.value.diagnostics[0].message


def test_a_command_that_was_killed_is_in_nobodys_way(thesis: Path) -> None:
    """Locks that it left, and a repository of ours that is broken, do not stop the next one."""
    put(thesis, "v1.0")
    workshop = thesis / "_build" / "cache" / "publishing" / "workshop.git"
    for lock in ("index.lock", "shallow.lock", "config.lock", "refs/heads/gh-pages.lock"):
        (workshop / lock).touch()
    put(thesis, "v1.1")
    (workshop / "HEAD").write_bytes(b"\0" * 41)
    put(thesis, "v1.2")

    assert {"v1.0/index.html", "v1.1/index.html", "v1.2/index.html"} <= on_branch(thesis).keys()


def test_the_authors_ways_to_a_remote_are_taken_wherever_they_are_written(thesis: Path, tmp_path: Path) -> None:
    """Another address for pushing, an abbreviation, an address from the top of the repository, an included file: as `git push` has it."""
    git(tmp_path, "init", "-q", "--bare", "second.git")
    (thesis / ".git" / "more").write_text(f'[url "{tmp_path}/"]\n\tinsteadOf = ours:\n', encoding="utf-8")
    git(thesis, "config", f"includeIf.gitdir:{thesis}/.git.path", "more")
    git(thesis, "remote", "add", "second", "ours:nowhere.git")
    git(thesis, "config", "remote.second.pushurl", "ours:second.git")
    git(tmp_path, "init", "-q", "--bare", "nowhere.git")
    git(thesis, "config", "remote.origin.url", "../remote.git")
    below = write_thesis(thesis / "papers" / "first", {"index.md": "# P\n"})
    git(thesis, "add", ".")
    git(thesis, "commit", "-q", "-m", "A paper")
    site(below)

    put(thesis, "v1.0", "second")
    put(below, "v3.0")

    assert "v1.0/index.html" in git(tmp_path / "second.git", "ls-tree", "-r", "--name-only", "gh-pages")
    assert "v3.0/index.html" in on_branch(thesis)


def test_no_message_tells_who_may_write(thesis: Path) -> None:
    """A password or token in an address is left out of what is printed, whoever says it."""
    with pytest.raises(EditionError) as failed:
        put(thesis, "v1.0", "https://oauth2:t0ken@127.0.0.1:9/ada/thesis.git")

    assert "***@127.0.0.1:9/ada/thesis.git" in failed.value.diagnostics[0].message
    assert "t0ken" not in str(failed.value.diagnostics)


def test_a_git_that_is_too_old_is_said(thesis: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would look for the remote in its own configuration alone, and not find it."""
    text = Repository.text
    monkeypatch.setattr(Repository, "text", lambda self, *asked: "git version 2.25.1" if asked == ("version",) else text(self, *asked))

    with pytest.raises(ConfigError) as refused:
        put(thesis, "v1.0")

    assert "git 2.32 or newer is needed, this is 2.25.1" in refused.value.diagnostics[0].message


def test_a_repository_that_git_will_not_read_is_said(thesis: Path) -> None:
    """Nothing is published in the belief that nothing had changed."""
    (thesis / ".git" / "index").write_bytes(b"broken")

    with pytest.raises(RefusedError) as refused:
        put(thesis, "v1.0")

    assert refused.value.diagnostics[0].rule == "uncommitted-changes"
    assert "git cannot tell what has changed" in refused.value.diagnostics[0].message


def test_name_and_place_are_asked_for_before_anything_is_built(thesis: Path) -> None:
    """Nobody waits for a build to hear that the edition has no name, or that there is no such remote."""
    shutil.rmtree(thesis / "_build")
    for asked in ({"name": ""}, {"name": "latest"}, {"name": "v1.0", "to": "orgin"}):
        with pytest.raises(ConfigError):
            publish(thesis, **asked)

    assert not (thesis / "_build" / "html").exists()


def test_a_remote_that_cannot_be_reached_is_an_error_with_what_git_says(thesis: Path) -> None:
    """Nothing is lost: the same command publishes once the remote is back."""
    bare = thesis.parent / "remote.git"
    bare.rename(thesis.parent / "away.git")
    with pytest.raises(EditionError) as failed:
        put(thesis, "v1.0")
    (thesis.parent / "away.git").rename(bare)
    put(thesis, "v1.0")

    assert failed.value.diagnostics[0].rule == "cannot-publish"
    assert "remote.git" in failed.value.diagnostics[0].message
    assert "v1.0/index.html" in on_branch(thesis)


def test_a_push_that_breaks_half_way_leaves_the_last_editions(thesis: Path) -> None:
    """The connection dies after the objects have arrived: the branch is as it was, and the next try succeeds."""
    put(thesis, "v1.0")
    before = on_branch(thesis)
    hook = thesis.parent / "remote.git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nkill -9 $PPID\n", encoding="utf-8")
    hook.chmod(0o755)
    site(thesis, chapters__one="More.")
    with pytest.raises(EditionError):
        put(thesis, "v1.1")
    broken = on_branch(thesis)
    hook.unlink()
    put(thesis, "v1.1")

    assert broken == before
    assert "More." in shown(thesis, "v1.1/chapters/one.html")


def test_a_remote_that_refuses_is_quoted(thesis: Path) -> None:
    """What a protected branch answers reaches the author."""
    hook = thesis.parent / "remote.git" / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'this branch is protected' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(EditionError) as failed:
        put(thesis, "v1.0")

    assert "this branch is protected" in failed.value.diagnostics[0].message


def test_a_branch_of_another_tool_is_not_taken_over(thesis: Path) -> None:
    """Files that are no editions are a reason to refuse; allowed, they stay beside the editions."""
    bare = thesis.parent / "remote.git"
    names = {name: git(bare, "hash-object", "-w", "--stdin", given=name.encode()).strip() for name in ("CNAME", "about.html", "index.html")}
    tree = git(bare, "mktree", given="".join(f"100644 blob {blob}\t{name}\n" for name, blob in names.items()).encode()).strip()
    git(bare, "update-ref", "refs/heads/gh-pages", git(bare, "commit-tree", tree, "-m", "By another tool").strip())
    with pytest.raises(RefusedError) as refused:
        put(thesis, "v1.0")
    put(thesis, "v1.0", allow=["other-files"])

    assert "about.html" in refused.value.diagnostics[0].message
    assert "CNAME" not in refused.value.diagnostics[0].message
    assert shown(thesis, "about.html") == "about.html"
    assert "latest/index.html" in shown(thesis, "index.html")
    assert json.loads(shown(thesis, "v1.0/edition.json"))["allowed"][0]["reason"] == "other-files"
    assert shown(thesis, "index.html", "gh-pages~1") == "index.html"


def test_an_edition_that_was_altered_is_noticed(thesis: Path, tmp_path: Path) -> None:
    """Whoever takes files of a published edition away is found out at the next publication."""
    put(thesis, "v1.0", f"{tmp_path}/web/")
    (tmp_path / "web" / "v1.0" / "chapters" / "one.html").unlink()
    with pytest.raises(RefusedError) as refused:
        put(thesis, "v1.1", f"{tmp_path}/web/")

    assert refused.value.diagnostics[0].rule == "altered-editions"
    assert "v1.0: chapters/one.html" in refused.value.diagnostics[0].message


@pytest.mark.parametrize(
    ("remark", "reason"),
    [
        (Diagnostic("dead-link", "the link leads nowhere", "error", "one.md", 3), "failing-checks"),
        (Diagnostic("finding-moved", "'a' was 1 and is 2", "error", "findings.lock"), "stale-lock"),
        (Diagnostic("no-lock", "there is no lock", "warning"), "stale-lock"),
        (Diagnostic("secret", "'ghp_ab' has the shape of a secret", "error", "_build/html/one.html"), "leaked-secrets"),
        (Diagnostic("local-path", "path '/home/ada' is one of a single machine", "warning", "_build/html/one.html"), "local-paths"),
        (Diagnostic("data-stand-in", "a stand-in is used", "warning", "one.md"), "stand-ins"),
    ],
)
def test_what_stands_against_it_can_be_allowed_by_name_alone(thesis: Path, remark: Diagnostic, reason: str) -> None:
    """Each reason refuses, says its name, and is told by the edition when it was allowed; another name does not help."""
    with pytest.raises(RefusedError) as refused:
        put(thesis, "v1.0", remarks=[remark], allow=["uncommitted-changes"])
    put(thesis, "v1.0", remarks=[remark], allow=[reason])
    recorded = json.loads(shown(thesis, "v1.0/edition.json"))["allowed"]

    assert [one.rule for one in refused.value.diagnostics] == [reason]
    assert f"--allow {reason}" in refused.value.diagnostics[0].hint
    assert [(one["reason"], remark.message in one["message"]) for one in recorded] == [(reason, True)]
    assert json.loads(shown(thesis, "editions.json"))["editions"][0]["allowed"] == [reason]


def test_warnings_that_concern_nobody_else_do_not_stand_against_it(thesis: Path) -> None:
    """A warning on style is no reason to refuse."""
    done = put(thesis, "v1.0", remarks=[Diagnostic("uncited-entry", "entry 'a' is never cited", "warning")])

    assert (done.reasons, done.done) == ((), True)


def test_uncommitted_files_are_named(thesis: Path) -> None:
    """Changed and unknown files of the thesis count, ignored ones do not."""
    (thesis / "one.md").write_text("# Other\n", encoding="utf-8")
    (thesis / "new.md").write_text("# New\n", encoding="utf-8")
    with pytest.raises(RefusedError) as refused:
        put(thesis, "v1.0")

    assert refused.value.diagnostics[0].rule == "uncommitted-changes"
    assert "one.md, new.md" in refused.value.diagnostics[0].message


def test_a_dry_run_changes_nothing_and_says_what_it_would(thesis: Path) -> None:
    """Neither the remote nor the repository moves; reasons are listed and not raised; a page that only names another edition is not one that changes."""
    put(thesis, "v1.0")
    before = git(thesis.parent / "remote.git", "for-each-ref")
    site(thesis, chapters__one="Changed.")
    (thesis / "new.md").write_text("# New\n", encoding="utf-8")
    told = put(thesis, "v1.1", dry=True)

    assert git(thesis.parent / "remote.git", "for-each-ref") == before
    assert (told.done, [one.name for one in told.reasons]) == (False, ["uncommitted-changes"])
    assert told.changed == ("chapters/one.html",)
    assert told.others == ("v1.0",)


@pytest.mark.parametrize(("change", "said"), [("changed", "chapters/one.html was changed"), ("added", "more.html was added")])
def test_an_edition_that_holds_other_bytes_is_noticed(thesis: Path, tmp_path: Path, change: str, said: str) -> None:
    """A page that somebody has written over, or put beside the others, is named."""
    put(thesis, "v1.0", f"{tmp_path}/web/")
    (tmp_path / "web" / "v1.0" / ("chapters/one.html" if change == "changed" else "more.html")).write_text("x", encoding="utf-8")
    with pytest.raises(RefusedError) as refused:
        put(thesis, "v1.1", f"{tmp_path}/web/")

    assert said in refused.value.diagnostics[0].message


def test_the_same_edition_again_is_nothing_to_do_whatever_was_allowed(thesis: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a reason that has gone meanwhile nor another time zone makes another edition of it."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "about.html").write_text("x", encoding="utf-8")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-03-01T23:30:00Z")
    git(thesis, "commit", "-q", "--allow-empty", "-m", "Late")
    first = put(thesis, "v1.0", f"{tmp_path}/web/", allow=["other-files"])
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    again = [put(thesis, "v1.0", f"{tmp_path}/web/", allow=allow) for allow in (["other-files"], [])]

    assert (first.done, [one.done for one in again]) == (True, [False, False])


def test_links_of_the_author_to_what_is_beside_the_site_stay(thesis: Path) -> None:
    """Only addresses of the site's own files are those of the edition; an older edition and another site are where they are."""
    site(thesis, chapters__one='<a href="https://ada.example/thesis/v0.9/x.html">a</a> <a href="https://ada.example/thesis/index.html#b">b</a>')
    put(thesis, "v1.0")
    page = shown(thesis, "v1.0/chapters/one.html")

    assert "https://ada.example/thesis/v0.9/x.html" in page
    assert "https://ada.example/thesis/v1.0/index.html#b" in page


@pytest.mark.parametrize("first", [True, False], ids=["the first edition", "a later one"])
def test_a_publication_that_was_interrupted_is_taken_up_again(thesis: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool) -> None:
    """A disk that is full half-way leaves readers what they had; the same command again, or one with a better site, ends well."""
    if not first:
        put(thesis, "v0.9", f"{tmp_path}/web/")
    left, whole = [12], folder.write

    def full(path: Path, content: bytes | str) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        whole(path, content)

    site(thesis, aaa="A page that will go.", chapters__one="Half of it.")
    monkeypatch.setattr(folder, "write", full)
    with pytest.raises(EditionError):
        put(thesis, "v1.0", f"{tmp_path}/web/")
    monkeypatch.setattr(folder, "write", whole)
    standing = (tmp_path / "web" / "index.html").exists()
    (tmp_path / "web" / "v1.0" / ".index.html.x1y2").write_text("half", encoding="utf-8")
    if not first:
        site(thesis, chapters__one="All of it.")
    put(thesis, "v1.0", f"{tmp_path}/web/")
    put(thesis, "v1.1", f"{tmp_path}/web/")

    assert standing is not first
    assert ((tmp_path / "web" / "v1.0" / "aaa.html").exists(), (tmp_path / "web" / "v1.0" / ".index.html.x1y2").exists()) == (first, False)
    assert [one["name"] for one in json.loads((tmp_path / "web" / "editions.json").read_text(encoding="utf-8"))["editions"]][:2] == ["v1.1", "v1.0"]


def test_a_damaged_zip_file_is_an_error_with_its_cause(thesis: Path, tmp_path: Path) -> None:
    """What cannot be read is not written over."""
    put(thesis, "v1.0", str(tmp_path / "site.zip"))
    data = bytearray((tmp_path / "site.zip").read_bytes())
    data[200:260] = bytes(60)
    (tmp_path / "site.zip").write_bytes(data)
    with pytest.raises(EditionError) as failed:
        put(thesis, "v1.1", str(tmp_path / "site.zip"))

    assert failed.value.diagnostics[0].rule == "cannot-publish"
    assert (tmp_path / "site.zip").read_bytes() == data


def test_a_tag_of_the_commit_names_the_edition(thesis: Path) -> None:
    """Without a name and without a setting the tag counts; without a tag the command says what to do."""
    with pytest.raises(ConfigError, match="which edition"):
        put(thesis, "")
    git(thesis, "tag", "submitted")
    git(thesis, "tag", "v3.1")
    put(thesis, "")

    assert "v3.1/index.html" in on_branch(thesis)


@pytest.mark.parametrize("name", ["latest", "../v1", "v1/2", "", "final version", "v1.0\n", "v1.0-" + "submitted-to-the-committee" * 9 + "_2"])
def test_a_name_that_is_no_version_is_refused(thesis: Path, name: str) -> None:
    """An edition is a folder: its name leads nowhere else, and says which comes after which."""
    with pytest.raises(ConfigError) as refused:
        put(thesis, name)

    assert refused.value.diagnostics[0].rule == "bad-edition"


def test_a_folder_is_named_without_detours(thesis: Path) -> None:
    """What is printed can be typed, or clicked."""
    assert put(thesis, "v1.0", "../web/").place == (thesis.parent / "web").as_posix()


def test_a_destination_that_is_nothing_is_refused(thesis: Path) -> None:
    """A misspelt remote does not become a folder."""
    with pytest.raises(ConfigError) as refused:
        put(thesis, "v1.0", "orgin")

    assert refused.value.diagnostics[0].rule == "bad-destination"
    assert not (thesis / "orgin").exists()


@given(st.binary(max_size=60) | st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["editions", "name", "pages", "x"]), inner, max_size=3)).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_any_list_of_editions_is_read_or_refused(data: bytes) -> None:
    """A list that is not ours is none, and never an exception."""
    assert read_catalogue(data) is None or isinstance(read_catalogue(data), Catalogue)


@pytest.mark.slow
def test_the_whole_way_from_sources_to_a_remote(thesis: Path) -> None:
    """`publish` builds what is not built, checks it, and refuses a thesis whose checks fail until that is allowed."""
    (thesis / "one.md").write_text("# One\n\nSee {ref}`nowhere`.\n", encoding="utf-8")
    git(thesis, "commit", "-q", "-am", "A dead reference")
    shutil.rmtree(thesis / "_build")
    with pytest.raises(RefusedError) as refused:
        publish(thesis, name="v1.0")
    (thesis / "one.md").write_text("# One\n\nNow it is well.\n", encoding="utf-8")
    git(thesis, "commit", "-q", "-am", "Mended")
    done = publish(thesis, name="v1.0")

    assert [one.rule for one in refused.value.diagnostics] == ["failing-checks"]
    assert "Now it is well." in shown(thesis, "v1.0/one.html")
    commit = git(thesis, "rev-parse", "HEAD").strip()

    assert done.edition.commit == commit
    assert commit in shown(thesis, "v1.0/edition/reproducibility.html")


@pytest.mark.slow
def test_a_reader_of_an_old_edition_is_told_of_the_newer(thesis: Path, tmp_path: Path) -> None:
    """In a browser, from a disk: the old page leads to the same page of the newest edition, whose own page does not.

    On a phone nothing sticks out; on paper stands which edition it is, and nothing that cannot be followed.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("chromium is not installed: apt install chromium")
    put(thesis, "v1.0", f"{tmp_path}/web/")
    site(thesis, chapters__one="Second words.")
    put(thesis, "v1.1", f"{tmp_path}/web/")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto((tmp_path / "web/v1.0/chapters/one.html").as_uri())
        old = " ".join(page.inner_text(".thesis-edition").split())
        page.click(".thesis-edition__newest")
        arrived, new = page.url, page.inner_text(".thesis-edition")
        page.click("summary")
        listed = page.locator(".thesis-edition li").all_inner_texts()
        phone = browser.new_page()
        phone.goto((tmp_path / "web/v1.0/chapters/one.html").as_uri())
        phone.click("summary")
        wider = []
        for width in range(320, 640, 20):
            phone.set_viewport_size({"width": width, "height": 640})
            wider.append(phone.evaluate("document.documentElement.scrollWidth") - width)
        phone.emulate_media(media="print")
        printed = " ".join(phone.inner_text(".thesis-edition").split())
        browser.close()

    assert "There is a newer edition: v1.1" in old
    assert arrived.endswith("/v1.1/chapters/one.html")
    assert "newer" not in new
    assert max(wider) == 0
    assert (printed.split(",")[0], "newer" in printed) == ("Edition v1.0", False)
    assert [one.split(",")[0] for one in listed] == ["v1.1", "v1.0"]
