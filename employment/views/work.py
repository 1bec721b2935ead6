"""Pages of work: job spells, 务工台账, what the township has to find out."""

from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.web.forms import FormScreen
from core.web.lists import EmptyState, ListScreen, PageAction
from core.web.timeline import timeline_of
from employment import services
from employment.endings import tell_endings
from employment.evidence import page_of
from employment.filters import DeclaredJobFilter, SpellFilter, SpellTaskFilter, of_person
from employment.forms import JobForm, NewJobForm, WithdrawForm, initial_of_job
from employment.models import DeclaredJob, Spell, SpellTask
from employment.spells import EndReason
from employment.tables import JOB_COLUMNS, SPELL_COLUMNS, TASK_COLUMNS, add_homes, add_places
from employment.views.shared import importing, words, worker_url
from workers.person_rows import person_rows

PERSON_HINT = _("姓名、拼音、首字母、证件号或后四位、电话、村")


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
    export_kind = "spells"

    @property
    def empty(self):
        """Where spells come from."""
        text = _("就业记录由务工台账、到岗和回访推算得出，导入务工台账后就会出现在这里。")
        template = reverse("workbooks:template", args=["employments"])
        return EmptyState(text, importing("employments"), template, kind="employments")

    def rows(self, user):
        """Spells of the persons the user sees."""
        return Spell.objects.visible_to(user)

    def search(self, queryset, text):
        """By person."""
        return queryset.filter(of_person(text))

    def finder(self):
        """Whom a station reaches is asked of a few rows at a time."""
        return person_rows(self.user, self.narrowed(Spell.objects.all()))

    def row_fields(self):
        """For the names of places and the person's page."""
        return ("worker_id", "worker__village_code", "place_code", "origin_kind", "origin_id", "job_title", "end_on")

    def row_url(self, row):
        """The person's work."""
        return worker_url(row["worker_id"])

    def prepare(self, rows, user):
        """Names of villages and places, what the rows of 务工台账 say: one query each."""
        add_homes(rows)
        add_places(rows, "place_code")
        tell_endings(rows)


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
            PageAction(
                _("导入务工台账"), importing("employments"), "imports.write", icon="file-import", kind="employments"
            ),
        )


class JobFormScreen(FormScreen):
    """What the forms of one row have in common."""

    permission = "employment.edit"

    def success_url(self, saved):
        """The person's work."""
        return worker_url(saved.worker_id)

    def success_message(self, saved):
        """Saved, and which job ends because this one begins: a row without 返回时间 lasts until the next."""
        succeeded = EndReason.SUCCEEDED.value
        ended = Spell.objects.filter(worker=saved.worker_id, end_on=saved.start_on, end_reason=succeeded).first()
        if ended is None:
            return super().success_message(saved)
        words = {"start": ended.start_on, "day": ended.end_on}
        return __("已保存。%(start)s 起的就业记录没有写返回时间，到 %(day)s 这条开始时结束。") % words


class NewJob(JobFormScreen):
    """/employment/jobs/new/?worker= — write down where somebody works."""

    title = _("登记务工")
    form_class = NewJobForm
    next_record = True
    carried = ("place_code", "employer", "channel", "organiser")

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
