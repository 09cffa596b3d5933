"""What can be told of an archive without running anything: its bag, its sources, its wheels, its locks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from book.archiving.installed import LISTING, REQUIREMENTS, VERSION, WHEELS
from book.archiving.locks import read_locks
from book.archiving.sources import LISTING as SOURCES
from book.archiving.sources import altered_sources
from book.examining.items import Item, different, same, within
from book.examining.standalone import problems_of
from book.project import digest, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def look_at_bag(bag: Path) -> list[Item]:
    """Whether every file is as the manifests say."""
    found = [different("archive", name, said) for name, said in problems_of(bag)]
    return found or [same("archive", "every file as the manifests say")]


def look_at_commit(data: Path, said: str) -> Iterator[Item]:
    """Whether the bag names the commit that its sources are of."""
    listed = read_json(data / SOURCES)
    commit = str(listed.get("commit")) if isinstance(listed, dict) else ""
    if said != commit:
        yield different("archive", "bag-info.txt", f"names another commit than '{SOURCES}'", said, commit)


def look_at_sources(data: Path) -> list[Item]:
    """Whether the sources are those of the commit."""
    found = list(altered_sources(data / SOURCES, data / "thesis"))
    items = [different(_kind(name), name, said) for name, said in found]
    return items or [same("source", "every file as git knew it")]


def _kind(name: str) -> str:
    return "lock" if name.endswith(".lock") else "source"


def read_environment(data: Path) -> Mapping[str, Any]:
    """The list of distributions; empty where it cannot be read."""
    value = read_json(data / "environment" / LISTING)
    good = isinstance(value, dict) and value.get("version") == VERSION and isinstance(value.get("distributions"), list)
    return value if good and all(_is_row(one) for one in value["distributions"]) else {}


def _is_row(value: Any) -> bool:
    """Whether this says name, version and hashes of a distribution, in words."""
    if not isinstance(value, dict) or not isinstance(value.get("hashes", []), list):
        return False
    words = [value.get("name"), value.get("version"), *value.get("hashes", [])]
    return all(isinstance(one, str) for one in words)


def look_at_environment(data: Path) -> Iterator[Item]:
    """Whether list, requirements, wheels and lock files say the same."""
    listed = read_environment(data)
    if not listed:
        yield different("environment", LISTING, "cannot be read")
        return
    rows = listed["distributions"]
    folder = data / "environment"
    wheels = {f"{WHEELS}/{path.name}" for path in (folder / WHEELS).glob("*")}
    found = [
        *_requirements(rows, folder / REQUIREMENTS),
        *(item for one in rows if (item := _wheel(one, folder))),
        *(
            different("environment", name, "is a wheel that the list does not know")
            for name in sorted(wheels - {str(one.get("wheel")) for one in rows})
        ),
        *_locks(rows, data / "thesis"),
    ]
    yield from found
    if not any(one.sameness == "different" for one in found):
        yield same("environment", f"{len(rows)} distributions as listed")


def _requirements(rows: list[dict[str, Any]], path: Path) -> Iterator[Item]:
    """What is installed from is the list itself."""
    wanted = {str(one["name"]): (str(one["version"]), {str(item) for item in one.get("hashes", ())}) for one in rows}
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    asked = {}
    for line in text.replace("\\\n", " ").splitlines():
        name, _, rest = line.partition("==")
        words = rest.split()
        asked[name.strip()] = (words[0] if words else "", {word.removeprefix("--hash=") for word in words[1:]})
    for name in sorted({*wanted, *asked}):
        if wanted.get(name) != asked.get(name):
            yield different("environment", name, f"'{REQUIREMENTS}' and '{LISTING}' do not say the same")


def _wheel(one: Mapping[str, Any], folder: Path) -> Item | None:
    name = str(one.get("wheel") or "")
    if not name:
        return None
    path = folder / name
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        return different("environment", name, "is missing")
    if f"sha256:{digest(path)}" not in one.get("hashes", ()):
        return different("environment", name, "is not the wheel that was archived")
    return None


def _locks(rows: list[dict[str, Any]], thesis: Path) -> Iterator[Item]:
    """What was locked is what is listed."""
    pins = read_locks(thesis)
    for one in rows:
        name, version, locked = str(one["name"]), str(one["version"]), str(one.get("locked") or "")
        if not locked:
            continue
        same_ = [pin for pin in pins if (pin.name, pin.version) == (name, version)]
        known = {item for pin in same_ for item in pin.hashes}
        if not same_:
            yield different("lock", locked, f"does not pin '{name}' {version}")
        elif not known <= set(one.get("hashes", ())):
            yield different("lock", locked, f"names other hashes of '{name}' {version}")
        elif (extra := set(one.get("hashes", ())) - known) and not (one.get("built") and len(extra) == 1):
            yield different("environment", name, f"has a hash that '{locked}' does not name")
        elif extra:
            yield within("environment", name, f"its wheel was built from the sources that '{locked}' names")


def look_at_installed(listed: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Item]:
    """Whether the rebuild ran with what the archive lists."""
    given = found.get("distributions")
    there = given if isinstance(given, dict) else {}
    alike = found.get("platform") == listed.get("platform") and _minor(found) == _minor(listed)
    good = True
    for one in listed.get("distributions", ()):
        name, version, files = str(one["name"]), str(one["version"]), str(one.get("files") or "")
        row = there.get(name)
        row = row if isinstance(row, list) and len(row) == 2 else None  # noqa: PLR2004
        if not row or row[0] != version:
            good = False
            yield different(
                "environment",
                name,
                "is not the version that was archived",
                version,
                str(row[0]) if row else "not installed",
            )
        elif files and row[1] and row[1] != files:
            good = good and not alike
            said = "has other files than when it was archived"
            yield (
                different("environment", name, said)
                if alike
                else within("environment", name, f"{said}: it was built for another platform")
            )
    if found.get("python") != listed.get("python"):
        yield within("environment", "python", "another release", str(listed.get("python")), str(found.get("python")))
    if good:
        yield same("environment", "the rebuild's distributions")


def _minor(value: Mapping[str, Any]) -> str:
    return ".".join(str(value.get("python")).split(".")[:2])
