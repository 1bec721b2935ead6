"""The door-to-door survey (敲门行动): campaigns, a task for each household, what people answered (domain.md §3.1)."""
