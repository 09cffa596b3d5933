"""What is said of a thesis to libraries: title, authors, licences, abstract; taken from `_config.yml` alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from book.project import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from book.archiving.sources import Commit
    from book.config import Config
    from book.project import Project

LICENCES = (
    (r"CC[ -]BY[ -]NC[ -]ND[ -]4(?:\.0)?", "CC-BY-NC-ND-4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
    (r"CC[ -]BY[ -]NC[ -]SA[ -]4(?:\.0)?", "CC-BY-NC-SA-4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
    (r"CC[ -]BY[ -]NC[ -]4(?:\.0)?", "CC-BY-NC-4.0", "https://creativecommons.org/licenses/by-nc/4.0/"),
    (r"CC[ -]BY[ -]ND[ -]4(?:\.0)?", "CC-BY-ND-4.0", "https://creativecommons.org/licenses/by-nd/4.0/"),
    (r"CC[ -]BY[ -]SA[ -]4(?:\.0)?", "CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    (r"CC[ -]BY(?:[ -]4(?:\.0)?)?", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    (r"CC0(?:[ -]1(?:\.0)?)?", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    (r"MIT", "MIT", "https://spdx.org/licenses/MIT"),
    (r"Apache(?:[ -]License)?(?:,? version)?[ -]2(?:\.0)?", "Apache-2.0", "https://spdx.org/licenses/Apache-2.0"),
    (r"BSD[ -]3[ -]Clause", "BSD-3-Clause", "https://spdx.org/licenses/BSD-3-Clause"),
    (r"BSD[ -]2[ -]Clause", "BSD-2-Clause", "https://spdx.org/licenses/BSD-2-Clause"),
    (r"GPL[ -]?v?3(?:\.0)?(?:[ -]only|[ -]or[ -]later)?", "GPL-3.0-or-later", "https://spdx.org/licenses/GPL-3.0-or-later"),
    (r"ODC[ -]BY(?:[ -]1\.0)?", "ODC-By-1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    (r"ODbL(?:[ -]1\.0)?|PDDL(?:[ -]1\.0)?", "ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
)  # fmt: skip
"""How licences are written, their names in SPDX, and their addresses; those that hold others come first."""
_PARTICLES = frozenset(
    {
        "da",
        "de",
        "del",
        "della",
        "der",
        "di",
        "dos",
        "du",
        "la",
        "le",
        "ten",
        "ter",
        "van",
        "von",
        "zu",
        "af",
        "av",
        "bin",
        "al",
    }
)
_MOST_WORDS = 5
_NAMES = {"en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "pt": "por", "nl": "nld", "uk": "ukr", "ru": "rus", "pl": "pol",
          "cs": "ces", "sv": "swe", "da": "dan", "nb": "nob", "nn": "nno", "no": "nor", "fi": "fin", "el": "ell", "tr": "tur", "he": "heb",
          "ar": "ara", "fa": "fas", "hi": "hin", "zh": "zho", "ja": "jpn", "ko": "kor", "hu": "hun", "ro": "ron", "bg": "bul", "hr": "hrv"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Creator:
    """An author: a person, or a body."""

    name: str
    """The whole name, as the author writes it."""
    family: str = ""
    """A person's family name; empty for a body, and where nobody can tell."""
    given: str = ""
    """A person's other names."""

    @property
    def sorted(self) -> str:
        """As catalogues sort it."""
        return f"{self.family}, {self.given}" if self.family else self.name


@dataclass(frozen=True, slots=True)
class Licence:
    """Under what a part may be used."""

    part: str
    """Which part: `thesis`, or the path of data, relative to the thesis."""
    words: str
    """As the author says it."""
    spdx: tuple[str, ...]
    """Names in the SPDX list; empty where none is known."""
    addresses: tuple[str, ...]
    """Where each can be read."""


@dataclass(frozen=True, slots=True)
class About:
    """What libraries want to know of a thesis."""

    title: str
    """Title."""
    subtitle: str
    """Subtitle; empty where there is none."""
    creators: tuple[Creator, ...]
    """Authors, in their order."""
    language: str
    """BCP 47 tag."""
    abstract: str
    """Plain text; empty where no page is named as the abstract."""
    keywords: tuple[str, ...]
    """Keywords."""
    licences: tuple[Licence, ...]
    """The thesis's first, then those of its data."""
    degree: str
    """What it is submitted for."""
    institution: str
    """University or school."""
    repository: str
    """Address of the repository; empty where `_config.yml` names none."""
    commit: str
    """The commit that is deposited."""
    date: str
    """Date of the commit, as YYYY-MM-DD."""

    @property
    def whole_title(self) -> str:
        """Title and subtitle."""
        return f"{self.title}: {self.subtitle}" if self.subtitle else self.title

    @property
    def language_name(self) -> str:
        """The language's three letters (ISO 639-3); empty where we do not know them."""
        return _NAMES.get(self.language.partition("-")[0].lower(), "")

    @property
    def description(self) -> str:
        """The abstract, or a sentence that says what this is."""
        by = " and ".join(one.name for one in self.creators)
        return (
            self.abstract
            or f"{self.whole_title}. A thesis{f' by {by}' if by else ''}, with all that it takes to build it again."
        )


def about(project: Project, config: Config, commit: Commit, abstract: str) -> About:
    """What `_config.yml`, the data package and git say."""
    page = config.title_page
    repository = config.yaml.value.get("repository") or {}
    return About(
        page.title or config.title,
        page.subtitle,
        tuple(_creators(config)),
        config.language,
        abstract,
        config.thesis.keywords,
        tuple(_licences(project, config)),
        page.degree,
        page.institution,
        str(repository.get("url") or ""),
        commit.revision.commit,
        commit.revision.date,
    )


def _creators(config: Config) -> Iterator[Creator]:
    given = config.yaml.value.get("author")
    names = (
        [str(one) for one in given]
        if isinstance(given, list)
        else re.split(r"\s*(?:;|,| and | und | et )\s*", config.title_page.author or config.author)
    )
    for name in names:
        if name.strip():
            yield creator(name.strip())


def creator(name: str) -> Creator:
    """A name taken apart as far as one can: `Ludwig van Beethoven`, `Lovelace, Ada`; a body stays whole."""
    if "," in name:
        family, _, rest = name.partition(",")
        return Creator(name, family.strip(), rest.strip())
    words = name.split()
    proper = all(word in _PARTICLES or word[:1].isupper() or not word[:1].isascii() for word in words)
    if not proper or words[0] == "The" or not 1 < len(words) <= _MOST_WORDS:
        return Creator(name)
    first = next((at for at, word in enumerate(words[1:-1], 1) if word in _PARTICLES), len(words) - 1)
    return Creator(name, " ".join(words[first:]), " ".join(words[:first]))


def _licences(project: Project, config: Config) -> Iterator[Licence]:
    if config.thesis.licence:
        yield _licence("thesis", config.thesis.licence)
    package = read_json(project.root / config.thesis.data) if config.thesis.data else None
    if not isinstance(package, dict):
        return
    folder = (project.root / config.thesis.data).parent.relative_to(project.root).as_posix()
    whole = _declared(package)
    if whole:
        yield _licence(folder, whole)
    for resource in package.get("resources") or []:
        if isinstance(resource, dict) and isinstance(resource.get("path"), str) and (words := _declared(resource)) not in ("", whole):
            yield _licence(f"{folder}/{resource['path']}", words)


def _declared(described: dict[str, object]) -> str:
    listed = described.get("licenses")
    rows = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return ", ".join(str(one.get("name") or one.get("title") or one.get("path")) for one in rows)


def _licence(part: str, words: str) -> Licence:
    left, found = words, []
    for pattern, spdx, address in LICENCES:
        match = re.search(rf"(?<![\w-])(?:{pattern})(?![\w-])", left, re.IGNORECASE)
        if match:
            found.append((match.start(), spdx, address))
            left = left[: match.start()] + " " * len(match[0]) + left[match.end() :]
    ordered = sorted(found)
    return Licence(part, words, tuple(one[1] for one in ordered), tuple(one[2] for one in ordered))
