"""Pages of employers: who they are, and who of one's people works there now."""

from django.db.models import Count
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.pairs.views import LedOn
from core.web.details import Action, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.lists import EmptyState, ListScreen, PageAction
from core.web.lists.table import table_rows
from core.web.timeline import timeline_of
from employment import dossier, services
from employment.filters import EmployerFilter, employer_called
from employment.forms import EmployerForm, initial_of_employer
from employment.mergers.services import EMPLOYERS
from employment.models import Employer, Spell, Vacancy
from employment.queries import covering, place_names
from employment.tables import EMPLOYER_COLUMNS, STAFF_COLUMNS, add_homes, add_places, fields_of
from employment.views.shared import importing, words, worker_url

MOST_STAFF = 100


class EmployerList(ListScreen):
    """/employment/employers/ — employers, and how many of one's people work there."""

    key = "employers"
    title = _("用人单位")
    permission = "employment.view"
    icon = "building"
    filterset_class = EmployerFilter
    quick_filters = ("destination", "key_employer", "stub")
    default_sort = "name"
    search_hint = _("企业名称或统一社会信用代码")
    export_kind = "employers"

    @property
    def columns(self):
        """The own ones, and those of the apps above."""
        return (*EMPLOYER_COLUMNS, *dossier.columns(self.user))

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
        dossier.fill(rows, user, self.shown_columns)

    def page_actions(self, user):
        """Register one, import many."""
        return (
            PageAction(_("登记单位"), reverse("employment:new_employer"), "employment.edit", primary=True),
            PageAction(
                _("导入企业台账"), importing("employers"), "imports.write", icon="file-import", kind="employers"
            ),
            PageAction(
                _("疑似重复单位"),
                reverse("employment:employer_pairs"),
                (EMPLOYERS.judging, EMPLOYERS.looking),
                icon="copy",
            ),
        )


def staff(screen, employer):
    """Who works there today, of the user's people."""
    now = Spell.objects.visible_to(screen.user).filter(covering(localdate()), employer=employer)
    rows = list(now.order_by("-start_on", "pk").values(*fields_of(STAFF_COLUMNS, "worker_id"))[: MOST_STAFF + 1])
    shown, url = rows[:MOST_STAFF], f"{reverse('employment:spells')}?employer_id={employer.pk}"
    add_homes(shown)
    return {
        "columns": STAFF_COLUMNS,
        "table": table_rows(shown, STAFF_COLUMNS, lambda row: worker_url(row["worker_id"]), picks=False),
        "caption": _("在岗人员"),
        "more": len(rows) > MOST_STAFF,
        "actions": dossier.staff_actions(screen.user, employer.pk) if rows else (),
        "now_url": f"{url}&current=true",
        "all_url": url,
    }


def employer_facts(_screen, employer):
    """The employer's file."""
    facts = (
        Fact(_("统一社会信用代码"), employer.credit_code),
        Fact(_("曾用名"), "、".join(employer.aliases.order_by("pk").values_list("name", flat=True))),
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


class EmployerDetail(LedOn):
    """/employment/employers/<id>/ — an employer, who works there now, and what the apps above know of it."""

    register = EMPLOYERS
    permission = "employment.view"
    own_tabs = (
        Tab("staff", _("在岗人员"), "employment/staff.html", staff),
        Tab("file", _("单位信息"), "web/sheet.html", employer_facts),
    )
    last_tab = Tab("history", _("变更历史"), "web/timeline.html", employer_history)

    @property
    def tabs(self):
        """The own ones around those of the apps above."""
        return (*self.own_tabs, *dossier.tabs(), self.last_tab)

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
        posts = Vacancy.objects.visible_to(self.user).open_on(localdate()).filter(employer=thing).count()
        jobs = f"{reverse('employment:vacancies')}?state=open&employer_id={thing.pk}"
        facts = (
            Fact(_("所在地"), place_names([thing.place_code]).get(thing.place_code, "")),
            Fact(_("行业"), thing.industry),
            Fact(_("本县在岗（人）"), here),
            Fact(_("在招岗位"), posts, url=jobs if posts else ""),
        )
        state, colour = (
            (_("待完善"), "orange") if thing.stub else (_("重点企业"), "blue") if thing.key_employer else ("", "")
        )
        label = _("完善资料") if thing.stub else _("修改")
        edit = Action(
            label, reverse("employment:edit_employer", args=[thing.pk]), permission="employment.edit", icon="pencil"
        )
        twice = reverse("employment:employer_twice", args=[thing.pk])
        other = Action(_("与另一家单位比较"), twice, permission="employment.edit", icon="copy")
        return Header(
            thing.name, facts=facts, state=state, state_colour=colour or "secondary", primary=edit, menu=(other,)
        )


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
