"""All chapters, read once by Sphinx, with numbers, citations and findings fixed."""
