"""Endpoints of the rooms below the kit, which may not import it: imports, statistics. Each module has ``routes``."""
