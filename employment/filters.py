"""Filters of the employment lists, shared by page, export and API. Places are named or coded; persons by village."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters as df
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.divisions.matching import division_tree, find_place
from core.divisions.queries import children_of, names_of
from core.formats.faults import CellFault
from core.formats.values import CHANNEL
from core.web.filters import AmountRangeFilter, DayRangeFilter, YesNoFilter, give_choices
from employment.contradictions import Clash, Fact
from employment.endings import OTHER, REASONS, ended_for_q, reason_q, seasonal_q, seasonal_spells_q
from employment.models import DeclaredJob, Employer, EmployerAlias, Spell, SpellTask
from employment.organisers.queries import organisers_meant
from employment.queries import LEVELS, NAMELESS, Scope, covering, in_scope, people_called
from employment.spells import EndReason, Source, TaskCode
from workers.filters import GROUPS, LIFTED_OR_MONITORED, DayFilter, townships_of
from workers.models import GroupMembership

VILLAGE = 12
BRACKETS = str.maketrans("（）", "()"), str.maketrans("()", "（）")
"""To half and to full width: whoever searches does not know which stands in a name."""

SOURCE_WORDS = {
    Source.DECLARED.value: _("务工台账"),
    Source.TRIP.value: _("乘车花名册"),
    Source.REFERRAL.value: _("求职登记"),
    Source.VISIT.value: _("回访台账"),
    Fact.STAFF.value: _("载体用工花名册"),
    Fact.RETURN.value: _("返乡监测表"),
    Fact.STATUS.value: _("登记的就业状态"),
}
TASK_WORDS = {
    TaskCode.NO_SPELL.value: _("当日没有就业记录"),
    TaskCode.WRITTEN_END.value: _("与台账的返回时间不符"),
    TaskCode.ELSEWHERE.value: _("在岗期间在别处到岗"),
    TaskCode.DISPLACED.value: _("记录被挤掉"),
    TaskCode.OVERLAP.value: _("台账互相重叠"),
    Clash.AWAY.value: _("在岗期间在外务工"),
    Clash.TWO_POSTS.value: _("一人双岗"),
    Clash.GHOST.value: _("疑似虚报在岗（吃空饷）"),
    Clash.STAND_IN.value: _("疑似冒名顶替"),
    Clash.STAYED.value: _("返乡后仍有外出记录"),
    Clash.STATUS.value: _("就业状态与记录不符"),
}


END_WORDS = {
    EndReason.WRITTEN.value: _("台账返回时间"),
    EndReason.SUCCEEDED.value: _("另有新工作"),
    EndReason.TRANSFERRED.value: _("转岗"),
    EndReason.LEFT.value: _("离岗求职"),
    EndReason.RETURNED.value: _("返乡"),
}
RETURN_REASONS = [(word, word) for word in (*REASONS, OTHER)]


class DivisionField(forms.CharField):
    """A division by code, or named as a path (广东广州番禺); its code is the value."""

    def to_python(self, value: Any) -> str:  # noqa: ANN401 - Django's signature
        """The code; ``ValidationError`` with the matcher's sentence."""
        text = super().to_python(value) or ""
        if not text or (text.isascii() and text.isdigit()):
            return text[:VILLAGE]
        try:
            return find_place(division_tree(), text)
        except CellFault as fault:
            raise ValidationError(f"{fault.message}。", code=fault.code) from fault

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - Django's signature
        """A code is shown as its path where that reads back as the code; what somebody typed stays."""
        if not (isinstance(value, str) and value.isascii() and value.isdigit()):
            return value
        names = names_of({value[:length] for length in LEVELS if length <= len(value)})
        path = "".join(name for _code, name in sorted(names.items()) if name not in NAMELESS)
        try:
            return path if find_place(division_tree(), path) == value else value
        except CellFault:
            return value

    def label_of(self, code: str) -> str:
        """A code as people read it, in a chip: 441900 is 广东省东莞市, which is a city and its only county."""
        return division_tree().path(code) or code


class DivisionFilter(df.CharFilter):
    """Rows whose place is the division or lies in it."""

    field_class = DivisionField

    def filter(self, qs: QuerySet[Any, Any], value: str) -> QuerySet[Any, Any]:
        """By code prefix."""
        return qs.filter(**{f"{self.field_name}__startswith": value}) if value else qs


def provinces() -> list[tuple[str, str]]:
    """(code, name) of the provinces."""
    return children_of("")


class PersonFilterSet(df.FilterSet):
    """Filters by the person a row is about. ``person`` is the path to the worker."""

    person = "worker"

    township = df.ChoiceFilter(label=_("乡镇"), method="in_township")
    village = df.CharFilter(label=_("村代码"), method="in_township", widget=forms.HiddenInput)
    group = df.ChoiceFilter(label=_("人员类别"), choices=GROUPS, method="in_group")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = getattr(self.request, "user", None)
        if isinstance(user, User):
            give_choices(self, "township", townships_of(user))

    def in_township(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Persons registered in the division."""
        return queryset.filter(**{f"{self.person}__village_code__startswith": value})

    def in_group(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Persons who belong to the key group today."""
        groups = ("lifted_poverty", "monitored") if value == LIFTED_OR_MONITORED else (value,)
        tags = GroupMembership.objects.on(localdate()).filter(worker=OuterRef(f"{self.person}_id"), group__in=groups)
        return queryset.filter(Exists(tags))


class JobFilterSet(PersonFilterSet):
    """What declared jobs and spells are filtered by alike."""

    scope = df.ChoiceFilter(label=_("范围"), choices=[(word.value, word.value) for word in Scope], method="in_scope")
    destination = df.ChoiceFilter(label=_("务工省"), field_name="place_code", lookup_expr="startswith")
    destination_city = DivisionFilter(label=_("务工市、县"), field_name="place_code")
    employer = df.CharFilter(label=_("单位名称或信用代码"), method="at_employer")
    employer_id = df.NumberFilter(label=_("单位编号"), field_name="employer_id", widget=forms.HiddenInput)
    worker = df.NumberFilter(label=_("人员编号"), field_name="worker_id", widget=forms.HiddenInput)
    channel = df.ChoiceFilter(label=_("组织方式"), choices=CHANNEL.pairs)
    open_on = DayFilter(label=_("这天在岗"), method="covers")
    start_on = DayRangeFilter(label=_("开始日期"))
    wage = AmountRangeFilter(label=_("月工资（元）"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        give_choices(self, "destination", provinces())

    def in_scope(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """省外, 县外省内 or 县内."""
        return queryset.filter(in_scope(Scope(value)))

    def at_employer(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """At an employer of that credit code, or whose name holds the text."""
        return queryset.filter(employer__in=employers_called(value))

    def covers(self, queryset: QuerySet[Any, Any], _name: str, value: date | None) -> QuerySet[Any, Any]:
        """Jobs that cover the day."""
        return queryset.filter(covering(value)) if value else queryset


class SpellFilter(JobFilterSet):
    """就业记录."""

    organised = YesNoFilter(label=_("有组织"))
    confirmed_to = DayRangeFilter(label=_("最近确认日期"))
    ending = df.ChoiceFilter(label=_("结束原因"), field_name="end_reason", choices=list(END_WORDS.items()))
    return_reason = df.ChoiceFilter(label=_("返回原因"), choices=RETURN_REASONS, method="ended_for")
    seasonal = YesNoFilter(label=_("季节性务工"), method="is_seasonal")
    current = YesNoFilter(label=_("目前"), yes=_("在岗"), no=_("不在岗"), method="is_current")

    class Meta:
        model = Spell
        fields = ()

    def ended_for(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Spells whose row of 务工台账 says that reason."""
        return queryset.filter(ended_for_q(value))

    def is_seasonal(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Work that lasts a season, or all other."""
        return queryset.filter(seasonal_spells_q() if value == "true" else ~seasonal_spells_q())

    def is_current(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Spells that cover today, or are over."""
        now = covering(localdate())
        return queryset.filter(now if value == "true" else ~now)


class DeclaredJobFilter(JobFilterSet):
    """务工台账."""

    end_on = DayRangeFilter(label=_("返回时间"))
    return_reason = df.ChoiceFilter(label=_("返回原因"), choices=RETURN_REASONS, method="ended_for")
    seasonal = YesNoFilter(label=_("季节性务工"), method="is_seasonal")
    confirmed_on = DayRangeFilter(label=_("最近确认日期"))
    taken_by = df.CharFilter(label=_("带出人"), method="of_organiser")
    contract = YesNoFilter(label=_("签订合同"))
    insured = YesNoFilter(label=_("参保"))

    class Meta:
        model = DeclaredJob
        fields = ()

    def of_organiser(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Rows that name an organiser of that name."""
        return queryset.filter(organiser__in=organisers_meant(value)) if value.strip() else queryset

    def ended_for(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Rows that say that reason."""
        return queryset.filter(reason_q(value))

    def is_seasonal(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Work that lasts a season, or all other."""
        return queryset.filter(seasonal_q() if value == "true" else ~seasonal_q())


class SpellApiFilter(SpellFilter):
    """The page's filters, and its search box as ``q``."""

    q = df.CharFilter(label=_("搜索"), method="searched")

    def searched(self, queryset: QuerySet[Spell], _name: str, value: str) -> QuerySet[Spell]:
        """Spells of the people whom the text means."""
        return queryset.filter(of_person(value)) if value.strip() else queryset


class SpellTaskFilter(PersonFilterSet):
    """待核实."""

    kind = df.ChoiceFilter(label=_("来源"), choices=list(SOURCE_WORDS.items()))
    code = df.ChoiceFilter(label=_("类型"), choices=list(TASK_WORDS.items()))
    day = DayRangeFilter(label=_("日期"))
    worker = df.NumberFilter(label=_("人员编号"), field_name="worker_id", widget=forms.HiddenInput)

    class Meta:
        model = SpellTask
        fields = ()


class EmployerFilter(df.FilterSet):
    """企业台账."""

    destination = df.ChoiceFilter(label=_("所在省"), field_name="place_code", lookup_expr="startswith")
    place = DivisionFilter(label=_("所在地"), field_name="place_code")
    name = df.CharFilter(label=_("名称或信用代码"), method="called")
    industry = df.CharFilter(label=_("行业"), lookup_expr="contains")
    key_employer = YesNoFilter(label=_("重点企业"))
    stub = YesNoFilter(label=_("资料"), yes=_("待完善"), no=_("已完善"))

    class Meta:
        model = Employer
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        give_choices(self, "destination", provinces())

    def called(self, queryset: QuerySet[Employer], _name: str, value: str) -> QuerySet[Employer]:
        """Of that credit code, or with the text in their name."""
        return queryset.filter(employer_called(value))


class EmployerApiFilter(EmployerFilter):
    """The page's filters, and its search box as ``q``."""

    q = df.CharFilter(label=_("搜索"), method="called")


def employer_called(text: str) -> Q:
    """Condition on employers: of that credit code, or with the text in their name, now or before a merge."""
    text = text.replace("\x00", "").strip()
    called = Q(credit_code=text.upper())
    for written in {text, *(text.translate(width) for width in BRACKETS)}:
        called |= Q(name__contains=written)
    return called | Q(pk__in=EmployerAlias.objects.filter(called).values("employer"))


def employers_called(text: str) -> QuerySet[Employer]:
    """Employers of that credit code or with the text in their name."""
    return Employer.objects.filter(employer_called(text))


def employers(user: User, query: Mapping[str, Any]) -> QuerySet[Employer]:
    """Employers as the list page with those parameters shows them, in no order of meaning."""
    return listed(EmployerFilter, Employer.objects.visible_to(user), query, employer_called, asked_by=user)


def spells(user: User, query: Mapping[str, Any]) -> QuerySet[Spell]:
    """Job spells as the list page with those parameters shows them."""
    return listed(SpellFilter, Spell.objects.visible_to(user), query, of_person)


def declared_jobs(user: User, query: Mapping[str, Any]) -> QuerySet[DeclaredJob]:
    """Rows of 务工台账 as the list page with those parameters shows them."""
    return listed(DeclaredJobFilter, DeclaredJob.objects.visible_to(user), query, of_person)


def of_person(text: str) -> Q:
    """Condition on rows about a person: by name, initials, ID number or its last four, or phone."""
    return Q(worker__in=people_called(text))


@dataclass(frozen=True)
class Asking:
    """Who asks, for a filter set that no request brought."""

    user: User


def listed(
    kind: type[df.FilterSet],
    rows: QuerySet[Any, Any],
    query: Mapping[str, Any],
    called: Callable[[str], Q],
    *,
    asked_by: User | None = None,
) -> QuerySet[Any, Any]:
    """Rows that pass a list page's filters and its search box, by primary key; ``asked_by`` for filters that look at who asks."""
    request = Asking(asked_by) if asked_by is not None else None
    found: QuerySet[Any, Any] = kind(query, queryset=rows.order_by("pk"), request=request).qs
    text = str(query.get("q", "")).strip()
    return found.filter(called(text)) if text else found
