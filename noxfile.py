"""Everything that is done to this repository, as nox sessions."""

from __future__ import annotations

from pathlib import Path

import nox

nox.needs_version = ">=2024.4.15"
nox.options.sessions = ["tests"]
nox.options.reuse_venv = "yes"
nox.options.default_venv_backend = "virtualenv"

LOCK = "requirements.lock"
READERS = "requirements-readers.lock"
"""With the libraries that read files in code of their own: apart, since some change what others do once they are there."""


def install(session: nox.Session, lock: str = LOCK) -> None:
    """Install what a lock pins, then this package from the work tree."""
    stamp = Path(session.virtualenv.location) / "installed.lock"
    wanted = Path(lock).read_text(encoding="utf-8") + Path("pyproject.toml").read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    session.install("--require-hashes", "-r", lock)
    session.install("--no-deps", "-e", ".")
    stamp.write_text(wanted, encoding="utf-8")


@nox.session
def build(session: nox.Session) -> None:
    """Build the thesis in this repository: the site and the PDF, in `_build`."""
    install(session)
    session.run("thesis", "build", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; what a machine lacks is skipped with its reason."""
    install(session)
    session.run("pytest", "-n", "auto", "--dist", "loadscope", *session.posargs)


@nox.session
def site(session: nox.Session) -> None:
    """Build the thesis in this repository, and have axe and the Nu HTML checker look at every page of its site."""
    install(session)
    session.run("thesis", "build", "--edition", "html")
    session.run(
        "pytest", "-n", "2", "tests/test_site_accessibility.py", "tests/test_site_weight.py", "-k", "whole", *session.posargs, env={"THESIS_SITE": "_build/html"}
    )


@nox.session
def readers(session: nox.Session) -> None:
    """Test that what a run reads is seen, whatever library reads it: polars, pyarrow, duckdb, h5py, netCDF4, rasterio and others."""
    install(session, READERS)
    session.run("pytest", "-n", "auto", "tests/test_tracing.py", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Look at style."""
    install(session)
    session.run("ruff", "check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    install(session)
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Check that every command, option, setting and rule has its place in the docs."""
    install(session)
    session.run("pytest", "tests/test_docs.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure: `nox -s bench -- speed`, or the name of another file in `benchmarks`."""
    install(session)
    name, *arguments = session.posargs or ["speed"]
    session.run("python", f"benchmarks/{name}.py", *arguments)


@nox.session
def mutants(session: nox.Session) -> None:
    """Plant defects and count how many the check finds: `nox -s mutants -- --books DIR ...`; without books, in our own theses."""
    install(session)
    session.run("python", "-m", "benchmarks.mutants", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Pin every dependency by version and hash, for every Python and platform that we support."""
    session.install("uv")
    common = (
        "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
    )  # fmt: skip
    for name, extras in ((LOCK, ("tests", "lint", "dask")), (READERS, ("tests", "readers"))):
        chosen = [word for extra in extras for word in ("--extra", extra)]
        same = ["--constraint", LOCK] if name != LOCK else []
        session.run("uv", "pip", "compile", "pyproject.toml", *chosen, *same, *common, "--output-file", name, *session.posargs)
