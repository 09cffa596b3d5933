"""`pytest --thesis`: one test a rule. Every run of pytest imports this file, so it imports nothing heavy."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.diagnostics import Diagnostic, Verdict

OTHERS = "sphinx-warnings"
"""The test of all rules that have no entry in the register: warnings of Sphinx and of extensions."""


class DriftedApartError(Exception):
    """The remarks of one rule, as an author reads them."""


class ThesisWarning(pytest.PytestWarning):
    """A remark that is no error."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--thesis` alone means pytest's own root."""
    group = parser.getgroup("thesis")
    about = "Check the thesis in DIR, one test a rule; pytest's root where no folder is given."
    group.addoption("--thesis", nargs="?", const="", default=None, metavar="DIR", help=about)
    group.addoption("--thesis-strict", action="store_true", help="Let a rule's test fail over warnings too.")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the tests of the rules, before `-k` chooses."""
    given = config.getoption("--thesis")
    if given is None:
        return
    from book.rules import RULES

    root = (config.invocation_params.dir / given).resolve() if given else config.rootpath
    parent = Thesis.from_parent(session, name="thesis", nodeid="thesis", path=root)
    items += [RuleTest.from_parent(parent, name=rule) for rule in (*RULES, OTHERS)]


class Thesis(pytest.Collector):
    """One thesis, checked once, when the first rule asks."""

    _verdict: Verdict | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """Nothing more: the rules have been added already."""
        return iter(())

    def verdict(self) -> Verdict:
        """What `thesis check` says; of several workers of pytest-xdist one checks, and the others are told."""
        if self._verdict is None:
            worker: dict[str, Any] = getattr(self.config, "workerinput", {})
            self._verdict = _shared(self.path, str(worker["testrunuid"])) if worker else _checked(self.path)
        return self._verdict


class RuleTest(pytest.Item):
    """The test of one rule."""

    parent: Thesis

    def runtest(self) -> None:
        """Fail over errors, and over warnings where they are to be taken as strictly; else warn."""
        verdict = self.parent.verdict()
        found = [one for one in verdict.diagnostics if self._is_mine(one)]
        strict = self.config.getoption("--thesis-strict")
        wrong = [one for one in found if strict or one.severity == "error"]
        for one in found:
            if one not in wrong:
                warnings.warn(ThesisWarning(str(one)), stacklevel=1)
        if wrong:
            from book.diagnostics import as_text

            raise DriftedApartError(as_text(wrong))

    def _is_mine(self, diagnostic: Diagnostic) -> bool:
        from book.rules import RULES

        return (diagnostic.rule if diagnostic.rule in RULES else OTHERS) == self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Remarks as they are, without a traceback."""
        if isinstance(excinfo.value, DriftedApartError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """What stands above a failure."""
        return self.path, None, f"thesis: {self.name}"


def _checked(root: Path) -> Verdict:
    """What `thesis check` says; where it cannot go on, what has stopped it."""
    from book.diagnostics import Verdict
    from book.errors import ThesisError
    from book.workflow import verdict

    with warnings.catch_warnings():  # what libraries tell programmers is not for authors
        warnings.simplefilter("ignore")
        try:
            return verdict(root)
        except ThesisError as error:
            return Verdict(error.diagnostics)


def _shared(root: Path, session: str) -> Verdict:
    """The verdict of the first worker that asked, by way of a file."""
    import pickle
    import tempfile

    from filelock import FileLock

    path = Path(tempfile.gettempdir()) / f"thesis-{session}.pickle"
    with FileLock(f"{path}.lock"):
        if path.exists():
            kept: Verdict = pickle.loads(path.read_bytes())  # noqa: S301 - written by this very run
            return kept
        verdict = _checked(root)
        path.write_bytes(pickle.dumps(verdict))
        return verdict
