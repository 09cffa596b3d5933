"""A kernel's start through jupyter_client's own door, as a copy of a process that is warm."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from book.execution.warm.forkserver import ForkedProcess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_client.manager import AsyncKernelManager

    from book.execution.warm.forkserver import Forkserver

COMMAND = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
"""How a kernel is started that a copy of the process can stand for."""
LOOK_EVERY, LOOKED_AT_CLOSELY = 0.004, 0.5
"""Seconds between two looks at whether a kernel has ended, and for how long."""


class WarmProvisioner(LocalProvisioner):  # type: ignore[misc]
    """Starts a kernel as a copy of a process that is warm, or else in the usual way."""

    forkserver: Forkserver
    log_path: str

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel that a command stands for."""
        env = {**kwargs["env"], "JPY_PARENT_PID": str(os.getpid())}
        process = self.forkserver.fork(_argv(cmd), kwargs["cwd"], env, self.log_path)
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process
        self.pid = self.pgid = process.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info

    async def shutdown_requested(self, restart: bool = False) -> None:  # noqa: ARG002 - jupyter_client's own
        """Wait a little for a kernel that was asked to end; jupyter_client itself looks every tenth of a second."""
        until = time.monotonic() + LOOKED_AT_CLOSELY
        while (  # noqa: ASYNC110 - a process, no event
            isinstance(self.process, ForkedProcess) and self.process.poll() is None and time.monotonic() < until
        ):
            await asyncio.sleep(LOOK_EVERY)


def can_be_forked(manager: AsyncKernelManager) -> bool:
    """Whether a kernel is ours: this very Python, started as ipykernel starts it, with nothing of its own around it."""
    spec = manager.kernel_spec
    program, *rest = spec.argv
    ours = program in ("python", "python3", f"python3.{sys.version_info[1]}", sys.executable)
    return ours and rest == COMMAND and not spec.env


def _argv(cmd: Sequence[str]) -> list[str]:
    """What `sys.argv` holds in a kernel that was started by a command."""
    found = find_spec("ipykernel_launcher")
    return [str(found.origin if found else cmd[2]), *cmd[3:]]
