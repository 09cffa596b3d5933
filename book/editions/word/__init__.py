"""The Word file: real styles, fields and footnotes, for those who comment on it and change it."""
