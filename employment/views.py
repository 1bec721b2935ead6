"""Pages of employment: job spells, 务工台账, employers, what the township has to find out."""

from django.db.models import Count
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.lists import EmptyState, ListScreen, PageAction
from core.web.timeline import timeline_of
from employment import services
from employment.evidence import page_of
from employment.filters import (
    DeclaredJobFilter,
    EmployerFilter,
    SpellFilter,
    SpellTaskFilter,
    employer_called,
    of_person,
)
from employment.forms import EmployerForm, JobForm, NewJobForm, WithdrawForm, initial_of_employer, initial_of_job
from employment.models import DeclaredJob, Employer, Spell, SpellTask
from employment.queries import covering, place_names
from employment.tables import EMPLOYER_COLUMNS, JOB_COLUMNS, SPELL_COLUMNS, TASK_COLUMNS, add_homes, add_places

MOST_STAFF = 100
PERSON_HINT = _("姓名、拼音、首字母、证件号或后四位、电话、村")
ACTIONS = {
    "employers.create": _("登记"),
    "employers.edit": _("修改"),
    "employers.stub": _("由名册带入"),
    "imports.employers": _("导入企业台账"),
    "employment.declare": _("登记"),
    "employment.correct": _("更正"),
    "imports.employments": _("导入务工台账"),
    "history.undo": _("撤销"),
}


def words():
    """The words for recorded acts."""
    return {name: str(word) for name, word in ACTIONS.items()}


def importing(kind):
    """Where a workbook of that kind is handed in."""
    return f"{reverse('workbooks:new')}?kind={kind}"


def worker_url(worker_id):
    """The work of a person in their file."""
    return f"{reverse('workers:detail', args=[worker_id])}?tab=work"


class SpellList(ListScreen):
    """/employment/ — who works where since when, as all evidence tells."""

    key = "spells"
    title = _("就业记录")
    permission = "employment.view"
    icon = "briefcase"
    columns = SPELL_COLUMNS
    filterset_class = SpellFilter
    quick_filters = ("township", "scope", "current")
    default_sort = "-start_on"
    search_hint = PERSON_HINT

    @property
    def empty(self):
        """Where spells come from."""
        text = _("就业记录由务工台账、到岗和回访推算得出，导入务工台账后就会出现在这里。")
        template = reverse("workbooks:template", args=["employments"])
        return EmptyState(text, importing("employments"), template)

    def rows(self, user):
        """Spells of the persons the user sees."""
        return Spell.objects.visible_to(user)

    def search(self, queryset, text):
        """By person."""
        return queryset.filter(of_person(text))

    def row_fields(self):
        """For the names of places and the person's page."""
        return ("worker_id", "worker__village_code", "place_code")

    def row_url(self, row):
        """The person's work."""
        return worker_url(row["worker_id"])

    def prepare(self, rows, user):
        """Names of villages and places: one query each."""
        add_homes(rows)
        add_places(rows, "place_code")


class JobList(ListScreen):
    """/employment/jobs/ — 务工台账 as it was written down."""

    key = "declared_jobs"
    title = _("务工台账")
    permission = "employment.view"
    icon = "clipboard-list"
    columns = JOB_COLUMNS
    filterset_class = DeclaredJobFilter
    quick_filters = ("township", "scope", "channel")
    default_sort = "-start_on"
    search_hint = PERSON_HINT
    export_kind = "employments"

    @property
    def empty(self):
        """Where rows come from."""
        template = reverse("workbooks:template", args=["employments"])
        return EmptyState(_("导入务工台账，或逐条登记务工情况。"), importing("employments"), template)

    def rows(self, user):
        """Rows about the persons the user sees."""
        return DeclaredJob.objects.visible_to(user)

    def search(self, queryset, text):
        """By person."""
        return queryset.filter(of_person(text))

    def row_fields(self):
        """For the names of places and the person's page."""
        return ("worker_id", "worker__village_code", "place_code")

    def row_url(self, row):
        """The row's form for who may correct it, else the person's work."""
        may_edit = self.user.can("employment.edit")
        return reverse("employment:job", args=[row["pk"]]) if may_edit else worker_url(row["worker_id"])

    def prepare(self, rows, user):
        """Names of villages and places: one query each."""
        add_homes(rows)
        add_places(rows, "place_code")

    def page_actions(self, user):
        """Write one down, import many."""
        return (
            PageAction(_("登记务工"), reverse("employment:new_job"), "employment.edit", primary=True),
            PageAction(_("导入务工台账"), importing("employments"), "imports.write", icon="file-import"),
        )


class JobFormScreen(FormScreen):
    """What the forms of one row have in common."""

    permission = "employment.edit"

    def success_url(self, saved):
        """The person's work."""
        return worker_url(saved.worker_id)


class NewJob(JobFormScreen):
    """/employment/jobs/new/?worker= — write down where somebody works."""

    title = _("登记务工")
    form_class = NewJobForm
    next_record = True
    carried = ("place_code", "employer", "channel")

    def initial(self, thing):
        """The person the page was opened for."""
        asked = self.request.GET.get("worker", "")
        return {"worker": asked if asked.isascii() and asked.isdigit() else ""}

    def save(self, form, thing):
        """Store the row."""
        worker_id = int(form.cleaned_data["worker"])
        return services.declare_job(user=self.user, worker_id=worker_id, facts=form.facts())

    def leave_url(self, thing):
        """The list."""
        return reverse("employment:jobs")


class EditJob(JobFormScreen):
    """/employment/jobs/<id>/ — correct a row."""

    title = _("更正务工台账")
    form_class = JobForm
    template = "employment/job.html"

    def rows(self, user):
        """Rows about the persons the user sees."""
        return DeclaredJob.objects.visible_to(user).select_related("worker")

    def initial(self, thing):
        """The row as it is."""
        return initial_of_job(thing)

    def heading(self, thing):
        """Whose row."""
        return __("更正务工台账：%(name)s") % {"name": thing.worker.name}

    def save(self, form, thing):
        """Store the correction."""
        return services.change_job(user=self.user, job=thing, facts=form.facts())

    def leave_url(self, thing):
        """The person's work."""
        return worker_url(thing.worker_id)

    def extra_context(self, thing):
        """The history of the row, and where it is withdrawn."""
        return {
            "moments": timeline_of(thing, actions=words()),
            "withdraw_url": reverse("employment:withdraw_job", args=[thing.pk]),
            "person_url": worker_url(thing.worker_id),
        }


class WithdrawJob(JobFormScreen):
    """/employment/jobs/<id>/withdraw/ — take a row back that was never true."""

    title = _("删除务工记录")
    form_class = WithdrawForm
    submit_label = _("删除")

    def rows(self, user):
        """Rows about the persons the user sees."""
        return DeclaredJob.objects.visible_to(user).select_related("worker")

    def initial(self, thing):
        """Nothing is proposed."""
        return {"reason": ""}

    def heading(self, thing):
        """Whose row, and which."""
        return __("删除%(name)s外出时间为%(day)s的务工记录") % {"name": thing.worker.name, "day": thing.start_on}

    def save(self, form, thing):
        """Take it back."""
        services.withdraw_job(user=self.user, job=thing, reason=form.cleaned_data["reason"])
        return thing

    def leave_url(self, thing):
        """The row's form."""
        return reverse("employment:job", args=[thing.pk])

    def success_message(self, saved):
        """Said with what followed."""
        return __("已删除，就业记录已重新推算。")


class TaskList(ListScreen):
    """/employment/tasks/ — evidence that fits no spell, for the township to find out."""

    key = "spell_tasks"
    title = _("待核实的务工情况")
    permission = "employment.view"
    icon = "alert-circle"
    columns = TASK_COLUMNS
    filterset_class = SpellTaskFilter
    quick_filters = ("township", "kind", "code")
    default_sort = "-day"
    search_hint = PERSON_HINT
    empty = EmptyState(_("没有需要核实的情况：台账、到岗和回访互相吻合。"))

    def rows(self, user):
        """Tasks about the persons the user sees."""
        return SpellTask.objects.visible_to(user)

    def search(self, queryset, text):
        """By person."""
        return queryset.filter(of_person(text))

    def row_fields(self):
        """For the names of villages and the way to the evidence."""
        return ("worker_id", "worker__village_code", "kind", "source_id")

    def row_url(self, row):
        """The evidence itself, where it is mended; else the person's work."""
        evidence = page_of(row["kind"], row["source_id"]) if self.user.can("employment.edit") else ""
        return evidence or worker_url(row["worker_id"])

    def prepare(self, rows, user):
        """Names of villages."""
        add_homes(rows)


class EmployerList(ListScreen):
    """/employment/employers/ — employers, and how many of one's people work there."""

    key = "employers"
    title = _("用人单位")
    permission = "employment.view"
    icon = "building"
    columns = EMPLOYER_COLUMNS
    filterset_class = EmployerFilter
    quick_filters = ("destination", "key_employer", "stub")
    default_sort = "name"
    search_hint = _("企业名称或统一社会信用代码")
    export_kind = "employers"

    @property
    def empty(self):
        """Where employers come from."""
        text = _("导入企业台账；务工台账和乘车花名册里提到的单位也会自动出现在这里，等待完善。")
        return EmptyState(text, importing("employers"), reverse("workbooks:template", args=["employers"]))

    def rows(self, user):
        """Employers the user sees."""
        return Employer.objects.visible_to(user)

    def search(self, queryset, text):
        """By name or credit code."""
        return queryset.filter(employer_called(text))

    def row_fields(self):
        """For the names of places."""
        return ("place_code",)

    def row_url(self, row):
        """The employer's page."""
        return reverse("employment:employer", args=[row["pk"]])

    def prepare(self, rows, user):
        """Names of places, and how many of the user's people work there today: one query each."""
        add_places(rows, "place_code")
        working = Spell.objects.visible_to(user).filter(
            covering(localdate()), employer_id__in=[row["pk"] for row in rows]
        )
        here = dict(working.order_by().values_list("employer_id").annotate(n=Count("pk")))
        for row in rows:
            row["here"] = here.get(row["pk"], 0)

    def page_actions(self, user):
        """Register one, import many."""
        return (
            PageAction(_("登记单位"), reverse("employment:new_employer"), "employment.edit", primary=True),
            PageAction(_("导入企业台账"), importing("employers"), "imports.write", icon="file-import"),
        )


def staff(screen, employer):
    """Who works there today, of the user's people."""
    now = Spell.objects.visible_to(screen.user).filter(covering(localdate()), employer=employer)
    rows = list(
        now.order_by("-start_on", "pk").values(
            "worker_id",
            "worker__name",
            "worker__village_code",
            "job_title",
            "start_on",
            "wage",
            "channel",
            "confirmed_to",
        )[: MOST_STAFF + 1]
    )
    add_homes(rows)
    for row in rows:
        row["url"] = worker_url(row["worker_id"])
        row["home"] = " ".join(row["homes"].get(row["worker__village_code"], ()))
    url = f"{reverse('employment:spells')}?employer_id={employer.pk}"
    return {
        "staff": rows[:MOST_STAFF],
        "more": len(rows) > MOST_STAFF,
        "now_url": f"{url}&current=true",
        "all_url": url,
    }


def employer_facts(_screen, employer):
    """The employer's file."""
    facts = (
        Fact(_("统一社会信用代码"), employer.credit_code),
        Fact(_("所在地"), place_names([employer.place_code]).get(employer.place_code, "")),
        Fact(_("行业"), employer.industry),
        Fact(_("规模（人）"), employer.size),
        Fact(_("联系人"), employer.contact),
        Fact(_("联系电话"), employer.phone, mask="phone", reveal="employment.employer.phone", pk=employer.pk),
        Fact(_("重点企业"), employer.key_employer),
    )
    return {"facts": facts}


def employer_history(_screen, employer):
    """Who changed what."""
    return {"moments": timeline_of(employer, actions=words())}


class EmployerDetail(DetailScreen):
    """/employment/employers/<id>/ — an employer and who works there now."""

    permission = "employment.view"
    tabs = (
        Tab("staff", _("在岗人员"), "employment/staff.html", staff),
        Tab("file", _("单位信息"), "web/sheet.html", employer_facts),
        Tab("history", _("变更历史"), "web/timeline.html", employer_history),
    )

    @property
    def back(self):
        """To the list."""
        return (reverse("employment:employers"), _("用人单位"))

    def rows(self, user):
        """Employers the user sees."""
        return Employer.objects.visible_to(user)

    def header(self, thing):
        """Which employer, where, how many of one's people."""
        here = Spell.objects.visible_to(self.user).filter(covering(localdate()), employer=thing).count()
        facts = (
            Fact(_("所在地"), place_names([thing.place_code]).get(thing.place_code, "")),
            Fact(_("行业"), thing.industry),
            Fact(_("本县在岗（人）"), here),
        )
        state, colour = (
            (_("待完善"), "orange") if thing.stub else (_("重点企业"), "blue") if thing.key_employer else ("", "")
        )
        label = _("完善资料") if thing.stub else _("修改")
        edit = Action(
            label, reverse("employment:edit_employer", args=[thing.pk]), permission="employment.edit", icon="pencil"
        )
        return Header(thing.name, facts=facts, state=state, state_colour=colour or "secondary", primary=edit)


class EmployerFormScreen(FormScreen):
    """What the forms of an employer have in common."""

    permission = "employment.edit"
    form_class = EmployerForm

    def save(self, form, thing):
        """Keep the employer."""
        return services.save_employer(user=self.user, facts=form.facts(thing), employer=thing)

    def success_url(self, saved):
        """The employer's page."""
        return reverse("employment:employer", args=[saved.pk])


class NewEmployer(EmployerFormScreen):
    """/employment/employers/new/."""

    title = _("登记单位")
    next_record = True
    carried = ("place_code", "industry")

    def leave_url(self, thing):
        """The list."""
        return reverse("employment:employers")


class EditEmployer(EmployerFormScreen):
    """/employment/employers/<id>/edit/."""

    def rows(self, user):
        """Employers the user sees."""
        return Employer.objects.visible_to(user)

    def initial(self, thing):
        """The employer as it is."""
        return initial_of_employer(thing)

    def heading(self, thing):
        """Which one."""
        return __("修改单位：%(name)s") % {"name": thing.name}

    def leave_url(self, thing):
        """The employer's page."""
        return reverse("employment:employer", args=[thing.pk])
