"""The pages of a register, declared: their addresses, what they say, what they show of two entries."""

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django.urls import URLPattern, path

from core.pairs import comparing, views
from core.pairs.models import Merge
from core.pairs.register import Register
from core.web.base import Screen
from core.web.details import Fact
from core.web.fields import AutocompleteField
from core.web.lists.columns import Row
from core.web.texts import Text


class Addresses(NamedTuple):
    """Names of the pages' addresses; ``entry`` is the page of one entry."""

    queue: str
    pair: str
    decide: str
    merge_pair: str
    beside: str
    merges: str
    merge: str
    undo: str
    entry: str


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the pages say of these things, in the order in which one meets it."""

    queue: Text
    merges: Text
    beside: Text
    check: Text
    question: Text
    which: Text
    which_missing: Text
    same: Text
    same_hint: Text
    advice: Text = ""
    merge: Text
    merge_confirm: Text
    merged: Text
    already: Text
    other: Text
    other_hint: Text
    different_confirm: Text
    kept: Text
    undo_confirm: Text
    undone: Text


class Pages:
    """Everything the pages of one register say and show of its entries.

    ``queue`` and ``merges`` are attributes of the two lists: ``key columns empty`` and what a list has besides.
    """

    register: ClassVar[Register[Any, Any, Any]]
    addresses: ClassVar[Addresses]
    words: ClassVar[Words]
    queue: ClassVar[dict[str, Any]]
    merges: ClassVar[dict[str, Any]]
    related: ClassVar[tuple[str, ...]] = ("first", "second")

    def lines(self, one: Any, other: Any, keep: comparing.Side) -> list[comparing.Line]:
        """The two entries line by line; ``keep`` is the one that stays."""
        raise NotImplementedError

    def fuller(self, one: Any, other: Any, counts: comparing.Counts) -> comparing.Side:
        """Which of the two stays unless somebody says otherwise: the one on which more hangs."""
        first, second = comparing.hanging_on(counts)
        return "second" if second > first else "first"

    def told_of(self, merge: Merge) -> Fact:
        """By what the entry that went was known."""
        raise NotImplementedError

    def other(self) -> AutocompleteField:
        """The field that names the other one."""
        raise NotImplementedError

    def prepare(self, rows: list[Row]) -> None:
        """Add to rows of the queue what takes one query for all of them."""

    def paths(self, queue: str, merges: str, beside: str) -> list[URLPattern]:
        """The addresses: of the queue, of the merges, and below an entry of the form that names the other one."""
        at, words = self.addresses, self.words

        def page(address: str, name: str, screen: type[Screen], **declared: Any) -> URLPattern:
            return path(address, screen.as_view(pages=self, **declared), name=name.partition(":")[2])

        return [
            page(queue, at.queue, views.PairList, title=words.queue, **self.queue),
            page(f"{queue}<int:pk>/", at.pair, views.PairPage),
            page(f"{queue}<int:pk>/decide/", at.decide, views.Decide),
            page(f"{queue}<int:pk>/merge/", at.merge_pair, views.MergePair),
            page(beside, at.beside, views.PointOut),
            page(merges, at.merges, views.MergeList, title=words.merges, **self.merges),
            page(f"{merges}<int:pk>/", at.merge, views.MergeDetail),
            page(f"{merges}<int:pk>/undo/", at.undo, views.UndoMerge),
        ]
