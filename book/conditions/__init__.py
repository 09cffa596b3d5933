"""Conditions of claims: a small language over findings, read by hand and never evaluated as Python."""
