"""Restricted resources: found by hash, replaced by stand-ins that say so, kept out of what is published."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from conftest import NOTEBOOK, Write

from book.workflow import accept, build, check

REAL = "n\n41\n"
LOADER = """\
import json, os, pathlib
from analysis.loading import load
from book import record, table
frame = load("secret", pathlib.Path("data"))
record("secret.sum", int(frame["n"].sum()))
table(frame, label="tab-secret", caption="Secrets")
"""


@pytest.fixture
def secret(thesis: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A thesis whose one resource is restricted."""
    monkeypatch.delenv("THESIS_RESTRICTED", raising=False)
    resource = {
        "name": "secret",
        "description": "A secret",
        "path": "secret.csv",
        "restricted": True,
        "stand-in": "made-up.csv",
        "hash": "sha256:" + hashlib.sha256(REAL.encode()).hexdigest(),
        "schema": {"fields": [{"name": "n", "type": "integer"}]},
    }
    return thesis(
        {
            "_config.yml": "title: T\nauthor: A\nonly_build_toc_files: true\nthesis:\n  data: data/datapackage.json\n  restricted: ../vault\n"
            "  check: {no-lock: {level: off, reason: nothing is accepted here}}\n",
            "data/datapackage.json": json.dumps({"name": "small", "resources": [resource]}),
            "data/made-up.csv": "n\n7\n",
            "one.md": NOTEBOOK
            + f"# One\n\nThe sum is {{finding}}`secret.sum` ({{numref}}`tab-secret`).\n\n```{{code-cell}} python\n{LOADER}```\n",
        }
    )


def published(root: Path) -> bytes:
    return b"".join(
        p.read_bytes() for p in [*(root / "_build" / "html").rglob("*"), root / "_build" / "thesis.pdf"] if p.is_file()
    )


def test_a_value_of_a_stand_in_is_accepted_by_name_alone(secret: Path) -> None:
    """The finding knows that it comes from synthetic data, and the lock takes it from nobody who does not say so."""
    build(secret, editions=["html"])
    left = accept(secret)

    assert (
        left[0]
        == "secret.sum: left as it was, since it was computed from synthetic stand-in data for secret; take it by its name"
    )
    assert not (secret / "findings.lock").exists()
    assert accept(secret, ["secret.sum"])[0] == "secret.sum: 7 (new), computed from synthetic stand-in data for secret"


def test_a_stand_in_says_so_in_every_table(secret: Path) -> None:
    """Without the real file the stand-in is used, the build remarks it, and the table says it."""
    outcome = build(secret)

    assert [(d.rule, d.severity) for d in outcome.diagnostics] == [("data-stand-in", "warning")]
    page = (secret / "_build" / "html" / "one.html").read_text(encoding="utf-8")
    assert "The sum is" in page
    assert "synthetic stand-in data for secret" in page
    assert [d.rule for d in check(secret)] == ["data-stand-in"]


def test_the_real_file_is_found_by_its_hash(secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is called, the author's file is read, its rows run the chapter anew, and no edition carries the file."""
    build(secret)
    monkeypatch.setenv("THESIS_STAND_INS", "of-the-shell")
    (secret.parent / "vault").mkdir()
    (secret.parent / "vault" / "renamed.bin").write_text(REAL, encoding="utf-8")
    (secret / "one.md").write_text((secret / "one.md").read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")

    outcome = build(secret)

    assert (outcome.diagnostics, outcome.executed) == ((), ("one",))
    page = (secret / "_build" / "html" / "one.html").read_text(encoding="utf-8")
    assert "synthetic" not in page
    carried = [path for path in (secret / "_build" / "html").rglob("*secret*.csv") if "made" not in path.parts]

    assert carried == []


def test_another_file_is_not_taken(secret: Path) -> None:
    """A file of the right name and the wrong content is not the resource."""
    (secret.parent / "vault").mkdir()
    (secret.parent / "vault" / "secret.csv").write_text("n\n1\n", encoding="utf-8")

    assert [d.rule for d in build(secret).diagnostics] == ["data-stand-in"]
