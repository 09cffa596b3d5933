"""What a kernel finds around it: environment variables, IPython's settings, the order to trace."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from book.project import write

if TYPE_CHECKING:
    from collections.abc import Mapping

IPYTHON_SETTINGS = """\
import importlib.util
import sys

c = get_config()
c.InlineBackend.rc.update({{"svg.hashsalt": "thesis"}})
spec = importlib.util.spec_from_file_location("thesis_tracing", {file!r}, submodule_search_locations=[{folder!r}])
sys.modules["thesis_tracing"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["thesis_tracing"])
c.InteractiveShellApp.extensions = ["thesis_tracing"]
"""
"""Identifiers in matplotlib's SVG are random unless they are salted; what traces a run is loaded by its place, since a kernel's environment need not have this package."""
TRACING = Path(__file__).resolve().parents[1] / "tracing"
"""What traces a run from inside the kernel."""
SHELL_VARIABLES = ("MPLBACKEND", "COLUMNS", "LINES", "PYTHONSTARTUP", "THESIS_STAND_INS", "THESIS_TRACE")
"""Variables of the author's terminal that would change what cells give, or whose values are ours to give."""
OURS = frozenset({"PYTHONPATH", "PYTHONHASHSEED", "SOURCE_DATE_EPOCH", "IPYTHONDIR", "THESIS_RESTRICTED"})
"""Variables that every kernel is given, whatever another machine has."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a kernel finds around it; plain values, so that they can be sent to another machine."""

    root: Path
    """The thesis's root, first on the cells' path."""
    cache: Path
    """Where IPython finds its settings."""
    epoch: int
    """The `SOURCE_DATE_EPOCH` of cells."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that come before this machine's: another machine's, or others than in a build."""

    def environment(self) -> dict[str, str]:
        """Environment variables of a kernel."""
        given = {name: value for name, value in (os.environ | dict(self.variables)).items() if name not in SHELL_VARIABLES}
        path = [str(self.root), *filter(None, given.get("PYTHONPATH", "").split(os.pathsep))]
        return {
            **given,
            "PYTHONPATH": os.pathsep.join(dict.fromkeys(path)),
            "PYTHONHASHSEED": "0",
            "SOURCE_DATE_EPOCH": str(self.epoch),
            "IPYTHONDIR": str(self.cache / "ipython"),
            "THESIS_RESTRICTED": str(self.cache / "restricted"),
            **self.variables,
        }

    def prepare(self) -> None:
        """Write IPython's settings where a kernel will look for them."""
        path = self.cache / "ipython" / "profile_default" / "ipython_kernel_config.py"
        settings = IPYTHON_SETTINGS.format(file=str(TRACING / "__init__.py"), folder=str(TRACING))
        if not path.exists() or path.read_text(encoding="utf-8") != settings:
            write(path, settings)

    def order(self, target: Path, *, network: bool) -> str:
        """What the kernel is to trace, where it is to write that, and whether cells may reach the network."""
        given = {"root": str(self.root), "ours": str(TRACING.parent), "cache": str(self.cache), "target": str(target)}
        return json.dumps({**given, "network": network})


def variable_digest(value: str) -> str:
    """Digest of an environment variable's value, as tracing gives it."""
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:32]
