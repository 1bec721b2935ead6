"""The page kit: what a person meets on every page (docs/web-kit.md)."""
