"""Forms of returns."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.fields import AutocompleteField, DateField
from core.web.forms import KitForm
from employment.forms import SAID
from employment.models import Returnee
from employment.returnees.services import ReturnFacts

PLANS = [("yes", _("计划外出")), ("no", _("不外出"))]


class ReturnForm(KitForm):
    """A return of a person who is known."""

    returned_on = DateField(label=_("返乡日期"), future=False)
    plans_out = forms.ChoiceField(label=_("是否计划外出"), choices=PLANS, widget=forms.RadioSelect)
    leaves_on = DateField(label=_("计划外出日期"), required=False)
    from_place = forms.CharField(label=_("原务工地"), max_length=200, required=False)

    def facts(self) -> ReturnFacts:
        """What the service takes."""
        given = {name: self.cleaned_data[name] for name in ReturnForm.base_fields}
        return ReturnFacts(**{**given, "plans_out": SAID[given["plans_out"]]})


class NewReturnForm(ReturnForm):
    """A return, and whose it is."""

    worker = AutocompleteField("workers", label=_("劳动力"))
    field_order = ("worker",)


def initial_of_return(returnee: Returnee) -> dict[str, Any]:
    """Values the form of a return opens with."""
    shown = {name: getattr(returnee, name) for name in ReturnForm.base_fields}
    return {**shown, "plans_out": "yes" if returnee.plans_out else "no"}


class MonitorForm(KitForm):
    """Which festival, told as of which day."""

    festival = forms.TypedChoiceField(label=_("春节年份"), coerce=int, required=False)
    as_of = DateField(label=_("截至"), future=False, required=False)
