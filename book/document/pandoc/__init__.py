"""Doctrees as Pandoc AST, the tree that every printed edition starts from."""
