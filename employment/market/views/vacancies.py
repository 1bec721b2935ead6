"""Pages of vacancies: the list, one vacancy, who fits it, who was recommended."""

from django.contrib import messages
from django.http import Http404, HttpResponseBadRequest
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.web.base import Screen
from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.htmx import go_to
from core.web.lists import BulkAction, EmptyState, ListScreen, PageAction
from core.web.lists.table import table_rows
from core.web.timeline import timeline_of
from core.web.words import spoken_sex
from employment.expressions import SCHOOLS
from employment.forms import hidden_phones
from employment.market import services
from employment.market.filters import VacancyFilter, vacancy_called
from employment.market.forms import CloseForm, VacancyForm
from employment.market.queries import VacancyState, followed, results_of, state_of, taken, told_before
from employment.market.tables import (
    FOUND_COLUMNS,
    STATE_BADGES,
    VACANCY_COLUMNS,
    wage_words,
)
from employment.models import Referral, Vacancy
from employment.queries import place_names
from employment.tables import add_homes, add_places, fields_of
from employment.views.shared import importing, words, worker_url

MOST_FOUND = 200


def verify(user, rows):
    """Bulk action: the employers were asked, the jobs are real."""
    return __("已核实%(n)d个岗位。") % {"n": services.check_vacancies(user=user, rows=rows, true=True)}


def refute(user, rows):
    """Bulk action: the jobs turned out untrue."""
    return __("已标记%(n)d个岗位不实。") % {"n": services.check_vacancies(user=user, rows=rows, true=False)}


class VacancyList(ListScreen):
    """/employment/vacancies/ — what employers look for."""

    key = "vacancies"
    title = _("岗位台账")
    permission = "employment.view"
    icon = "clipboard-list"
    columns = VACANCY_COLUMNS
    filterset_class = VacancyFilter
    quick_filters = ("state", "destination", "source")
    default_sort = "-collected_on"
    search_hint = _("岗位、企业名称或统一社会信用代码")
    export_kind = "vacancies"
    bulk_actions = (
        BulkAction("verify", _("核实属实"), run=verify, permission="vacancies.edit", icon="check"),
        BulkAction(
            "refute", _("不实"), run=refute, permission="vacancies.edit", icon="x", confirm=_("确定标记为不实？不实的岗位不计入统计。")
        ),
    )  # fmt: skip

    @property
    def empty(self):
        """Where vacancies come from."""
        text = _("导入岗位台账，或逐条登记企业要招的岗位。")
        return EmptyState(text, importing("vacancies"), reverse("workbooks:template", args=["vacancies"]))

    def rows(self, user):
        """Vacancies the user sees."""
        return Vacancy.objects.visible_to(user).annotate(taken=taken())

    def search(self, queryset, text):
        """By post or employer."""
        return queryset.filter(vacancy_called(text))

    def row_fields(self):
        """For the names of places and the state."""
        return ("place_code",)

    def row_url(self, row):
        """The vacancy's page."""
        return reverse("employment:vacancy", args=[row["pk"]])

    def prepare(self, rows, user):
        """Names of places, and which rows tell a vacancy once more: one query each."""
        add_places(rows, "place_code")
        again = set(
            Vacancy.objects.filter(told_before(), pk__in=[row["pk"] for row in rows]).values_list("pk", flat=True)
        )
        for row in rows:
            row["repeated"] = row["pk"] in again

    def page_actions(self, user):
        """Write one down, import many, see what the public sees."""
        return (
            PageAction(_("登记岗位"), reverse("employment:new_vacancy"), "vacancies.edit", primary=True),
            PageAction(
                _("导入岗位台账"), importing("vacancies"), "imports.write", icon="file-import", kind="vacancies"
            ),
            PageAction(_("公开招聘页"), reverse("public:vacancies"), icon="external-link"),
        )


def found_people(screen, vacancy):
    """Who was brought to the vacancy and how far, of the user's people."""
    steps = Referral.objects.visible_to(screen.user).filter(vacancy=vacancy)
    latest = steps.filter(~followed()).order_by("-happened_on", "-pk")
    rows = list(latest.values(*fields_of(FOUND_COLUMNS, "worker_id"))[: MOST_FOUND + 1])
    more = len(rows) > MOST_FOUND
    del rows[MOST_FOUND:]
    add_homes(rows)
    return {
        "columns": FOUND_COLUMNS,
        "caption": _("推荐记录"),
        "table": table_rows(rows, FOUND_COLUMNS, lambda row: f"{worker_url(row['worker_id'])}", picks=False),
        "results": results_of(latest),
        "more": more,
        "most": MOST_FOUND,
        "all_url": f"{reverse('employment:referrals')}?vacancy={vacancy.pk}",
        "match_url": reverse("employment:match", args=[vacancy.pk]),
    }


def vacancy_facts(_screen, vacancy):
    """What is told of it, and the other rows that tell the same job."""
    same = Vacancy.objects.filter(
        employer=vacancy.employer, job_title=vacancy.job_title, place_code=vacancy.place_code
    ).exclude(pk=vacancy.pk)
    others = "；".join(
        f"{row.collected_on} – {row.valid_until}（{row.source}，{row.openings}）"
        for row in same.order_by("collected_on")[:10]
    )
    asked = (
        Fact(_("性别"), spoken_sex(vacancy.wants_sex or "") or _("不限")),
        Fact(_("最小年龄"), vacancy.wants_age_from),
        Fact(_("最大年龄"), vacancy.wants_age_to),
        Fact(_("最低学历"), SCHOOLS[vacancy.wants_school - 1].split("|")[0] if vacancy.wants_school else _("不限")),
    )
    told = (
        Fact(_("企业"), vacancy.employer.name, url=reverse("employment:employer", args=[vacancy.employer_id])),
        Fact(_("所在地"), place_names([vacancy.place_code]).get(vacancy.place_code, "")),
        Fact(_("招聘人数"), vacancy.openings),
        Fact(_("月薪"), wage_words(vars(vacancy))),
        Fact(_("学历技能要求"), vacancy.requirement),
        Fact(_("食宿"), vacancy.board),
        Fact(_("社保"), vacancy.insurance),
        Fact(_("联系人"), vacancy.contact),
        Fact(_("联系电话"), vacancy.phone, mask="phone", reveal="employment.vacancy.phone", pk=vacancy.pk),
    )
    kept = (
        Fact(_("采集来源"), vacancy.source),
        Fact(_("采集日期"), vacancy.collected_on),
        Fact(_("有效期至"), vacancy.valid_until),
        Fact(_("核实日期"), vacancy.checked_on),
        Fact(_("下架日期"), vacancy.closed_on),
        Fact(_("下架原因"), vacancy.closed_reason),
        Fact(_("同一岗位的其他采集"), others),
    )
    groups = ((_("岗位"), told), (_("系统读出的硬性要求"), asked), (_("采集"), kept))
    return {"groups": groups}


def vacancy_history(_screen, vacancy):
    """Who changed what."""
    return {"moments": timeline_of(vacancy, actions=words())}


class VacancyDetail(DetailScreen):
    """/employment/vacancies/<id>/ — one vacancy."""

    permission = "employment.view"
    tabs = (
        Tab("file", _("岗位信息"), "web/sheet.html", vacancy_facts),
        Tab("people", _("推荐记录"), "employment/market/found.html", found_people),
        Tab("history", _("变更历史"), "web/timeline.html", vacancy_history),
    )

    @property
    def back(self):
        """To the list."""
        return (reverse("employment:vacancies"), _("岗位台账"))

    def rows(self, user):
        """Vacancies the user sees."""
        return Vacancy.objects.visible_to(user).select_related("employer").annotate(taken=taken())

    def header(self, thing):
        """Which job, where, how many, for how much; what is next."""
        state = state_of(vars(thing), localdate())
        word, colour = STATE_BADGES[state]
        shown = (
            Fact(_("企业"), thing.employer.name, url=reverse("employment:employer", args=[thing.employer_id])),
            Fact(_("所在地"), place_names([thing.place_code]).get(thing.place_code, "")),
            Fact(_("招聘人数"), thing.openings),
            Fact(_("已签约"), thing.taken),
            Fact(_("月薪"), wage_words(vars(thing))),
        )
        is_open = state in {VacancyState.OPEN, VacancyState.UNCHECKED}
        match = Action(
            _("匹配人员"),
            reverse("employment:match", args=[thing.pk]),
            icon="users",
            refused="" if is_open else _("岗位已招满") if state is VacancyState.FILLED else _("岗位已不能应聘"),
        )
        return Header(
            thing.job_title,
            facts=shown,
            state=word,
            state_colour=colour,
            primary=match,
            menu=self.menu_of(thing, state),
        )

    def menu_of(self, thing, state):
        """Everything else."""
        own = {"permission": "vacancies.edit"}
        act = reverse("employment:vacancy_act", args=[thing.pk])
        closed = state is VacancyState.CLOSED
        hidden = "" if state is VacancyState.OPEN else _("核实、没有招满、在有效期内的岗位才公开")
        return (
            Action(_("核实属实"), f"{act}?act=verify", method="post", icon="check", refused=_("已核实") if thing.checked else "", **own),
            Action(_("不实"), f"{act}?act=refute", method="post", icon="x", confirm=_("确定标记为不实？"), **own),
            Action(_("重新上架"), f"{act}?act=reopen", method="post", icon="refresh", **own)
            if closed
            else Action(_("下架"), reverse("employment:close_vacancy", args=[thing.pk]), icon="ban", **own),
            Action(_("修改"), reverse("employment:edit_vacancy", args=[thing.pk]), icon="pencil", **own),
            Action(_("公开页"), reverse("public:vacancy", args=[thing.pk]), icon="external-link", refused=hidden),
        )  # fmt: skip


class VacancyAct(Screen):
    """POST /employment/vacancies/<id>/act/?act= — verify, refute or put back."""

    permission = "vacancies.edit"

    def post(self, request, pk):
        """Do it and come back to the vacancy."""
        thing = Vacancy.objects.visible_to(self.user).filter(pk=pk).first()
        if thing is None:
            raise Http404
        act, rows = request.GET.get("act", ""), Vacancy.objects.filter(pk=pk)
        if act == "reopen":
            services.reopen_vacancy(user=self.user, vacancy=thing)
        elif act in {"verify", "refute"}:
            services.check_vacancies(user=self.user, rows=rows, true=act == "verify")
        else:
            return HttpResponseBadRequest(__("没有这个操作。"))
        messages.success(request, __("已保存。"))
        return go_to(request, reverse("employment:vacancy", args=[pk]))


class VacancyFormScreen(FormScreen):
    """What the forms of a vacancy have in common."""

    permission = "vacancies.edit"
    form_class = VacancyForm

    def save(self, form, thing):
        """Keep the vacancy."""
        return services.save_vacancy(user=self.user, facts=form.facts(thing), vacancy=thing)

    def success_url(self, saved):
        """The vacancy's page."""
        return reverse("employment:vacancy", args=[saved.pk])


class NewVacancy(VacancyFormScreen):
    """/employment/vacancies/new/."""

    title = _("登记岗位")
    next_record = True
    carried = ("employer", "place_code", "source", "collected_on", "valid_until", "contact")

    def initial(self, thing):
        """Collected today, for the employer the page was opened for."""
        asked = self.request.GET.get("employer", "")
        firm = asked if asked.isascii() and asked.isdigit() else ""
        return {"collected_on": localdate(), "employer": firm}

    def leave_url(self, thing):
        """The list."""
        return reverse("employment:vacancies")


class EditVacancy(VacancyFormScreen):
    """/employment/vacancies/<id>/edit/."""

    def rows(self, user):
        """Vacancies the user sees."""
        return Vacancy.objects.visible_to(user)

    def initial(self, thing):
        """The vacancy as it is."""
        kept = {name: getattr(thing, name) for name in VacancyForm.base_fields if hasattr(thing, name)}
        firm = {"employer": thing.employer_id, "new_employer": ""}
        return {**kept, **firm, **hidden_phones(thing, VacancyForm.masked)}

    def heading(self, thing):
        """Which one."""
        return __("修改岗位：%(name)s") % {"name": thing.job_title}

    def leave_url(self, thing):
        """The vacancy's page."""
        return reverse("employment:vacancy", args=[thing.pk])


class CloseVacancy(FormScreen):
    """/employment/vacancies/<id>/close/ — take it off."""

    permission = "vacancies.edit"
    form_class = CloseForm
    submit_label = _("下架")

    def rows(self, user):
        """Vacancies the user sees."""
        return Vacancy.objects.visible_to(user)

    def initial(self, thing):
        """Nothing is proposed."""
        return {"reason": ""}

    def heading(self, thing):
        """Which one."""
        return __("下架岗位：%(name)s") % {"name": thing.job_title}

    def save(self, form, thing):
        """Take it off."""
        services.close_vacancy(user=self.user, vacancy=thing, reason=form.cleaned_data["reason"])
        return thing

    def success_url(self, saved):
        """The vacancy's page."""
        return reverse("employment:vacancy", args=[saved.pk])

    def leave_url(self, thing):
        """The vacancy's page."""
        return reverse("employment:vacancy", args=[thing.pk])
