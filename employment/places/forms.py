"""Forms of workplaces: what is kept of one, a decision on it, somebody's post at it."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats.values import WORKPLACE_KIND
from core.web.fields import AmountField, AutocompleteField, DateField
from core.web.forms import KitForm
from employment.models import Employer, Placement, Workplace
from employment.models.places import RECOGNITION
from employment.places.services import PlacementFacts, WorkplaceFacts
from employment.places.states import RULES, Move
from employment.services import employer_named
from workers.filters import townships_of


class WorkplaceForm(KitForm):
    """A workplace's file."""

    code = forms.CharField(label=_("载体编号"), max_length=100)
    name = forms.CharField(label=_("名称"), max_length=200)
    kind = forms.ChoiceField(label=_("类型"), choices=WORKPLACE_KIND.pairs)
    township_code = forms.ChoiceField(label=_("所在乡镇"))
    recognised_on = DateField(
        label=pgettext_lazy("recognition", "认定日期"),
        required=False,
        future=False,
        help_text=_("还没有认定的不填，填下面的申报日期"),
    )
    operator = AutocompleteField("employers", label=_("运营单位"), required=False)
    new_operator = forms.CharField(
        label=_("新单位名称"),
        max_length=200,
        required=False,
        help_text=_("上面的列表里没有这家单位时填写，以后再完善资料"),
    )
    posts = forms.IntegerField(label=_("岗位数"), required=False, min_value=0, max_value=1_000_000)
    applied_on = DateField(label=_("申报日期"), required=False, future=False)
    inspected_on = DateField(label=_("现场核查日期"), required=False, future=False)
    noticed_on = DateField(label=_("公示开始日期"), required=False, future=False)
    noticed_until = DateField(label=_("公示结束日期"), required=False)
    document = forms.CharField(label=_("认定文号"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["township_code"].choices = townships_of(self.user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One operator, chosen or named."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("operator") and found.get("new_operator"):
            raise ValidationError({"new_operator": __("运营单位已从列表中选定，请不要再填新单位名称。")})
        return found

    def facts(self) -> WorkplaceFacts:
        """What the service takes; an operator nobody knows is stored as a stub."""
        given = dict(self.cleaned_data)
        chosen, named = given.pop("operator"), given.pop("new_operator").strip()
        operator = Employer.objects.visible_to(self.user).filter(pk=chosen).first() if chosen else None
        if named:
            operator = employer_named(user=self.user, name=named)
        return WorkplaceFacts(operator=operator, **given)


class ApplyingForm(WorkplaceForm):
    """The file of a workplace that is not recognised yet: its days so far are corrected, the next ones are decisions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["document"], self.fields["recognised_on"]
        for name in RECOGNITION[:-1]:
            if not self.initial.get(name):
                del self.fields[name]


def initial_of_workplace(workplace: Workplace) -> dict[str, Any]:
    """Values the form of a workplace opens with."""
    shown = {name: getattr(workplace, name) for name in WorkplaceForm.base_fields if hasattr(workplace, name)}
    return {**shown, "operator": workplace.operator_id or "", "new_operator": ""}


ASKED: Final = frozenset(rule.asks for rule in RULES.values() if rule.asks)
"""What some decision asks for beside its day."""


class DecisionForm(KitForm):
    """A decision on a workplace; beside its day it asks for what the rule of the move says."""

    decided_on = DateField(label=_("日期"), future=False)
    mend_by = DateField(label=_("整改期限"))
    noticed_until = DateField(label=_("公示结束日期"))
    document = forms.CharField(label=_("认定文号"), required=False, max_length=100)
    note = forms.CharField(label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    move: Move = Move.PASSED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = RULES[self.move]
        for name in ASKED - {rule.asks}:
            del self.fields[name]
        self.fields["note"].required = rule.why


FORMS: Final[dict[Move, type[DecisionForm]]] = {
    move: type(f"{move.name.title()}Form", (DecisionForm,), {"move": move, "__doc__": DecisionForm.__doc__})
    for move in Move
}
"""A form for each move."""


class PlacementForm(KitForm):
    """Somebody's post at a workplace."""

    post = forms.CharField(label=_("岗位"), max_length=200, required=False)
    start_on = DateField(label=_("上岗时间"), future=False)
    end_on = DateField(
        label=_("离岗时间"), future=False, required=False, help_text=_("不再在岗的第一天；仍在岗的请留空")
    )
    wage = AmountField(label=_("月工资（元）"), required=False)

    def facts(self) -> PlacementFacts:
        """What the service takes."""
        return PlacementFacts(**{name: self.cleaned_data[name] for name in PlacementForm.base_fields})


class NewPlacementForm(PlacementForm):
    """A post, and whose it is."""

    worker = AutocompleteField("workers", label=_("劳动力"))
    field_order = ("worker",)


def initial_of_placement(placement: Placement) -> dict[str, Any]:
    """Values the form of a post opens with."""
    shown = {name: getattr(placement, name) for name in PlacementForm.base_fields}
    return {**shown, "end_on": None if placement.succeeded else placement.end_on}


def initial_of_decision(move: Move) -> dict[str, Any]:
    """A decision is taken today unless said."""
    return {"decided_on": timezone.localdate(), "note": "", **({RULES[move].asks: ""} if RULES[move].asks else {})}
