"""What unpacking an archive from anybody promises: nothing lands outside, nothing leads out, nothing floods the disk."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from book.errors import ConfigError
from book.examining.unpacking import Limits, unpack


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    """An entry that is what its mode says."""
    made = zipfile.ZipInfo(name)
    made.create_system = 3
    made.external_attr = mode << 16
    return made


def archive(path: Path, *entries: tuple[zipfile.ZipInfo, bytes]) -> Path:
    """A zip file with these entries, whatever they are called."""
    with zipfile.ZipFile(path, "w") as stream:
        for info, content in entries:
            stream.writestr(info, content)
    return path


def traversal(path: Path) -> None:
    archive(path, (entry("bag/fine.txt"), b"1"), (entry("bag/../../escaped.txt"), b"2"))


def absolute(path: Path) -> None:
    archive(path, (entry("/escaped.txt"), b"2"))


def drive(path: Path) -> None:
    archive(path, (entry("C:/escaped.txt"), b"2"))


def backslashes(path: Path) -> None:
    archive(path, (entry("bag/..%..%escaped.txt"), b"2"))
    path.write_bytes(path.read_bytes().replace(b"..%..%", b"..\\..\\"))


def link(path: Path) -> None:
    archive(path, (entry("bag/link", stat.S_IFLNK | 0o777), b"/etc/passwd"))


def link_and_through_it(path: Path) -> None:
    archive(path, (entry("bag/here", stat.S_IFLNK | 0o777), b".."), (entry("bag/here/escaped.txt"), b"2"))


def device(path: Path) -> None:
    archive(path, (entry("bag/device", stat.S_IFCHR | 0o600), b""))


def pipe(path: Path) -> None:
    archive(path, (entry("bag/pipe", stat.S_IFIFO | 0o600), b""))


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as stream:
        stream.writestr("bag/zeros", bytes(20_000_000))


def large(path: Path) -> None:
    archive(path, *((entry(f"bag/{n}"), bytes(300_000)) for n in range(10)))


def many(path: Path) -> None:
    archive(path, *((entry(f"bag/{n}"), b"") for n in range(1001)))


def liar(path: Path) -> None:
    """Says in both of its places that 2 MB are 100 bytes."""
    archive(path, (entry("bag/liar"), bytes(2_000_000)))
    path.write_bytes(
        path.read_bytes().replace(struct.pack("<II", 2_000_000, 2_000_000), struct.pack("<II", 2_000_000, 100))
    )


def twice(path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        archive(path, (entry("bag/a.txt"), b"1"), (entry("bag/a.txt"), b"2"))


def capitals(path: Path) -> None:
    archive(path, (entry("bag/Data.csv"), b"1"), (entry("bag/data.csv"), b"2"))


def accents(path: Path) -> None:
    archive(path, (entry("bag/caf\u00e9"), b"1"), (entry("bag/cafe\u0301"), b"2"))


def file_and_folder(path: Path) -> None:
    archive(path, (entry("bag/a/b"), b"1"), (entry("bag/a"), b"2"))


def not_utf8(path: Path) -> None:
    archive(path, (entry("bag/caf@.txt"), b"1"))
    path.write_bytes(path.read_bytes().replace(b"caf@", b"caf\xe9"))


def control(path: Path) -> None:
    archive(path, (entry("bag/a\x1b[2J.txt"), b"1"))


def windows(path: Path) -> None:
    archive(path, (entry("bag/con.txt"), b"1"))


def encrypted(path: Path) -> None:
    archive(path, (entry("bag/secret"), b"1"))
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    path.write_bytes(content)


def backwards(path: Path) -> None:
    archive(path, (entry("bag/thesis-\u202efdp.exe"), b"2"))


HOSTILE = {
    traversal: "leads out of the archive",
    absolute: "is an absolute path",
    drive: "is an absolute path",
    backslashes: "holds what no name may",
    link: "is a link",
    link_and_through_it: "is a link",
    device: "is a device",
    pipe: "is a device",
    bomb: "grows from",
    large: "bytes, more than 2000000",
    many: "1001 files, more than 1000",
    liar: "CRC",
    twice: "are one file",
    capitals: "are one file",
    accents: "are one file",
    file_and_folder: "are one file",
    not_utf8: "is not in UTF-8",
    control: "holds what no name may",
    backwards: "holds what no name may",
    windows: "is no plain path",
    encrypted: "is encrypted",
}  # fmt: skip
"""How to make a hostile archive, and what stops it."""


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_archive_is_not_unpacked(make, tmp_path) -> None:
    """What would do harm is named, and nothing of the archive is left, inside the folder or outside."""
    path = tmp_path / "hostile.zip"
    make(path)
    size = 20_000_000 if make is bomb else 2_000_000
    with pytest.raises(ConfigError) as caught:
        unpack(path, tmp_path / "target", Limits(files=1000, size=size))

    assert HOSTILE[make] in caught.value.diagnostics[0].message
    assert [one.name for one in tmp_path.rglob("*")] == ["hostile.zip"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"no zip file at all"])
def test_a_broken_archive_is_told(content, tmp_path) -> None:
    """A file that is no archive, or only the beginning of one, is an error with a hint, and leaves nothing."""
    path = tmp_path / "broken.zip"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        unpack(path, tmp_path / "target")

    assert caught.value.diagnostics[0].rule == "archive-unreadable"
    assert not (tmp_path / "target").exists()


def test_a_damaged_file_is_told(tmp_path) -> None:
    """A byte that has changed since it was packed is noticed while it is unpacked."""
    path = archive(tmp_path / "damaged.zip", (entry("bag/a.txt"), b"the content"))
    path.write_bytes(path.read_bytes().replace(b"the content", b"the kontent", 1))
    with pytest.raises(ConfigError) as caught:
        unpack(path, tmp_path / "target")

    assert "CRC" in caught.value.diagnostics[0].message


def test_a_plain_archive_is_unpacked(tmp_path) -> None:
    """Files, folders and empty files come out as they went in; what may be run may be run."""
    path = archive(
        tmp_path / "plain.zip",
        (entry("bag/", stat.S_IFDIR | 0o755), b""),
        (entry("bag/\u00fcber/a b.txt"), b"text"),
        (entry("bag/empty"), b""),
        (entry("bag/run.sh", stat.S_IFREG | 0o755), b"#!/bin/sh\n"),
    )
    bag = unpack(path, tmp_path / "target")

    assert {one.relative_to(bag).as_posix(): one.read_bytes() for one in bag.rglob("*") if one.is_file()} == {
        "\u00fcber/a b.txt": b"text",
        "empty": b"",
        "run.sh": b"#!/bin/sh\n",
    }
    assert (bag / "run.sh").stat().st_mode & 0o100
