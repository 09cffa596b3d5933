"""The forms one can read."""
