"""What the author wrote: the table of contents, chapters with their cells, the bibliography, the data package."""
