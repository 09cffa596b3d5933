"""Where theses come from: this one, small ones written for the purpose, and public books that somebody has fetched."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.mutants.kinds.figures import picture

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
_LEFT_OUT = shutil.ignore_patterns(".git", ".nox", ".venv", "node_modules", "__pycache__", ".*_cache", "*.build")


@dataclass(frozen=True, slots=True)
class Source:
    """A thesis that copies are made of."""

    name: str
    """What it is called in the table."""
    origin: str
    """this, written or public."""
    folder: Path
    """Its folder, or a bare git repository."""


def sources(books: list[Path]) -> list[Source]:
    """Every thesis there is, large ones first; of the folders given, those that hold a book."""
    public = [Source(_name(folder), "public", folder) for folder in books]
    written = [
        Source(folder.name, "written", folder) for folder in sorted((HERE / "theses").iterdir()) if folder.is_dir()
    ]
    return [*public, Source("this thesis", "this", ROOT), *written]


def _name(folder: Path) -> str:
    """A short name: of a repository fetched to `owner+name/repo`, the name."""
    folder = folder.resolve()
    named = folder.parent if folder.name in ("repo", "repo.git") else folder
    return re.split(r"\+", named.name)[-1]


def copied(source: Source, work: Path) -> Path | None:
    """A copy to plant in; None where there is no book. One that is there already is used again, unless a session died while it was planted in."""
    target = work / re.sub(r"\W+", "-", source.name)
    dirty = work / f"{target.name}.planted"
    if dirty.exists():
        shutil.rmtree(target, ignore_errors=True)
        shutil.rmtree(work / f"{target.name}.build", ignore_errors=True)
        dirty.unlink()
    if (target / "_config.yml").exists():
        return target
    if source.origin == "public":
        whole = work / f"{target.name}.whole"
        folder = source.folder
        if (folder / "HEAD").exists():
            unpack(folder, whole)
            folder = whole
        found = sorted(folder.rglob("_config.yml"), key=lambda path: (len(path.parts), path))
        home = next((path.parent for path in found if (path.parent / "_toc.yml").exists()), None)
        if home is None:
            return None
        shutil.copytree(home, target, ignore=_LEFT_OUT)
        shutil.rmtree(whole, ignore_errors=True)
        _leave_unrun(target / "_config.yml")
    else:
        shutil.copytree(source.folder, target, ignore=_LEFT_OUT)
    if source.origin == "written":
        draw_pictures(target)
    return target


def unpack(repository: Path, target: Path) -> None:
    """Write the files of a bare repository's newest commit; objects that it lacks are left out."""
    git = ["git", "--git-dir", str(repository)]
    listed = subprocess.run([*git, "ls-tree", "-r", "-z", "HEAD"], capture_output=True, check=True).stdout.split(b"\0")
    rows = [row.split(b"\t", 1) for row in listed if row]
    blobs = [(meta.split()[2], path.decode("utf-8", "replace")) for meta, path in rows if meta.startswith(b"100")]
    with subprocess.Popen(
        [*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as reader:
        assert reader.stdin
        assert reader.stdout
        for digest, path in blobs:
            reader.stdin.write(digest + b"\n")
            reader.stdin.flush()
            head = reader.stdout.readline().split()
            if head[-1] == b"missing":
                continue
            content = reader.stdout.read(int(head[2]) + 1)[:-1]
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(content)
        reader.stdin.close()


def _leave_unrun(config: Path) -> None:
    """Turn the running of cells off: nobody has the libraries of every book."""
    read = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    read["execute"] = {**(read.get("execute") or {}), "execute_notebooks": "off"}
    config.write_text(yaml.safe_dump(read, allow_unicode=True, sort_keys=False), encoding="utf-8")


def draw_pictures(folder: Path) -> None:
    """Draw the pictures that pages of a written thesis name."""
    for page in [*folder.rglob("*.md"), *folder.rglob("*.ipynb")]:
        for name in re.findall(r"(?:\.\./)*pictures/[\w-]+\.png", page.read_text(encoding="utf-8")):
            drawn = (page.parent / name).resolve()
            drawn.parent.mkdir(exist_ok=True)
            drawn.write_bytes(picture(1800, 1200))


def accept(folder: Path) -> None:
    """Take the findings of a thesis into its lock, as its author would; where there is no such command, nothing happens."""
    command = [sys.executable, "-c", "from book.cli import main; main()", "-C", str(folder), "accept"]
    subprocess.run(command, capture_output=True, check=False)
