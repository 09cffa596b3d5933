"""How far two spellings of a word are apart."""

from __future__ import annotations


def distance(first: str, second: str, most: int) -> int:
    """Letters to change, add, drop or swap with their neighbour; `most + 1` where it takes more than `most`."""
    if first == second:
        return 0
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for place, letter in enumerate(first, 1):
        earlier, before, row = before, row, [place]
        for other, mark in enumerate(second, 1):
            cost = min(before[other] + 1, row[other - 1] + 1, before[other - 1] + (letter != mark))
            if place > 1 and other > 1 and letter == second[other - 2] and first[place - 2] == mark:
                cost = min(cost, earlier[other - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def swapped(first: str, second: str) -> bool:
    """Whether two words differ by two neighbours that have changed places."""
    if len(first) != len(second):
        return False
    apart = [place for place, pair in enumerate(zip(first, second, strict=True)) if pair[0] != pair[1]]
    return (
        len(apart) == 2  # noqa: PLR2004 - two letters change places
        and apart[1] == apart[0] + 1
        and first[apart[0]] == second[apart[1]]
        and first[apart[1]] == second[apart[0]]
    )


def common_beginning(first: str, second: str) -> int:
    """How many letters two words begin with alike."""
    return next(
        (place for place, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(second)),
    )
