"""How declared work comes to the person kept when two registrations are merged; spells are derived anew."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_noop

from core.pairs.moving import Child, Move, fold, register_child, register_renewal
from employment.models import (
    BrandMember,
    DeclaredJob,
    Organiser,
    PastSpell,
    Placement,
    Referral,
    Returnee,
    Spell,
    SpellTask,
)
from employment.rebuilding import rebuild_spells
from workers.models import Worker

NAMES = (gettext_noop("劳务带头人和机构"), gettext_noop("品牌人员"), gettext_noop("单位曾用名"))
"""What rows are called beside two registrations, said in the language of the page."""
FITS = (
    "NOT EXISTS (SELECT FROM employment_declaredjob o WHERE o.worker_id IN (%(kept)s, %(merged)s) AND o.id <> k.id"
    " AND o.end_on IS NOT NULL AND daterange(o.start_on, o.end_on) && daterange(k.start_on, g.end_on))"
)
"""The end the other row writes meets no further row: then it is taken over."""
ENDS = {
    name: f"CASE WHEN k.end_on IS NULL AND (g.end_on IS NULL OR {FITS}) THEN coalesce(nullif(k.{name}{text}, {blank}), g.{name})"
    f" ELSE k.{name} END"
    for name, text, blank in (("end_on", "", "NULL"), ("end_reason", "", "''"))
}


def settle_jobs(move: Move, child: Child) -> None:
    """Of two rows with the same 外出时间 one stands; rows that overlap both stay, and somebody has to mend them.

    The row that comes is marked, so that the table takes it; the derivation sets the later one aside with a task
    (docs/spells.md "Overlapping rows").
    """
    fold("start_on", fills=ENDS, leaves=("overlapping",))(move, child)
    met = move.run(
        "UPDATE employment_declaredjob g SET overlapping = true, updated_at = now() WHERE g.worker_id = %(merged)s"
        " AND g.end_on IS NOT NULL AND EXISTS (SELECT FROM employment_declaredjob k WHERE k.worker_id = %(kept)s"
        " AND k.end_on IS NOT NULL AND daterange(k.start_on, k.end_on) && daterange(g.start_on, g.end_on))"
        " RETURNING g.start_on"
    )
    for (start,) in met:
        move.say(child, f"{start}外出的记录与保留档案的另一条重叠，两条都保留，已列为待核实。")


class Post(NamedTuple):
    """Days in post at a workplace: [start, end), ``end`` None while it lasts."""

    pk: int
    workplace: int
    start: date
    end: date | None


def settle_placements(move: Move, child: Child) -> None:
    """Posts of one person at one workplace that meet are one post, from the first day to the last."""
    rows = move.run(
        "SELECT id, workplace_id, start_on, end_on FROM employment_placement WHERE worker_id IN (%(kept)s, %(merged)s)"
        " ORDER BY workplace_id, start_on, worker_id <> %(kept)s"
    )
    runs = list(_runs([Post(*row) for row in rows]))
    fold("workplace_id", "start_on", leaves=("end_on", "succeeded"))(move, child)
    for first, end, absorbed in runs:
        if not absorbed:
            continue
        move.run("DELETE FROM employment_placement WHERE id = ANY (%(rows)s)", rows=absorbed)
        move.run(
            "UPDATE employment_placement SET end_on = %(end)s, succeeded = false, updated_at = now() WHERE id = %(row)s"
            " AND end_on IS DISTINCT FROM %(end)s",
            row=first.pk,
            end=end,
        )
        move.say(child, f"{first.start}上岗的记录与另一条重叠，合为一条。")


def _runs(posts: Sequence[Post]) -> Iterator[tuple[Post, date | None, list[int]]]:
    """Posts that overlap at one workplace: the first of them, the last day of all, the ids of the others."""
    place = 0
    while place < len(posts):
        first, end, absorbed = posts[place], posts[place].end, []
        place += 1
        while (
            place < len(posts)
            and posts[place].workplace == first.workplace
            and (end is None or posts[place].start < end)
        ):
            later = posts[place]
            end = None if end is None or later.end is None else max(end, later.end)
            absorbed.append(later.pk)
            place += 1
        yield first, end, absorbed


def settle_organisers(move: Move, child: Child) -> None:
    """Both registrations are brokers: one stands, and whom the other took out hangs on it."""
    hanging = [
        (one.related_model._meta.db_table, str(one.field.column))  # noqa: SLF001 - Django's documented model API
        for one in Organiser._meta.related_objects  # noqa: SLF001 - see above
        if isinstance(one.related_model, type)
    ]
    fold(followers=hanging)(move, child)


def _renew(worker_ids: Sequence[int]) -> None:
    rebuild_spells(worker_ids=worker_ids)


register_child(Child(model=DeclaredJob, settle=settle_jobs))
register_child(Child(model=Placement, settle=settle_placements))
register_child(Child(model=Organiser, settle=settle_organisers))
register_child(Child(model=BrandMember, settle=fold("brand_id", "year")))
register_child(Child(model=Returnee, settle=fold("returned_on")))
register_child(Child(model=Referral, settle=fold("fair_id", "employer_id", "job_title", "result", "happened_on")))
for derived in (Spell, PastSpell, SpellTask):
    register_child(Child(model=derived, derived=True))
register_renewal(Worker, "spells", _renew)
