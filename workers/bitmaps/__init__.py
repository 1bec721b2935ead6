"""The register as bitmaps: which people a list's filters can mean, before any row is read (docs/registry.md)."""
