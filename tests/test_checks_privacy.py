"""Nothing of a machine or its owner gets out unsaid."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from book.checks.editions.final import Final
from book.checks.privacy import machine
from book.checks.privacy.leaks import found_in
from book.checks.privacy.secrets import secrets_in
from book.project import Project
from book.sources.gather import read_thesis
from book.sources.prose import prose_of

KEY = "AKIA" + "Q3EGRZLM7XN2PWVT"
TOKEN = "ghp_" + "a8Kd02LmQx7RzT4vWn5YbC1eF6gH3jU9sP0o"
TAIL = "q7Rk2vXn9Lw4Hs8Tz3Pd6Jm1Yc5Gb0Fu7Ke2"


@pytest.fixture
def final(thesis: Callable[..., Path]) -> Final:
    """A thesis with a page of the site."""
    project = Project(thesis({"one.md": "# One\n\nAda Grasmere measured it.\n"}).resolve())
    sources = read_thesis(project)
    return Final(project, sources, lambda: tuple(prose_of(chapter) for chapter in sources.chapters))


def page(final: Final, body: str) -> list[tuple[str, str]]:
    """Rules and lines that a page with this body gives."""
    from book.checks.privacy.leaks import leaks

    path = final.project.site / "one.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<html><body><article>\n{body}\n</article></body></html>", encoding="utf-8")
    return [(one.rule, f"{one.path}:{one.line}") for one in leaks(final)]


@pytest.mark.parametrize(
    "path",
    [
        "/home/grasmere/thesis/data.csv", "/Users/grasmere/thesis", r"C:\Users\grasmere\data.csv",
        "/tmp/ipykernel_4711/123.py", "/var/folders/zz/abc123_x/T/tmpq8", "/private/var/folders/zz/abc123/T/x",  # noqa: S108
    ],
)  # fmt: skip
def test_local_path_is_named_with_its_line(final: Final, path: str) -> None:
    """A path below somebody's home or in a folder for temporary files is named where it stands, in text and in attributes."""
    assert page(final, f"<pre>File {path}</pre>") == [("local-path", "_build/html/one.html:2")]
    assert page(final, f'<img alt="{path}">') == [("local-path", "_build/html/one.html:2")]


@pytest.mark.parametrize(
    "text",
    [
        "/usr/bin/python and /etc/passwd", "https://example.org/home/grasmere/x", "/home/user/project", "/Users/yourname/x",
        "/home/jovyan/work", "and/or", "data/home/grasmere/x", "/tmp/output.txt",  # noqa: S108
    ],
)  # fmt: skip
def test_path_of_everybody_is_none(final: Final, text: str) -> None:
    """What a text discusses, an address and a path that stands for anybody's are no leaks."""
    assert list(found_in(final, text)) == []


@pytest.mark.parametrize(
    ("typed", "leaks"),
    [
        ("/home/fatima/project/data.csv", False),
        ("/home/adaw/project/data.csv", True),
        ("/home/writerada/project/data.csv", True),
        (r"C:\Users\fatima\AppData\Local\Temp\x", True),
        ("/Users/fatima/miniconda3/lib/x.py", True),
    ],
)
def test_a_path_that_an_author_makes_up_is_none(thesis: Callable[..., Path], typed: str, leaks: bool) -> None:
    """Code that names somebody else's home is an example; below the author's own it is pasted, and what the text names is meant."""
    project = Project(thesis({"one.md": f"# One\n\n```\nopen {typed}\n```\n"}).resolve())
    final = Final(project, read_thesis(project))

    assert page(final, f"<pre>open {typed}</pre>") == [("local-path", "_build/html/one.html:2")] * leaks
    assert page(final, "<p>/home/lee/x</p>") == [("local-path", "_build/html/one.html:2")]


def test_own_folder_is_named(final: Final) -> None:
    """The thesis's own folder is a local path wherever it lies."""
    found = list(found_in(final, f"read {final.project.root}/data.csv"))

    assert found == [("local-path", f"{final.project.root}/data.csv", 1)]


def test_names_of_the_machine(final: Final, monkeypatch: pytest.MonkeyPatch) -> None:
    """User and host are named as whole words, unless the author writes the name himself."""
    monkeypatch.setattr("book.checks.privacy.leaks.names_here", lambda: ("xq-laptop7", "Grasmere"))

    assert list(found_in(final, "Linux xq-laptop7 6.1")) == [("machine-name", "xq-laptop7", 1)]
    assert list(found_in(final, "xq-laptop77 and Grasmere")) == []


def test_common_names_are_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that many machines have tells nothing."""
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    monkeypatch.setattr("socket.gethostname", lambda: "abc")
    machine.names_here.cache_clear()
    found = machine.names_here()
    machine.names_here.cache_clear()

    assert found == ()


@pytest.mark.parametrize(
    "text",
    [
        f"key {KEY}", f"token={TOKEN}", 'password = "h4rdT0Gu3ss"', "postgres://ada:h4rdT0Gu3ss@db.host/x",
        "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7bq9" * 3,
    ],
)  # fmt: skip
def test_secret_is_an_error(final: Final, text: str) -> None:
    """What has the shape of a key, a token or a password is named, and not repeated."""
    assert [rule for rule, _ in page(final, f"<pre>{text}</pre>")] == ["secret"]


@pytest.mark.parametrize(
    ("beginning", "end"),
    [
        ("ghp_", TAIL[:36]), ("github_pat_", TAIL * 2), ("glpat-", TAIL[:20]), ("xoxb-", f"2147483647-2147483648-{TAIL[:24]}"),
        ("xoxp-", f"2147483647-{TAIL}"), ("xapp-", "1-A02K4M6P8R-2147483647-" + "0f9e8d7c" * 8), ("sk-ant-", TAIL), ("sk-proj-", TAIL),
        ("https://hooks.slack.com/", f"services/T0AB4CD8E/B0ZY7XW5V/{TAIL[:24]}"), ("AIza", TAIL[:35]), ("GOCSPX-", TAIL[:28]),
        ("SG.", f"{TAIL[:22]}.{(TAIL * 2)[:43]}"), ("dop_v1_", "0f9e8d7c" * 8), ("npm_", TAIL[:36]), ("hf_", TAIL[:34]), ("pypi-AgE", TAIL * 2),
        ("eyJ", f"hbGciOiJIUzI1.eyJ{TAIL[:20]}.{TAIL}"), ("aws_secret_access_key = '", f"{TAIL[:30]}'"),
        ("-----BEGIN EC PRIVATE KEY-----", f"\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0F9E\n\n{TAIL * 2}"),
    ],
)  # fmt: skip
def test_the_keys_of_many_services_are_known(beginning: str, end: str) -> None:
    """Each kind of key is known by its shape, wherever it stands in a line."""
    assert len(list(secrets_in(f"The key is: {beginning}{end}, and no more."))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE", 'password = "your-password1"', 'password = os.environ["PASSWORD1"]', "risk-averse and task-oriented people",
        "https://user:password@example.org", "-----BEGIN PRIVATE KEY----- and so on", "0" * 40, 'secret = "something"',
    ],
)  # fmt: skip
def test_example_of_a_secret_is_none(text: str) -> None:
    """What only shows how a secret looks is none."""
    assert list(secrets_in(text)) == []
