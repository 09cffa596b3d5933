"""Process tracing from evidence to verdict: records and pure functions over a data package."""

from __future__ import annotations

from analysis.loading import describe, load, names

__all__ = ["describe", "load", "names"]
