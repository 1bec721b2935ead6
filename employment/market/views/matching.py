"""Whom a vacancy fits, and recommending them."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.formats.identity import age_on
from core.web.base import Screen
from core.web.htmx import go_to
from core.web.lists import BulkAction, EmptyState, ListScreen, PageAction
from employment.market import services
from employment.market.filters import FitFilter
from employment.market.matching import fitting_people
from employment.market.tables import FIT_COLUMNS, offered_by
from employment.models import Vacancy
from employment.queries import people_called
from employment.views.shared import worker_url
from workers.models import Worker
from workers.queries import place_names as village_names


class MatchList(ListScreen):
    """/employment/vacancies/<id>/match/ — whom the vacancy fits, best first, with the reasons; recommended by a click."""

    key = "vacancy_match"
    permission = "employment.view"
    icon = "users"
    columns = FIT_COLUMNS
    filterset_class = FitFilter
    quick_filters = ("township", "group")
    default_sort = "-score"
    search_hint = _("姓名、拼音、首字母、证件号或后四位、电话、村")
    empty = EmptyState(
        _(
            "没有合适的人：按意向工种、技能、意向地区和期望月薪比对，已在岗的、已推荐到这个岗位的和不符合硬性要求的不列。"
        )
    )

    @property
    def vacancy(self):
        """The vacancy of the address, 404 outside what the user sees."""
        if not hasattr(self, "_vacancy"):
            rows = Vacancy.objects.visible_to(self.user).select_related("employer")
            self._vacancy = rows.filter(pk=self.kwargs["pk"]).first()
        if self._vacancy is None:
            raise Http404
        return self._vacancy

    @property
    def title(self):
        """For which vacancy."""
        return __("匹配：%(job)s · %(firm)s") % {"job": self.vacancy.job_title, "firm": self.vacancy.employer.name}

    @property
    def bulk_actions(self):
        """Recommend the chosen ones."""
        return (BulkAction("refer", _("推荐到此岗位"), run=self.refer, permission="referrals.edit", icon="send"),)

    def refer(self, user, rows):
        """Bulk action: bring them to the vacancy."""
        return __("已推荐%(n)d人。") % {"n": services.refer(user=user, vacancy=self.vacancy, people=rows)}

    def rows(self, user):
        """The user's people who fit."""
        return fitting_people(user, self.vacancy)

    def search(self, queryset, text):
        """By person."""
        return queryset.filter(pk__in=people_called(text).values("pk"))

    def row_url(self, row):
        """The person's file."""
        return worker_url(row["pk"])

    def row_fields(self):
        """For names, ages and reasons."""
        return ("village_code", "birth_date", "expected_wage")

    def prepare(self, rows, user):
        """Names of villages: one query; ages and what the post pays."""
        names, today, offered = (
            village_names({row["village_code"] for row in rows}),
            localdate(),
            offered_by(vars(self.vacancy)),
        )
        for row in rows:
            row["homes"], row["offered"] = names, offered
            row["age"] = age_on(row["birth_date"], today)

    def page_actions(self, user):
        """Back to the vacancy."""
        return (
            PageAction(_("岗位信息"), reverse("employment:vacancy", args=[self.vacancy.pk]), icon="clipboard-list"),
        )


class ReferOne(Screen):
    """POST /employment/vacancies/<id>/refer/ — recommend one person, from their file."""

    permission = "referrals.edit"

    def post(self, request, pk):
        """Do it and come back to the person; a refusal is said there."""
        thing = Vacancy.objects.visible_to(self.user).filter(pk=pk).first()
        asked = request.POST.get("worker", "")
        people = Worker.objects.visible_to(self.user).filter(
            pk=int(asked) if asked.isascii() and asked.isdigit() else 0
        )
        if thing is None or not people.exists():
            raise Http404
        try:
            done = services.refer(user=self.user, vacancy=thing, people=people)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, __("已推荐。") if done else __("此人已在推荐到这个岗位的过程中。"))
        return go_to(request, f"{reverse('workers:detail', args=[asked])}?tab=market")
