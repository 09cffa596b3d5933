"""A chapter's run on another machine: what is sent there, what is done there, what comes back."""
