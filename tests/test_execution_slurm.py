"""What the documented way to a cluster with SLURM promises: its words are run as they stand, with programs that play SLURM on this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from running import markdown, printed, run, why, write

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("dask_jobqueue", reason="dask-jobqueue is not installed: pip install dask-jobqueue")

ROOT = Path(__file__).resolve().parents[1]
SBATCH = """\
#!/bin/sh
# Takes a job's script, runs it in a session of its own as a node would, and says its number.
number=$$
cp "$1" "$JOBS/$number.script"
mkdir -p "$JOBS/$number.tmp"
SLURM_JOB_ID=$number TMPDIR="$JOBS/$number.tmp" setsid sh "$JOBS/$number.script" >"$JOBS/$number.log" 2>&1 </dev/null &
echo $! >"$JOBS/$number.pid"
echo "Submitted batch job $number"
"""
SCANCEL = """\
#!/bin/sh
# Ends jobs with all that they started.
for number in "$@"; do echo cancelled >"$JOBS/$number.end"; kill -TERM -- "-$(cat "$JOBS/$number.pid")" 2>/dev/null; done
true
"""
SQUEUE = """\
#!/bin/sh
for pid in "$JOBS"/*.pid; do kill -0 "$(cat "$pid")" 2>/dev/null && basename "$pid" .pid; done
true
"""


def recipe() -> str:
    """The script of the docs, for two jobs and whatever port is free."""
    (text,) = re.findall(
        r"```python\n(from dask_jobqueue.*?)```", (ROOT / "docs/running.md").read_text(encoding="utf-8"), re.DOTALL
    )
    for documented, here in (('{"port": 8786}', '{"port": 0, "host": "127.0.0.1"}'), ("jobs=10", "jobs=2")):
        assert documented in text
        text = text.replace(documented, here)
    return text


@pytest.fixture
def jobs(tmp_path, monkeypatch) -> Iterator[Path]:
    """Where the jobs of a cluster without SLURM are noted; none is left behind."""
    programs, found = tmp_path / "bin", tmp_path / "jobs"
    found.mkdir()
    write(programs, {"sbatch": SBATCH, "scancel": SCANCEL, "squeue": SQUEUE})
    for path in programs.iterdir():
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("JOBS", str(found))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]))
    yield found
    for path in found.glob("*.pid"):
        for process in members(int(path.read_text())):
            process.kill()


def members(group: int) -> list[psutil.Process]:
    """Processes of a session that live."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (OSError, psutil.Error):
            continue
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="batch systems run on Linux")
def test_the_documented_script_gives_workers_that_build_a_thesis(tmp_path, jobs) -> None:
    """Jobs ask SLURM for what the script says, chapters run in them, and Enter ends them all."""
    cell = "import os\nprint(os.environ.get('SLURM_JOB_ID', 'none'))"
    root = write(
        tmp_path / "t",
        {
            "_config.yml": "",
            "one.md": markdown("print(6 * 7)"),
            **{f"c{n}.md": markdown(f"# {n}\n{cell}") for n in range(3)},
        },
    )
    script = tmp_path / "cluster.py"
    script.write_text(recipe(), encoding="utf-8")
    with (tmp_path / "said").open("w+", encoding="utf-8") as said:
        session = subprocess.Popen(
            [sys.executable, "-u", str(script)],
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=tmp_path,
        )
        try:
            runs = run(root, executor=address(Path(said.name), session))
            scripts = {path.stem: path.read_text() for path in jobs.glob("*.script")}
        finally:
            session.communicate(b"\n", timeout=60)

    assert printed(runs, "one") == "42\n"
    assert {printed(runs, f"c{n}").strip() for n in range(3)} <= {*scripts}
    assert [re.findall(r"#SBATCH (.+)", asked)[1:] for asked in scripts.values()] == 2 * [
        ["-p normal", "-A my-project", "-n 1", "--cpus-per-task=1", "--mem=8G", "-t 04:00:00"]
    ]
    assert {path.stem for path in jobs.glob("*.end")} == {*scripts}
    assert all(gone(int(path.read_text())) for path in jobs.glob("*.pid"))
    assert sorted(why(root)) == ["c0", "c1", "c2"]  # their cells asked which job they run in


def address(said: Path, session: subprocess.Popen[bytes], seconds: float = 120) -> str:
    """The executor that the script names once a worker is there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and session.poll() is None:
        found = re.search(r"thesis build --executor (dask://\S+:\d+)", said.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.1)
    pytest.fail(said.read_text(encoding="utf-8"))


def gone(group: int, seconds: float = 30) -> bool:
    """Whether all of a job has ended, or ends soon."""
    until = time.monotonic() + seconds
    while members(group) and time.monotonic() < until:
        time.sleep(0.1)
    return not members(group)
