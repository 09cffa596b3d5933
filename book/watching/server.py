"""The preview: the site with a script that reloads it, the PDF page by page, and what the last build said.

It listens on this machine alone, and answers no page of another site that a browser has open.
"""

from __future__ import annotations

import asyncio
import json
import threading
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler

from book.diagnostics import Diagnostic
from book.errors import ConfigError
from book.watching.paper import Paper

if TYPE_CHECKING:
    from book.project import Project
    from book.watching.state import Board

HOST = "127.0.0.1"
TEMPLATES = Path(__file__).parent.parent / "templates" / "watch"
SCRIPT = b'<script src="/_preview/client.js" defer></script>'
LISTENING = 1.0
"""Seconds after which a listener that has heard nothing is looked after."""


class Preview:
    """A server in a thread of its own, from `start` to `stop`."""

    def __init__(self, project: Project, board: Board, port: int) -> None:
        try:
            self._sockets = bind_sockets(port, HOST)
        except OSError as error:
            message = f"port {port} cannot be used: {(error.strerror or str(error)).lower()}"
            hint = "give another with '--port', or none for any that is free"
            raise ConfigError([Diagnostic("port-taken", message, "error", hint=hint)]) from None
        self.port = int(self._sockets[0].getsockname()[1])
        self._application = _application(project, board, self.port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="preview", daemon=True)

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{HOST}:{self.port}/"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = HTTPServer(self._application)
        server.add_sockets(self._sockets)
        self._loop.run_forever()
        server.stop()


def _application(project: Project, board: Board, port: int) -> Application:
    paper = Paper(project.edition("pdf"))
    names = {f"{name}:{port}" for name in (HOST, "localhost")}
    common = {"names": names}
    return Application(
        [
            (r"/_preview/events", _Events, {**common, "board": board}),
            (r"/_preview/(client\.js|paper\.js|preview\.css)", _Files, {**common, "path": str(TEMPLATES)}),
            (r"/_preview/paper", _Viewer, common),
            (r"/_preview/pages\.json", _Pages, {**common, "paper": paper}),
            (r"/_preview/pages/(\d+)\.png", _Picture, {**common, "paper": paper}),
            (r"/(thesis\.pdf)", _Files, {**common, "path": str(project.edition("pdf").parent)}),
            (r"/(.*)", _Site, {**common, "path": str(project.site), "default_filename": "index.html"}),
        ],
        log_function=lambda _handler: None,
    )


class _Guarded(RequestHandler):
    """Answers who asks this machine by its own name: a page of another site that resolves to it does not."""

    names: set[str]

    def initialize(self, names: set[str], **more: Any) -> None:
        self.names = names
        for name, value in more.items():
            setattr(self, name, value)

    def prepare(self) -> None:
        if self.request.host not in self.names:
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def write_error(self, status_code: int, **_more: Any) -> None:
        self.finish(f"{status_code}\n")


class _Events(_Guarded):
    """What is so, and from then on whatever changes, as server-sent events."""

    board: Board

    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        known = -1
        try:
            while True:
                state = await asyncio.to_thread(self.board.after, known, LISTENING)
                said = f"data: {json.dumps(state.as_dict())}\n\n" if state.number > known else ": still here\n\n"
                known = state.number
                self.write(said)
                await self.flush()
        except StreamClosedError:
            return


class _Viewer(_Guarded):
    def get(self) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.write((TEMPLATES / "paper.html").read_bytes())


class _Pages(_Guarded):
    paper: Paper

    async def get(self) -> None:
        self.write({"pages": await asyncio.to_thread(self.paper.pages)})


class _Picture(_Guarded):
    paper: Paper

    async def get(self, number: str) -> None:
        width = self.get_argument("width", "900")
        picture = await asyncio.to_thread(self.paper.picture, int(number), int(width) if width.isdecimal() else 900)
        if picture is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", "image/png")
        self.set_header("Cache-Control", "private, max-age=3600")
        self.write(picture)


class _Files(StaticFileHandler):
    """Files as they are on the disk."""

    names: set[str]

    def initialize(self, names: set[str], path: str, default_filename: str | None = None) -> None:  # type: ignore[override]
        self.names = names
        super().initialize(path, default_filename)

    def prepare(self) -> None:
        if self.request.host not in self.names:
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def set_extra_headers(self, _path: str) -> None:
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Content-Type-Options", "nosniff")

    def write_error(self, status_code: int, **_more: Any) -> None:
        missing = status_code == HTTPStatus.NOT_FOUND and self.request.path.endswith(("/", ".html"))
        self.set_header("Content-Type", "text/html; charset=utf-8" if missing else "text/plain; charset=utf-8")
        self.finish((TEMPLATES / "missing.html").read_bytes() if missing else f"{status_code}\n")


def _page(root: Path, path: str) -> bytes | None:
    """A page of the site; None where there is none, or where it lies elsewhere."""
    page = (root / path).resolve()
    return page.read_bytes() if page.is_relative_to(root.resolve()) and page.is_file() else None


class _Site(_Files):
    """Pages of the site, each with the script that reloads it."""

    def compute_etag(self) -> str | None:
        return super().compute_etag() if hasattr(self, "absolute_path") else None

    async def get(self, path: str, include_body: bool = True) -> None:
        path = f"{path}index.html" if path == "" or path.endswith("/") else path
        if not (path.endswith(".html") and include_body):
            await super().get(path, include_body)
            return
        text = _page(Path(self.root), path)
        if text is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        head, end, rest = text.rpartition(b"</body>")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.write(head + SCRIPT + end + rest if end else text + SCRIPT)
