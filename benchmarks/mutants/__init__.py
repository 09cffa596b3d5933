"""Planted defects: how many of them `thesis check` finds, kind by kind."""
