"""What it costs to publish one edition more, the more there are: to a git remote on disk, to a folder, to a zip file.

    python benchmarks/publishing.py                       10 editions of 20 MB
    python benchmarks/publishing.py --editions 5 --megabytes 40

Every edition consists of other bytes, which do not compress well: the worst case. The remote is then published to from a
clone that has never published, with and without the means to leave out what nobody asks for. Look at CPU: machines are noisy.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from book.config import read_config
from book.project import Project
from book.publishing.publish import publish_edition

IDENTITY = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "a@b.example", "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "a@b.example"}
FILES = 400
"""Files of a site."""


def main() -> None:
    """Publish again and again, and print a line for each."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--editions", type=int, default=10)
    asked.add_argument("--megabytes", type=float, default=20)
    given = asked.parse_args()
    os.environ.update(IDENTITY)
    with tempfile.TemporaryDirectory() as place:
        root, remote = begin(Path(place))
        for number in range(given.editions):
            write_site(root, number, given.megabytes)
            for to in ("origin", f"{place}/site/", f"{place}/site.zip"):
                publish(root, f"v1.{number}", to)
        for number, able in enumerate(("true", "false")):
            git(remote, "config", "uploadpack.allowFilter", able)
            shutil.rmtree(root / "_build" / "cache")
            write_site(root, given.editions + number, given.megabytes)
            print("from another clone, of a remote that can", "leave contents out" if able == "true" else "leave nothing out")
            publish(root, f"v2.{number}", "origin")


def begin(place: Path) -> tuple[Path, Path]:
    """A thesis in git, and its bare remote."""
    root, remote = place / "thesis", place / "remote.git"
    root.mkdir()
    for name, text in {"_config.yml": "title: T\nauthor: A\n", "_toc.yml": "format: jb-book\nroot: index\n", "index.md": "# T\n", ".gitignore": "_build/\n"}.items():
        (root / name).write_text(text, encoding="utf-8")
    git(place, "init", "-q", "--bare", "remote.git")
    git(root, "init", "-q")
    git(root, "remote", "add", "origin", f"file://{remote}")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "All")
    return root, remote


def write_site(root: Path, seed: int, megabytes: float) -> None:
    """A site, a quarter of it pages."""
    site, drawn = root / "_build" / "html", random.Random(seed)  # noqa: S311
    shutil.rmtree(site, ignore_errors=True)
    for number in range(FILES):
        path = site / f"{number % 20}" / f"{number}.{'svg' if number % 4 else 'html'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<html><head></head><body>{drawn.randbytes(int(megabytes * 5e5 / FILES)).hex()}</body></html>", encoding="utf-8")


def publish(root: Path, name: str, to: str) -> None:
    """Publish once, and say what it took."""
    project, wall, cpu = Project(root), time.perf_counter(), used()
    publish_edition(project, read_config(project), (), to=to, name=name, allow=(), dry=False)
    print(f"{name:6} {Path(to).name:9} {time.perf_counter() - wall:6.1f} s, CPU {used() - cpu:6.1f} s", flush=True)


def used() -> float:
    """Seconds of CPU of this process and of those that it has ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def git(folder: Path, *arguments: str) -> None:
    """Run git."""
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main()
