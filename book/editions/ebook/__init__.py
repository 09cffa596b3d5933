"""The book for e-readers, and one page of HTML that holds a chapter."""
