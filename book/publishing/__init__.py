"""What leaves the build: the manifest and the editions."""
