"""The command line: the only place that prints and exits."""

from __future__ import annotations

import gc
import shlex
import signal
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from book import errors
from book.diagnostics import Diagnostic, Verdict, as_json, as_text
from book.diagnostics import errors as failed
from book.editions.register import NAMES, USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from book.archiving import Deposit
    from book.examining import Report
    from book.publishing.publish import Publication
    from book.workflow import Outcome


T = TypeVar("T")

SELDOM = (1_000_000, 20, 100)
"""When Python looks for garbage: what a command makes, trees of many thousands of nodes, lives until it ends."""


of_editions = click.option(
    "--edition",
    "editions",
    multiple=True,
    type=click.Choice(NAMES),
    help=f"Edition to make; may be given again. {' and '.join(USUAL)} by default.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="The thesis's folder; this one by default.",
)
@click.version_option(package_name="thesis-book", prog_name="thesis")
@click.pass_context
def thesis(context: click.Context, directory: Path) -> None:
    """Build a thesis whose tables, figures, numbers and conclusions are computed from its data."""
    context.obj = directory


@thesis.command()
@of_editions
@click.option(
    "--chapter",
    default="",
    metavar="NAME",
    help="Make the editions of this chapter alone, with its numbers as in the whole.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=0),
    default=0,
    help="Chapters whose cells run at once; one a processor by default.",
)
@click.option(
    "--executor",
    default="local",
    metavar="local|dask://HOST:PORT",
    help="Where cells run: on this machine, or on the workers of a Dask cluster.",
)
@click.option(
    "--draft",
    is_flag=True,
    help="Mark failing cells and missing inputs instead of stopping, with 'draft' on every page.",
)
@click.option("--strict", is_flag=True, help="Keep the last good editions if anything is wrong.")
@click.option("--pinned", is_flag=True, help="Run pinned chapters too where they are stale.")
@click.option("--quiet", is_flag=True, help="Print remarks alone.")
@click.pass_obj
def build(
    root: Path, *, editions: tuple[str, ...], chapter: str, jobs: int, executor: str, draft: bool, strict: bool, pinned: bool, quiet: bool,
) -> None:
    """Run what is stale and write the editions."""
    from book.workflow import build as build_thesis

    def run() -> Outcome:
        from book.execution.progress import Progress

        return build_thesis(
            root, editions=editions or USUAL, jobs=jobs, draft=draft, strict=strict, pinned=pinned, progress=Progress(quiet=quiet),
            executor=executor, chapter=chapter,
        )  # fmt: skip

    outcome = _guard(run)
    _remark(outcome.diagnostics)
    if not quiet:
        for line in _told(outcome, root):
            click.echo(line)
    sys.exit(outcome.exit_code)


@thesis.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    help="How remarks are printed; SARIF is what GitHub and editors read.",
)
@click.option(
    "--rule", "rules", multiple=True, metavar="NAME", help="Rule to report; may be given again. All by default."
)
@click.pass_obj
def check(root: Path, *, form: str, rules: tuple[str, ...]) -> None:
    """Say where text, citations, figures, numbers and data have drifted apart. Runs no cell."""
    from book.lookup import unknown_rule
    from book.workflow import verdict

    strange = [remark for rule in rules if (remark := unknown_rule(rule))]
    if strange:
        _fail(strange, errors.MISCONFIGURED)
    try:
        found = _run(lambda: verdict(root))
        code = None
    except errors.ThesisError as error:
        found, code = Verdict(error.diagnostics), error.exit_code
    listed = Verdict(
        tuple(one for one in found.diagnostics if not rules or one.rule in rules),
        tuple(one for one in found.silenced if not rules or one.diagnostic.rule in rules),
    )
    code = code if code is not None else errors.DIAGNOSED if failed(listed.diagnostics) else errors.GOOD
    click.echo(_printed(listed, form, root, code))
    sys.exit(code)


def _printed(verdict: Verdict, form: str, root: Path, code: int) -> str:
    """What `thesis check` says, in the form that was asked for."""
    if form == "sarif":
        from book.sarif import as_sarif

        return as_sarif(verdict, root, exit_code=code)
    if form == "json":
        return as_json(verdict.diagnostics, verdict.silenced)
    good = "" if verdict.diagnostics else "nothing has drifted apart\n"
    return (good + as_text(verdict.diagnostics, verdict.silenced)).rstrip("\n")


@thesis.command()
@of_editions
@click.option(
    "--port", type=click.IntRange(min=0, max=65_535), default=0, help="Port of the preview; any that is free by default."
)
@click.option("--open", "opened", is_flag=True, help="Open the preview in the browser.")
@click.pass_obj
def watch(root: Path, *, editions: tuple[str, ...], port: int, opened: bool) -> None:
    """Build on every save, with a live preview of site and PDF; Ctrl-C ends it."""
    from book.watching.watch import watch as watch_thesis

    def ready(address: str) -> None:
        click.echo(f"preview: {address} (PDF: {address}_preview/paper)")
        if opened:
            click.launch(address)

    _guard(lambda: watch_thesis(root, editions=editions or USUAL, port=port, told=_tell, ready=ready))


def _tell(outcome: Outcome | errors.ThesisError) -> None:
    """One build of a watch, in as few lines as there are remarks."""
    _remark(outcome.diagnostics)
    if isinstance(outcome, errors.ThesisError):
        click.echo("stopped: the last editions stand")
    elif outcome.unchanged:
        click.echo("nothing has changed")
    else:
        ran = f"; cells of {', '.join(outcome.executed)} ran" if outcome.executed else ""
        click.echo(f"built{ran}")


@thesis.command()
@click.argument("chapter", required=False)
@click.pass_obj
def why(root: Path, chapter: str | None) -> None:
    """Say what would run, and why."""
    from book.workflow import why as why_stale

    reasons = _guard(lambda: why_stale(root))
    for docname, said in reasons.items():
        if chapter in (None, docname, Path(docname).name):
            click.echo(f"{docname}: {', '.join(said) if said else 'up to date'}")
    if chapter and not any(chapter in (docname, Path(docname).name) for docname in reasons):
        _fail(
            [
                Diagnostic(
                    "unknown-chapter",
                    f"no chapter with cells is called '{chapter}'",
                    hint=f"chapters with cells: {', '.join(reasons) or 'none'}",
                )
            ],
            errors.MISCONFIGURED,
        )


@thesis.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How findings are printed.")
@click.pass_obj
def findings(root: Path, *, form: str) -> None:
    """List every finding: its value, where it comes from, where it is used, what claims rest on it. Runs no cell."""
    from book.workflow import findings as list_findings

    click.echo(_guard(lambda: list_findings(root, form)))


@thesis.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How counts are printed.")
@click.pass_obj
def words(root: Path, *, form: str) -> None:
    """Count the words of each part and in all. Runs no cell."""
    from book.workflow import words as count_words

    click.echo(_guard(lambda: count_words(root, form)))


@thesis.command()
@click.argument("file", metavar="FILE.docx", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How comments are printed.")
@click.pass_obj
def comments(root: Path, *, file: Path, form: str) -> None:
    """List the comments and tracked changes of a Word file that came back, each with its place in the sources."""
    from book.workflow import comments as list_comments

    click.echo(_guard(lambda: list_comments(root, file, form)))


@thesis.command()
@click.argument("revision", metavar="[REV]", default="HEAD")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    help="How changes are shown; html writes one self-contained page.",
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write there instead of printing."
)
@click.pass_obj
def diff(root: Path, *, revision: str, form: str, output: Path | None) -> None:
    """Say what has changed since a revision: findings, claims, tables, figures, citations, text."""
    from book.workflow import diff as compare_thesis

    path = output or (root.resolve() / "_build" / "diff.html" if form == "html" else None)

    def run() -> str:
        from book.execution.progress import Progress

        if output:
            _try_to_write(output)
        return compare_thesis(root, revision, form, progress=Progress(quiet=form != "html"))

    _tell_or_write(_guard(run), path, root)


@thesis.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--run",
    "runs",
    multiple=True,
    metavar="CHAPTER",
    help="Keep this chapter's last run in the thesis, for 'thesis: execution: pinned'; may be given again.",
)
@click.pass_obj
def accept(root: Path, *, names: tuple[str, ...], runs: tuple[str, ...]) -> None:
    """Take regenerated values into `findings.lock`, all or those named (`h3.*`). Runs no cell.

    The lock lies beside `_config.yml`, outside of `_build`: look through what changed, and commit it.
    """
    from book.workflow import accept as accept_findings

    for line in _guard(lambda: accept_findings(root, names, runs=runs)):
        click.echo(line)


@thesis.command()
@of_editions
@click.option("--with-wheels", "wheels", is_flag=True, help="Carry every distribution as a wheel, so that it rebuilds without network.")
@click.option(
    "--allow", "allowed", multiple=True, metavar="NAME", help="Archive in spite of what is refused by this name; the archive records it; may be given again."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The archive; in `_build` by default.")
@click.option("--quiet", is_flag=True, help="Print remarks alone.")
@click.pass_obj
def archive(root: Path, *, editions: tuple[str, ...], wheels: bool, allowed: tuple[str, ...], output: Path | None, quiet: bool) -> None:
    """Pack a deposit: sources, data, environment, editions and results in one bag that an examiner can build again.

    What is packed is built from what git knows, in a folder of its own. Nothing is packed that has uncommitted changes or fails the check.
    """
    from book.archiving import ALLOWED
    from book.workflow import archive as archive_thesis

    for name in allowed:
        if name not in ALLOWED:
            raise click.BadParameter(f"'{name}' is no reason to refuse an archive; reasons are: {', '.join(ALLOWED)}", param_hint="--allow")

    def run() -> Deposit:
        from book.execution.progress import Progress

        target = output.resolve() if output else None
        return archive_thesis(root, target=target, editions=editions or USUAL, wheels=wheels, allowed=allowed, progress=Progress(quiet=quiet))

    made = _guard(run)
    _remark(made.allowed)
    if not quiet:
        for path in made.withheld:
            click.echo(f"left out: {path}")
        click.echo(f"archive: {_near(made.path, root)}")
        click.echo(f"sha256: {made.sha256}")


@thesis.command()
@click.argument("archive", required=False, metavar="[ARCHIVE]", type=click.Path(exists=True, path_type=Path))
@click.option("--twice", is_flag=True, help="Build this thesis twice under different conditions and compare what cells and editions give.")
@of_editions
@click.option("--sandbox", is_flag=True, help="Build the archive without network, able to write into its own folder alone (Linux).")
@click.option("--python", "interpreter", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Build with this interpreter's environment instead of a fresh one.")
@click.option("--time", "seconds", type=click.IntRange(min=1), metavar="SECONDS", help="Longest time that the build may take; four hours in the sandbox by default.")
@click.option("--memory", type=click.FloatRange(min=0.1), metavar="GB", help="Most memory that it may hold; 8 in the sandbox by default.")
@click.option("--disk", type=click.FloatRange(min=0.1), metavar="GB", help="Most that it may write; 10 in the sandbox by default.")
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", help="How the report on an archive is shown; html is one page for an examiner.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the report there instead of printing it.")
@click.option("--quiet", is_flag=True, help="Print what differs alone.")
@click.pass_obj
def verify(
    root: Path, *, archive: Path | None, twice: bool, editions: tuple[str, ...], sandbox: bool, interpreter: Path | None, seconds: int | None, memory: float | None,
    disk: float | None, form: str, output: Path | None, quiet: bool,
) -> None:  # fmt: skip
    """Build an archive again and say what differs; or, with --twice, say what this thesis gives otherwise when it is built again.

    Building somebody's archive runs their code: look at what you have, or use --sandbox.
    """
    if (archive is None) is not twice:
        raise click.UsageError("say what to verify: an archive, or --twice for this thesis")
    if archive is None:
        _verify_twice(root, editions, quiet=quiet)
    from book.examining.printing import as_html, as_json
    from book.examining.printing import as_text as as_report

    path = output or (Path("verified.html") if form == "html" else None)
    if path:
        _guard(lambda: _try_to_write(path))
    if not quiet and not sandbox:
        click.echo("this builds the archive, which runs its author's code; '--sandbox' locks it up", err=True)
    report = _guard(lambda: _examined(archive, interpreter, sandbox=sandbox, limits=(seconds, memory, disk), quiet=quiet))
    _tell_or_write({"json": as_json, "html": as_html, "text": as_report}[form](report), path, root)
    sys.exit(errors.GOOD if report.good else errors.DIAGNOSED)


def _examined(
    archive: Path, interpreter: Path | None, *, sandbox: bool, limits: tuple[int | None, float | None, float | None], quiet: bool
) -> Report:
    from book.examining import SANDBOXED
    from book.examining.running import Limits
    from book.execution.progress import Progress
    from book.workflow import verify_archive

    usual = SANDBOXED if sandbox else Limits()
    seconds, memory, disk = limits
    asked = Limits(
        seconds or usual.seconds,
        int(memory * 1e9) if memory else usual.memory,
        int(disk * 1e9) if disk else usual.output,
    )
    # an interpreter of an environment is often a link to another one, which knows nothing of it
    python = interpreter.absolute() if interpreter else None
    return verify_archive(archive, interpreter=python, sandbox=sandbox, limits=asked, progress=Progress(quiet=quiet))


def _verify_twice(root: Path, editions: tuple[str, ...], *, quiet: bool) -> NoReturn:
    from book.workflow import verify as verify_thesis

    asked = editions or NAMES

    def run() -> tuple[Verdict, int]:
        from book.execution.progress import Progress

        return verify_thesis(root, editions=asked, progress=Progress(quiet=quiet))

    verdict, ran = _guard(run)
    if verdict.diagnostics or verdict.silenced:
        click.echo(as_text(verdict.diagnostics, verdict.silenced).rstrip("\n"))
    elif not quiet:
        click.echo(f"the cells of {ran} chapter{'' if ran == 1 else 's'} give the same when they run again, and every file of {', '.join(asked)} the same bytes")
    sys.exit(errors.DIAGNOSED if failed(verdict.diagnostics) else errors.GOOD)


@thesis.command()
@click.argument("to", required=False, default="", metavar="[TO]")
@click.option("--as", "name", default="", metavar="VERSION", help="Name of the edition, such as v1.0; a tag of the commit by default.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--allow",
    multiple=True,
    metavar="REASON",
    help="Publish although this stands against it, and say so in the edition; may be given again.",
)
@click.option("--quiet", is_flag=True, help="Print remarks alone.")
@click.pass_obj
def publish(root: Path, *, to: str, name: str, allow: tuple[str, ...], dry: bool, quiet: bool) -> None:
    """Build, check, and publish the site as a permanent edition: to a git remote, a folder or a zip file."""
    from book.publishing.reasons import REASONS
    from book.workflow import publish as publish_thesis

    strange = [one for one in allow if one not in REASONS]
    if strange:
        raise click.UsageError(f"'{strange[0]}' is nothing that can be allowed; reasons are: {', '.join(REASONS)}")

    def run() -> Publication:
        from book.execution.progress import Progress

        return publish_thesis(root, to=to, name=name, allow=allow, dry=dry, progress=Progress(quiet=quiet))

    done = _guard(run)
    against = [reason.refusal() for reason in done.reasons if reason.name not in allow]
    _remark(against)
    if not quiet:
        from book.publishing.telling import told

        for line in told(done, dry=dry):
            click.echo(line)
    sys.exit(errors.DIAGNOSED if against else errors.GOOD)


@thesis.command()
@click.option("--runs", is_flag=True, help="Delete the store of runs alone, also one that is shared.")
@click.option(
    "--older",
    type=click.IntRange(min=0),
    default=0,
    metavar="DAYS",
    help="Delete only runs that nobody has used for so many days.",
)
@click.pass_obj
def clean(root: Path, *, runs: bool, older: int) -> None:
    """Delete `_build`: editions, and the store of runs unless it is shared."""
    from book.workflow import clean as clean_thesis

    click.echo(_guard(lambda: clean_thesis(root, runs=runs, older=older)))


@thesis.command()
def doctor() -> None:
    """Say what is installed and what is missing, and how to get it."""
    from book.doctor import examine

    for line in examine():
        click.echo(line)


@thesis.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Start a new thesis that builds at once."""
    from book.newcomer import start

    for path in _guard(lambda: start(folder)):
        click.echo(f"wrote {path.as_posix()}")
    here = folder.resolve() == Path.cwd()
    click.echo("now: thesis build" if here else f"now: thesis -C {shlex.quote(folder.as_posix())} build")


def _told(outcome: Outcome, root: Path) -> list[str]:
    """What a build did, in a line or two."""
    if outcome.unchanged:
        return ["nothing has changed"]
    if outcome.kept:
        return ["there are errors: the last editions were kept"]
    return [f"{name}: {_near(path, root)}" for name, path in outcome.editions.items()]


def _near(path: Path, root: Path) -> str:
    """A path as one would type it here."""
    for base in (Path.cwd(), root.resolve()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.as_posix()


def _try_to_write(path: Path) -> None:
    """Find out before hours of work whether their result can be written."""
    import tempfile

    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.resolve().parent, prefix=".thesis-"):
            pass
    except OSError as error:
        raise errors.ThesisError([_cannot_write(path, error)]) from None


def _tell_or_write(said: str, path: Path | None, root: Path) -> None:
    """Print what a command has found, or write it there and print the path; what cannot be written is printed."""
    from book.project import write

    if path is None:
        click.echo(said)
        return
    try:
        write(path.resolve(), said + "\n")
    except OSError as error:
        click.echo(said)
        _fail([_cannot_write(path, error)], errors.MISCONFIGURED)
    click.echo(_near(path.resolve(), root))


def _cannot_write(path: Path, error: OSError) -> Diagnostic:
    hint = "let '--output' name a file in a folder that you may write into, on a disk that has space"
    return Diagnostic("cannot-write", f"'{path}' cannot be written: {error.strerror or error}", "error", hint=hint)


def _remark(found: Sequence[Diagnostic]) -> None:
    if found:
        click.echo(as_text(found), err=True)
        wrong = len(failed(found))
        click.echo(
            f"{wrong} error{'' if wrong == 1 else 's'}, {len(found) - wrong} warning{'' if len(found) - wrong == 1 else 's'}",
            err=True,
        )


def _guard(run: Callable[[], T]) -> T:
    """Run a command's work; say what stopped it and exit with its code."""
    try:
        return _run(run)
    except errors.ThesisError as error:
        _fail(error.diagnostics, error.exit_code)


def _run(run: Callable[[], T]) -> T:
    """Run a command's work, interrupted or not."""
    try:
        return run()
    except errors.ThesisError:
        raise
    except Exception as error:
        raise _unexpected(error) from error
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(errors.INTERRUPTED)


def _unexpected(error: Exception) -> errors.ThesisError:
    """A mistake of ours in words; its traceback goes to a file, for whoever mends it."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="thesis-", suffix=".txt", delete=False, encoding="utf-8") as stream:
        traceback.print_exception(error, file=stream)
    said = " ".join(f"{type(error).__name__}: {error}".split())
    hint = f"this is a mistake in thesis or in an extension; please report it with {stream.name}"
    return errors.ThesisError([Diagnostic("unexpected-error", f"the command cannot go on: {said}", hint=hint)])


def _fail(found: Sequence[Diagnostic], code: int) -> NoReturn:
    _remark(found)
    sys.exit(code)


def _interrupted(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; a polite request to end is taken like Ctrl-C, so that no kernel is left behind."""
    signal.signal(signal.SIGTERM, _interrupted)
    if not sys.warnoptions:  # what libraries tell programmers is not for authors
        warnings.simplefilter("ignore")
    gc.set_threshold(*SELDOM)
    try:
        sys.exit(thesis.main(prog_name="thesis", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(errors.INTERRUPTED)
    finally:
        gc.freeze()  # taking the trees apart, only to end, would take half a second
