"""Skills of people and the certificates that prove them (domain.md §1.3)."""
