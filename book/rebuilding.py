"""Build a thesis in a process of its own and write what it gives: python -m book.rebuilding THESIS FOLDER EDITION...

For whoever compares two builds. The process may run under other conditions, in another environment, or locked up.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

from book.errors import ThesisError
from book.project import Project, write_json


def main(arguments: list[str]) -> int:
    """Build, and write editions, results and remarks into the folder; what stopped the build goes into the remarks."""
    thesis, folder, *editions = arguments
    from book.archiving.installed import INSTALLED, surroundings
    from book.archiving.restricted import at_hand
    from book.archiving.results import LOGS, VERSION, write_results
    from book.config import read_config
    from book.workflow import build_and_check

    target = Path(folder).resolve()
    try:
        made, remarks = build_and_check(thesis, editions)
    except ThesisError as error:
        said = [
            {"rule": one.rule, "severity": one.severity, "path": one.path, "line": one.line, "message": one.message}
            for one in error.diagnostics
        ]
        write_json(target / LOGS / "remarks.json", {"version": VERSION, "stopped": error.exit_code, "remarks": said})
        return error.exit_code
    project = Project(Path(thesis).resolve())
    write_results(project, made, remarks, target)
    write_json(
        target / INSTALLED, {"version": VERSION, **surroundings(), "restricted": at_hand(project, read_config(project))}
    )
    return 0


if __name__ == "__main__":
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    sys.exit(main(sys.argv[1:]))
