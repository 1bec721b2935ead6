"""Households of a campaign: the list, one with its answers, checking, sending back, accepting, visiting again."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.formats.masking import mask_id
from core.web.base import Screen
from core.web.details import Action, DetailScreen, Fact, Header, Step, Tab
from core.web.forms import FormScreen
from core.web.htmx import go_to
from core.web.lists import BulkAction, EmptyState, ListScreen
from core.web.timeline import timeline_of
from workers.doubles.queries import current_ids
from workers.models import Worker
from workers.queries import place_names
from workers.surveys import services
from workers.surveys.answers import ASKED, in_words, of_file
from workers.surveys.filters import STATES, TaskFilter, called
from workers.surveys.forms import CHANNELS, FIELDS, ReturnForm, RevisitForm
from workers.surveys.gate import Act, movable
from workers.surveys.models import AT_THE_DOOR, TO_VISIT, Campaign, Survey, TaskState, VisitTask
from workers.surveys.services.revisits import CAME
from workers.surveys.tables import TASK_COLUMNS
from workers.surveys.views.shared import visible_task, words

OUTCOMES = {"met": _("已入户"), "absent": _("未遇"), "moved": _("整户迁出或死亡")}
CHOICES = {"": _("冲突待选定"), "mine": _("以走访为准"), "theirs": _("以档案为准")}
ORDER = (TaskState.ASSIGNED, TaskState.VISITED, TaskState.SUBMITTED, TaskState.TOWN_CHECKED, TaskState.ACCEPTED)


def check_many(user, rows):
    """Pass what was handed in among the rows."""
    passed = services.take_over(user=user, tasks=rows)
    told = __("已核对通过 %(n)s 户，回答已写入档案。") % {"n": passed.households}
    if passed.held:
        told += __("另有 %(n)s 户未通过：%(why)s") % {"n": len(passed.held), "why": "；".join(passed.held[:5])}
    return told


def accept_many(user, rows):
    """Accept what the townships have checked among the rows."""
    return __("已验收 %(n)s 户。") % {"n": services.accept_tasks(user=user, tasks=rows)}


def submit_many(user, rows):
    """Hand in what is finished among the rows."""
    return __("已提交 %(n)s 户。") % {"n": services.submit(user=user, tasks=rows)}


class TaskList(ListScreen):
    """/workers/surveys/tasks/ — household by household."""

    key = "survey_tasks"
    title = _("入户任务")
    permission = "surveys.view"
    icon = "list-check"
    columns = TASK_COLUMNS
    filterset_class = TaskFilter
    quick_filters = ("campaign", "township", "state")
    default_sort = "village"
    search_hint = _("户主或家里人的姓名、证件号后四位、电话")
    export_kind = "surveys"
    empty = EmptyState(_("开展走访活动后，每户一个任务，都在这里。"))
    bulk_actions = (
        BulkAction("submit", _("提交"), submit_many, permission="surveys.write", icon="send"),
        BulkAction("check", _("核对通过"), check_many, permission="surveys.check", icon="clipboard-check"),
        BulkAction("accept", _("验收"), accept_many, permission="surveys.accept", icon="circle-check"),
    )

    def rows(self, user):
        """Households in the user's scope."""
        return VisitTask.objects.visible_to(user)

    def search(self, queryset, text):
        """By the people in it."""
        return called(queryset, self.user, text)

    def row_url(self, row):
        """The household."""
        return reverse("surveys:task", args=[row["ref"]])

    def row_fields(self):
        """For the address."""
        return ("ref",)

    def prepare(self, rows, user):
        """Names of places: one query."""
        names = place_names({row["village_code"] for row in rows if "village_code" in row})
        for row in rows:
            if "village_code" in row:
                row["township_name"], row["village_name"] = names[row["village_code"]]


def answered(screen, task):
    """Everybody's answers, what changes marked with what the file said."""
    surveys = (
        Survey.objects.visible_to(screen.user)
        .filter(task=task)
        .select_related("worker", "surveyor")
        .prefetch_related("clashes")
        .order_by("pk")
    )
    return {"people": [(survey, lines_of(survey)) for survey in surveys], "task": task}


def lines_of(survey):
    """(label, answer, whether it changes the file, what the file says until then, what became of a clash); phones masked."""
    clashes = {clash.field: clash for clash in survey.clashes.all()}
    file = of_file(vars(survey.worker)) if survey.worker and survey.applied_at is None else {}
    found = []
    for name in ASKED:
        value, changed = survey.answers.get(name), name in survey.changes
        if value or changed:
            before = in_words(name, file.get(name)) if changed else ""
            clash = CHOICES[clashes[name].choice] if name in clashes else ""
            found.append((FIELDS[name], in_words(name, value) or __("（清除）"), changed, before, clash))
    return found


def visits(screen, task):
    """Every time somebody was at the door, and the second visit."""
    revisit = getattr(task, "revisit", None)
    findings = []
    if revisit:
        names = {survey.pk: survey.worker.name if survey.worker else survey.name
                 for survey in Survey.objects.visible_to(screen.user).filter(task=task).select_related("worker")}  # fmt: skip
        for one in revisit.findings:
            label = __("走访人来过吗") if one["field"] == CAME else FIELDS[one["field"]]
            told = {**one, "label": label, "name": names.get(one["survey"], "")}
            if one["field"] != CAME:
                told |= {side: in_words(one["field"], one[side]) for side in ("first", "second")}
            findings.append(told)
    channels = dict(CHANNELS)
    found = list(task.visits.select_related("user", "looked_by").order_by("-pk"))
    names = names_in(found, screen.user)
    rows = [
        (visit, OUTCOMES[visit.outcome], channels.get(visit.channel, visit.channel), held_lines(visit, names))
        for visit in found
    ]
    may_look = screen.user.can("surveys.check")
    return {"visits": rows, "revisit": revisit, "findings": findings, "task": task, "may_look": may_look}


def names_in(visits, user):
    """Of whom late visits speak: id on the page → name, of those in the user's scope."""
    spoken = {pk for visit in visits if visit.held for pk, _answers in visit.held["people"]}
    now = {**{pk: pk for pk in spoken}, **current_ids(spoken)}
    named = dict(Worker.objects.visible_to(user).filter(pk__in=now.values()).values_list("pk", "name"))
    return {pk: named[one] for pk, one in now.items() if one in named}


def held_lines(visit, names):
    """What a late visit told and nobody wrote down, a line a person in scope."""
    if not visit.held:
        return []
    people = [
        f"{names[pk]}：" + "，".join(f"{FIELDS[name]} {in_words(name, value) or '—'}" for name, value in told.items())
        for pk, told in visit.held["people"]
        if pk in names
    ]
    new = [
        f"{__('新增人员')}：{name} {relation} {mask_id(number)}" for name, relation, number in visit.held["newcomers"]
    ]
    return [*people, *new]


def history(_screen, task):
    """Who moved it on."""
    return {"moments": timeline_of(task, actions=words())}


class TaskDetail(DetailScreen):
    """/workers/surveys/tasks/<ref>/ — one household of a campaign."""

    permission = "surveys.view"
    tabs = (
        Tab("answers", _("调查情况"), "surveys/answers.html", answered),
        Tab("visits", _("入户记录"), "surveys/visits.html", visits),
        Tab("history", _("变更历史"), "web/timeline.html", history),
    )

    @property
    def back(self):
        """To the households."""
        return (reverse("surveys:tasks"), _("入户任务"))

    def rows(self, user):
        """Households in the user's scope."""
        tasks = VisitTask.objects.visible_to(user)
        return tasks.select_related("campaign", "household", "contact", "surveyor", "checked_by", "revisit")

    def fetch(self, ref):
        """The household that has or had that number."""
        return super().fetch(pk=visible_task(self.user, ref).pk)

    def header(self, thing):
        """Whose, where, by whom; the next act."""
        word, colour = STATES[thing.state]
        head = thing.household.head_name if thing.household else thing.contact.name
        places = " ".join(place_names([thing.village_code])[thing.village_code])
        surveyor = thing.surveyor.full_name or thing.surveyor.username if thing.surveyor else __("待派")
        facts = [
            Fact(_("走访活动"), thing.campaign.name, url=reverse("surveys:detail", args=[thing.campaign_id])),
            Fact(_("户籍"), f"{places} {thing.group_name}".strip()),
            Fact(_("走访人"), surveyor),
            Fact(_("入户日期"), thing.visited_on),
        ]
        if thing.reason:
            facts.append(Fact(_("退回原因"), thing.reason))
        acts = self.acts(thing)
        title = __("%(head)s户") % {"head": head}
        return Header(
            title, facts=facts, state=word, state_colour=colour, primary=acts[0] if acts else None, menu=acts[1:]
        )

    def acts(self, task):
        """What may be done now, the likeliest first."""
        this = VisitTask.objects.filter(pk=task.pk)
        found = []
        if task.campaign.state == Campaign.State.OPEN and task.state in AT_THE_DOOR:
            found.append(
                Action(
                    _("登记走访"), reverse("surveys:door", args=[task.ref]), permission="surveys.write", icon="pencil"
                )
            )
        there = task.contact.village_code
        if task.village_code != there and task.state in TO_VISIT and self.user.covers(there):
            address = f"{reverse('surveys:assign', args=[task.campaign_id])}?village={there}"
            found.append(Action(_("派发走访人"), address, permission="surveys.assign", icon="user-check"))
        for act, label, name, icon in (
            (Act.CHECK, _("核对通过"), "check", "clipboard-check"),
            (Act.ACCEPT, _("验收"), "accept", "circle-check"),
        ):
            if movable(this, self.user, act).exists():
                found.append(Action(label, reverse(f"surveys:{name}", args=[task.ref]), method="post", icon=icon))
        if movable(this, self.user, Act.RETURN).exists():
            found.append(Action(_("退回"), reverse("surveys:return", args=[task.ref]), icon="arrow-back-up"))
        if task.sampled:
            found.append(
                Action(
                    _("登记复访"),
                    reverse("surveys:revisit", args=[task.ref]),
                    permission="surveys.revisit",
                    icon="refresh",
                )
            )
        return found

    def steps(self, thing):
        """From the assignment to the county's acceptance."""
        reached = {TaskState.ABSENT: 0, TaskState.RETURNED: 0, TaskState.MOVED: 1}.get(thing.state)
        here = ORDER.index(thing.state) if reached is None else reached
        found = []
        for place, state in enumerate(ORDER):
            word = STATES[thing.state][0] if place == here else STATES[state][0]
            stand = "done" if place < here else "current" if place == here else "todo"
            found.append(
                Step(
                    word,
                    "refused" if place == here and thing.state == TaskState.RETURNED else stand,
                    why=thing.reason if place == here else "",
                )
            )
        return found


class TaskAct(Screen):
    """A POST that moves one household on."""

    def post(self, request, ref):
        """Back to the household; a refusal is said there."""
        task = visible_task(self.user, ref)
        try:
            messages.success(request, self.act(VisitTask.objects.filter(pk=task.pk)))
        except DomainError as error:
            messages.error(request, error.message)
        return go_to(request, reverse("surveys:task", args=[ref]))


class CheckTask(TaskAct):
    """POST …/check/ — the township has checked it: the answers go into the files."""

    permission = "surveys.check"

    def act(self, task):
        """Said so, or why not."""
        return check_many(self.user, task)


class AcceptTask(TaskAct):
    """POST …/accept/ — the county accepts it."""

    permission = "surveys.accept"

    def act(self, task):
        """Said so."""
        return accept_many(self.user, task)


class LookAtHeld(Screen):
    """POST …/looked/ — the township has looked at the visits that came too late."""

    permission = "surveys.check"

    def post(self, request, ref):
        """Back to the household's visits."""
        task = visible_task(self.user, ref)
        services.look_at_held(user=self.user, task=task)
        return go_to(request, f"{reverse('surveys:task', args=[ref])}?tab=visits")


class ReturnTask(FormScreen):
    """…/return/ — back to the surveyor, with a reason."""

    permission = "surveys.check"
    form_class = ReturnForm
    submit_label = _("退回")

    def fetch(self, *, lock=False, **key):
        """The household must be in sight."""
        self.task = visible_task(self.user, key["ref"])

    def heading(self, thing):
        """Whose."""
        return __("退回走访：%(head)s") % {"head": self.task.contact.name}

    def save(self, form, thing):
        """Give it back."""
        tasks = VisitTask.objects.filter(pk=self.task.pk)
        return services.return_tasks(user=self.user, tasks=tasks, reason=form.cleaned_data["reason"])

    def success_message(self, saved):
        """Said so."""
        return __("已退回。")

    def success_url(self, saved):
        """The household."""
        return reverse("surveys:task", args=[self.task.ref])

    def leave_url(self, thing):
        """The household."""
        return reverse("surveys:task", args=[self.task.ref])


class RecordRevisit(FormScreen):
    """…/revisit/ — what the household says the second time, the first answers out of sight."""

    permission = "surveys.revisit"
    form_class = RevisitForm
    template = "surveys/revisit.html"
    body_template = "surveys/revisit_body.html"
    submit_label = _("保存复访")

    def fetch(self, *, lock=False, **key):
        """Drawn for a second visit and in sight."""
        self.task = visible_task(self.user, key["ref"])
        if not self.task.sampled:
            raise Http404
        self.surveys = list(
            Survey.objects.visible_to(self.user).filter(task=self.task).select_related("worker").order_by("pk")
        )

    def heading(self, thing):
        """Whose."""
        return __("复访：%(head)s") % {"head": self.task.contact.name}

    def initial(self, thing):
        """At the door, today."""
        return {"surveys": self.surveys, "visited_on": localdate(), "channel": "上门"}

    def save(self, form, thing):
        """Compare and keep."""
        return services.record_revisit(user=self.user, task=self.task, facts=form.facts())

    def success_message(self, saved):
        """What was compared and different."""
        return __("已登记复访：核对 %(n)s 项，不一致 %(m)s 项。") % {"n": saved.compared, "m": saved.differing}

    def success_url(self, saved):
        """The sample."""
        return f"{reverse('surveys:detail', args=[self.task.campaign_id])}?tab=sample"

    def leave_url(self, thing):
        """The household."""
        return reverse("surveys:task", args=[self.task.ref])
