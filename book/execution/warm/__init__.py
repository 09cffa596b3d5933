"""Kernels forked from a process that has imported what cells need, so that a chapter starts at once."""
