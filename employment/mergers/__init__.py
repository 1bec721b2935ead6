"""One employer registered twice: finding, deciding, merging, taking a merge back."""
