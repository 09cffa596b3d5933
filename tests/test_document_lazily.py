"""Libraries that are loaded when they are used, each seen in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

START = """
import json, sys
from book.document.lazily import leave_unused
leave_unused(["myst_nb", "sphinx.ext.intersphinx", "sphinx_book_theme"])
def loaded(*names): return [name for name in names if name in sys.modules]
def say(*words): print(json.dumps(words))
"""


def said(code: str) -> list[object]:
    """What a Python that has left libraries out says to this code."""
    done = subprocess.run([sys.executable, "-c", START + code], capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout.splitlines()[-1]))


def test_extensions_are_there_and_their_libraries_are_not() -> None:
    """Who imports them has been imported; nobody who imports them now is given a stand-in."""
    code = """
import pydata_sphinx_theme, myst_nb.ext.glue, sphinx.builders.linkcheck, sphinx.search.en
before = loaded("requests", "IPython", "bs4", "snowballstemmer", "urllib3")
import requests, bs4
say(before, isinstance(requests.Session, type), bs4.BeautifulSoup("<p>a</p>", "html.parser").p.text)
"""

    assert said(code) == [[], True, "a"]


def test_what_is_used_is_real() -> None:
    """A module, a function and a class of a library, used through whoever imported it; the rest stays away."""
    code = """
from pydata_sphinx_theme import toctree
from sphinx.search.en import SearchEnglish
soup = toctree.BeautifulSoup("<ul><li>one</li></ul>", "html.parser")
import bs4
say(type(soup).__name__, toctree.BeautifulSoup is bs4.BeautifulSoup, isinstance(soup, toctree.BeautifulSoup), loaded("requests", "IPython"),
    SearchEnglish({}).stem("numbers"))
"""

    assert said(code) == ["BeautifulSoup", True, True, [], "number"]


def test_exceptions_are_caught() -> None:
    """Once a library has been used, who catches its exceptions catches the real ones; before, none is raised."""
    code = """
import pydata_sphinx_theme as theme, sphinx.builders.linkcheck as links
try:
    raise KeyError("ours")
except (theme.ConnectionError, links.RequestTimeout):
    caught = "theirs"
except KeyError:
    caught = "ours"
try:
    theme.requests.get("http://127.0.0.1:1/")
except theme.ConnectionError:
    refused = True
import requests
say(caught, refused, theme.ConnectionError is requests.exceptions.ConnectionError, links.RequestTimeout is requests.exceptions.Timeout)
"""

    assert said(code) == ["ours", True, True, True]


def test_a_promise_is_a_base_and_part_of_a_type() -> None:
    """A class that derives from one derives from the real class."""
    code = """
from book.document.lazily import Promise
Ordered = Promise("collections", "OrderedDict")
class Own(Ordered): pass
say(Own.__mro__[1].__name__, isinstance(Own(), Ordered), str(Ordered | None), Ordered.fromkeys("ab")["a"])
"""

    assert said(code) == ["OrderedDict", True, "typing.Optional[collections.OrderedDict]", None]


def test_what_has_been_imported_is_left_alone() -> None:
    """A library that is there is used as it is."""
    code = """
import bs4
for name in [name for name in sys.modules if name.startswith("pydata_sphinx_theme")]: del sys.modules[name]
leave_unused(["sphinx_book_theme"])
import pydata_sphinx_theme.toctree as toctree
say(toctree.BeautifulSoup is bs4.BeautifulSoup)
"""

    assert said(code) == [True]
