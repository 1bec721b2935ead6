"""Reports over all facts."""
