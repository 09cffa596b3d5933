"""What `thesis archive` promises."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from click.testing import CliRunner
from conftest import write_thesis
from deposits import FILES, commit, git, repository

from book.archiving.about import About, Licence, creator
from book.archiving.citing import citation, codemeta, zenodo
from book.archiving.crate import crate
from book.archiving.installed import read_environment
from book.archiving.locks import read_locks
from book.archiving.restricted import withheld
from book.archiving.sources import (
    altered_sources,
    is_blob,
    read_commit,
    take_sources,
    tree_name,
    unproven,
    write_listing,
)
from book.archiving.wheel import write_wheel
from book.cli import thesis
from book.config import read_config
from book.errors import ConfigError, RefusedError
from book.examining.standalone import problems_of
from book.examining.unpacking import Limits, refused, unpack
from book.project import Project, environment
from book.workflow import archive

if TYPE_CHECKING:
    from book.archiving import Deposit

LICENCE = Licence(
    "thesis",
    "CC BY 4.0 for the text, MIT for the code",
    ("CC-BY-4.0", "MIT"),
    ("https://creativecommons.org/licenses/by/4.0/", "https://spdx.org/licenses/MIT"),
)
ABOUT = About(
    "A thesis", "On trade", (creator("Ada Lovelace"), creator("The Trade Group")), "de", "It says: much.", ("trade", "drones"), (LICENCE,), "", "", "", "1" * 40, "2026-03-01",
)  # fmt: skip


OTHER = "1" * 40
"""A commit that is not the one."""


@pytest.fixture(scope="module")
def deposited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Deposit]:
    """The tiny thesis, and its deposit; the environment names another commit."""
    root = repository(tmp_path_factory.mktemp("deposited") / "thesis")
    with environment(THESIS_COMMIT=OTHER):
        return root, archive(root)


@pytest.fixture(scope="module")
def bag(deposited: tuple[Path, Deposit], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deposit, unpacked."""
    return unpack(deposited[1].path, tmp_path_factory.mktemp("bag") / "unpacked")


# -- the whole


@pytest.mark.slow
def test_the_same_commit_gives_the_same_bytes(deposited, tmp_path) -> None:
    """A clone elsewhere, whose files have other dates, makes the same archive byte for byte."""
    root, made = deposited
    subprocess.run(["git", "clone", "-q", str(root), str(tmp_path / "clone")], check=True)
    other = archive(tmp_path / "clone")

    assert (other.path.name, other.sha256) == (made.path.name, made.sha256)


def test_a_deposit_is_a_bag(bag) -> None:
    """Every file is in a manifest with its digest; `sha512sum`, which every archivist has, says so too."""
    payload = {line.split("  ", 1)[1] for line in (bag / "manifest-sha512.txt").read_text().splitlines()}

    assert problems_of(bag) == []
    assert payload == {path.relative_to(bag).as_posix() for path in (bag / "data").rglob("*") if path.is_file()}

    if shutil.which("sha512sum"):
        for name in ("manifest-sha512.txt", "tagmanifest-sha512.txt"):
            subprocess.run(["sha512sum", "--check", "--strict", "--quiet", name], cwd=bag, check=True)


def test_readers_of_bags_accept_a_deposit(bag) -> None:
    """The reader of the Library of Congress takes it for a valid bag."""
    bagit = pytest.importorskip("bagit", reason="bagit is not installed")

    assert bagit.Bag(str(bag)).is_valid()


def test_a_deposit_holds_what_it_takes(bag) -> None:
    """Sources as git knows them, editions, results, environment with our own wheel, remarks and metadata lie in it; nothing of `_build`."""
    there = {path.relative_to(bag / "data").as_posix() for path in (bag / "data").rglob("*") if path.is_file()}
    wanted = {
        "editions/html/index.html", "editions/html/one.html", "editions/thesis.pdf", "editions/manifest.json", "results/results.json",
        "results/findings.csv", "results/tables/tab-trade.csv", "results/figures/fig-trade.svg", "environment/environment.json",
        "environment/requirements.txt", f"environment/wheels/thesis_book-{metadata.version('thesis-book')}-py3-none-any.whl", "logs/remarks.json",
        "sources.json", "ro-crate-metadata.json", "CITATION.cff", "codemeta.json", ".zenodo.json",
    }  # fmt: skip

    assert wanted - there == set()
    assert {name.removeprefix("thesis/") for name in there if name.startswith("thesis/")} == {
        *FILES,
        "index.md",
        "_toc.yml",
    }


def test_sources_are_those_of_the_commit(deposited, bag) -> None:
    """From the list of sources the commit's own hash can be computed again."""
    root, _made = deposited

    assert list(altered_sources(bag / "data" / "sources.json", bag / "data" / "thesis")) == []
    assert json.loads((bag / "data" / "sources.json").read_text())["commit"] == git(root, "rev-parse", "HEAD").strip()


def test_an_archive_says_nothing_of_this_machine(deposited) -> None:
    """Neither dates nor owners nor compression differ from machine to machine, and no path of this one is in it."""
    root, made = deposited
    with zipfile.ZipFile(made.path) as opened:
        entries = opened.infolist()
        wrong = [one.filename for one in entries if str(root).encode() in opened.read(one)]

    assert wrong == []
    assert {(one.date_time, one.compress_type, one.external_attr >> 16, one.create_system) for one in entries} <= {
        ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, mode, 3) for mode in (0o100644, 0o100755)
    }
    assert [one.filename for one in entries] == sorted(one.filename for one in entries)


def test_figures_and_findings_are_data(bag) -> None:
    """Findings come with value, unit and tolerance; tables as CSV."""
    results = bag / "data" / "results"

    assert results.joinpath("findings.csv").read_text().splitlines()[1].startswith("trade.mean,2.666")
    assert results.joinpath("tables", "tab-trade.csv").read_text().splitlines()[0] == "year,value"


# -- refusals


@pytest.mark.slow
def test_what_stands_against_it_is_told_at_once(tmp_path) -> None:
    """Uncommitted files and errors of the check refuse an archive, all in one answer; each can be allowed by name, and is then recorded."""
    root = repository(tmp_path / "thesis")
    (root / "one.md").write_text(FILES["one.md"].replace("trade.mean`,", "trade.maen`,"))
    commit(root)
    (root / "notes.txt").write_text("not in git")
    refused = CliRunner().invoke(thesis, ["-C", str(root), "archive"])

    assert refused.exit_code == 1
    assert "files differ from the last commit: notes.txt [uncommitted-changes]" in refused.output
    assert "unknown-finding" in refused.output
    assert "--allow uncommitted-changes --allow failing-checks" in refused.output
    assert not list((root / "_build").glob("*.zip"))

    allowed = CliRunner().invoke(
        thesis, ["-C", str(root), "archive", "--allow", "uncommitted-changes", "--allow", "failing-checks"]
    )
    assert allowed.exit_code == 0, allowed.output
    bag = unpack(next((root / "_build").glob("*.zip")), tmp_path / "unpacked")
    assert "Allowed: uncommitted-changes, failing-checks" in (bag / "bag-info.txt").read_text()
    assert not (bag / "data" / "thesis" / "notes.txt").exists()


def test_a_reason_that_is_none_cannot_be_allowed(tmp_path) -> None:
    """A misspelt reason is a mistake on the command line."""
    told = CliRunner().invoke(
        thesis, ["-C", str(repository(tmp_path / "thesis")), "archive", "--allow", "uncommited-changes"]
    )

    assert (told.exit_code, "reasons are: uncommitted-changes" in told.output) == (2, True)


def test_an_archive_is_not_written_where_it_is_deleted(tmp_path) -> None:
    """The folder in which it is put together is taken away at the end, and nothing in it before is the author's archive."""
    root = repository(tmp_path / "thesis")
    told = CliRunner().invoke(
        thesis, ["-C", str(root), "archive", "--output", str(root / "_build" / "archive" / "a.zip")]
    )

    assert (told.exit_code, "cannot-write" in told.output) == (2, True), told.output


def test_the_site_of_an_archive_names_its_commit(deposited, bag) -> None:
    """A page of it says from which commit it was made: the archive's, whatever the environment says."""
    root, _made = deposited
    commit = git(root, "rev-parse", "HEAD").strip()
    pages = "".join(page.read_text(encoding="utf-8") for page in (bag / "data/editions/html").rglob("*.html"))

    assert (commit in pages, OTHER in pages) == (True, False)
    assert json.loads((bag / "data/results/results.json").read_text())["commit"] == commit


def test_a_thesis_without_git_is_told(tmp_path) -> None:
    """What is archived is what git knows: without a repository there is nothing."""
    write_thesis(tmp_path, {"one.md": "# One\n"})
    told = CliRunner().invoke(thesis, ["-C", str(tmp_path), "archive"])

    assert (told.exit_code, "not in a git repository" in told.output) == (2, True)


# -- sources


def test_a_repository_that_lacks_files_is_told(tmp_path) -> None:
    """Where git has the commit and not all of its files, as in a partial clone, its own words are given, and not that there is no thesis."""
    root = repository(tmp_path / "thesis")
    name = git(root, "rev-parse", "HEAD:one.md").strip()
    (root / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(ConfigError) as caught:
        archive(root)
    (said,) = caught.value.diagnostics

    assert (said.message.startswith("git cannot give the files of revision 'HEAD': "), name in said.message) == (True, True)
    assert "git fsck" in said.hint


def test_git_names_are_computed_as_git_does(tmp_path) -> None:
    """Folders, files that sort around them, programs and links give the tree that git has."""
    root = repository(
        tmp_path / "thesis",
        {"data.csv": "1", "data-more/x": "2", "data/deep/er/x": "3", "run.sh": "#!/bin/sh\n", "\u00fcber/x": "4"},
    )
    (root / "run.sh").chmod(0o755)
    (root / "link").symlink_to("data.csv")
    commit(root)
    known = read_commit(Project(root))

    assert (
        tree_name([(one.mode, one.blob, one.path) for one in known.files], known.tree)
        == git(root, "rev-parse", "HEAD^{tree}").strip()
    )


def test_altered_sources_are_named(tmp_path) -> None:
    """A file that was altered, taken away or added is named, and so is a list that was altered to hide it."""
    root = repository(tmp_path / "thesis")
    project = Project(root)
    known = read_commit(project)
    taken = tmp_path / "taken"
    take_sources(project, known, taken)
    write_listing(known, taken, {}, tmp_path / "sources.json")

    assert list(altered_sources(tmp_path / "sources.json", taken)) == []

    (taken / "data" / "trade.csv").write_text("year,value\n2014,9\n")
    (taken / "new.md").write_text("# New\n")
    (taken / "index.md").unlink()
    assert sorted(name for name, _said in altered_sources(tmp_path / "sources.json", taken)) == [
        "data/trade.csv",
        "index.md",
        "new.md",
    ]

    value = json.loads((tmp_path / "sources.json").read_text())
    value["files"] = [one for one in value["files"] if one["path"] != "index.md"]
    (tmp_path / "sources.json").write_text(json.dumps(value))
    assert "sources.json" in [name for name, _said in altered_sources(tmp_path / "sources.json", taken)]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"text": ""}, ["holds no text of the commit, so that its hash cannot be computed again"]),
        ({"text": "", "whole": False}, []),
    ],
)
def test_a_commit_without_its_text_is_told(value, said, tmp_path) -> None:
    """Taking the commit's text away does not hide that sources are another's; for a folder of a repository it is a note."""
    root = repository(tmp_path / "thesis")
    take_sources(Project(root), read_commit(Project(root)), tmp_path / "taken")
    listing = tmp_path / "sources.json"
    write_listing(read_commit(Project(root)), tmp_path / "taken", {}, listing)

    assert unproven(listing) == ""

    listing.write_text(json.dumps(json.loads(listing.read_text()) | value))

    assert [words for _name, words in altered_sources(listing, tmp_path / "taken")] == said
    assert bool(unproven(listing)) is not bool(said)


def test_what_is_left_out_is_not_there(tmp_path) -> None:
    """A file that the list says was left out is not taken on trust where it lies there all the same."""
    root = repository(tmp_path / "thesis")
    take_sources(Project(root), read_commit(Project(root)), tmp_path / "taken")
    listing, out = tmp_path / "sources.json", {"data/trade.csv": "restricted data"}
    write_listing(read_commit(Project(root)), tmp_path / "taken", out, listing)

    assert [name for name, _said in altered_sources(listing, tmp_path / "taken")] == ["data/trade.csv"]

    (tmp_path / "taken" / "data" / "trade.csv").unlink()

    assert list(altered_sources(listing, tmp_path / "taken")) == []


def test_what_could_not_be_unpacked_again_is_not_packed(tmp_path) -> None:
    """Names that some system cannot have are remarked before anything is built, each with its reason."""
    names = ["aux.bib", "data/12:30.csv", "data/Trade.csv", "notes./one.txt"]
    root = repository(tmp_path / "thesis", dict.fromkeys(names, "1"))
    with pytest.raises(RefusedError) as caught:
        archive(root, editions=["html"])
    found = [one.path for one in caught.value.diagnostics if one.rule == "archive-incomplete"]

    assert set(found) - {"data/trade.csv"} | {"data/Trade.csv"} == set(names)
    assert "are one file" in str(caught.value)


def test_an_archive_that_is_too_large_is_told() -> None:
    """More files than are unpacked are a reason of the whole archive, and each name is still looked at."""
    files = {f"{number}.csv": 1 for number in range(3)} | {"nul": 1}

    assert [name for name, _said in refused(files, Limits(files=3))] == ["", "nul"]
    assert [name for name, _said in refused(files, Limits(size=3))] == ["", "nul"]
    assert [name for name, _said in refused({"data/\u00fcber.csv": 9})] == []


def test_links_become_files(tmp_path) -> None:
    """A link to a file of the thesis is packed as that file; one that leads elsewhere is remarked and left out."""
    root = repository(tmp_path / "thesis")
    (root / "again.csv").symlink_to("data/trade.csv")
    (root / "elsewhere").symlink_to("no/such/file")
    commit(root)
    remarks = take_sources(Project(root), read_commit(Project(root)), tmp_path / "taken")

    assert [(one.path, one.rule) for one in remarks] == [("elsewhere", "archive-incomplete")]
    assert (tmp_path / "taken" / "again.csv").read_text() == FILES["data/trade.csv"]
    assert not (tmp_path / "taken" / "again.csv").is_symlink()


def test_a_link_out_of_the_thesis_becomes_the_file_of_the_repository(tmp_path) -> None:
    """Where the thesis is a folder of its repository, a link to a file beside it is packed as that file, which is noted; one that leads out of the repository is not."""
    write_thesis(tmp_path / "all", {"code/one.csv": "year\n", ".gitignore": "/_build/\n"})
    root = tmp_path / "all" / "book"
    write_thesis(root, FILES)
    (root / "data" / "beside.csv").symlink_to("../../code/one.csv")
    (root / "passwd").symlink_to("/etc/passwd")
    git(root.parent, "init", "-q", "-b", "main")
    commit(root.parent)
    known, taken = read_commit(Project(root)), tmp_path / "taken"
    remarks = take_sources(Project(root), known, taken)
    write_listing(known, taken, {}, tmp_path / "sources.json")

    assert [(one.path, one.rule) for one in remarks] == [("passwd", "archive-incomplete")]
    assert ((taken / "data/beside.csv").read_text(), (taken / "data/beside.csv").is_symlink()) == ("year\n", False)
    assert list(altered_sources(tmp_path / "sources.json", taken)) == []
    assert unproven(tmp_path / "sources.json").endswith("taken on trust: data/beside.csv")


def test_a_link_that_was_altered_is_named(tmp_path) -> None:
    """What was a link must be the file that it led to, and must lead where git says, though the list's own digests are made anew."""
    root = repository(tmp_path / "thesis")
    (root / "again.csv").symlink_to("data/trade.csv")
    commit(root)
    known, taken, listing = read_commit(Project(root)), tmp_path / "taken", tmp_path / "sources.json"
    take_sources(Project(root), known, taken)
    write_listing(known, taken, {}, listing)
    assert list(altered_sources(listing, taken)) == []
    (taken / "again.csv").write_text("year,value\n2014,99\n")
    write_listing(known, taken, {}, listing)
    first = list(altered_sources(listing, taken))
    listing.write_text(listing.read_text().replace('"link": "data/trade.csv"', '"link": "../elsewhere.csv"'))

    assert [first, list(altered_sources(listing, taken))] == [[("again.csv", "is not as it was committed")]] * 2


def test_pointers_of_large_files_count_as_their_files() -> None:
    """git-lfs keeps a pointer where the work tree has the file: both are the same."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 5\n" % (
        b"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    )
    named = (
        subprocess.run(["git", "hash-object", "--stdin"], input=pointer, capture_output=True, check=True)
        .stdout.decode()
        .strip()
    )

    assert (is_blob(b"hello", named), is_blob(b"hullo", named)) == (True, False)


# -- restricted data


@pytest.mark.slow
def test_restricted_data_stay_out(tmp_path) -> None:
    """A restricted file is left out, though git knows it; what others will get from its stand-in is in the deposit beside what the author gets."""
    import hashlib

    real = FILES["data/trade.csv"]
    package = json.loads(FILES["data/datapackage.json"])
    package["resources"][0] |= {
        "restricted": True,
        "hash": f"sha256:{hashlib.sha256(real.encode()).hexdigest()}",
        "stand-in": "stand-in.csv",
    }
    load = "from book import load\nimport shutil\n"
    root = repository(
        tmp_path / "thesis",
        {
            "data/datapackage.json": json.dumps(package),
            "data/stand-in.csv": "year,value\n2014,1\n2015,1\n",
            "one.md": FILES["one.md"].replace(
                'open("data/trade.csv")',
                'open("data/trade.csv" if __import__("os").path.exists("data/trade.csv") else "data/stand-in.csv")',
            ),
        },
    )
    made = archive(root)
    bag = unpack(made.path, tmp_path / "unpacked")
    values = [
        json.loads((bag / "data" / folder / "results" / "results.json").read_text())["findings"]["trade.mean"]["value"]
        for folder in ("", "stand-ins")
    ]

    assert made.withheld == ("data/trade.csv",)
    assert [round(value, 3) for value in values] == [2.667, 1.0]
    assert not [path for path in bag.rglob("*") if path.is_file() and real.encode() in path.read_bytes()]
    assert load


def test_every_file_and_every_copy_of_restricted_data_stays_out(tmp_path) -> None:
    """A resource of several files is withheld whole, and so is what has the content of one under another name; nothing outside is touched."""
    paths = ["one.csv", "parts/two.csv", "empty.csv", "../../outside.csv"]
    package = {"name": "trade", "resources": [{"name": "trade", "path": paths, "restricted": True}]}
    root = write_thesis(
        tmp_path / "thesis",
        {
            "_config.yml": FILES["_config.yml"],
            "data/datapackage.json": json.dumps(package),
            "data/one.csv": "secret",
            "data/parts/two.csv": "another",
            "data/empty.csv": "",
            "data/empty-too.csv": "",
            "linked/again.csv": "secret",
            "data/open.csv": "open",
        },
    )
    (tmp_path / "outside.csv").write_text("mine")
    found = withheld(Project(root), read_config(Project(root)))

    assert set(found) == {"data/one.csv", "data/parts/two.csv", "data/empty.csv", "linked/again.csv"}
    assert [name for name in found if (root / name).exists()] == []
    assert ((root / "data" / "empty-too.csv").exists(), (tmp_path / "outside.csv").exists()) == (True, True)


# -- environment


def test_the_environment_is_complete(deposited) -> None:
    """Whatever a distribution needs here, with its extras, is in the list too, with its version."""
    root, _made = deposited
    listed, _remarks = read_environment(Project(root), read_config(Project(root)))
    names = {one.name for one in listed}

    assert {"thesis-book", "sphinx", "typst", "pandas", "jinja2", "lxml"} - names == set()
    assert {one.name: one.version for one in listed}["numpy"] == metadata.version("numpy")


def test_lock_files_are_read(tmp_path) -> None:
    """pip's, uv's, poetry's and the standard's lock files give version and hashes; a file without hashes gives nothing."""
    one, two = "a" * 64, "b" * 64
    (tmp_path / "requirements.lock").write_text(
        f"Zope.Interface==5.0 ; python_version > '3' \\\n    --hash=sha256:{one} \\\n    --hash=sha256:{two}\n# via x\n"
    )
    (tmp_path / "requirements.txt").write_text("numpy==2.0\n")
    (tmp_path / "uv.lock").write_text(
        f'[[package]]\nname = "numpy"\nversion = "2.1"\nsdist = {{ hash = "sha256:{one}" }}\nwheels = [{{ hash = "sha256:{two}" }}]\n'
    )
    (tmp_path / "poetry.lock").write_text(
        f'[[package]]\nname = "pandas"\nversion = "3.0"\nfiles = [{{file = "x", hash = "sha256:{one}"}}]\n'
    )
    (tmp_path / "pylock.toml").write_text(
        f'[[packages]]\nname = "lxml"\nversion = "6.0"\nwheels = [{{ hashes = {{ sha256 = "{two}" }} }}]\n'
    )
    (tmp_path / "flake.lock").write_text('{"not": "ours"}')
    found = {(pin.path, pin.name, pin.version): pin.hashes for pin in read_locks(tmp_path)}

    assert found == {
        ("poetry.lock", "pandas", "3.0"): (f"sha256:{one}",),
        ("pylock.toml", "lxml", "6.0"): (f"sha256:{two}",),
        ("requirements.lock", "zope-interface", "5.0"): (f"sha256:{one}", f"sha256:{two}"),
        ("uv.lock", "numpy", "2.1"): (f"sha256:{one}", f"sha256:{two}"),
    }


def test_what_is_not_as_locked_is_remarked(tmp_path) -> None:
    """A lock that pins another version than the one that is installed is an error, with both."""
    root = repository(tmp_path / "thesis", {"requirements.lock": f"numpy==0.1 --hash=sha256:{'a' * 64}\n"})
    _listed, remarks = read_environment(Project(root), read_config(Project(root)))

    assert [(one.rule, one.path) for one in remarks] == [("environment-not-locked", "requirements.lock")]
    assert remarks[0].message == f"'numpy' 0.1 is locked, and {metadata.version('numpy')} is installed"


@pytest.mark.parametrize(
    ("noted", "installer", "said"),
    [
        ({"url": "file:///home/ada/tools", "dir_info": {"editable": True}}, "pip", "a folder"),
        ({"url": "https://example.org/tools.git", "vcs_info": {"vcs": "git"}}, "uv", "a repository"),
        ({"url": "file:///home/ada/tools.whl", "archive_info": {"hashes": {"sha256": "1" * 64}}}, "pip", "a file"),
        ({"url": "file:///home/ada/tools.whl", "archive_info": {"hashes": {"sha256": "0" * 64}}}, "pip", ""),
        ({"url": "file:///home/ada/tools.whl", "archive_info": {"hash": f"sha256={'0' * 64}"}}, "pip", ""),
        ({"url": "file:///build/work", "dir_info": {}}, "conda", ""),
        ({}, "pip", ""),
    ],
)
def test_what_comes_from_a_folder_of_ones_own_is_remarked(noted, installer, said, tmp_path, monkeypatch) -> None:
    """A distribution that others cannot get by its name and version stands against an archive, unless a lock file knows its hash."""
    inside = tmp_path / "site" / "tools_of_mine-1.0.dist-info"
    inside.mkdir(parents=True)
    (inside / "METADATA").write_text("Metadata-Version: 2.1\nName: tools-of-mine\nVersion: 1.0\n")
    (inside / "INSTALLER").write_text(f"{installer}\n")
    (inside / "direct_url.json").write_text(json.dumps(noted))
    (inside.parent / "tools_of_mine.py").write_text("")
    (inside / "top_level.txt").write_text("tools_of_mine\n")
    monkeypatch.syspath_prepend(str(inside.parent))
    root = write_thesis(
        tmp_path / "thesis",
        {
            "_config.yml": FILES["_config.yml"] + "sphinx: {extra_extensions: [tools_of_mine]}\n",
            "requirements.txt": f"tools-of-mine==1.0 --hash=sha256:{'0' * 64}\n",
        },
    )
    listed, remarks = read_environment(Project(root), read_config(Project(root)))
    found = [one.message for one in remarks if "tools-of-mine" in one.message]

    assert "tools-of-mine" in {one.name for one in listed}
    assert [f"was installed from {said}," in one for one in found] == [True] * bool(said)


def test_our_own_wheel_is_one(tmp_path) -> None:
    """The wheel of this package holds every file of it once, with its digest, and is the same each time."""
    distribution = metadata.distribution("thesis-book")
    one, other = (write_wheel(distribution, tmp_path / name, 315_532_800) for name in ("one", "other"))
    with zipfile.ZipFile(one) as opened:
        names = opened.namelist()
        record = opened.read(next(name for name in names if name.endswith("/RECORD"))).decode().splitlines()

    assert one.read_bytes() == other.read_bytes()
    assert [row.split(",")[0] for row in record] == names
    assert {"book/cli/build.py", "book/templates/typst/thesis.typ"} - set(names) == set()
    assert any(name.endswith(".dist-info/entry_points.txt") for name in names)


# -- metadata


def test_names_are_taken_apart() -> None:
    """A person has a family name, with what belongs to it; a body and a single name stay whole."""
    names = [
        "Ada Lovelace",
        "Ludwig van Beethoven",
        "Lovelace, Ada",
        "The Trade Group",
        "Plato",
        "University of the Arts",
        "\u674e \u96f7",
    ]

    assert [(one.family, one.given) for one in map(creator, names)] == [
        ("Lovelace", "Ada"), ("van Beethoven", "Ludwig"), ("Lovelace", "Ada"), ("", ""), ("", ""), ("", ""), ("\u96f7", "\u674e"),
    ]  # fmt: skip


def test_citation_files_say_what_is_known() -> None:
    """All three name title, authors, licences, language and date, and leave out what is not known."""
    cff, meta, deposit = yaml.safe_load(citation(ABOUT)), json.loads(codemeta(ABOUT, "1")), json.loads(zenodo(ABOUT))

    assert (cff["title"], cff["authors"], cff["license"]) == (
        "A thesis: On trade", [{"family-names": "Lovelace", "given-names": "Ada"}, {"name": "The Trade Group"}], ["CC-BY-4.0", "MIT"],
    )  # fmt: skip
    assert ("repository-code" in cff, str(cff["date-released"])) == (False, "2026-03-01")
    assert [one["@type"] for one in meta["author"]] == ["Person", "Organization"]
    assert (deposit["creators"], deposit["language"], deposit["license"]) == (
        [{"name": "Lovelace, Ada"}, {"name": "The Trade Group"}],
        "deu",
        "cc-by-4.0",
    )


@pytest.mark.slow
def test_an_authors_own_citation_file_stays(tmp_path) -> None:
    """Where the author has written one of the files, that one is in the deposit, and the author's folder is not touched."""
    root = repository(tmp_path / "thesis", {"CITATION.cff": "cff-version: 1.2.0\ntitle: Mine\n"})
    bag = unpack(archive(root).path, tmp_path / "unpacked")

    assert (bag / "data" / "CITATION.cff").read_text() == "cff-version: 1.2.0\ntitle: Mine\n"
    assert git(root, "status", "--porcelain") == ""


def test_the_crate_names_every_file_once(tmp_path) -> None:
    """Each file is described with its size, kind and digest, under its folder, and every reference leads to something."""
    for name in ("thesis/data/a b.csv", "thesis/one.md", "editions/thesis.pdf", "sources.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    graph = json.loads(crate(tmp_path, ABOUT, {"sphinx": "7.4"}))["@graph"]
    known = {one["@id"] for one in graph}
    named = {
        item["@id"]
        for one in graph
        for value in one.values()
        for item in (value if isinstance(value, list) else [value])
        if isinstance(item, dict)
    }

    assert sorted(one["@id"] for one in graph if one["@type"] == "File") == [
        "editions/thesis.pdf",
        "sources.json",
        "thesis/data/a%20b.csv",
        "thesis/one.md",
    ]
    assert named - known - {"https://w3id.org/ro/crate/1.2", "environment/"} == set()
    assert len(known) == len(graph)
