"""The demo county: invented people over real villages, loaded only when asked."""
