"""The tree of administrative divisions."""
