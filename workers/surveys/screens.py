"""What the survey brings to the frame: menu, the village's bottom bar, to-dos, the person's surveys, surveyors to choose."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.divisions.queries import names_of
from core.web.details import DetailScreen, Tab
from core.web.screens import Choice, ChoiceSource, MenuEntry, Todo, TodoRow, register
from workers.dossier import FileTab, Happening, HappeningSource, register_happenings, register_tab
from workers.models import Worker
from workers.surveys.forms import FIELDS
from workers.surveys.models import TO_VISIT, Campaign, DoorVisit, Survey, TaskState, VisitTask
from workers.surveys.queries import clash_count

VILLAGE_ROLES: Final = frozenset({"village_assistant"})


def waiting(user: User) -> Iterator[TodoRow]:
    """What waits at doors, in clashes, on the township's table and in the sample. Three queries."""
    tasks, counts = reverse("surveys:tasks"), _counts(user)
    if user.can("surveys.write"):
        url = reverse("surveys:clashes")
        yield TodoRow(__("选定走访与档案不一致的内容"), clash_count(user), url, urgent=True)
    if user.role in VILLAGE_ROLES:
        url = reverse("surveys:mine")
        yield TodoRow(__("重新走访被退回的户"), counts["returned"], url, urgent=True)
        yield TodoRow(__("入户走访"), counts["to_visit"], url)
    if user.can("surveys.check"):
        yield TodoRow(__("核对提交的走访"), counts["submitted"], f"{tasks}?state={TaskState.SUBMITTED}")
        late = VisitTask.objects.visible_to(user).filter(pk__in=DoorVisit.objects.held().values("task"))
        yield TodoRow(__("核对迟到的走访"), late.count(), f"{tasks}?late=true")
    if user.can("surveys.assign"):
        yield TodoRow(__("派发入户任务"), counts["unassigned"], f"{tasks}?unassigned=true")
        yield TodoRow(__("转派迁入的户"), counts["moved_in"], f"{tasks}?relocated=true")
    if user.can("surveys.revisit"):
        yield TodoRow(__("复访抽中的户"), counts["drawn"], f"{tasks}?revisit=no")


def _counts(user: User) -> dict[str, int]:
    running = Q(campaign__state=Campaign.State.OPEN)
    mine = running & (Q(surveyor=user) | Q(surveyor__isnull=True))
    meanings = {
        "returned": mine & Q(state=TaskState.RETURNED),
        "to_visit": mine & Q(state__in=[TaskState.ASSIGNED, TaskState.ABSENT]),
        "submitted": Q(state=TaskState.SUBMITTED),
        "unassigned": running & Q(surveyor__isnull=True, state=TaskState.ASSIGNED),
        "moved_in": running & Q(state__in=TO_VISIT) & ~Q(contact__village_code=F("village_code")),
        "drawn": Q(sampled=True, revisit__isnull=True),
    }
    # What is accepted or out of reach of all of these is most of the table.
    waits = Q(state__in=[TaskState.ASSIGNED, TaskState.ABSENT, TaskState.RETURNED, TaskState.SUBMITTED]) | Q(
        sampled=True
    )
    counted = {name: Count("pk", filter=meaning) for name, meaning in meanings.items()}
    return VisitTask.objects.visible_to(user).filter(waits).aggregate(**counted)


def choose_surveyors(user: User, text: str, limit: int) -> Sequence[Choice]:
    """Accounts that survey within the user's area, by name or account; their value is the id."""
    area = user.division_prefix
    found = User.objects.filter(is_active=True, scope_division__startswith=area).filter(
        Q(full_name__icontains=text) | Q(username__icontains=text)
    )
    rows = [one for one in found.order_by("scope_division", "username")[: limit * 5] if one.can("surveys.write")]
    names = names_of({one.scope_division for one in rows})
    return [
        Choice(str(one.pk), one.full_name or one.username, names.get(one.scope_division, "")) for one in rows[:limit]
    ]


def surveyor_label(user: User, value: str) -> str:
    """The name of a chosen account, "" outside the area."""
    if user.scope_kind is not ScopeKind.DIVISION or not (value.isascii() and value.isdigit()):
        return ""
    found = User.objects.filter(pk=int(value), scope_division__startswith=user.division_prefix).first()
    return (found.full_name or found.username) if found else ""


def surveys_of(_screen: DetailScreen, worker: Worker) -> dict[str, Any]:
    """What the person answered in each campaign, newest first."""
    rows = (
        Survey.objects.filter(worker=worker).select_related("task__campaign", "surveyor").order_by("-visited_on", "-pk")
    )
    return {"rows": [(row, changed_words(row)) for row in rows]}


def changed_words(survey: Survey) -> str:
    """The names of the fields the survey changed."""
    return "、".join(str(word) for name, word in FIELDS.items() if name in survey.changes)


def happenings(worker: Worker, _user: User) -> Iterable[Happening]:
    """Surveys, for the person's life; the registry itself tells the first and the last visit."""
    told = {worker.first_visited_on, worker.visited_on}
    for survey in Survey.objects.filter(worker=worker).select_related("task__campaign"):
        if survey.visited_on not in told:
            yield Happening(on=survey.visited_on, title=_("入户走访"), text=survey.task.campaign.name)


register(
    MenuEntry(
        section="workers",
        label=_("走访活动"),
        url_name="surveys:list",
        permission="surveys.view",
        icon="home-heart",
        order=40,
    )
)
register(
    MenuEntry(
        section="workers",
        label=_("入户任务"),
        url_name="surveys:tasks",
        permission="surveys.view",
        icon="list-check",
        order=50,
    )
)
register(
    MenuEntry(
        section="workers", label=_("入户走访"), url_name="surveys:mine", permission="surveys.write", icon="map-pin", order=45,
        phone=2, phone_label=_("走访"), phone_roles=VILLAGE_ROLES,
    )
)  # fmt: skip
register(
    MenuEntry(
        section="home", label=_("今日"), url_name="web:home", permission="surveys.write", icon="home",
        phone=1, phone_roles=VILLAGE_ROLES, phone_only=True,
    )
)  # fmt: skip
register(
    MenuEntry(
        section="workers", label=_("查人"), url_name="workers:list", permission="workers.view", icon="users",
        phone=3, phone_roles=VILLAGE_ROLES, phone_only=True,
    )
)  # fmt: skip
register(Todo(name="surveys", source=waiting, permission=("surveys.write", "surveys.check"), order=15))
register(ChoiceSource(name="surveyors", search=choose_surveyors, label=surveyor_label, permission="surveys.assign"))
register_tab(
    FileTab(tab=Tab("surveys", _("走访"), "surveys/of_person.html", surveys_of, permission="surveys.view"), order=45)
)
register_happenings(HappeningSource(name="surveys", find=happenings, permission="surveys.view"))
