"""Who takes people out to work, and whom they took out when and where to (docs/organisers.md)."""
