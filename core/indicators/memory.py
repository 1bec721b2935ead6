"""Answers a web process remembers, each with the watch that tells whether it still stands.

An answer that is remembered is never believed: the database is asked every time whether anything it was made of was written
since (``kept.still_fresh``). What is saved is reading the figures and writing JSON.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from core.indicators.engine import Result
from core.indicators.kept import Watch, still_fresh

MOST_ANSWERS: Final = 512
MOST_BYTES: Final = 128 * 1024
"""The largest answer worth remembering."""


class Watched(Protocol):
    """What can be remembered."""

    @property
    def watch(self) -> Watch:
        """Tells whether it still stands."""

    @property
    def size(self) -> int:
        """Roughly how many bytes it takes."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A ready response."""

    body: bytes
    content_type: str
    etag: str
    disposition: str
    watch: Watch

    @property
    def size(self) -> int:
        """Its body's."""
        return len(self.body)


@dataclass(frozen=True, slots=True)
class Counted:
    """A number as it was counted, without rows."""

    result: Result
    watch: Watch

    @property
    def size(self) -> int:
        """Next to nothing."""
        return 0


Kept = TypeVar("Kept", bound=Watched)


class Memory(Generic[Kept]):
    """The most recently used answers of this process, by what was asked and by whom."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, key: Hashable) -> Kept | None:
        """The answer, when it still stands."""
        with self._lock:
            found = self._answers.get(key)
            if found is None:
                return None
            self._answers.move_to_end(key)
        if still_fresh(found.watch):
            return found
        with self._lock:
            if self._answers.get(key) is found:
                del self._answers[key]
        return None

    def keep(self, key: Hashable, answer: Kept) -> None:
        """Remember the answer, and forget the one not used for longest."""
        if answer.size > MOST_BYTES:
            return
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            if len(self._answers) > MOST_ANSWERS:
                self._answers.popitem(last=False)

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()


answers: Final[Memory[Remembered]] = Memory()
counts: Final[Memory[Counted]] = Memory()
