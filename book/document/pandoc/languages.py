"""What pandoc calls the languages that Pygments knows."""

from __future__ import annotations

PANDOC_NAMES = {
    "ipython": "python", "ipython2": "python", "ipython3": "python", "python3": "python", "py": "python", "py3": "python", "sage": "python",
    "python2": "python", "pycon": "python", "pycon3": "python", "cython": "python", "pyx": "python", "numpy": "python", "doctest": "python",
    "sh": "bash", "shell": "bash", "shell-session": "bash", "console": "bash", "bash-session": "bash", "zsh": "zsh", "ksh": "bash", "powershell": "powershell",
    "ps1": "powershell", "bat": "dosbat", "batch": "dosbat", "dos": "dosbat", "js": "javascript", "jsx": "javascript", "node": "javascript",
    "ts": "typescript", "tsx": "typescript", "json5": "json", "jsonc": "json", "yml": "yaml", "tex": "latex", "bib": "bibtex", "md": "markdown",
    "myst": "markdown", "rst": "rest", "restructuredtext": "rest", "splus": "r", "s": "r", "rconsole": "r", "rout": "r", "jl": "julia",
    "jlcon": "julia", "julia-repl": "julia", "c++": "cpp", "cuda": "cpp", "csharp": "cs", "c#": "cs", "f#": "fsharp", "objective-c": "objectivec",
    "rb": "ruby", "rs": "rust", "golang": "go", "hs": "haskell", "ml": "ocaml", "kt": "kotlin", "make": "makefile", "mf": "makefile",
    "docker": "dockerfile", "ini": "ini", "cfg": "ini", "conf": "ini", "html+jinja": "html", "htmldjango": "html", "jinja": "html",
    "plpgsql": "sqlpostgresql", "postgresql": "sqlpostgresql", "psql": "sqlpostgresql", "mysql": "sqlmysql", "sqlite3": "sql", "tsql": "sql",
    "matlabsession": "matlab", "octave": "octave", "stata": "stata", "fortran": "fortran-modern", "f90": "fortran-modern", "fortranfixed": "fortran-fixed",
    "graphql": "graphql", "vim": "vimrc", "common-lisp": "commonlisp", "emacs": "commonlisp", "elisp": "commonlisp", "cl": "commonlisp",
    "mathematica": "mathematica", "wolfram": "mathematica", "patch": "diff", "udiff": "diff", "http": "default", "gherkin": "default",
}  # fmt: skip
"""Names that differ; every other name is the same in both."""

NONE = frozenset({"", "text", "none", "default", "output", "guess", "myst-ansi", "ipythontb", "pytb", "py3tb", "pytraceback", "ansi"})
"""Names that ask for no colours."""


def pandoc_language(pygments: str) -> list[str]:
    """The class of a code block; none where nothing is to be coloured."""
    name = pygments.strip().lower()
    name = PANDOC_NAMES.get(name, name)
    return [] if name in NONE or not name.replace("-", "").replace("+", "").replace("_", "").isalnum() else [name]
