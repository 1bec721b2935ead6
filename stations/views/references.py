"""What phones number their sendings with."""

from uuid import UUID


def read_reference(text: str) -> UUID | None:
    """The phone's own number of what it sends, ``None`` where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
