"""The same thesis built by other tools, each in its own dialect, beside ours and beside the least that it can take."""
