"""Typed settings read from YAML, each with the line it stands on."""

from __future__ import annotations

import copy
import dataclasses
import difflib
import types
import typing
from dataclasses import MISSING, dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal, TypeVar

import yaml

from book.diagnostics import Diagnostic

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Yaml:
    """A YAML file read once: its values, and where each key stands."""

    path: str
    """The file, as diagnostics name it."""
    value: Any
    """What PyYAML's safe loader makes of it."""
    lines: dict[tuple[str, ...], tuple[int, int]]
    """Line and column, counted from 1, of each key, under the keys that lead to it."""

    def place(self, *keys: str) -> tuple[int, int]:
        """Where a key stands, or the nearest one around it."""
        for end in range(len(keys), 0, -1):
            if keys[:end] in self.lines:
                return self.lines[keys[:end]]
        return (0, 0)


def read_yaml(text: str, path: str) -> Yaml | Diagnostic:
    """Read YAML text; a syntax error comes back as a diagnostic with its place."""
    read = _read(text, path)
    return replace(read, value=copy.deepcopy(read.value)) if isinstance(read, Yaml) else read


@lru_cache(maxsize=8)
def _read(text: str, path: str) -> Yaml | Diagnostic:
    """What a text says; in a watch the same files are read in each build."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        said = error.problem or error.context or "it cannot be read"
        return Diagnostic(
            "broken-yaml",
            f"not valid YAML: {said}",
            "error",
            path,
            *where,
            hint="check indentation, colons and quotation marks around this place",
        )
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Diagnostic("broken-yaml", f"not valid YAML: {first}", "error", path, hint="save the file as UTF-8 text")
    lines: dict[tuple[str, ...], tuple[int, int]] = {}
    try:
        if root is not None:
            _note_lines(root, (), lines)
    except RecursionError:
        hint = "write the value out instead of an alias that holds itself"
        return Diagnostic("broken-yaml", "not usable: a value holds itself", "error", path, hint=hint)
    return Yaml(path, value, lines)


def _note_lines(node: yaml.Node, keys: tuple[str, ...], lines: dict[tuple[str, ...], tuple[int, int]]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*keys, str(key.value))
            lines.setdefault(inner, (key.start_mark.line + 1, key.start_mark.column + 1))
            _note_lines(value, inner, lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            inner = (*keys, str(number))
            lines.setdefault(inner, (value.start_mark.line + 1, value.start_mark.column + 1))
            _note_lines(value, inner, lines)


def setting(default: Any, about: str) -> Any:
    """Declare a setting with its default and the sentence the docs print."""
    if isinstance(default, type) and dataclasses.is_dataclass(default):
        return field(default_factory=default, metadata={"about": about})
    return field(default=default, metadata={"about": about})


def key_of(name: str) -> str:
    """The key in YAML of a field in Python: `line_spacing` is written `line-spacing`."""
    return name.replace("_", "-")


def read_settings(kind: type[T], yaml_file: Yaml, keys: tuple[str, ...], found: list[Diagnostic]) -> T:
    """Fill a record of settings from the mapping under `keys`; what is wrong is appended to `found`."""
    given = yaml_file.value
    for key in keys:
        given = given.get(key) if isinstance(given, dict) else None
    if given is None:
        return kind()
    if not isinstance(given, dict):
        found.append(
            _wrong(
                yaml_file,
                keys,
                f"'{'.'.join(keys)}' must hold settings, not {said(given)}",
                f"indent the settings under '{keys[-1]}:'",
            )
        )
        return kind()
    hints = typing.get_type_hints(kind)
    fields = {key_of(f.name): f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in given.items():
        written = str(key).replace("_", "-")
        if written not in fields:
            found.append(unknown_setting(yaml_file, (*keys, str(key)), list(fields)))
            continue
        name = fields[written].name
        if dataclasses.is_dataclass(hints[name]):
            values[name] = read_settings(typing.cast("type[Any]", hints[name]), yaml_file, (*keys, str(key)), found)
        else:
            taken = _take(value, hints[name])
            if taken is MISSING:
                place = (*keys, str(key))
                found.append(
                    _wrong(yaml_file, place, f"'{'.'.join(place)}' is {said(value)}", f"give {_wanted(hints[name])}")
                )
            else:
                values[name] = taken
    return kind(**values)


def unknown_setting(
    yaml_file: Yaml, keys: tuple[str, ...], known: list[str], severity: Literal["error", "warning"] = "error"
) -> Diagnostic:
    """Say that nobody reads a setting, and which one was probably meant."""
    close = difflib.get_close_matches(keys[-1].replace("_", "-"), known, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"settings here are: {', '.join(sorted(known))}"
    return Diagnostic(
        "unknown-setting",
        f"unknown setting '{'.'.join(keys)}'",
        severity,
        yaml_file.path,
        *yaml_file.place(*keys),
        hint=hint,
    )


def _wrong(yaml_file: Yaml, keys: tuple[str, ...], message: str, hint: str) -> Diagnostic:
    return Diagnostic("bad-setting", message, "error", yaml_file.path, *yaml_file.place(*keys), hint=hint)


def said(value: Any) -> str:
    """Say what stands there instead of a value of the right kind."""
    names = {dict: "a mapping", list: "a list", bool: "true or false", type(None): "empty"}
    return names.get(type(value)) or f"'{value}'"


def _wanted(hint: Any) -> str:
    if typing.get_origin(hint) is Literal:
        return "one of: " + ", ".join(str(choice) for choice in typing.get_args(hint))
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        chosen = typing.get_origin(inner) is Literal
        return f"a list of: {', '.join(typing.get_args(inner))}" if chosen else "a list"
    if typing.get_origin(hint) in (dict, types.UnionType):
        return (
            " or ".join(_wanted(part) for part in typing.get_args(hint))
            if typing.get_origin(hint) is types.UnionType
            else "a mapping"
        )
    return {str: "text", int: "a whole number", float: "a number", bool: "true or false"}.get(hint, "another value")


def _take(value: Any, hint: Any) -> Any:
    """The value as the type asks for it, or MISSING."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return value
    if origin is Literal:
        return value if value in inner else MISSING
    if origin is types.UnionType:
        return next((taken for part in inner if (taken := _take(value, part)) is not MISSING), MISSING)
    if origin is tuple:
        listed = value if isinstance(value, list) else [value]
        taken = tuple(_take(item, inner[0]) for item in listed)
        return MISSING if MISSING in taken or isinstance(value, dict) else taken
    if origin is dict:
        return dict(value) if isinstance(value, dict) else MISSING
    return _take_plain(value, hint)


def _take_plain(value: Any, hint: Any) -> Any:
    if hint is type(None):
        return value if value is None else MISSING
    if hint is str:
        return (
            str(value)
            if (isinstance(value, (str, int, float)) and not isinstance(value, bool)) or hasattr(value, "isoformat")
            else MISSING
        )
    if hint is bool:
        return value if isinstance(value, bool) else MISSING
    if hint is float:
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else MISSING
    return value if isinstance(value, hint) and not isinstance(value, bool) else MISSING
