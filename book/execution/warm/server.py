"""The process that has imported what cells need, and becomes a kernel in a copy of itself each time it is asked.

It runs on Linux, beside one call, and is started with nothing but this file's package on its path. It stays without
threads of Python's own, since only such a process may be copied.
"""

from __future__ import annotations

import ctypes
import importlib
import itertools
import json
import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from book.execution.warm.shelf import NotFitError, Shelf

KERNEL = (
    "ipykernel.kernelapp", "ipykernel.debugger", "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "bdb", "cmd", "pdb", "faulthandler", "sqlite3", "tornado.platform.asyncio",
)  # fmt: skip
"""What every kernel imports by itself before its first cell; no cell notices that it was there earlier."""
LARGEST = 1 << 20
"""Bytes that a request may have: an environment and a few paths."""
LOOK_EVERY = 0.5
"""Seconds between two looks at whether the build is still there."""
PR_SET_PDEATHSIG = 1
"""Linux's number for the wish to end with one's parent."""


def serve() -> Shelf:
    """Answer until the other side of the socket is closed; returns in a copy that is all prepared to be a kernel.

    The shelf that is returned says what was imported ahead, and what the cells of this kernel have taken of it.
    """
    given = json.loads(sys.argv[1])
    asked = socket.socket(fileno=given["socket"])
    server = Server(asked, given["parent"], given["root"], tuple(given["libraries"]))
    _prepare(server.run(), server.imposed)
    return server.shelf


class Server:
    """The process before it is copied."""

    def __init__(self, asked: socket.socket, parent: int, root: str, libraries: tuple[str, ...]) -> None:
        """Import the libraries, as long as the process `parent` is there; the thesis itself is not on the path meanwhile."""
        self._asked, self._parent = asked, parent
        self._children: set[int] = set()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, LOOK_EVERY, LOOK_EVERY)
        environment = dict(os.environ)
        for name in KERNEL:
            with suppress(ImportError):
                importlib.import_module(name)
        self.imposed = {name: value for name, value in os.environ.items() if environment.get(name) != value}
        self.shelf = _filled(libraries, root)
        self._own = {name: _place(module) for name, module in list(sys.modules.items()) if "." not in name}
        self._own |= {name: _place(self.shelf.module(name)) for name in self.shelf.names() if "." not in name}
        _freeze()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        self._wake, self._waker = os.pipe()
        for end in (self._wake, self._waker):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)

    def _look(self, *_: object) -> None:
        """End where the build has gone while libraries are imported."""
        if os.getppid() != self._parent:
            os._exit(0)

    def run(self) -> dict[str, Any]:
        """Answer requests; returns the request in each copy, and never in the original, which ends when all is over."""
        while os.getppid() == self._parent:
            sources: list[Any] = [self._asked, self._wake]
            ready, _, _ = select.select(sources, [], [], LOOK_EVERY)
            if self._wake in ready:
                with suppress(BlockingIOError):
                    os.read(self._wake, 4096)
                self._reap()
            if self._asked in ready:
                message = self._asked.recv(LARGEST)
                if not message:
                    break
                request = json.loads(message)
                if self._answer(request):
                    return request  # type: ignore[no-any-return]
        for pid in self._children:
            with suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
        os._exit(0)

    def _answer(self, request: dict[str, Any]) -> bool:
        """Fork; whether this is the copy. Refuse where a file of the author's would have changed what was imported."""
        if self._differs(request):
            self._say({"number": request["number"], "pid": None})
            return False
        server = os.getpid()
        pid = os.fork()
        if pid:
            self._children.add(pid)
            return False
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.setsid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != server:
            os._exit(1)
        self._say({"number": request["number"], "pid": os.getpid()})
        self._asked.close()
        os.close(self._wake)
        os.close(self._waker)
        return True

    def _differs(self, request: dict[str, Any]) -> bool:
        """Whether a folder that Python looks into first has a module of a name that is taken here, or settings are near."""
        if "matplotlib" in self._own and Path(request["cwd"], "matplotlibrc").exists():
            return True
        folders = [request["cwd"], *request["env"].get("PYTHONPATH", "").split(os.pathsep)]
        return any(_shadows(Path(folder), self._own) for folder in filter(None, folders))

    def _reap(self) -> None:
        for pid in list(self._children):
            with suppress(ChildProcessError):
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    self._children.discard(pid)
                    self._say({"ended": pid, "code": os.waitstatus_to_exitcode(status)})

    def _say(self, message: dict[str, Any]) -> None:
        with suppress(OSError):
            self._asked.send(json.dumps(message).encode())


def _prepare(request: dict[str, Any], imposed: dict[str, str]) -> None:
    """Look like a process that was started with the command of the request; `imposed` is what kernels set themselves."""
    log = os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"] | imposed)
    sys.argv = request["argv"]
    if hasattr(threading, "_counter"):
        threading._counter = itertools.count(1).__next__  # noqa: SLF001 - names of threads are counted
    for name in [name for name in sys.modules if name.partition(".")[0] == "book"]:
        del sys.modules[name]


def _filled(libraries: tuple[str, ...], root: str) -> Shelf:
    """A shelf with these libraries; where one is not fit for it, this process starts anew without it."""
    shelf = Shelf()
    path, environment = list(sys.path), dict(os.environ)
    sys.path[:] = [folder for folder in sys.path if folder != root]
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    try:
        shelf.fill(libraries)
    except NotFitError as error:
        given = json.loads(sys.argv[1])
        given["libraries"] = [name for name in libraries if name != error.args[0]]
        os.environ.clear()
        os.environ.update(environment)
        signal.setitimer(signal.ITIMER_REAL, 0)
        os.execv(sys.executable, [sys.executable, sys.orig_argv[1], json.dumps(given)])  # noqa: S606
    sys.path[:] = path
    os.environ.clear()
    os.environ.update(environment)
    return shelf


def _freeze() -> None:
    """Leave what is there out of all later collections, so that copies go on sharing its memory."""
    there = "gc" in sys.modules
    import gc

    gc.collect()
    gc.freeze()
    if not there:
        del sys.modules["gc"]


def _place(module: Any) -> str:
    """The folder that a module or package lies in; empty for what is built in."""
    file = getattr(module, "__file__", None) or ""
    path = Path(file)
    return str(path.parent.parent if path.stem == "__init__" else path.parent) if file else ""


def _shadows(folder: Path, own: dict[str, str]) -> bool:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return False
    for entry in entries:
        name = entry.name.partition(".")[0]
        if name in own and name not in ("book", "__main__") and own[name] != str(folder):
            module = entry.name.endswith((".py", ".pyc", ".so")) and entry.is_file()
            if module or Path(entry.path, "__init__.py").exists():
                return True
    return False
