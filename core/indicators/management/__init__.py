"""Command line of the statistics."""
