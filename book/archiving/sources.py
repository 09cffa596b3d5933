"""The sources of a deposit: what git knows at a commit, and the proof that nothing was added or altered."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from book.changes.revision import find_revision, take_out
from book.diagnostics import Diagnostic
from book.git import answer, line
from book.project import digest, read_json, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from book.changes.revision import Revision
    from book.project import Project

VERSION = 1
"""Format of the list of sources."""
LISTING = "sources.json"
"""In an archive: every file that git knows, the commit, and what was left out."""
LINK, MODULE, FOLDER = "120000", "160000", "40000"
"""Modes of git: a symbolic link, another repository, a folder."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A file as git knows it."""

    path: str
    """Relative to the thesis, with forward slashes."""
    mode: str
    """Mode of git: `100644`, `100755`, `120000`, `160000`."""
    blob: str
    """Git's name of its content."""
    link: str = ""
    """Where a link leads, as git keeps it."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit that is deposited."""

    revision: Revision
    """Its name, hash, date and subject."""
    tree: str
    """Git's name of the thesis's folder in it."""
    text: str
    """The commit as git keeps it; empty where the thesis is only a folder of its repository."""
    files: tuple[Tracked, ...]
    """Every file of the thesis, sorted."""


def read_commit(project: Project) -> Commit:
    """The commit that the work tree stands on.

    Raises a ThesisError where there is none.
    """
    revision = find_revision(project, "HEAD")
    prefix = line(project.root, "rev-parse", "--show-prefix")
    tree = line(project.root, "rev-parse", f"HEAD:{prefix}")
    text = "" if prefix else (answer(project.root, "cat-file", "commit", "HEAD") or b"").decode("utf-8", "surrogateescape")
    listed = (answer(project.root, "ls-tree", "-r", "-z", "--full-tree", tree) or b"").split(b"\0")
    files = tuple(sorted((_tracked(row, project) for row in listed if row), key=lambda one: one.path))
    return Commit(revision, tree, text, files)


def _tracked(row: bytes, project: Project) -> Tracked:
    head, _, path = row.partition(b"\t")
    mode, _kind, blob = head.decode().split()
    link = (answer(project.root, "cat-file", "blob", blob) or b"") if mode == LINK else b""
    return Tracked(path.decode("utf-8", "surrogateescape"), mode, blob, link.decode("utf-8", "surrogateescape"))


def not_deposited(commit: Commit) -> Iterator[Diagnostic]:
    """A remark for what git only points to, and for names that other systems do not know."""
    for one in commit.files:
        if one.mode == MODULE:
            hint = "copy its files into the thesis, or deposit it on its own and cite it"
            yield Diagnostic(
                "archive-incomplete",
                "is another repository, whose files an archive does not hold",
                "error",
                one.path,
                hint=hint,
            )
        elif not one.path.isprintable() or "\\" in one.path:
            said = one.path.encode("utf-8", "backslashreplace").decode()
            yield Diagnostic(
                "archive-incomplete",
                "has a name that other systems do not know",
                "error",
                said,
                hint="rename it: printable letters, in UTF-8",
            )


def take_sources(project: Project, commit: Commit, folder: Path) -> tuple[Diagnostic, ...]:
    """Write the commit's files into a folder, links as the files that they lead to; what cannot be taken is remarked."""
    take_out(project, commit.revision, folder)
    return tuple(remark for one in commit.files if (remark := _made_plain(one, folder)))


def _made_plain(one: Tracked, folder: Path) -> Diagnostic | None:
    path = folder / one.path
    if one.mode == LINK:
        content = path.read_bytes() if path.is_file() and path.resolve().is_relative_to(folder.resolve()) else None
        path.unlink(missing_ok=True)
        if content is None:
            hint = "let it lead to a file that git knows"
            return Diagnostic(
                "archive-incomplete", "is a link that leads to no file of the repository", "error", one.path, hint=hint
            )
        path.write_bytes(content)
    elif path.is_file() and not is_blob(path.read_bytes(), one.blob):
        hint = "take 'export-subst' and filters off it in '.gitattributes'"
        return Diagnostic(
            "archive-incomplete", "is not as it was committed when git packs it", "error", one.path, hint=hint
        )
    return None


def write_listing(commit: Commit, folder: Path, left_out: Mapping[str, str], path: Path) -> None:
    """Write the list of sources: git's names, our digests, and why a file was left out."""
    rows = [_row(one, folder, left_out) for one in commit.files]
    value = {
        "version": VERSION,
        "commit": commit.revision.commit,
        "date": commit.revision.date,
        "tree": commit.tree,
        "text": commit.text,
        "whole": bool(commit.text),
        "files": rows,
    }
    write(path, json.dumps(value, indent=1, sort_keys=True) + "\n")


def _row(one: Tracked, folder: Path, left_out: Mapping[str, str]) -> dict[str, Any]:
    path = folder / one.path
    row: dict[str, Any] = {"path": one.path, "mode": one.mode, "blob": one.blob, **({"link": one.link} if one.link else {})}
    if one.path in left_out or not path.is_file():
        return row | {"left out": left_out.get(one.path, "not part of git's own archives")}
    return row | {"sha256": digest(path)}


def is_blob(content: bytes, blob: str) -> bool:
    """Whether git knows a content by this name: as it is, with its own ends of lines, or through the pointer of git-lfs."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
    forms = (
        content,
        content.replace(b"\r\n", b"\n"),
        pointer % (hashlib.sha256(content).hexdigest().encode(), len(content)),
    )
    return any(object_name(b"blob", form, blob) == blob for form in forms)


def object_name(kind: bytes, content: bytes, like: str) -> str:
    """Git's name of an object: SHA-1, or SHA-256 where the repository uses that."""
    algorithm = hashlib.sha256 if len(like) == hashlib.sha256().digest_size * 2 else hashlib.sha1
    return algorithm(b"%s %d\0" % (kind, len(content)) + content).hexdigest()


def tree_name(rows: Iterable[tuple[str, str, str]], like: str) -> str:
    """Git's name of a folder, from the mode, blob and path of each file below it."""
    entries: dict[str, tuple[str, str]] = {}
    below: dict[str, list[tuple[str, str, str]]] = {}
    for mode, blob, path in rows:
        name, slash, rest = path.partition("/")
        if slash:
            below.setdefault(name, []).append((mode, blob, rest))
        else:
            entries[name] = (mode, blob)
    entries |= {name: (FOLDER, tree_name(inner, like)) for name, inner in below.items()}
    ordered = sorted(
        entries.items(),
        key=lambda one: (one[0] + ("/" if one[1][0] == FOLDER else "")).encode("utf-8", "surrogateescape"),
    )
    content = b"".join(
        f"{mode} {name}".encode("utf-8", "surrogateescape") + b"\0" + bytes.fromhex(blob)
        for name, (mode, blob) in ordered
    )
    return object_name(b"tree", content, like)


# -- proof


def altered_sources(listing: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Path and words for everything in a folder that is not as git knew it; without any, the commit's hash vouches for the files."""
    value = read_json(listing)
    if not isinstance(value, dict) or value.get("version") != VERSION:
        yield LISTING, "cannot be read, so that nobody can tell whether sources are as they were committed"
        return
    try:
        rows, tree, text = list(value["files"]), str(value["tree"]), str(value["text"])
        named = [(str(row["mode"]), str(row["blob"]), str(row["path"])) for row in rows]
        if tree_name(named, tree) != tree:
            yield LISTING, f"its files do not make the folder '{tree}' that was committed"
        yield from _commit(value, text, tree)
        yield from _files(rows, folder)
    except (KeyError, TypeError, ValueError) as error:
        yield LISTING, f"is damaged: {error}"


def _as_committed(row: Mapping[str, Any], path: Path, folder: Path) -> bool:
    """Whether a file is what git knows by its name; of a link, whether it is the file of the thesis that it leads to."""
    if row["mode"] != LINK:
        return is_blob(path.read_bytes(), str(row["blob"]))
    if object_name(b"blob", str(row.get("link")).encode("utf-8", "surrogateescape"), str(row["blob"])) != row["blob"]:
        return False
    place = _place(row)
    return not place or ((folder / place).is_file() and (folder / place).read_bytes() == path.read_bytes())


def _place(row: Mapping[str, Any]) -> str:
    """Where a link of the thesis leads, from its root; empty where that is elsewhere."""
    place = posixpath.normpath(posixpath.join(posixpath.dirname(str(row.get("path"))), str(row.get("link"))))
    return "" if place.startswith(("/", "..")) else place


def unproven(listing: Path) -> str:
    """What cannot be proved of sources that are as git knew them; empty where all can."""
    value = read_json(listing)
    if isinstance(value, dict) and value.get("whole") is False:
        listed = value.get("files")
        there = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
        rows = [row for row in there if row.get("mode") == LINK and "left out" not in row and not _place(row)]
        links = f"; files that were links to elsewhere in it are taken on trust: {', '.join(str(row.get('path')) for row in rows)}" if rows else ""
        return f"the archive says that the thesis is a folder of its repository: the commit's hash cannot be computed again, and only the folder's vouches for the sources{links}"
    return ""


def _commit(value: Mapping[str, Any], text: str, tree: str) -> Iterator[tuple[str, str]]:
    if not text and value["whole"] is not False:
        yield LISTING, "holds no text of the commit, so that its hash cannot be computed again"
    if not text:
        return
    if object_name(b"commit", text.encode("utf-8", "surrogateescape"), tree) != value["commit"]:
        yield LISTING, f"its text is not that of the commit '{value['commit']}'"
    first = re.match(r"tree ([0-9a-f]+)\n", text)
    if not first or first[1] != tree:
        yield LISTING, f"its folder '{tree}' is not that of the commit"


def _files(rows: Iterable[Mapping[str, Any]], folder: Path) -> Iterator[tuple[str, str]]:
    known = set()
    for row in rows:
        path = folder / str(row["path"])
        known.add(str(row["path"]))
        if "left out" in row:
            if path.is_file():
                yield str(row["path"]), "is there, though the list says that it was left out"
        elif not path.is_file():
            yield str(row["path"]), "is missing"
        elif digest(path) != row["sha256"] or not _as_committed(row, path, folder):
            yield str(row["path"]), "is not as it was committed"
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in known:
            yield name, "is new: it was not committed"
