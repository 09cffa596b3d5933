"""Where a run is listened to: Python's audit events, `os.stat` and its like, `os.environ`."""

from __future__ import annotations

import functools
import os
import socket
import sys
from threading import get_ident
from typing import TYPE_CHECKING, Any

from .recorder import real_stat

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from .recorder import Recorder

NO_ADDRESS = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost", "0.0.0.0", "::", "::1"})  # noqa: S104
OURS = frozenset(
    {
        "PYTHONPATH",
        "PYTHONHASHSEED",
        "IPYTHONDIR",
        "THESIS_RESTRICTED",
        "THESIS_STAND_INS",
        "THESIS_TRACE",
        "MPLBACKEND",
        "JPY_PARENT_PID",
    }
)
"""Variables that the build sets itself, the same in every run but for the places of things."""
INTERPRETER = (
    "<frozen os>",
    "<frozen _collections_abc>",
    "<frozen genericpath>",
    "<frozen posixpath>",
    "<frozen ntpath>",
)
PASSED_ON = ("os.py", "_collections_abc.py")
"""Files of the interpreter that ask for a variable in their caller's name."""
STARTERS = ("subprocess.py", "pty.py", "pathlib.py", "genericpath.py")


class NetworkRefused(ConnectionRefusedError):  # noqa: N818
    """A cell may not reach the network."""


class Hooks:
    """Everything that is put in place once in a process; what is heard goes to the recorder of the moment."""

    def __init__(self) -> None:
        """Put nothing in place yet."""
        self.recorder: Recorder | None = None
        self.network = True
        self._inside: set[int] = set()
        self._installed = False
        self._copying: tuple[int, int] = (0, 0)
        """Where the whole environment is being gone through; a copy, made to start a program, is no question."""

    def install(self) -> None:
        """Put everything in place; audit hooks cannot be taken away again, so they rest while nobody records."""
        if self._installed:
            return
        self._installed = True
        sys.addaudithook(self._hear)
        for name in ("stat", "lstat", "access"):
            self._wrap(name)
        for environ in (os.environ, getattr(os, "environb", None)):
            if environ is not None:
                self._listen(environ)

    # audit events

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        heard = _HEARD.get(event)
        if heard is None or self.recorder is None:
            return
        thread = get_ident()
        if thread in self._inside:
            return
        self._inside.add(thread)
        try:
            heard(self, self.recorder, args)
        except (OSError, ValueError, TypeError, AttributeError, IndexError) as error:
            if isinstance(error, NetworkRefused):
                raise
        finally:
            self._inside.discard(thread)

    def opened(self, recorder: Recorder, args: tuple[Any, ...]) -> None:
        """A file is about to be opened, for reading or writing."""
        path = _path(args[0])
        if path is None:
            return
        flags = args[2] if isinstance(args[2], int) else 0
        if flags & (os.O_WRONLY | os.O_APPEND | os.O_TRUNC | os.O_EXCL):
            recorder.wrote(path)
            return
        recorder.read(path)
        if flags & os.O_RDWR:
            recorder.wrote(path)

    def database(self, recorder: Recorder, args: tuple[Any, ...]) -> None:
        """A database of SQLite, and the log beside it."""
        given = os.fsdecode(args[0])
        if given.startswith("file:"):
            given = given.removeprefix("file:").partition("?")[0]
        path = _path(given)
        if path and given != ":memory:":
            for name in (path, f"{path}-wal"):
                if real_exists(name):
                    recorder.read(name)

    def library(self, recorder: Recorder, args: tuple[Any, ...]) -> None:
        """A compiled library of the thesis is loaded."""
        path = _path(args[0]) if args[0] and os.sep in os.fsdecode(args[0]) else None
        if path and recorder.places.inside(path):
            recorder.read(path)

    def listed(self, recorder: Recorder, args: tuple[Any, ...]) -> None:
        """The names in a folder are asked for."""
        path = _path("." if args[0] is None else args[0])
        if path is None:
            return
        recorder.lists(path)
        caller = sys._getframe(2)  # noqa: SLF001
        if not _is_looking_for_itself(caller):
            recorder.listing(path)

    def globbed(self, recorder: Recorder, args: tuple[Any, ...]) -> None:
        """A pattern of the module `glob`."""
        pattern, root = os.fsdecode(args[0]), args[2] if len(args) > 2 and args[2] else "."  # noqa: PLR2004
        folder, rest = _split(os.path.join(os.fsdecode(root), pattern))  # noqa: PTH118
        recorder.pattern(folder, rest, deep=bool(args[1]))

    def globbed_from(self, recorder: Recorder, args: tuple[Any, ...]) -> None:
        """A pattern of `Path.glob`."""
        recorder.pattern(os.path.abspath(args[0]), os.fsdecode(args[1]), deep=True)  # noqa: PTH100

    def globbed_below(self, recorder: Recorder, args: tuple[Any, ...]) -> None:
        """A pattern of `Path.rglob`."""
        recorder.pattern(os.path.abspath(args[0]), f"**/{os.fsdecode(args[1])}", deep=True)  # noqa: PTH100

    def changed(self, recorder: Recorder, args: tuple[Any, ...]) -> None:
        """A file is moved, deleted, linked or cut."""
        for given in args[:2]:
            path = _path(given) if isinstance(given, str | bytes | os.PathLike) else None
            if path:
                recorder.wrote(path)

    def commanded(self, recorder: Recorder, args: tuple[Any, ...]) -> None:
        """A program is started; which one counts where the thesis itself asks for it."""
        recorder.spawned = True
        given = args[0] if args else None
        if isinstance(given, str | bytes | os.PathLike) and self._is_local(_asker(sys._getframe(2), starting=True)):  # noqa: SLF001
            recorder.commands.add(os.fsdecode(given).split(" ")[0])

    def started(self, recorder: Recorder, _args: tuple[Any, ...]) -> None:
        """Another process begins."""
        recorder.spawned = True

    def connected(self, recorder: Recorder, args: tuple[Any, ...]) -> None:
        """A connection is opened, or a packet sent."""
        family, address = args[0].family, args[-1]
        if family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            self._reach(recorder, str(address[0]))

    def resolved(self, recorder: Recorder, args: tuple[Any, ...]) -> None:
        """The address of a host is asked for."""
        host = os.fsdecode(args[0]) if args[0] else ""
        if not _is_number(host):
            self._reach(recorder, host)

    def _reach(self, recorder: Recorder, host: str) -> None:
        if host in NO_ADDRESS or host.startswith(("127.", "::ffff:127.")) or host == socket.gethostname():
            return
        recorder.hosts.append((recorder.cell, host))
        if not self.network:
            raise NetworkRefused(f"cells may not reach the network, and this one asks for '{host}'")

    # os.stat and its like

    def _wrap(self, name: str) -> None:
        real = getattr(os, name)
        kinds = {"lstat": ("there", "missing")}.get(name)

        @functools.wraps(real)
        def asked(path: Any, *args: Any, **options: Any) -> Any:
            if self.recorder is None or isinstance(path, int) or options.get("dir_fd") is not None:
                return real(path, *args, **options)
            try:
                found = real(path, *args, **options)
            except (FileNotFoundError, NotADirectoryError):
                self._asked_whether(path, "missing")
                raise
            if kinds is None:
                self._asked_whether(path, "")
            return found

        setattr(os, name, asked)
        for able in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks, os.supports_effective_ids):
            if real in able:
                able.add(asked)

    def _asked_whether(self, path: Any, found: str) -> None:
        recorder = self.recorder
        try:
            absolute = _path(path)
        except (TypeError, ValueError):
            return
        if recorder is not None and absolute and recorder.places.inside(absolute):
            recorder.probe(absolute, found or kind_of(absolute))

    # os.environ

    def _listen(self, environ: Any) -> None:
        """Hear of every variable that is asked for, through the functions that `os.environ` itself encodes names with.

        They return before anything is raised, so that no traceback shows them.
        """
        encode, decode = environ.encodekey, environ.decodekey
        own: set[str] = set()

        def encoded(key: Any) -> Any:
            raw = encode(key)
            if self.recorder is not None:
                frame = sys._getframe(1)  # noqa: SLF001
                what, name = frame.f_code.co_name, os.fsdecode(key)
                if what == "__setitem__":
                    own.add(name)
                elif what == "__getitem__" and name not in own and name not in OURS:
                    asker = _asker(frame)
                    if self._is_local(asker) and _moment(asker) != self._copying:
                        value = environ._data.get(raw)  # noqa: SLF001
                        self.recorder.variable(name, None if value is None else os.fsdecode(value))
            return raw

        def decoded(key: Any) -> Any:
            self._copying = _moment(_asker(sys._getframe(1)))  # noqa: SLF001
            return decode(key)

        environ.encodekey, environ.decodekey = encoded, decoded

    def _is_local(self, frame: FrameType | None) -> bool:
        """Whether code of the thesis asks: a cell, or a module in its folder."""
        if frame is None or self.recorder is None:
            return False
        return frame.f_globals.get("__name__") == "__main__" or self.recorder.places.inside(frame.f_code.co_filename)


def _asker(frame: FrameType | None, *, starting: bool = False) -> FrameType | None:
    """Who asks; parts of the interpreter only pass the question on."""
    while frame is not None and _passes_on(frame.f_code.co_filename, starting=starting):
        frame = frame.f_back
    return frame


def _moment(frame: FrameType | None) -> tuple[int, int]:
    return (id(frame), frame.f_lasti) if frame is not None else (0, 0)


def _passes_on(name: str, *, starting: bool) -> bool:
    if name in INTERPRETER or name.endswith(PASSED_ON):
        return True
    return starting and (name.endswith(STARTERS) or any(part in name for part in ("IPython", "pexpect", "ptyprocess")))


def kind_of(path: str) -> str:
    """What a path leads to: a `file`, a `folder`, or nothing."""
    try:
        found = real_stat(path)
    except (OSError, ValueError):
        return "missing"
    return "folder" if (found.st_mode & 0o170000) == 0o040000 else "file"  # noqa: PLR2004


def real_exists(path: str) -> bool:
    """Whether something is there, asked without being heard."""
    return kind_of(path) != "missing"


def _path(given: Any) -> str | None:
    if given is None or isinstance(given, int):
        return None
    path = os.fsdecode(os.fspath(given))
    return os.path.abspath(path) if path else None  # noqa: PTH100


def _split(pattern: str) -> tuple[str, str]:
    """A pattern's folder, free of wildcards, and the rest."""
    parts = pattern.split(os.sep)  # noqa: PTH206  (an empty first part is the root)
    first = next((at for at, part in enumerate(parts) if any(mark in part for mark in "*?[")), len(parts) - 1)
    folder = os.sep.join(parts[:first]) or (os.sep if pattern.startswith(os.sep) else ".")  # noqa: PTH118
    return os.path.abspath(folder), "/".join(parts[first:])  # noqa: PTH100


def _is_looking_for_itself(frame: FrameType) -> bool:
    """Whether a folder is listed to find modules or distributions, or for a pattern that has been noted as such."""
    name, function = frame.f_code.co_filename, frame.f_code.co_name
    if (
        name.startswith("<frozen importlib")
        or name.endswith(("pkgutil.py", "glob.py"))
        or f"importlib{os.sep}metadata" in name
    ):
        return True
    return "pathlib" in name and function not in ("iterdir", "walk")


def _is_number(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        return True
    return False


_HEARD: dict[str, Callable[[Hooks, Recorder, tuple[Any, ...]], None]] = {
    "open": Hooks.opened,
    "sqlite3.connect": Hooks.database,
    "ctypes.dlopen": Hooks.library,
    "os.listdir": Hooks.listed,
    "os.scandir": Hooks.listed,
    "glob.glob": Hooks.globbed,
    "glob.glob/2": Hooks.globbed,
    "pathlib.Path.glob": Hooks.globbed_from,
    "pathlib.Path.rglob": Hooks.globbed_below,
    "os.rename": Hooks.changed,
    "os.remove": Hooks.changed,
    "os.truncate": Hooks.changed,
    "os.link": Hooks.changed,
    "os.symlink": Hooks.changed,
    "subprocess.Popen": Hooks.commanded,
    "os.system": Hooks.commanded,
    "os.posix_spawn": Hooks.commanded,
    "os.spawn": Hooks.started,
    "os.exec": Hooks.started,
    "os.fork": Hooks.started,
    "os.forkpty": Hooks.started,
    "pty.spawn": Hooks.started,
    "os.startfile": Hooks.started,
    "socket.connect": Hooks.connected,
    "socket.sendto": Hooks.connected,
    "socket.sendmsg": Hooks.connected,
    "socket.getaddrinfo": Hooks.resolved,
    "socket.gethostbyname": Hooks.resolved,
}
"""What is heard of each event."""
