"""An independent reader of the final files: what a reader of the site and of the PDF finds there."""
