"""Opening a campaign with a task for each household, giving the tasks out, closing it and drawing the sample."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.divisions.models import Division
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.formats.values import GONE_STATUSES
from core.history.services import operation
from workers.surveys.leaving import ask_who_stayed, follow_home
from workers.surveys.models import HANDED_IN, KIND, TO_VISIT, Campaign, Revisit, TaskState, VisitTask
from workers.surveys.ordering import UNNUMBERED, group_places

VILLAGE: Final = 12
SURVEYOR_ROLE: Final = "village_assistant"

_GROUPS: Final = """
SELECT DISTINCT coalesce(nullif(h.group_name, ''), w.group_name, '') FROM workers_worker w
LEFT JOIN workers_household h ON h.id = w.household_id WHERE w.village_code LIKE %(area)s
"""
_TASKS: Final = """
WITH people AS (
  SELECT w.id, w.village_code, w.household_id, coalesce(nullif(h.group_name, ''), w.group_name, '') AS group_name,
    coalesce(w.name = h.head_name, false) AS head
  FROM workers_worker w LEFT JOIN workers_household h ON h.id = w.household_id
  WHERE w.village_code LIKE %(area)s AND (w.labour_status IS NULL OR w.labour_status <> ALL (%(gone)s))
), doors AS (
  SELECT DISTINCT ON (coalesce(household_id, -id)) id AS contact_id, household_id, village_code, group_name FROM people
  ORDER BY coalesce(household_id, -id), head DESC, id
), known AS (
  SELECT DISTINCT ON (household_id) household_id, door FROM surveys_visittask
  WHERE household_id IS NOT NULL AND door <> '' ORDER BY household_id, id DESC
), placed AS (
  SELECT d.*, coalesce(k.door, '') AS door, g.place +
    CASE WHEN k.door ~ '^[0-9]{1,4}' THEN substring(k.door FROM '^[0-9]{1,4}')::int
    ELSE %(unnumbered)s + least(row_number() OVER (
      PARTITION BY d.village_code ORDER BY coalesce(d.household_id, d.contact_id), d.contact_id), %(unnumbered)s - 1)::int END AS place
  FROM doors d LEFT JOIN known k USING (household_id)
  JOIN unnest(%(groups)s::text[], %(places)s::int[]) AS g(name, place) ON g.name = d.group_name
)
INSERT INTO surveys_visittask (campaign_id, household_id, contact_id, village_code, group_name, door, place, surveyor_id, assigned_on,
  state, channel, misses, reason, sampled)
SELECT %(campaign)s, p.household_id, p.contact_id, p.village_code, p.group_name, p.door, p.place, s.id,
  CASE WHEN s.id IS NOT NULL THEN %(today)s::date END, 'assigned', '', 0, '', false
FROM placed p LEFT JOIN unnest(%(villages)s::text[], %(surveyors)s::bigint[]) AS s(village, id) ON s.village = p.village_code
WHERE NOT EXISTS (SELECT FROM surveys_visittask t WHERE t.campaign_id = %(campaign)s AND t.household_id = p.household_id)
  AND NOT EXISTS (SELECT FROM surveys_visittask t WHERE t.campaign_id = %(campaign)s AND t.contact_id = p.contact_id)
ORDER BY p.village_code, p.place
"""
_SAMPLE: Final = """
WITH drawn AS (
  SELECT id, row_number() OVER (PARTITION BY left(village_code, 9) ORDER BY md5(%(seed)s::text || ref::text), id) AS place,
    count(*) OVER (PARTITION BY left(village_code, 9)) AS households
  FROM surveys_visittask WHERE campaign_id = %(campaign)s AND visited_on IS NOT NULL AND state = ANY (%(states)s)
)
UPDATE surveys_visittask t SET sampled = true, updated_at = now() FROM drawn d
WHERE t.id = d.id AND d.place <= ceil(d.households * %(percent)s / 100.0)
"""


@dataclass(frozen=True, kw_only=True)
class CampaignFacts:
    """What a campaign is: ``division_code`` the area all of whose households are visited, ``sample_percent`` visited again."""

    name: str
    kind: str
    starts_on: date
    ends_on: date
    division_code: str
    sample_percent: int = 5


def open_campaign(*, user: User, facts: CampaignFacts) -> Campaign:
    """Begin a campaign: one task for each household of the area, given to the village's assistant where there is one.

    Raises ``DomainError`` naming the field: blank name, unknown kind, dates in the wrong order, an area outside the
    user's; ``Conflict`` for a name another campaign has.
    """
    _may_manage(user)
    _check(user, facts)
    campaign = Campaign(seed=secrets.randbits(31), **{**vars(facts), "name": facts.name.strip()})
    with operation(user=user, action="surveys.open"):
        try:
            with transaction.atomic():
                campaign.save()
        except IntegrityError as error:
            raise Conflict("duplicate", f"已有名为“{facts.name}”的走访活动。", "name") from error
        _give_tasks(campaign)
    return campaign


def add_households(*, user: User, campaign: Campaign) -> int:
    """Give households that were registered since a task too; returns how many. ``Conflict`` when the campaign is closed."""
    _may_manage(user)
    with operation(user=user, action="surveys.add_households"):
        campaign = _locked(user, campaign, Campaign.State.OPEN)
        ask_who_stayed(campaign.pk)
        return _give_tasks(campaign)


def assign(
    *, user: User, campaign: Campaign, village_code: str, groups: Iterable[str] | None, surveyor: User | None
) -> int:
    """Give the households of a village (of some ``groups`` of it, all when None) to a surveyor; returns how many changed.

    Households that were visited stay with who visited them; ``surveyor`` None takes the tasks back. Those whose people were
    moved into the village are handed over to it, those moved away are not in it any more. Raises ``NotAllowed``
    without the permission, ``NotFound`` for a village out of scope, ``DomainError`` for somebody who does not survey there.
    """
    if not user.can("surveys.assign"):
        raise NotAllowed("forbidden", "您没有派发走访任务的权限。")
    if not user.covers(village_code) or len(village_code) != VILLAGE:
        raise NotFound("division", "这个村（社区）不在您的管辖范围内。", "village_code")
    if surveyor is not None and not surveys_in(surveyor, village_code):
        raise DomainError("surveyor", "此账号不负责这个村（社区）的走访，请另选。", "surveyor")
    with operation(user=user, action="surveys.assign"):
        campaign = _locked(user, campaign, Campaign.State.OPEN)
        ask_who_stayed(campaign.pk)
        tasks = VisitTask.objects.visible_to(user).filter(
            campaign=campaign, contact__village_code=village_code, state__in=TO_VISIT
        )
        follow_home(list(tasks.exclude(village_code=village_code).values_list("contact_id", flat=True)), TO_VISIT)
        tasks = tasks.filter(village_code=village_code)
        if groups is not None:
            tasks = tasks.filter(group_name__in=list(groups))
        changed = tasks.exclude(surveyor=surveyor) if surveyor else tasks.exclude(surveyor__isnull=True)
        given = timezone.localdate() if surveyor else None
        return changed.update(surveyor=surveyor, assigned_on=given, updated_at=Now())


def close_campaign(*, user: User, campaign: Campaign) -> int:
    """End the visits and draw the households the township visits again; returns how many.

    In each township the share ``sample_percent`` of the households that were asked, rounded up, in the order of
    md5(seed and task number): whoever has the seed draws the same ones. ``Conflict`` when it is closed already.
    """
    _may_manage(user)
    with operation(user=user, action="surveys.close"):
        campaign = _locked(user, campaign, Campaign.State.OPEN)
        campaign.state, campaign.closed_on = Campaign.State.CLOSED, timezone.localdate()
        campaign.save(update_fields=["state", "closed_on"])
        with connection.cursor() as cursor:
            states = [TaskState.VISITED, *HANDED_IN]
            words = {"campaign": campaign.pk, "seed": campaign.seed, "percent": campaign.sample_percent}
            cursor.execute(_SAMPLE, {**words, "states": [str(state) for state in states]})
            return int(cursor.rowcount)


def reopen_campaign(*, user: User, campaign: Campaign) -> Campaign:
    """Let the visits go on; the sample is drawn anew when it is closed again, with a seed nobody has seen.

    ``Conflict`` when it is not closed, or somebody was visited again already.
    """
    _may_manage(user)
    with operation(user=user, action="surveys.reopen"):
        campaign = _locked(user, campaign, Campaign.State.CLOSED)
        if Revisit.objects.filter(task__campaign=campaign).exists():
            raise Conflict("revisited", "已有复访记录，不能重新开放。")
        campaign.state, campaign.closed_on, campaign.seed = Campaign.State.OPEN, None, secrets.randbits(31)
        campaign.save(update_fields=["state", "closed_on", "seed"])
        VisitTask.objects.filter(campaign=campaign, sampled=True).update(sampled=False, updated_at=Now())
    return campaign


def surveys_in(surveyor: User, village_code: str) -> bool:
    """Whether the account may visit households of that village."""
    within = surveyor.scope_kind is ScopeKind.DIVISION and surveyor.covers(village_code)
    return within and surveyor.can("surveys.write")


def _give_tasks(campaign: Campaign) -> int:
    villages, surveyors = _assistants(campaign.division_code)
    words: dict[str, Any] = {
        "campaign": campaign.pk,
        "area": f"{campaign.division_code}%",
        "gone": sorted(GONE_STATUSES),
        "unnumbered": UNNUMBERED,
        "villages": villages,
        "surveyors": surveyors,
        "today": timezone.localdate(),
    }
    with connection.cursor() as cursor:
        # What PostgreSQL remembers of the tables may be older than the roster: for the one row it then expects it would
        # read all households anew for every person.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_GROUPS, words)
        places = group_places(name for (name,) in cursor.fetchall())
        cursor.execute(_TASKS, {**words, "groups": list(places), "places": list(places.values())})
        given = int(cursor.rowcount)
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
    return given


def _assistants(area: str) -> tuple[list[str], list[int]]:
    """Villages that have exactly one assistant, and who that is."""
    found: dict[str, list[int]] = {}
    for one in User.objects.filter(role=SURVEYOR_ROLE, is_active=True).order_by("pk"):
        for village in one.divisions:
            if len(village) == VILLAGE and village.startswith(area):
                found.setdefault(village, []).append(one.pk)
    alone = {village: who[0] for village, who in found.items() if len(who) == 1}
    return list(alone), list(alone.values())


def _locked(user: User, campaign: Campaign, state: Campaign.State) -> Campaign:
    found = Campaign.objects.visible_to(user).select_for_update().filter(pk=campaign.pk).first()
    if found is None:
        raise NotFound("campaign", "没有这次走访活动。")
    if found.state != state:
        raise Conflict("state", "走访活动已结束。" if state is Campaign.State.OPEN else "走访活动还在进行。")
    return found


def _may_manage(user: User) -> None:
    if not user.can("surveys.manage"):
        raise NotAllowed("forbidden", "您没有组织走访活动的权限。")


def _check(user: User, facts: CampaignFacts) -> None:
    if not facts.name.strip():
        raise DomainError("required", "请填写活动名称。", "name")
    if facts.kind not in KIND:
        raise DomainError("choice", "没有这种走访活动。", "kind")
    if facts.ends_on < facts.starts_on:
        raise DomainError("date", "结束日期不能早于开始日期。", "ends_on")
    if not 5 <= facts.sample_percent <= 100:  # noqa: PLR2004 - domain.md §3.1
        raise DomainError("number", "复访抽样比例应在5%至100%之间。", "sample_percent")
    if not facts.division_code.startswith(user.division_prefix):
        raise DomainError("out_of_scope", "走访范围不在您的管辖范围内。", "division_code")
    if not Division.objects.in_force().filter(code=facts.division_code).exists():
        raise DomainError("division_unknown", "没有这个行政区划。", "division_code")
