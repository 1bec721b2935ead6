"""Command line of imports and exports."""
