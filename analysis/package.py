"""The hashes of the data package, kept up to date: `python -m analysis.package`."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING

from analysis.loading import DATA, DESCRIPTOR, describe

if TYPE_CHECKING:
    from pathlib import Path


def rehash(data: Path = DATA) -> list[str]:
    """Bring hash and size of every resource up to date and return the names of those that changed."""
    descriptor = describe(data)
    changed = []
    for resource in descriptor["resources"]:
        body = (data / resource["path"]).read_bytes()
        truth = {"bytes": len(body), "hash": f"sha256:{hashlib.sha256(body).hexdigest()}"}
        if any(resource.get(key) != value for key, value in truth.items()):
            resource.update(truth)
            changed.append(resource["name"])
    if changed:
        _write(data / DESCRIPTOR, json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n")
    return changed


def _write(path: Path, text: str) -> None:
    temporary = path.with_suffix(".part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def main() -> int:
    """Run `python -m analysis.package`: update the hashes and say which resources changed."""
    changed = rehash()
    for name in changed:
        sys.stdout.write(f"analysis/data/{DESCRIPTOR}: hash of '{name}' updated\n")
    if changed:
        sys.stdout.write("  hint: raise the version in it and say what changed in analysis/data/CHANGELOG.md\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
