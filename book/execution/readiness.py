"""Waiting for a kernel's first answer, and no longer."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_client.asynchronous.client import AsyncKernelClient
    from jupyter_client.manager import AsyncKernelManager

FIRST_WAIT = 0.1
"""Seconds until a kernel is asked again: its outputs may not have been connected when it answered."""
LONGEST_WAIT = 1.0
"""Seconds that lie between two questions at most."""
LOOK_EVERY = 0.004
"""Seconds between two looks at whether a kernel has opened its sockets."""


async def wait_until_ready(manager: AsyncKernelManager, client: AsyncKernelClient, limit: float) -> dict[str, Any]:
    """Connect to a kernel and ask it what it is, until both its answer and its outputs arrive; returns the answer.

    jupyter_client's own way takes at least 0.2 s more: it waits for silence, where the end of an answered question says
    the same. Raises RuntimeError where the kernel died, or did not respond in time.
    """
    deadline = time.monotonic() + limit
    while not _open(manager) and time.monotonic() < deadline and await manager.is_alive():  # noqa: ASYNC110 - a process, no event
        await asyncio.sleep(LOOK_EVERY)
    client.start_channels(hb=False)
    wait = FIRST_WAIT
    while time.monotonic() < deadline:
        answer = await _ask(client, wait)
        if answer is not None:
            return answer
        if not await manager.is_alive():
            raise RuntimeError("kernel died before its first answer")
        wait = min(2 * wait, LONGEST_WAIT)
    raise RuntimeError(f"kernel did not respond in {limit} s")


async def _ask(client: AsyncKernelClient, wait: float) -> dict[str, Any] | None:
    """One question; its answer where outputs arrive too, None where either does not in time."""
    number, until = client.kernel_info(), time.monotonic() + wait
    heard = done = False
    with suppress(Empty):
        while not done:
            said = await client.get_iopub_msg(timeout=max(0.0, until - time.monotonic()))
            heard = True
            own = said["parent_header"].get("msg_id") == number
            done = own and said["content"].get("execution_state") == "idle"
    if not heard:
        return None
    with suppress(Empty):
        while True:
            reply = await client.get_shell_msg(timeout=max(0.0 if not done else 0.05, until - time.monotonic()))
            if reply["msg_type"] == "kernel_info_reply":
                return reply["content"]  # type: ignore[no-any-return]
    return None


def _open(manager: AsyncKernelManager) -> bool:
    """Whether there is something to connect to; a socket that is not there yet costs a tenth of a second."""
    if manager.transport != "ipc":
        return True
    ports = (manager.shell_port, manager.iopub_port, manager.control_port)
    return all(Path(f"{manager.ip}-{port}").exists() for port in ports)
