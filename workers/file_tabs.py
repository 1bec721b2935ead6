"""The registry's own tabs of a person's page, and what it knows of their life."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.formats.identity import age_on
from core.history.queries import Change, changes_of
from core.web.base import Screen
from core.web.details import Fact, Tab
from core.web.lists.columns import Mask
from core.web.texts import Text
from core.web.timeline import Moment, timeline_of
from core.workbooks.models import Import
from workers import dossier
from workers.dossier import FileTab, Happening, HappeningSource
from workers.labour import Labour, labour_of_one
from workers.models import GroupMembership, Household, Worker
from workers.queries import place_names
from workers.typed_days import day_typed
from workers.words import group_word, sex_word

ACTIONS = {
    "workers.register": _("登记"),
    "workers.edit": _("修改档案"),
    "workers.add_tag": _("认定人员类别"),
    "workers.end_tag": _("终止人员类别"),
    "workers.correct_tag": _("更正人员类别"),
    "workers.remove_tag": _("删除录错的人员类别"),
    "workers.merge": _("合并档案"),
    "workers.bulk_edit": _("批量修改"),
    "households.move": _("调整家庭户"),
    "households.edit": _("修改家庭户"),
    "imports.workers": _("导入花名册"),
    "imports.group_tags": _("导入人员类别台账"),
    "history.undo": _("撤销"),
}
TOLD_UNVISITED = frozenset({"comparisons.accept", "workers.bulk_edit"})
"""Acts that bring 就业状态 and its day without a visit."""


def facts(_screen: Screen, worker: Worker) -> dict[str, Any]:
    """The file in groups of facts."""
    township, village = place_names([worker.village_code])[worker.village_code]
    person = (
        _masked(worker, _("身份证号码"), "id_number", "id"),
        *(Fact(_("曾用身份证号码"), alias.id_number, mask="id") for alias in worker.aliases.order_by("pk")),
        # No birth date: beside the masked number it would give the whole number away.
        Fact(_("性别"), sex_word(worker.sex)),
        Fact(_("年龄"), age_on(worker.birth_date, localdate())),
        _masked(worker, _("联系电话"), "phone", "phone"),
        *_plain(worker, "ethnicity", "education", "political", "health", "capacity"),
    )
    home = (
        Fact(_("乡镇"), township),
        Fact(_("村"), village),
        Fact(_("组"), worker.group_name),
        Fact(_("户主姓名"), worker.household.head_name if worker.household else "", url=_household_url(worker)),
        *_plain(worker, "relation"),
        Fact(_("监测类别"), monitored_as(worker, localdate())),
        *_plain(worker, "resettlement_site"),
    )
    labour = labour_of_one(worker, localdate())
    work = (
        Fact(_("推算就业状态"), f"{labour.status_word}（{labour.basis}）"),
        Fact(_("登记的就业状态"), _told(labour)),
        *_plain(
            worker, "skill", "skill_level", "intention", "intended_place", "expected_wage", "training_wish",
            "wanted_job", "startup_wish",
        ),
    )  # fmt: skip
    rest = (
        _masked(worker, _("社保卡号"), "bank_card", "card"),
        *_plain(worker, "bank_name", "visited_by", "visited_on"),
        Fact(_("首次走访日期"), worker.first_visited_on),
        *_plain(worker, "note"),
    )
    return {"groups": [(_("本人"), person), (_("家庭"), home), (_("就业与意愿"), work), (_("其他"), rest)]}


def _told(labour: Labour) -> str:
    """The roster's word with the day it was told; that it does not go with the job spells."""
    words = [labour.told_word]
    if labour.told and labour.told_on:
        words.append(f"（{labour.told_on}）")
    if labour.differs:
        words.append(gettext("，与推算不一致"))
    return "".join(words)


def monitored_as(worker: Worker, day: date) -> str:
    """As what kind somebody is monitored on the day: by the dated tag, else as the roster said."""
    tags = worker.memberships.on(day).filter(group="monitored")
    kinds = {kind for kind in tags.values_list("monitored_kind", flat=True) if kind}
    return "、".join(sorted(kinds)) or worker.monitored_kind or ""


def _masked(worker: Worker, label: Text, name: str, mask: Mask) -> Fact:
    return Fact(label, getattr(worker, name), mask=mask, reveal=f"workers.worker.{name}", pk=worker.pk)


def _plain(worker: Worker, *names: str) -> tuple[Fact, ...]:
    labels = {field.name: field.verbose_name for field in Worker._meta.fields}  # noqa: SLF001 - Django's documented model API
    # The forms mark the same words for translation.
    return tuple(Fact(gettext(str(labels[name])), getattr(worker, name)) for name in names)


def _household_url(worker: Worker) -> str:
    return reverse("households:detail", args=[worker.household_id]) if worker.household_id else ""


def groups(screen: Screen, worker: Worker) -> dict[str, Any]:
    """Tags, present and past; which of them held, and what work there was, on the day asked (``?as_of=``, else today)."""
    day, wrong = day_typed(screen.request.GET.get("as_of", ""))
    held = set(worker.memberships.on(day).values_list("pk", flat=True))
    rows = list(worker.memberships.order_by("group", "valid_from", "id"))
    tags = [
        {
            "pk": tag.pk,
            "label": group_word(tag.group),
            "valid_from": tag.valid_from,
            "valid_to": tag.valid_to,
            "holds": tag.pk in held,
            "kind": tag.monitored_kind or tag.category or "",
            "risk_cleared_on": tag.risk_cleared_on,
            "source": "，".join(part for part in (tag.source, tag.document) if part),
        }
        for tag in rows
    ]
    return {
        "tags": tags,
        "tab": "groups",
        "day": day,
        "wrong_day": wrong,
        "is_today": day == localdate(),
        "held": [_in_words(tag, day) for tag in rows if tag.pk in held],
        "labour": labour_of_one(worker, day),
        "may_edit": screen.user.can("workers.edit"),
    }


def _in_words(tag: GroupMembership, day: date) -> str:
    """A tag with what is known of it on a day: 监测对象（边缘易致贫户，风险已消除）."""
    cleared = gettext("风险已消除") if tag.risk_cleared_on and tag.risk_cleared_on <= day else ""
    more = "，".join(word for word in (tag.monitored_kind, tag.category, cleared) if word)
    label = group_word(tag.group)
    return f"{label}（{more}）" if more else label


def life(screen: Screen, worker: Worker) -> dict[str, Any]:
    """What happened, from every app."""
    return {"happenings": dossier.happenings(worker, screen.user)}


def history(screen: Screen, worker: Worker) -> dict[str, Any]:
    """Who changed what: the file and its tags, newest first."""
    texts = {"household_id": partial(_household_words, screen.user)}
    moments: list[Moment] = timeline_of(worker, actions=_words(), texts=texts)
    for alias in worker.aliases.all():
        # What happened to a registration before it was merged into this one.
        for moment in timeline_of(Worker(pk=alias.former_id), actions=_words(), texts=texts):
            named = f"{moment.text}：{alias.name}"
            moments.append(Moment(moment.at, moment.who, named, moment.changes, moment.reason))
    for tag in worker.memberships.all():
        for moment in timeline_of(tag, actions=_words()):
            named = f"{moment.text}：{group_word(tag.group)}"
            moments.append(Moment(moment.at, moment.who, named, moment.changes, moment.reason))
    return {"moments": sorted(moments, key=lambda moment: moment.at, reverse=True)}


def _household_words(user: User, household_id: int) -> str:
    """The household's head and place; of one the reader may not open only that it is elsewhere."""
    found = Household.objects.visible_to(user).filter(pk=household_id).first()
    return str(found) if found else gettext("已撤销或不在您管辖范围内的一户")


def _words() -> dict[str, str]:
    return {name: str(word) for name, word in ACTIONS.items()}


def own_happenings(worker: Worker, user: User) -> Iterable[Happening]:
    """Registration and imports, visits of the survey, the days key groups begin and end, moves and merges."""
    changes = changes_of(worker)
    if worker.first_visited_on:
        yield Happening(on=worker.first_visited_on, title=_("首次入户走访"))
    if worker.visited_on and worker.visited_on != worker.first_visited_on:
        yield _of_day(worker, worker.visited_on, changes)
    for tag in GroupMembership.objects.filter(worker=worker):
        yield from _of_tag(tag)
    for alias in worker.aliases.all():
        merged = localdate(alias.created_at)
        yield Happening(on=merged, title=_("合并档案"), text=gettext("并入%(name)s的另一份登记") % {"name": alias.name})
    yield from _of_file(user, changes)


def _of_day(worker: Worker, day: date, changes: Iterable[Change]) -> Happening:
    """What happened on the file's 走访日期: a visit, or somebody told the status."""
    for change in changes:
        became = {name: after for name, _before, after in change.fields}
        if became.get("visited_on") == str(day) and change.action != "history.undo":
            if change.action in TOLD_UNVISITED or (change.action == "workers.edit" and became.get("labour_status")):
                status = gettext(worker.labour_status) if worker.labour_status else ""
                return Happening(on=day, title=_("登记就业状态"), text=f"{status} {worker.visited_by or ''}".strip())
            break
    return Happening(on=day, title=_("入户走访"), text=worker.visited_by or "")


def _of_tag(tag: GroupMembership) -> Iterable[Happening]:
    label = group_word(tag.group)
    if tag.valid_from:
        words = (tag.monitored_kind, tag.category, tag.source, tag.document)
        text = " ".join(word for word in words if word)
        yield Happening(on=tag.valid_from, title=gettext("认定为%(tag)s") % {"tag": label}, text=text)
    if tag.risk_cleared_on:
        yield Happening(on=tag.risk_cleared_on, title=_("风险消除"), text=label)
    if tag.valid_to:
        yield Happening(on=tag.valid_to, title=gettext("不再属于%(tag)s") % {"tag": label})


def _of_file(user: User, changes: Iterable[Change]) -> Iterable[Happening]:
    """When the person was registered, which rosters changed the file, when the household changed."""
    imports = dict(
        Import.objects.visible_to(user)
        .filter(operation__in={change.operation_id for change in changes if change.operation_id})
        .values_list("operation_id", "pk")
    )
    for change in changes:
        found = imports.get(UUID(change.operation_id)) if change.operation_id else None
        url = reverse("workbooks:import", args=[found]) if found else ""
        on, how = localdate(change.at), str(ACTIONS.get(change.action, ""))
        if change.kind == "I" and change.action != "history.undo":
            yield Happening(on=on, title=_("登记入库"), text=how, url=url)
        elif change.action == "imports.workers":
            yield Happening(on=on, title=_("花名册更新档案"), url=url)
        elif moved := next((pair for name, *pair in change.fields if name == "household_id"), None):
            homes = (_household_words(user, home) if home else "—" for home in moved)
            yield Happening(on=on, title=_("调整家庭户"), text=" → ".join(homes))


def register_own() -> None:
    """Add the registry's own tabs and happenings."""
    dossier.register_tab(FileTab(tab=Tab("file", _("基本信息"), "web/sheet.html", facts), order=10))
    dossier.register_tab(FileTab(tab=Tab("groups", _("人员类别"), "workers/groups.html", groups), order=20))
    dossier.register_tab(FileTab(tab=Tab("life", _("大事记"), "workers/life.html", life), order=30))
    dossier.register_tab(FileTab(tab=Tab("history", _("变更历史"), "web/timeline.html", history), order=90))
    dossier.register_happenings(HappeningSource(name="workers", find=own_happenings))
