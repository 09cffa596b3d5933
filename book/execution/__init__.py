"""Running the chapters that are stale and reusing the rest."""
