"""``make bench``: how fast the product is, each line beside a floor measured in the same run (docs/performance.md)."""
