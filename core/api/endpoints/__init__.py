"""Endpoints of the rooms below the kit, which may not import it themselves: imports, statistics. Each module has ``routes``."""
