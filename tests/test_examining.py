"""What `thesis verify ARCHIVE` promises."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from deposits import FILES, repository

from book.archiving.bag import write_bag
from book.archiving.packing import pack
from book.archiving.wheel import write_wheel
from book.cli import thesis
from book.errors import ToolMissingError
from book.examining import Report, sandbox
from book.examining.comparing import close, compare
from book.examining.items import Item, different, same, within
from book.examining.printing import as_html, as_json, as_text
from book.examining.provenance import look_at_bag, look_at_environment, look_at_installed, look_at_sources
from book.examining.running import Limits, rebuild
from book.examining.sandbox import lock_up
from book.examining.standalone import problems_of
from book.examining.unpacking import unpack
from book.workflow import archive, verify_archive

PYTHON = Path(sys.executable)
"""The environment that is here stands for the one that a deposit makes; one test makes that."""


@pytest.fixture(scope="module")
def deposit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the tiny thesis."""
    root = repository(tmp_path_factory.mktemp("deposit") / "thesis", {"requirements.lock": ""})
    return archive(root).path


@pytest.fixture
def bag(deposit: Path, tmp_path: Path) -> Path:
    """The archive, unpacked anew."""
    return unpack(deposit, tmp_path / "unpacked")


@pytest.fixture(scope="module")
def rebuilt(deposit: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the tiny thesis gives when it is built again from its archive."""
    folder = tmp_path_factory.mktemp("rebuilt")
    data = unpack(deposit, folder / "unpacked") / "data"
    shutil.copytree(data / "thesis", folder / "thesis")
    done = rebuild(
        PYTHON,
        folder / "thesis",
        folder / "results",
        ["html", "pdf"],
        {"THESIS_STORE": str(folder / "runs"), "THESIS_COMMIT": json.loads((data / "results/results.json").read_text())["commit"]},
        fresh=False,
    )

    assert done.stopped == ""
    return done.folder


def differing(items: list[Item]) -> list[tuple[str, str]]:
    """Kind and name of everything that differs."""
    return [(one.kind, one.name) for one in items if one.sameness == "different"]


def again(bag: Path) -> None:
    """What somebody does who alters an archive and knows bags: all manifests are made anew."""
    for path in bag.glob("*manifest-*.txt"):
        path.unlink()
    write_bag(
        bag,
        dict(
            line.split(": ", 1)
            for line in (bag / "bag-info.txt").read_text().splitlines()
            if not line.startswith("Payload-Oxum")
        ),
    )


# -- the round trip


def test_a_rebuild_is_the_same_in_everything(bag, rebuilt) -> None:
    """Findings, tables, figures, claims, pages and editions of the rebuild are byte for byte those of the archive."""
    items = compare(bag / "data", rebuilt)

    assert {one.sameness for one in items} == {"same"}
    assert {one.kind for one in items} == {"finding", "table", "figure", "claim", "remark", "page", "edition"}


def test_an_archive_is_verified_from_the_command_line(deposit, tmp_path) -> None:
    """The command says what is the same, that it runs the author's code, and exits with 0; with JSON, it prints one object."""
    told = CliRunner().invoke(
        thesis,
        [
            "verify",
            str(deposit),
            "--python",
            sys.executable,
            "--format",
            "json",
            "--output",
            str(tmp_path / "report.json"),
        ],
    )
    report = json.loads((tmp_path / "report.json").read_text())

    assert (told.exit_code, "runs its author's code" in told.output) == (0, True)
    assert (report["good"], report["summary"]["different"]) == (True, 0)
    assert report["archive"]["title"] == "A small thesis"
    assert report["notes"][-1].startswith(f"archived with Python {platform.python_version()} on ")
    assert report["notes"][-1].endswith(", in no sandbox")


@pytest.mark.parametrize("command", [["verify", "{deposit}"], ["diff"]])
def test_a_report_that_cannot_be_written_is_told_before_building(command, deposit, tmp_path, monkeypatch) -> None:
    """A file that lies where a folder would have to be ends the command before anything is built."""
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("book.workflow.verify_archive", lambda *_, **__: pytest.fail("it was built"))
    monkeypatch.setattr("book.workflow.diff", lambda *_, **__: pytest.fail("it was built"))
    words = [word.format(deposit=deposit) for word in command]
    told = CliRunner().invoke(thesis, [*words, "--output", str(tmp_path / "file" / "report.txt")])

    assert (told.exit_code, "cannot-write" in told.output) == (2, True), told.output


def test_a_report_that_cannot_be_written_after_all_is_printed(tmp_path, monkeypatch) -> None:
    """Hours of work are not lost to a disk that has filled meanwhile."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("book.workflow.diff", lambda *_, **__: "what was found")
    monkeypatch.setattr("book.project.write", full)
    told = CliRunner().invoke(thesis, ["-C", str(tmp_path), "diff", "--output", str(tmp_path / "report.txt")])

    assert (told.exit_code, "what was found" in told.output, "cannot-write" in told.output) == (2, True, True)


@pytest.mark.slow
def test_an_altered_datum_is_found_by_building_again(bag, tmp_path) -> None:
    """Data altered, and every proof in the archive made anew, down to the commit's hash: the rebuild gives other numbers, and each is named."""
    data = bag / "data" / "thesis" / "data" / "trade.csv"
    data.write_text(data.read_text().replace("2.5", "3.5"))
    again(bag)
    pack(bag, tmp_path / "altered.zip", 315_532_800)
    report = verify_archive(tmp_path / "altered.zip", interpreter=PYTHON)
    found = differing(report.items)

    assert not report.good
    assert {
        ("source", "data/trade.csv"),
        ("finding", "trade.mean"),
        ("figure", "fig-trade"),
        ("page", "one.md"),
        ("edition", "html"),
        ("edition", "pdf"),
    } - set(found) == set()
    assert [one for one in found if one[0] == "table cell"] == [("table cell", "tab-trade, row 2 (2015), value")]
    assert any(kind == "remark" and "finding-moved" in name for kind, name in found) or any(
        "finding-moved" in one.after for one in report.items
    )


# -- tampering


def figure_of_results(bag: Path) -> None:
    path = bag / "data" / "results" / "figures" / "fig-trade.svg"
    path.write_text(path.read_text().replace("stroke-width", "stroke-with", 1))


def figure_of_an_edition(bag: Path) -> None:
    path = bag / "data" / "editions" / "html" / "_images" / "fig-trade.svg"
    path.write_text(path.read_text().replace("stroke-width", "stroke-with", 1))


def sentence_of_an_edition(bag: Path) -> None:
    path = bag / "data" / "editions" / "html" / "one.html"
    path.write_text(path.read_text().replace("It rose.", "It fell."))


def script_in_an_edition(bag: Path) -> None:
    path = bag / "data" / "editions" / "html" / "one.html"
    path.write_text(path.read_text().replace("</body>", "<script>steal()</script></body>"))


def file_beside_an_edition(bag: Path) -> None:
    (bag / "data" / "editions" / "html" / "extra.js").write_text("steal()")


def paper(bag: Path) -> None:
    path = bag / "data" / "editions" / "thesis.pdf"
    path.write_bytes(path.read_bytes() + b"\n% more")


def finding(bag: Path) -> None:
    _alter_results(bag, lambda results: results["findings"]["trade.mean"].update(value=2.67, printed="2.67 t"))


def cell(bag: Path) -> None:
    def alter(results: dict) -> None:
        results["tables"]["tab-trade"]["rows"][1][1] = "2.6"
        results["tables"]["tab-trade"]["values"][1][1] = 2.6

    _alter_results(bag, alter)


def claim(bag: Path) -> None:
    _alter_results(bag, lambda results: results["claims"][0].update(holds=False))


def _alter_results(bag: Path, alter) -> None:
    path = bag / "data" / "results" / "results.json"
    results = json.loads(path.read_text())
    alter(results)
    path.write_text(json.dumps(results))


TAMPERED = {
    figure_of_results: ("figure", "fig-trade"),
    figure_of_an_edition: ("file", "html/_images/fig-trade.svg"),
    sentence_of_an_edition: ("page", "one.md"),
    script_in_an_edition: ("page", "one.md"),
    file_beside_an_edition: ("file", "html/extra.js"),
    paper: ("file", "thesis.pdf"),
    cell: ("table cell", "tab-trade, row 2 (2015), value"),
    claim: ("claim", "It rose."),
}
"""What is done to results and editions, and what is said of it."""


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda tamper: tamper.__name__)
def test_tampering_with_what_was_made_is_found(tamper, bag, rebuilt) -> None:
    """An altered figure, number, sentence or page is named, though the bag's manifests are made anew: the rebuild differs."""
    tamper(bag)
    assert differing(look_at_bag(bag)) != []
    again(bag)

    assert differing(look_at_bag(bag)) == []
    assert TAMPERED[tamper] in differing(compare(bag / "data", rebuilt))


def test_a_finding_within_its_tolerance_is_told_so(bag, rebuilt) -> None:
    """A value that differs by less than the finding's tolerance is neither the same nor different; by more, it is different."""
    finding(bag)
    items = {one.name: one for one in compare(bag / "data", rebuilt) if one.kind == "finding"}

    assert (items["trade.mean"].sameness, items["trade.mean"].difference) == (
        "within tolerance",
        "differs by 0.0033, within 0.005",
    )

    _alter_results(bag, lambda results: results["findings"]["trade.mean"].update(value=2.6, printed="2.60 t"))
    assert ("finding", "trade.mean") in differing(compare(bag / "data", rebuilt))


def test_tampering_with_sources_is_found_without_running_anything(bag) -> None:
    """A sentence or the lock, altered in the sources, is named though the manifests are made anew: git's names are not."""
    for name, old, new in (("one.md", "The mean is", "The sum is"), ("findings.lock", "2.66", "2.67")):
        path = bag / "data" / "thesis" / name
        path.write_text(path.read_text().replace(old, new))
    again(bag)

    assert differing([*look_at_bag(bag), *look_at_sources(bag / "data")]) == [
        ("lock", "findings.lock"),
        ("source", "one.md"),
    ]


def test_an_altered_wheel_is_found_without_running_anything(bag) -> None:
    """A wheel that is not the archived one, or that nobody listed, is named; so is a list of requirements that asks for another."""
    folder = bag / "data" / "environment"
    wheel = next((folder / "wheels").glob("thesis_book*"))
    wheel.write_bytes(wheel.read_bytes() + b"more")
    (folder / "wheels" / "evil-1-py3-none-any.whl").write_bytes(b"evil")
    requirements = folder / "requirements.txt"
    requirements.write_text(requirements.read_text() + "evil==1\n")
    again(bag)
    found = differing(list(look_at_environment(bag / "data")))

    assert found == [
        ("environment", "evil"),
        ("environment", f"wheels/{wheel.name}"),
        ("environment", "wheels/evil-1-py3-none-any.whl"),
    ]


def test_a_lock_that_does_not_say_what_is_listed_is_found(bag) -> None:
    """A lock file whose hashes are not those of the environment is named with the distribution."""
    path = bag / "data" / "environment" / "environment.json"
    value = json.loads(path.read_text())
    row = next(one for one in value["distributions"] if one["name"] == "numpy")
    row |= {"locked": "requirements.lock", "hashes": [f"sha256:{'a' * 64}"]}
    path.write_text(json.dumps(value))
    (bag / "data" / "thesis" / "requirements.lock").write_text(f"numpy=={row['version']} --hash=sha256:{'b' * 64}\n")

    assert ("lock", "requirements.lock") in differing(list(look_at_environment(bag / "data")))


@pytest.mark.parametrize(
    "row", [{}, {"name": "numpy"}, {"name": "numpy", "version": "1", "hashes": {"a": 1}}, {"name": 1, "version": 1}, "a"]
)
def test_a_list_of_distributions_of_another_shape_is_a_difference(row, bag) -> None:
    """A row without a name, or with hashes that are none, is said to be unreadable instead of ending the command."""
    path = bag / "data" / "environment" / "environment.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"distributions": [row]}))

    assert differing(list(look_at_environment(bag / "data"))) == [("environment", "environment.json")]


@pytest.mark.parametrize("there", [[], {"numpy": "2"}, {"numpy": ["2"]}, {"numpy": None}])
def test_a_rebuild_that_tells_of_no_environment_is_a_difference(there) -> None:
    """What a rebuild says of its environment is a stranger's word, of whatever shape."""
    listed = {"distributions": [{"name": "numpy", "version": "2"}]}

    assert ("environment", "numpy") in differing(list(look_at_installed(listed, {"distributions": there})))


def test_an_archive_that_is_not_as_it_was_made_is_not_run(deposit, tmp_path) -> None:
    """A file altered with the manifests left as they are stops everything before any code runs."""
    bag = unpack(deposit, tmp_path / "unpacked")
    (bag / "data" / "thesis" / "one.md").write_text(FILES["one.md"].replace("import csv", "open('/tmp/ran', 'w')"))
    pack(bag, tmp_path / "altered.zip", 315_532_800)
    report = verify_archive(tmp_path / "altered.zip", interpreter=Path("/no/such/python"))

    assert ("archive", "data/thesis/one.md") in differing(report.items)
    assert "nothing of it was run" in " ".join(report.notes)


def test_a_bag_that_names_another_commit_is_not_run(bag) -> None:
    """The commit that the report names is that of the sources."""
    info = bag / "bag-info.txt"
    info.write_text(re.sub("External-Identifier: .*", f"External-Identifier: {'0' * 40}", info.read_text()))
    again(bag)
    report = verify_archive(bag, interpreter=PYTHON)

    assert differing(report.items) == [("archive", "bag-info.txt")]
    assert "nothing of it was run" in report.notes[-1]


def test_a_bag_with_files_that_nobody_lists_is_told(bag) -> None:
    """A file that is in no manifest, one that is missing, and one in a manifest that leads out are told."""
    (bag / "data" / "added.txt").write_text("new")
    (bag / "data" / "thesis" / "index.md").unlink()
    manifest = bag / "manifest-sha512.txt"
    manifest.write_text(f"{manifest.read_text()}{'0' * 128}  data/../../../etc/passwd\n")

    assert {(name, said) for name, said in problems_of(bag) if name.startswith("data/")} == {
        ("data/added.txt", "is in no manifest"),
        ("data/thesis/index.md", "is missing"),
        ("data/../../../etc/passwd", "leads out of the archive"),
    }


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1, "findings": []}', '{"version": 99}', "not json"])
def test_results_that_cannot_be_read_are_a_difference(content, bag, rebuilt) -> None:
    """Whatever stands where results should be: it is said, and nothing fails."""
    (bag / "data" / "results" / "results.json").write_text(content)

    assert differing(compare(bag / "data", rebuilt)) == [("archive", "results/results.json")]


def test_numbers_that_hardly_differ() -> None:
    """Only last digits of numbers with a point may differ; whole numbers, words and markup may not."""
    assert close("<p>x = 0.30000000000000004</p>", "<p>x = 0.3</p>")
    assert not close("<p>12 of 30</p>", "<p>13 of 30</p>")
    assert not close("<p>7.2</p>", "<p>7.3</p>")
    assert not close("<p>a</p>", "<p>b</p>")


# -- the report

EVIL = "<script>alert(1)</script>\x1b[2J\u202e"
REPORT = Report(
    "an.zip", "ab" * 32, EVIL, "c" * 40,
    (same("page", "one.md"), different("finding", EVIL, "differs by +1", EVIL, "2"), within("finding", "b", "differs by 1e-12, within 0.005")), (f"a note {EVIL}",),
)  # fmt: skip


def test_the_page_shows_markup_as_text() -> None:
    """Whatever an archive says of itself is text in the examiner's page, which runs nothing and loads nothing."""
    page = as_html(REPORT)

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "default-src 'none'" in page
    assert [letter for letter in "\x1b\u202e" if letter in page] == []
    assert "\\x1b[2J\\u202e" in page
    assert "http" not in page.replace('http-equiv="', "")


def test_text_and_json_say_the_same() -> None:
    """Both name what differs with both values; text plays no tricks on a terminal."""
    text, value = as_text(REPORT), json.loads(as_json(REPORT))

    assert "\x1b" not in text
    assert "1 differ, 1 within tolerance, 1 the same" in text
    assert value["summary"] == {"same": 1, "within tolerance": 1, "different": 1}
    assert (value["good"], Report("a", "", "", "", (), ()).good) == (False, False)


# -- limits and sandbox


def stand_in(tmp_path: Path, body: str) -> Path:
    """A program that takes the place of Python."""
    path = tmp_path / "python"
    path.write_text(f"#!{sys.executable}\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.mark.skipif(os.name == "nt", reason="programs are made otherwise there")
@pytest.mark.parametrize(
    ("body", "limits", "said"),
    [
        ("import time; time.sleep(600)", Limits(seconds=1), "it took more than 1 seconds"),
        ("import time\nheld = bytearray(400_000_000)\ntime.sleep(600)", Limits(memory=200_000_000), "it took more than 0.2 GB of memory"),
        ("import time\nopen('large', 'wb').write(bytes(50_000_000))\ntime.sleep(600)", Limits(output=20_000_000), "it wrote more than 0.0 GB"),
        ("import sys; sys.exit('it is broken')", Limits(), "it is broken"),
    ],
)  # fmt: skip
def test_limits_end_a_rebuild(body, limits, said, tmp_path) -> None:
    """Too long, too large, too much written: the rebuild is ended, and the report says why."""
    (tmp_path / "work").mkdir()
    done = rebuild(
        stand_in(tmp_path, body), tmp_path, tmp_path / "work" / "results", ["html"], {}, fresh=False, limits=limits
    )

    assert done.stopped == said


@pytest.mark.skipif(os.name == "nt", reason="processes are other ones there")
def test_nothing_that_a_rebuild_starts_outlives_it(tmp_path) -> None:
    """A process that it leaves behind is ended with it."""
    body = "import subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\nopen('pid', 'w').write(str(child.pid))\nimport time; time.sleep(600)"
    (tmp_path / "work").mkdir()
    rebuild(
        stand_in(tmp_path, body),
        tmp_path,
        tmp_path / "work" / "results",
        ["html"],
        {},
        fresh=False,
        limits=Limits(seconds=2),
    )
    pid = int((tmp_path / "work" / "pid").read_text())
    state = Path(f"/proc/{pid}/stat")

    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.fixture(params=["bwrap", "unshare"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """One of the two programs that lock up, and no other."""
    monkeypatch.setattr(sandbox, "find_program", lambda name: shutil.which(name) if name == request.param else None)
    return str(request.param)


def locked(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the sandbox; skip where there is none."""
    try:
        around = lock_up(folder)
    except ToolMissingError as error:
        pytest.skip(error.diagnostics[0].message)
    return subprocess.run([*around, *command], capture_output=True, text=True, check=False)


WRITES = """
import pathlib, sys
for name in sys.argv[1:]:
    try:
        pathlib.Path(name, 'written').write_text('x')
        print(name)
    except OSError:
        pass
"""


def test_the_sandbox_writes_into_its_folder_alone(way, tmp_path) -> None:
    """Neither the home folder nor /tmp nor the folder beside can be written, the folder itself can."""
    inside = tmp_path / "inside"
    inside.mkdir()
    done = locked(
        inside,
        sys.executable,
        "-I",
        "-c",
        WRITES,
        str(inside),
        str(tmp_path),
        str(Path.home()),
        tempfile.gettempdir(),
        "/",
        "/dev",
        "/etc",
    )

    assert done.stdout.split() == [str(inside)]
    assert not (tmp_path / "written").exists()


def test_the_sandbox_has_no_network(way, tmp_path) -> None:
    """No address can be reached, not even a server of this machine; processes in it still talk to each other."""
    import socket

    code = (
        "import socket, sys\n"
        "try:\n    socket.create_connection(('127.0.0.1', int(sys.argv[1])), 2); print('reached')\n"
        "except OSError as error: print('not reached')\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname(), 2); print('inside')\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = locked(tmp_path, sys.executable, "-I", "-c", code, str(server.getsockname()[1]))

    assert done.stdout.split("\n")[:2] == ["not reached", "inside"], done.stderr


def test_the_sandbox_cannot_be_undone(way, tmp_path) -> None:
    """What runs in it has no rights left with which it could mount anything back, and sees no process outside."""
    code = (
        "import ctypes, os\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "print(libc.mount(b'none', b'/', None, ctypes.c_ulong(32 | 4096), None), len([n for n in os.listdir('/proc') if n.isdigit()]) < 10)\n"
    )
    done = locked(tmp_path, sys.executable, "-I", "-c", code)

    assert done.stdout.split() == ["-1", "True"], done.stderr


def test_the_sandbox_reaches_no_service(way, tmp_path) -> None:
    """Where services of the machine listen, nothing is to be seen: a container engine would undo the sandbox."""
    done = locked(tmp_path, sys.executable, "-I", "-c", "import os; print(os.listdir('/run') if os.path.isdir('/run') else [])")

    assert done.stdout.strip() == "[]", done.stderr


def test_the_sandbox_talks_to_no_service_elsewhere(way, tmp_path) -> None:
    """A service that listens in some other folder, under the name it was bound to or another, cannot be talked to; one in the sandbox can."""
    import socket

    code = (
        "import os, socket, sys\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n        socket.socket(socket.AF_UNIX).connect(name); print('reached', name)\n"
        "    except OSError: print('not reached')\n"
        "own = socket.socket(socket.AF_UNIX); own.bind('own'); own.listen()\n"
        "socket.socket(socket.AF_UNIX).connect('own'); print('inside')\n"
    )
    (tmp_path / "inside").mkdir()
    with tempfile.TemporaryDirectory() as name, socket.socket(socket.AF_UNIX) as service:
        bound, linked = (str(Path(name) / one) for one in ("a service", "linked"))
        service.bind(bound)
        service.listen()
        os.link(bound, linked)
        around = locked(tmp_path / "inside", "true").args[:-1]
        done = subprocess.run(
            [*around, sys.executable, "-I", "-c", code, bound, linked],
            capture_output=True, text=True, check=False, cwd=tmp_path / "inside",
        )  # fmt: skip

    assert done.stdout.split("\n")[:3] == ["not reached", "not reached", "inside"], done.stderr


def test_a_strangers_build_sees_no_secrets(tmp_path, monkeypatch) -> None:
    """Variables of this process, tokens among them, are not given on."""
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    (tmp_path / "work").mkdir()
    body = "import os, sys; sys.exit(os.environ.get('GITHUB_TOKEN', 'nothing') + ' ' + os.environ['GIVEN'])"
    done = rebuild(stand_in(tmp_path, body), tmp_path, tmp_path / "work" / "results", ["html"], {"GIVEN": "given"}, fresh=True)

    assert done.stopped == "nothing given"


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes with names")
def test_what_is_no_file_is_not_read(bag, rebuilt) -> None:
    """A pipe where results should be, or a link that leads out, does not hold anybody up."""
    index = bag / "data" / "editions" / "html" / "index.html"
    index.unlink()
    os.mkfifo(index)
    (bag / "data" / "editions" / "html" / "extra.html").symlink_to("/etc/passwd")

    assert ("page", "index.md") in differing(compare(bag / "data", rebuilt))

    results = bag / "data" / "results" / "results.json"
    results.unlink()
    os.mkfifo(results)
    assert differing(compare(bag / "data", rebuilt)) == [("archive", "results/results.json")]


@pytest.mark.parametrize("alter", [{"findings": {"a": 1}}, {"tables": {"a": []}}, {"claims": [1]}, {"editions": {"../..": {"x": 1}}}, {"text": {"a": 1}}])
def test_results_of_another_shape_are_a_difference(alter, bag, rebuilt) -> None:
    """Whatever a stranger puts into the results: it is a difference, and no crash."""
    _alter_results(bag, lambda results: results.update(alter))

    assert differing(compare(bag / "data", rebuilt)) != []


def test_a_system_without_a_sandbox_is_told(tmp_path, monkeypatch) -> None:
    """Without bubblewrap and unshare, nothing is run, and the hint says what to install."""
    monkeypatch.setattr(sandbox, "find_program", lambda _name: None)
    with pytest.raises(ToolMissingError) as caught:
        lock_up(tmp_path)

    assert (caught.value.exit_code, caught.value.diagnostics[0].rule) == (4, "sandbox-missing")
    assert "bubblewrap" in caught.value.diagnostics[0].hint


def test_a_sandbox_that_holds_nothing_is_refused(tmp_path, monkeypatch) -> None:
    """A program that only pretends to lock up is found out before anything runs in it."""
    fake = stand_in(
        tmp_path, "import os, sys\nos.execv(sys.argv[sys.argv.index('--') + 1], sys.argv[sys.argv.index('--') + 1:])"
    )
    monkeypatch.setattr(sandbox, "find_program", lambda name: str(fake) if name == "bwrap" else None)
    with pytest.raises(ToolMissingError) as caught:
        lock_up(tmp_path / "inside")

    assert "can be written" in caught.value.diagnostics[0].message


@pytest.mark.slow
def test_an_archive_is_built_in_the_sandbox(deposit, tmp_path) -> None:
    """Locked up, the tiny thesis gives the same; kernels, Sphinx, pandoc and Typst need nothing that is forbidden."""
    locked(tmp_path, "true")
    report = verify_archive(deposit, interpreter=PYTHON, sandbox=True)

    assert report.good, as_text(report)


# -- with nothing but Python


@pytest.mark.slow
def test_an_archive_verifies_itself(tmp_path) -> None:
    """With wheels on board, `python verify.py` makes an environment without network, builds there, and finds everything the same."""
    root = repository(tmp_path / "thesis")
    made = CliRunner().invoke(
        thesis, ["-C", str(root), "archive", "--with-wheels", "--output", str(tmp_path / "a.zip")]
    )
    if "wheels-missing" in made.output:
        pytest.skip("pip cannot get wheels here")
    assert made.exit_code == 0, made.output
    bag = unpack(tmp_path / "a.zip", tmp_path / "unpacked")
    variables = {
        "PATH": os.environ["PATH"],
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_NO_INDEX": "1",
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-I", str(bag / "verify.py")], capture_output=True, text=True, check=False, env=variables
    )

    assert (done.returncode, "nothing differs" in done.stdout) == (0, True), done.stdout + done.stderr


def test_our_wheel_is_rebuilt_the_same(bag, tmp_path) -> None:
    """The wheel in an archive is the one that this installation gives: a reader can compare."""
    from importlib import metadata

    inside = next((bag / "data" / "environment" / "wheels").glob("thesis_book*"))

    assert write_wheel(metadata.distribution("thesis-book"), tmp_path, 315_532_800).read_bytes() == inside.read_bytes()
