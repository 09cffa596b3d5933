"""The inside of `unshare`: makes everything read-only but one folder, then becomes the command.

    python -I jail.py FOLDER [SOCKET...] -- COMMAND...

Runs in namespaces of its own, as a root that rules over nothing else. Uses the standard library alone.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_NOATIME, MS_NODIRATIME = 1, 2, 4, 8, 32, 1024, 2048
MS_BIND, MS_REC, MS_PRIVATE, MS_RELATIME = 4096, 16384, 1 << 18, 1 << 21
FLAGS = {
    "nosuid": MS_NOSUID,
    "nodev": MS_NODEV,
    "noexec": MS_NOEXEC,
    "noatime": MS_NOATIME,
    "nodiratime": MS_NODIRATIME,
    "relatime": MS_RELATIME,
}
"""What a mount has that an unprivileged remount must keep."""
SOCKETS = ("/run", "/var/run")
"""Where services listen."""
SHARED = "/dev/shm"  # noqa: S108
"""Where processes share memory."""
SHARED_SIZE = 1 << 30
"""Most that they may share, in bytes."""
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP = 38, 24
LAST_CAPABILITY = 63

libc = ctypes.CDLL(None, use_errno=True)


def mount(source: str, target: str, flags: int, kind: bytes | None = None, options: bytes | None = None) -> None:
    """Bind, remount or cover a place; raises OSError."""
    if libc.mount(source.encode(), target.encode(), kind, ctypes.c_ulong(flags), options):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def mounts() -> list[tuple[str, int]]:
    """Where something is mounted, and the flags it has; the last one on a place is the one that shows."""
    found = {}
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        words = line.split(" ")
        place = (
            words[4]
            .encode("utf-8", "surrogateescape")
            .decode("unicode_escape")
            .encode("latin-1")
            .decode("utf-8", "surrogateescape")
        )
        found[place] = sum(FLAGS.get(word, 0) for word in words[5].split(","))
    return list(found.items())


def hide_sockets(folder: str) -> None:
    """Put nothing over the places where services of this machine listen: a container engine would undo the sandbox."""
    for place in dict.fromkeys(os.path.realpath(one) for one in SOCKETS):
        if Path(place).is_dir() and not folder.startswith(f"{place}/"):
            mount("tmpfs", place, MS_NOSUID | MS_NODEV, b"tmpfs")


def cover(sockets: list[str]) -> None:
    """Put nothing over single places where services listen; what is gone by now needs none."""
    for place in sockets:
        if Path(place).is_socket():
            mount("/dev/null", place, MS_BIND)


def share_memory() -> None:
    """A memory of its own for processes that share some; without any, Python's `multiprocessing` has no locks."""
    if Path(SHARED).is_dir():
        mount("tmpfs", SHARED, MS_NOSUID | MS_NODEV, b"tmpfs", b"size=%d" % SHARED_SIZE)


def close_files(folder: str, sockets: list[str]) -> None:
    """Make every mount read-only but the folder's own; /proc and the devices stay as they are for those who may use them."""
    mount("none", "/", MS_REC | MS_PRIVATE)
    hide_sockets(folder)
    cover(sockets)
    share_memory()
    mount(folder, folder, MS_BIND | MS_REC)
    for place, flags in mounts():
        if place in (folder, "/proc", SHARED) or place.startswith((f"{folder}/", "/proc/")):
            continue
        try:
            mount("none", place, MS_REMOUNT | MS_BIND | MS_RDONLY | flags)
        except OSError:
            if os.access(place, os.W_OK):
                raise


def open_loopback() -> None:
    """Kernels talk to us through 127.0.0.1, which is down in a new network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        request = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack("16xh14x", fcntl.ioctl(one, SIOCGIFFLAGS, request))
        fcntl.ioctl(one, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


def drop_rights() -> None:
    """What is run cannot mount anything back."""
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for capability in range(LAST_CAPABILITY + 1):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def main(folder: str, sockets: list[str], command: list[str]) -> None:
    """Lock up, and become the command."""
    open_loopback()
    close_files(os.path.realpath(folder), sockets)
    drop_rights()
    os.chdir(folder)
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    end = sys.argv.index("--")
    main(sys.argv[1], sys.argv[2:end], sys.argv[end + 1 :])
