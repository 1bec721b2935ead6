from tests.workers.conftest import check, divisions, roster, take

__all__ = ["check", "divisions", "roster", "take"]
