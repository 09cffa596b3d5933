"""A publication in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from book.publishing.publish import Publication

LISTED = 10
"""Files that are named one by one."""


def told(publication: Publication, *, dry: bool) -> Iterator[str]:
    """What was done, or would be."""
    edition = publication.edition
    if not publication.done and not dry:
        yield f"edition '{edition.name}' is published at {publication.place}, byte for byte"
        return
    yield f"{'would publish' if dry else 'published'} edition '{edition.name}': {publication.place}"
    yield f"  {edition.name}/: {publication.files} files, {publication.size / 1e6:.1f} MB"
    if publication.latest:
        yield from _differences("new in latest/", publication.new if publication.others else ())
        yield from _differences("changed in latest/", publication.changed)
        yield from _differences("gone from latest/", publication.gone)
    else:
        yield "  latest/ stays: a higher version is published"
    if publication.others:
        yield f"  stay as they are: {', '.join(publication.others)}"
    if edition.allowed:
        yield f"  allowed, and said in the edition: {', '.join(edition.allowed)}"


def _differences(what: str, paths: Sequence[str]) -> Iterator[str]:
    if paths:
        pages = sorted(paths, key=lambda path: (not path.endswith(".html"), path))
        more = f", and {len(paths) - LISTED} more" if len(paths) > LISTED else ""
        yield f"  {what}: {', '.join(pages[:LISTED])}{more}"
