"""What may be changed of many people at once: wishes, status, village, key groups, the note (docs/registry.md)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from django import forms
from django.contrib.postgres.aggregates import StringAgg
from django.db import connection
from django.db.models import Case, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Least, Now
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.formats.values import LABOUR_STATUS
from core.history.services import operation
from core.web.bulk import BulkField, BulkKind, column
from core.web.bulk.declarations import Values, text_of
from core.web.fields import AutocompleteField, DateField
from core.web.texts import Text
from workers.labour import told
from workers.models import GroupMembership, Household, Worker
from workers.queries import place_names
from workers.words import GROUP_CHOICES, TOLD_ON

UNDATED: Final = "未注明日期"
# By person, never by group: the members this very statement has added would be gone through again for everybody.
_ADD = """
INSERT INTO workers_groupmembership (worker_id, "group", valid_from, source, document)
SELECT w.row_id, %s, %s, %s, %s FROM ({rows}) AS w (row_id)
WHERE NOT EXISTS (SELECT FROM workers_groupmembership m WHERE m.worker_id = w.row_id AND m."group" || '' = %s
  AND (m.valid_to IS NULL OR m.valid_to > %s))
"""
_FOUND = """
INSERT INTO workers_household (village_code, group_name, head_name)
SELECT DISTINCT %s, h.group_name, h.head_name FROM ({rows}) AS c (row_id)
JOIN workers_worker w ON w.id = c.row_id JOIN workers_household h ON h.id = w.household_id
ON CONFLICT DO NOTHING
"""


def _line(label: Text) -> Callable[[], forms.Field]:
    return lambda: forms.CharField(label=cast("str", label), required=False, max_length=200)


def _said(text: str) -> Value:
    return Value(text, output_field=TextField())


# The labour status: told on a day, which stands in the file with it; who told another one later keeps it.


def _word(_values: Values) -> Combinable:
    """The file's word and its day."""
    day = Case(When(visited_on__isnull=False, then=Concat(_said("（"), Cast("visited_on", TextField()), _said("）"))))
    word = Concat(F("labour_status"), Coalesce(day, _said("")), output_field=TextField())
    return Case(When(labour_status__gt="", then=word), default=_said(""), output_field=TextField())


def _later(values: Values) -> Q:
    return Q(visited_on__gt=values["told_on"]) if values["labour_status"] else Q(pk__in=())


def _reworded(values: Values) -> Combinable:
    word = f"{values['labour_status']}（{values['told_on']}）" if values["labour_status"] else ""
    return Case(When(_later(values), then=_word(values)), default=_said(word), output_field=TextField())


def _told_columns(values: Values) -> Mapping[str, Any]:
    """No visit: the day begins no registration, and the last visitor did not hear the word."""
    status, day = values["labour_status"] or None, values["told_on"]
    if status is None:
        return {"labour_status": None}
    told = Greatest("visited_on", Value(day))
    return {
        "labour_status": Case(When(_later(values), then=F("labour_status")), default=Value(status)),
        "visited_on": told,
        "visited_by": Case(When(visited_on__gte=day, then=F("visited_by")), default=None),
        "first_visited_on": Case(
            When(first_visited_on__isnull=False, then=Least("first_visited_on", told)), default=None
        ),
    }


STATUS = BulkField(
    name="labour_status",
    label=_("就业状态"),
    inputs=lambda: {
        "labour_status": forms.ChoiceField(
            label=_("就业状态"), required=False, choices=[("", "—"), *LABOUR_STATUS.pairs]
        ),
        "told_on": DateField(
            label=TOLD_ON,
            future=False,
            initial=localdate,
            help_text=_("就业状态是哪一天说的，记作走访日期；在这一天之后走访过的人不改。"),
        ),
    },
    before=_word,
    after=_reworded,
    columns=_told_columns,
    follow=told,
)


# The village: who moves keeps the household, which is founded there when nobody of it has moved yet.


def _home(village: str) -> Subquery:
    """The household of the same head and group in the village."""
    own = Household.objects.filter(pk=OuterRef(OuterRef("household_id")))
    there = Household.objects.filter(
        village_code=village, head_name=Subquery(own.values("head_name")), group_name=Subquery(own.values("group_name"))
    )
    return Subquery(there.values("pk")[:1])


def _found_households(rows: QuerySet[Any, Any], values: Values) -> None:
    # An act of its own, as where a roster founds households: taking the edit back leaves them to who moved in meanwhile.
    inner, found = rows.query.sql_with_params()
    with operation(user=None, action="households.found"), connection.cursor() as cursor:
        cursor.execute(_FOUND.format(rows=inner), (values["village_code"], *found))


def _villages(codes: Iterable[str]) -> Mapping[str, str]:
    return {code: " ".join(filter(None, names)) for code, names in place_names(filter(None, codes)).items()}


VILLAGE = BulkField(
    name="village_code",
    label=_("村（社区）"),
    inputs=lambda: {"village_code": AutocompleteField("villages", label=_("村（社区）"))},
    before=lambda _values: text_of("village_code"),
    after=lambda values: _said(values["village_code"]),
    columns=lambda values: {"village_code": values["village_code"], "household": _home(values["village_code"])},
    write=_found_households,
    words=_villages,
)


# Key groups: dated as by hand, set-based.


def _tags(group: str) -> QuerySet[GroupMembership]:
    return GroupMembership.objects.filter(worker=OuterRef("pk"), group=group).order_by()


def _days(group: str) -> Combinable:
    """What somebody's file says of a key group: its days, in order."""
    first, last = Cast("valid_from", TextField()), Cast("valid_to", TextField())
    days = Case(
        When(valid_from__isnull=True, valid_to__isnull=True, then=_said(UNDATED)),
        default=Concat(Coalesce(first, _said("")), _said("–"), Coalesce(last, _said(""))),
        output_field=TextField(),
    )
    told = StringAgg(days, delimiter="、", order_by=("valid_from", "id"))
    tags = _tags(group).values("worker").annotate(days=told).values("days")
    return Coalesce(Subquery(tags), _said(""), output_field=TextField())


DATED = Q(valid_from__isnull=False) | Q(valid_to__isnull=False)


def _added(values: Values) -> Combinable:
    group, day = values["add_group"], values["add_from"]
    meeting = _tags(group).filter(DATED, Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    kept = Func(_days(group), _said(UNDATED), _said(""), function="replace", output_field=TextField())
    added = Concat(kept, _said(f" + {day}–"), output_field=TextField())
    return Case(When(Exists(meeting), then=_days(group)), default=added, output_field=TextField())


def _add(rows: QuerySet[Any, Any], values: Values) -> None:
    """Put people into a group from a day on, in place of an undated tag; who belongs to it then is left alone."""
    group, day = values["add_group"], values["add_from"]
    undated = GroupMembership.objects.filter(worker__in=rows, group=group, valid_from__isnull=True)
    undated.filter(valid_to__isnull=True).delete()
    inner, found = rows.query.sql_with_params()
    told = (group, day, values["add_source"] or None, values["add_document"] or None)
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(rows=inner), (*told, *found, group, day))


def _ending(day: date) -> Q:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lt=day)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def _ended(values: Values) -> Combinable:
    group, day = values["end_group"], values["end_on"]
    told = Concat(_days(group), _said(f" → {day}"), output_field=TextField())
    return Case(
        When(Exists(_tags(group).filter(_ending(day))), then=told), default=_days(group), output_field=TextField()
    )


def _end(rows: QuerySet[Any, Any], values: Values) -> None:
    """End the tag that holds on the day before; the day is the first no longer."""
    tags = GroupMembership.objects.filter(_ending(values["end_on"]), worker__in=rows, group=values["end_group"])
    tags.update(valid_to=values["end_on"], updated_at=Now())


def _group() -> forms.Field:
    return forms.ChoiceField(label=_("人员类别"), choices=[("", "—"), *GROUP_CHOICES])


ADD_GROUP = BulkField(
    name="add_group",
    label=_("认定人员类别"),
    inputs=lambda: {
        "add_group": _group(),
        "add_from": DateField(label=_("认定日期"), future=False),
        "add_source": forms.CharField(label=_("来源"), required=False, max_length=200),
        "add_document": forms.CharField(label=_("文号"), required=False, max_length=100),
    },
    before=lambda values: _days(values["add_group"]),
    after=_added,
    write=_add,
)
END_GROUP = BulkField(
    name="end_group",
    label=_("终止人员类别"),
    inputs=lambda: {
        "end_group": _group(),
        "end_on": DateField(label=_("终止日期"), help_text=_("不再属于该类别的第一天。")),
    },
    before=lambda values: _days(values["end_group"]),
    after=_ended,
    write=_end,
)


# The note: added to, never replaced.


def _noted(values: Values) -> Combinable:
    kept = Case(When(Q(note__isnull=True) | Q(note=""), then=_said("")), default=Concat(F("note"), _said("；")))
    return Concat(kept, _said(values["note"]), output_field=TextField())


NOTE = BulkField(
    name="note",
    label=_("备注（加在原有的后面）"),
    inputs=lambda: {"note": forms.CharField(label=_("备注"), max_length=500)},
    before=lambda _values: text_of("note"),
    after=_noted,
    columns=lambda values: {"note": _noted(values)},
)


def _named(rows: QuerySet[Any, Any], ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    found = rows.filter(pk__in=list(ids)).values_list("pk", "name", "village_code")
    places = place_names({village for _pk, _name, village in found})
    return {
        pk: (f"{name}（{' '.join(places[village])}）", reverse("workers:detail", args=[pk]))
        for pk, name, village in found
    }


WORKERS = BulkKind(
    name="workers",
    label=_("批量修改人员档案"),
    permission="workers.edit",
    rows=Worker.objects.visible_to,
    named=_named,
    list_url=lambda: reverse("workers:list"),
    fields=(
        column("intention", _("就业意向"), _line(_("就业意向"))),
        column("intended_place", _("意向地区"), _line(_("意向地区"))),
        column("wanted_job", _("意向工种"), _line(_("意向工种"))),
        column("training_wish", _("培训意愿"), _line(_("培训意愿"))),
        column("startup_wish", _("创业意愿"), _line(_("创业意愿"))),
        STATUS,
        VILLAGE,
        column("group_name", _("组"), _line(_("组"))),
        column("resettlement_site", _("安置点"), _line(_("安置点"))),
        ADD_GROUP,
        END_GROUP,
        NOTE,
    ),
)
