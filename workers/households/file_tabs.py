"""The tabs of a household's file: members and who works where on a day, what happened to them, who changed what."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.formats.identity import age_on
from core.history.models import RowEvent
from core.history.queries import changes_of
from core.web.base import Screen
from core.web.details import Tab
from core.web.timeline import Moment, timeline_of
from workers import dossier
from workers.households.queries import WORKING_AGE
from workers.labour import basis_of, labour_of
from workers.models import Household, Worker
from workers.queries import tags_of
from workers.tables import STATUS_BADGES
from workers.typed_days import day_typed
from workers.words import sex_word

ACTIONS = {
    "households.found": _("登记家庭户"),
    "households.edit": _("修改家庭户"),
    "households.move": _("移入或移出成员"),
    "imports.workers": _("导入花名册"),
    "imports.households": _("导入花名册"),
    "history.undo": _("撤销"),
}

HEAD = "户主"
"""与户主关系 of the head."""


def zero_rule(day: date) -> str:
    """The sentence that says when a household is found to have nobody at work."""
    words = {"from": WORKING_AGE[0], "to": WORKING_AGE[1] - 1, "day": day}
    return (
        gettext(
            "零就业家庭：%(from)d至%(to)d岁、有劳动能力的成员都没有就业记录在岗（在校、丧失劳动能力、死亡、迁出的不计），截至 %(day)s"
        )
        % words
    )


def short_rule(day: date) -> str:
    """The same in a few words, for a list."""
    words = {"from": WORKING_AGE[0], "to": WORKING_AGE[1] - 1, "day": day}
    return gettext("劳动年龄%(from)d至%(to)d岁，在岗按就业记录，截至 %(day)s") % words


def day_of(screen: Screen) -> tuple[date, bool]:
    """The day asked, and whether what was typed is no day."""
    return day_typed(screen.request.GET.get("as_of", ""))


def members(screen: Screen, household: Household) -> dict[str, Any]:
    """The members the user sees, with their groups and their work on the day asked."""
    day, wrong = day_of(screen)
    everybody = household.members.all()
    # The head first, the others by age.
    rows = sorted(everybody.visible_to(screen.user).order_by("birth_date", "pk"), key=lambda one: one.relation != HEAD)
    labour = labour_of([{"pk": one.pk, **vars(one)} for one in rows], day)
    tags = tags_of([one.pk for one in rows], day)
    return {
        "day": day,
        "wrong_day": wrong,
        "is_today": day == localdate(),
        "tab": "members",
        "people": [
            {
                "worker": one,
                "url": reverse("workers:detail", args=[one.pk]),
                "sex": sex_word(one.sex),
                "age": age_on(one.birth_date, day) if one.birth_date <= day else "",
                "tags": "、".join(tags.get(one.pk, ())),
                "labour": labour[one.pk],
                "badge": STATUS_BADGES[labour[one.pk].status],
            }
            for one in rows
        ],
        "unseen": everybody.count() - len(rows),
        "basis": basis_of(day),
        "rule": zero_rule(day),
        "may_edit": screen.user.can("workers.edit"),
    }


def life(screen: Screen, household: Household) -> dict[str, Any]:
    """What happened to the members the user sees, newest first, each with the name."""
    found = [
        (person, happening)
        for person in household.members.all().visible_to(screen.user).order_by("pk")
        for happening in dossier.happenings(person, screen.user)
    ]
    return {"happenings": dossier.newest_first(found, lambda one: one[1].on)}


def history(screen: Screen, household: Household) -> dict[str, Any]:
    """Who changed what: the household's own columns, and who was moved in or out."""
    moments = timeline_of(household, actions={name: str(word) for name, word in ACTIONS.items()})
    changes = changes_of(household)
    moved = _moved({change.operation_id for change in changes if change.action == "households.move"})
    names = dict(
        Worker.objects.visible_to(screen.user)
        .filter(pk__in={pk for ids in moved.values() for pk in ids})
        .values_list("pk", "name")
    )
    found = []
    for moment, change in zip(moments, changes, strict=True):
        who = "、".join(names[pk] for pk in moved.get(change.operation_id, ()) if pk in names)
        text = f"{moment.text}：{who}" if who else moment.text
        found.append(Moment(moment.at, moment.who, text, moment.changes, moment.reason))
    return {"moments": found}


def _moved(operation_ids: set[str]) -> dict[str, list[int]]:
    """Persons whom the operations moved, by operation."""
    found: dict[str, list[int]] = {}
    rows = RowEvent.objects.filter(operation_id__in=operation_ids, table="workers_worker") if operation_ids else ()
    for event in rows:
        found.setdefault(str(event.operation_id), []).append(event.row_id)
    return found


TABS = (
    Tab("members", _("成员"), "households/members.html", members),
    Tab("life", _("大事记"), "households/life.html", life),
    Tab("history", _("变更历史"), "web/timeline.html", history),
)
