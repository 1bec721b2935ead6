"""Filters of vacancies, fairs and referrals, shared by page, export and API."""

from collections.abc import Mapping
from typing import Any, Final

import django_filters as df
from django import forms
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.formats.values import FAIR_FORM, FAIR_ORGANISER, REFERRAL_RESULT, SEX, VACANCY_SOURCE
from core.web.fields import AmountField
from core.web.filters import AmountRangeFilter, DayRangeFilter, YesNoFilter, give_choices
from employment.filters import DivisionFilter, PersonFilterSet, employers_called, listed, of_person, provinces
from employment.market.queries import VacancyState, followed, in_state, told_before
from employment.models import Fair, FairBooth, Referral, Vacancy
from workers.filters import GROUPS, LIFTED_OR_MONITORED, townships_of
from workers.models import Worker

STATE_WORDS: Final = {
    VacancyState.OPEN.value: _("可应聘"),
    VacancyState.UNCHECKED.value: _("待核实"),
    VacancyState.FILLED.value: _("已招满"),
    VacancyState.OVER.value: _("已过期"),
    VacancyState.CLOSED.value: _("已下架"),
    VacancyState.UNTRUE.value: _("不实"),
}


class AmountFilter(df.Filter):
    """One amount in yuan, typed any way; ``method`` says what it means."""

    field_class = AmountField


class VacancyFilter(df.FilterSet):
    """岗位台账."""

    state = df.ChoiceFilter(label=_("状态"), choices=list(STATE_WORDS.items()), method="is_in_state")
    job = df.CharFilter(label=_("岗位"), field_name="job_title", lookup_expr="icontains")
    destination = df.ChoiceFilter(label=_("所在省"), field_name="place_code", lookup_expr="startswith")
    place = DivisionFilter(label=_("所在地"), field_name="place_code")
    wage = AmountFilter(label=_("月薪不低于（元）"), method="pays")
    employer = df.CharFilter(label=_("单位名称或信用代码"), method="at_employer")
    employer_id = df.NumberFilter(label=_("单位编号"), field_name="employer_id", widget=forms.HiddenInput)
    source = df.ChoiceFilter(label=_("采集来源"), choices=VACANCY_SOURCE.pairs)
    checked = YesNoFilter(label=_("核实"), yes=_("已核实"), no=_("不实"))
    repeated = YesNoFilter(label=_("重复采集"), method="is_repeated")
    collected_on = DayRangeFilter(label=_("采集日期"))
    valid_until = DayRangeFilter(label=_("有效期至"))

    class Meta:
        model = Vacancy
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        give_choices(self, "destination", provinces())

    def is_in_state(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """As it stands today."""
        return queryset.filter(in_state(VacancyState(value), localdate()))

    def pays(self, queryset: QuerySet[Any, Any], _name: str, value: Any) -> QuerySet[Any, Any]:  # noqa: ANN401 - a cleaned amount
        """Vacancies that offer that much, at the upper end where one is told."""
        if value is None:
            return queryset
        return queryset.filter(Q(wage_to__gte=value) | Q(wage_to__isnull=True, wage_from__gte=value))

    def at_employer(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """At an employer of that credit code, or whose name holds the text."""
        return queryset.filter(employer__in=employers_called(value))

    def is_repeated(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Rows that tell a vacancy once more, or all but those."""
        return queryset.filter(told_before() if value == "true" else ~told_before())


class VacancyApiFilter(VacancyFilter):
    """The page's filters, and its search box as ``q``."""

    q = df.CharFilter(label=_("搜索"), method="called")

    def called(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """As the search box."""
        return queryset.filter(vacancy_called(value)) if value.strip() else queryset


class FairFilter(df.FilterSet):
    """招聘会台账."""

    organiser = df.ChoiceFilter(label=_("主办方"), choices=FAIR_ORGANISER.pairs)
    form = df.ChoiceFilter(label=_("形式"), choices=FAIR_FORM.pairs)
    held = YesNoFilter(label=_("进度"), yes=_("已举办"), no=_("待举办"), method="is_held")
    cancelled = YesNoFilter(label=_("已取消"))
    held_on = DayRangeFilter(label=_("日期"))
    code = df.CharFilter(label=_("招聘会编号"))

    class Meta:
        model = Fair
        fields = ()

    def is_held(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """By today's date."""
        past = Q(held_on__lte=localdate())
        return queryset.filter(past if value == "true" else ~past)


class FairApiFilter(FairFilter):
    """The page's filters, and its search box as ``q``."""

    q = df.CharFilter(label=_("搜索"), method="called")

    def called(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """As the search box."""
        return queryset.filter(fair_called(value)) if value.strip() else queryset


class FairBoothFilter(df.FilterSet):
    """招聘会参会企业."""

    fair = df.CharFilter(label=_("招聘会编号"), field_name="fair__code")
    job = df.CharFilter(label=_("岗位"), field_name="job_title", lookup_expr="icontains")
    organiser = df.ChoiceFilter(label=_("主办方"), field_name="fair__organiser", choices=FAIR_ORGANISER.pairs)
    held_on = DayRangeFilter(label=_("日期"), field_name="fair__held_on")
    employer_id = df.NumberFilter(label=_("单位编号"), field_name="employer_id", widget=forms.HiddenInput)

    class Meta:
        model = FairBooth
        fields = ()


class ReferralFilter(PersonFilterSet):
    """求职登记."""

    result = df.ChoiceFilter(label=_("结果"), choices=REFERRAL_RESULT.pairs)
    latest = YesNoFilter(label=_("只看最近一步"), method="is_latest")
    happened_on = DayRangeFilter(label=_("日期"))
    fair = df.CharFilter(label=_("招聘会编号"), field_name="fair__code")
    employer = df.CharFilter(label=_("单位名称或信用代码"), method="at_employer")
    employer_id = df.NumberFilter(label=_("单位编号"), field_name="employer_id", widget=forms.HiddenInput)
    vacancy = df.NumberFilter(label=_("岗位编号"), field_name="vacancy_id", widget=forms.HiddenInput)
    worker = df.NumberFilter(label=_("人员编号"), field_name="worker_id", widget=forms.HiddenInput)

    class Meta:
        model = Referral
        fields = ()

    def at_employer(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """At an employer of that credit code, or whose name holds the text."""
        return queryset.filter(employer__in=employers_called(value))

    def is_latest(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Steps that nothing follows in their process, or those that something does."""
        return queryset.filter(~followed() if value == "true" else followed())


def vacancy_called(text: str) -> Q:
    """Condition on vacancies: post or employer holds the text, or the employer has that credit code."""
    text = text.replace("\x00", "").strip()
    return Q(job_title__icontains=text) | Q(employer__in=employers_called(text))


def fair_called(text: str) -> Q:
    """Condition on fairs: of that number, or with the text in name or place."""
    text = text.replace("\x00", "").strip()
    return Q(code__iexact=text) | Q(name__icontains=text) | Q(venue__icontains=text)


def booth_called(text: str) -> Q:
    """Condition on stands: post or employer holds the text, or the fair has that number."""
    text = text.replace("\x00", "").strip()
    return Q(job_title__icontains=text) | Q(employer__in=employers_called(text)) | Q(fair__code__iexact=text)


def vacancies(user: User, query: Mapping[str, Any]) -> QuerySet[Vacancy]:
    """Vacancies as the list page with those parameters shows them."""
    return listed(VacancyFilter, Vacancy.objects.visible_to(user), query, vacancy_called)


def fairs(user: User, query: Mapping[str, Any]) -> QuerySet[Fair]:
    """Fairs as the list page with those parameters shows them."""
    return listed(FairFilter, Fair.objects.visible_to(user), query, fair_called)


def booths(user: User, query: Mapping[str, Any]) -> QuerySet[FairBooth]:
    """Stands as the list page with those parameters shows them."""
    return listed(FairBoothFilter, FairBooth.objects.visible_to(user), query, booth_called)


def referrals(user: User, query: Mapping[str, Any]) -> QuerySet[Referral]:
    """Steps of referrals as the list page with those parameters shows them."""
    return listed(ReferralFilter, Referral.objects.visible_to(user), query, of_person)


class FitFilter(df.FilterSet):
    """Of those who fit a vacancy."""

    township = df.ChoiceFilter(label=_("乡镇"), field_name="village_code", lookup_expr="startswith")
    group = df.ChoiceFilter(label=_("人员类别"), choices=GROUPS, method="in_group")
    sex = df.ChoiceFilter(label=_("性别"), choices=SEX.pairs)
    fits_job = YesNoFilter(label=_("意向工种相符"))
    fits_place = YesNoFilter(label=_("意向地区相符"))
    expected_wage = AmountRangeFilter(label=_("期望月薪（元）"))

    class Meta:
        model = Worker
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = getattr(self.request, "user", None)
        if isinstance(user, User):
            give_choices(self, "township", townships_of(user))

    def in_group(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Persons who belong to the key group today."""
        groups = ("lifted_poverty", "monitored") if value == LIFTED_OR_MONITORED else (value,)
        return queryset.filter(pk__in=Worker.objects.in_any_group(groups, localdate()).values("pk"))
