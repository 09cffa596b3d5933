"""JATS: the XML that journals and archives keep, in a folder with its pictures."""
