"""Building on every save, with a live preview of the site and the PDF."""
