"""Security settings of accounts, as domain.md §6.9 states them (等保2.0 level 3)."""

from datetime import timedelta

IDLE_LIMIT = timedelta(minutes=30)
PASSWORD_MIN_LENGTH = 10
PASSWORD_MIN_CLASSES = 3
PASSWORDS_REMEMBERED = 5
PASSWORD_LIFETIME = timedelta(days=90)
DORMANT_AFTER = timedelta(days=90)
SIGN_IN_FAILURES = 5
LOCKED_FOR = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
TOKEN_MAX_DAYS = 3650
