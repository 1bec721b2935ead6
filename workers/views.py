"""Pages of the registry: the list, a person's file, registering and correcting it, key groups."""

from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.formats.identity import age_on
from core.pairs.views import LedOn
from core.web.details import Action, Fact, Header
from core.web.forms import FormScreen
from core.web.lists import EmptyState, ListScreen, PageAction
from core.web.views.bulk import bulk_edit
from workers import dossier, services
from workers.bulk import WORKERS
from workers.doubles.services import PERSONS
from workers.filters import WorkerFilter
from workers.forms import (
    ChangeForm,
    CorrectTagForm,
    EndTagForm,
    RegisterForm,
    RemoveTagForm,
    TagForm,
    initial_of,
)
from workers.labour import basis_of, labour_of_one, statuses_of
from workers.models import GroupMembership, Worker
from workers.queries import area_of, finder, meanings, place_names, searched, tags_of
from workers.tables import STATUS_BADGES, WORKER_COLUMNS
from workers.words import group_word, sex_word


class WorkerList(ListScreen):
    """/workers/ — the register."""

    key = "workers"
    title = _("劳动力")
    permission = "workers.view"
    icon = "users"
    columns = WORKER_COLUMNS
    filterset_class = WorkerFilter
    quick_filters = ("township", "status", "group")
    default_sort = "name"
    search_hint = _("姓名、拼音、首字母、证件号或后四位、电话、村")
    export_kind = "workers"
    bulk_actions = (bulk_edit(WORKERS),)

    @property
    def empty(self):
        """Where people come from."""
        text = _("导入劳动力花名册后，每个人的档案都在这里。")
        return EmptyState(
            text, f"{reverse('workbooks:new')}?kind=workers", reverse("workbooks:template", args=["workers"])
        )

    def rows(self, user):
        """Whom the user sees."""
        return Worker.objects.visible_to(user)

    @cached_property
    def words(self):
        """What the text of the search box means."""
        return meanings(self.search_text, area_of(self.user))

    def search(self, queryset, text):
        """The one search box."""
        return searched(queryset, self.words)

    def finder(self):
        """The bitmaps; of filters that cannot be read they know as little as the list."""
        form = self.filterset.form
        form.is_valid()
        return finder(self.user, form.cleaned_data, self.words)

    @cached_property
    def file_url(self):
        """Address of anybody's file, looked up once a page."""
        return reverse("workers:detail", args=[0])

    def row_url(self, row):
        """The person's file."""
        return self.file_url.replace("/0/", f"/{row['pk']}/")

    def row_fields(self):
        """For the names of places and the labour status."""
        return ("village_code", "labour_status", "visited_on")

    @property
    def note(self):
        """What the labour status stands on."""
        return basis_of(self.status_day)

    @property
    def status_day(self):
        """The day the labour status is told of."""
        return self.filterset.form.cleaned_data.get("status_as_of") or localdate()

    def prepare(self, rows, user):
        """Names of places, tags and labour status of the whole page: each by queries of its own, whatever the page holds."""
        statuses = statuses_of(rows, self.status_day)
        names = place_names({row["village_code"] for row in rows})
        tags = tags_of([row["pk"] for row in rows], self.filterset.form.cleaned_data.get("group_as_of"))
        for row in rows:
            row["township_name"], row["village_name"] = names[row["village_code"]]
            row["tags"] = "、".join(tags.get(row["pk"], ()))
            row["status"] = statuses[row["pk"]]

    def page_actions(self, user):
        """Register one, import many."""
        return (
            PageAction(_("登记人员"), reverse("workers:new"), "imports.register", primary=True),
            PageAction(
                _("导入花名册"),
                f"{reverse('workbooks:new')}?kind=workers",
                "imports.write",
                icon="file-import",
                kind="workers",
            ),
        )


class WorkerDetail(LedOn):
    """/workers/<id>/ — the person's file (一人一档)."""

    register = PERSONS
    permission = "workers.view"

    @property
    def tabs(self):
        """The own ones and those of the apps above."""
        return dossier.tabs()

    @property
    def back(self):
        """To the register."""
        return (reverse("workers:list"), _("劳动力"))

    def rows(self, user):
        """Whom the user sees."""
        return Worker.objects.visible_to(user).select_related("household")

    def header(self, thing):
        """Who, how old, from where, at work or not."""
        township, village = place_names([thing.village_code])[thing.village_code]
        labour = labour_of_one(thing, localdate())
        word, colour = STATUS_BADGES[labour.status]
        facts = [
            Fact(
                _("性别、年龄"),
                gettext("%(sex)s，%(age)d岁")
                % {"sex": sex_word(thing.sex), "age": age_on(thing.birth_date, localdate())},
            ),
            Fact(_("户籍"), f"{township} {village} {thing.group_name or ''}".strip()),
            Fact(_("人员类别"), "、".join(tags_of([thing.pk]).get(thing.pk, ()))),
        ]
        edit = Action(_("修改档案"), reverse("workers:edit", args=[thing.pk]), permission="workers.edit", icon="pencil")
        tag = Action(
            _("认定人员类别"), reverse("workers:add_tag", args=[thing.pk]), permission="workers.edit", icon="tag"
        )
        move = Action(
            _("调整家庭户"), reverse("households:move", args=[thing.pk]), permission="workers.edit", icon="home"
        )
        double = Action(
            _("与另一份档案比较"),
            reverse("doubles:point_out", args=[thing.pk]),
            permission="workers.edit",
            icon="users",
        )
        paper = Action(_("打印档案"), reverse("workers:print", args=[thing.pk]), icon="printer")
        menu = (tag, move, double, paper)
        return Header(thing.name, facts=facts, state=word, state_colour=colour, primary=edit, menu=menu)


class RegisterWorker(FormScreen):
    """/workers/new/ — open a file; made for keying in piles of paper."""

    title = _("登记人员")
    permission = "imports.register"
    form_class = RegisterForm
    next_record = True
    carried = ("village_code", "group_name", "visited_by", "visited_on")

    def save(self, form, thing):
        """Open the file."""
        facts = form.facts()
        told_on = form.cleaned_data["told_on"]
        return services.register_worker(user=self.user, id_number=facts.pop("id_number"), facts=facts, told_on=told_on)

    def success_url(self, saved):
        """The new file."""
        return reverse("workers:detail", args=[saved.pk])

    def leave_url(self, thing):
        """The register."""
        return reverse("workers:list")


class EditWorker(FormScreen):
    """/workers/<id>/edit/ — correct a file."""

    title = _("修改档案")
    permission = "workers.edit"
    form_class = ChangeForm

    def rows(self, user):
        """Whom the user sees."""
        return Worker.objects.visible_to(user)

    def initial(self, thing):
        """The file as it is; phone and card masked."""
        return initial_of(thing)

    def heading(self, thing):
        """Whose file."""
        return gettext("修改档案：%(name)s") % {"name": thing.name}

    def save(self, form, thing):
        """Keep what was changed."""
        facts = form.facts()
        reason = facts.pop("reason", None) or ""
        told_on = form.cleaned_data["told_on"]
        return services.change_worker(user=self.user, worker=thing, facts=facts, told_on=told_on, reason=reason)

    def success_url(self, saved):
        """The file."""
        return reverse("workers:detail", args=[saved.pk])

    def leave_url(self, thing):
        """The file."""
        return reverse("workers:detail", args=[thing.pk])


class AddTag(FormScreen):
    """/workers/<id>/tags/new/ — put a person into a key group."""

    title = _("认定人员类别")
    permission = "workers.edit"
    form_class = TagForm

    @property
    def worker(self) -> Worker:
        """The person, 404 outside the scope."""
        found = Worker.objects.visible_to(self.user).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def fetch(self, **_key):
        """Nobody is edited; the person must be in sight all the same."""
        self.person = self.worker

    def heading(self, thing):
        """For whom."""
        return gettext("认定人员类别：%(name)s") % {"name": self.person.name}

    def save(self, form, thing):
        """Add the dated tag."""
        return services.add_tag(user=self.user, worker=self.person, **form.cleaned_data)

    def success_url(self, saved):
        """The person's tags."""
        return f"{reverse('workers:detail', args=[saved.worker_id])}?tab=groups"

    def leave_url(self, thing):
        """The person's tags."""
        return f"{reverse('workers:detail', args=[self.person.pk])}?tab=groups"


class TagScreen(FormScreen):
    """Something done with one tag of a person."""

    permission = "workers.edit"

    def rows(self, user):
        """Tags of people the user sees."""
        return GroupMembership.objects.visible_to(user).select_related("worker")

    def heading(self, thing):
        """What is done, whose tag and which."""
        return f"{self.title} · {group_word(thing.group)} · {thing.worker.name}"

    def success_url(self, saved):
        """The person's tags."""
        return f"{reverse('workers:detail', args=[saved.worker_id])}?tab=groups"

    def leave_url(self, thing):
        """The person's tags."""
        return f"{reverse('workers:detail', args=[thing.worker_id])}?tab=groups"


class EndTag(TagScreen):
    """/workers/tags/<id>/end/ — a person no longer belongs to a key group."""

    title = _("终止人员类别")
    form_class = EndTagForm

    def initial(self, thing):
        """From today, unless said."""
        return {"on": thing.valid_to or localdate(), "reason": ""}

    def save(self, form, thing):
        """End it."""
        on, reason = form.cleaned_data["on"], form.cleaned_data["reason"]
        return services.end_tag(user=self.user, tag=thing, on=on, reason=reason)


class CorrectTag(TagScreen):
    """/workers/tags/<id>/edit/ — mend what was written down wrongly."""

    title = _("更正人员类别")
    form_class = CorrectTagForm

    def initial(self, thing):
        """As it is."""
        shown = {name: getattr(thing, name) for name in services.MEMBERSHIP}
        return {**shown, "reason": "", "undated": thing.valid_from is None}

    def save(self, form, thing):
        """Keep what was changed."""
        facts = {name: form.cleaned_data[name] for name in services.MEMBERSHIP}
        return services.correct_tag(user=self.user, tag=thing, facts=facts, reason=form.cleaned_data["reason"])


class RemoveTag(TagScreen):
    """/workers/tags/<id>/remove/ — a tag that should never have been there."""

    title = _("删除录错的人员类别")
    form_class = RemoveTagForm
    submit_label = _("删除")

    def initial(self, thing):
        """Nothing yet."""
        return {"reason": ""}

    def save(self, form, thing):
        """Take it back."""
        services.remove_tag(user=self.user, tag=thing, reason=form.cleaned_data["reason"])
        return thing

    def success_message(self, saved):
        """That it is gone."""
        return gettext("已删除，变更历史里仍可查到。")
