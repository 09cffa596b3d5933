"""One resource of the data package at a time, as a typed frame."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

DATA = Path(__file__).resolve().parent / "data"
DESCRIPTOR = "datapackage.json"


class UnknownResourceError(KeyError):
    """A resource was asked for that the package does not have."""

    def __str__(self) -> str:
        return str(self.args[0])


def describe(data: Path = DATA) -> dict[str, Any]:
    """Return the descriptor of the package in a folder, as parsed JSON."""
    path = data / DESCRIPTOR
    parsed: dict[str, Any] = _parsed(path, path.stat().st_mtime_ns)
    return parsed


@lru_cache(maxsize=8)
def _parsed(path: Path, _modified: int) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def names(data: Path = DATA) -> tuple[str, ...]:
    """Return the names of the resources, in the order of the descriptor."""
    return tuple(resource["name"] for resource in describe(data)["resources"])


def load(name: str, data: Path = DATA) -> pd.DataFrame:
    """Load one resource, reading its file and the descriptor and nothing else.

    Columns have the types of the schema: text (missing is ''), int64 (Int64 where values are missing), float64, bool,
    datetime64. `frame.attrs` holds the description. A restricted resource whose file is not there is replaced by its
    synthetic stand-in, and `frame.attrs['stand-in']` says so. Raises UnknownResourceError for a name it does not have.
    """
    resource = _resource(name, data)
    path, stand_in = _file(resource, data)
    if stand_in:  # tables and figures of this chapter say so from here on
        names = {*filter(None, os.environ.get("THESIS_STAND_INS", "").split(",")), name}
        os.environ["THESIS_STAND_INS"] = ",".join(sorted(names))
    frame = _typed_file(path, path.stat().st_mtime_ns, json.dumps(resource["schema"]["fields"])).copy()
    frame.attrs.update({"name": name, "description": resource["description"], "stand-in": stand_in})
    return frame


@lru_cache(maxsize=64)
def _typed_file(path: Path, _modified: int, fields: str) -> pd.DataFrame:
    """Read a file once for as long as it does not change: tables and figures of a chapter ask for the same resources again and again."""
    return _typed(_read(path), json.loads(fields))


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a frame as tuples with a name for each column."""
    yield from frame.itertuples(index=False)


def _resource(name: str, data: Path) -> dict[str, Any]:
    resources: list[dict[str, Any]] = describe(data)["resources"]
    for resource in resources:
        if resource["name"] == name:
            return resource
    known = ", ".join(sorted(resource["name"] for resource in resources))
    raise UnknownResourceError(f"{data.name}/{DESCRIPTOR}: no resource '{name}'\n  hint: the package has {known}")


def _file(resource: dict[str, Any], data: Path) -> tuple[Path, bool]:
    path = data / resource["path"]
    if not resource.get("restricted") or path.exists():
        return path, False
    kept = Path(os.environ.get("THESIS_RESTRICTED", "")) / path.name
    return (kept, False) if os.environ.get("THESIS_RESTRICTED") and kept.is_file() else (data / resource["stand-in"], True)


def _read(path: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")


def _typed(frame: pd.DataFrame, fields: list[dict[str, Any]]) -> pd.DataFrame:
    return frame.assign(**{field["name"]: _column(frame[field["name"]], field["type"]) for field in fields})


def _column(text: pd.Series[str], kind: str) -> pd.Series[Any]:
    import pandas as pd

    match kind:
        case "integer":
            numbers = pd.to_numeric(text.where(text != ""))
            return numbers.astype("Int64" if numbers.isna().any() else "int64")
        case "number":
            return pd.to_numeric(text.where(text != "")).astype("float64")
        case "boolean":
            return text == "true"
        case "date":
            return pd.to_datetime(text.where(text != ""), format="%Y-%m-%d")
        case _:
            return text
