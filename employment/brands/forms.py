"""Forms of labour brands and of the rows of their member lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.web.fields import AmountField, AutocompleteField, DateField
from core.web.forms import KitForm
from employment.brands.services import BrandFacts, MemberFacts
from employment.models import BrandMember


class BrandForm(KitForm):
    """A brand."""

    name = forms.CharField(label=_("品牌名称"), max_length=200)
    grade = forms.CharField(label=_("等级"), max_length=50, help_text=_("如：省级、市级、县级"))
    recognised_on = DateField(label=pgettext_lazy("recognition", "认定日期"), future=False, required=False)

    def facts(self) -> BrandFacts:
        """What the service takes."""
        return BrandFacts(**self.cleaned_data)


class MemberForm(KitForm):
    """A row of a member list of a person who is known."""

    joined_on = DateField(label=_("加入日期"), future=False)
    left_on = DateField(
        label=_("退出日期"), future=False, required=False, help_text=_("不再属于该品牌的第一天；仍在册的请留空")
    )
    year = forms.IntegerField(label=_("年度"), required=False, help_text=_("年收入是哪一年的，如 2025"))
    income = AmountField(label=_("年收入（元）"), required=False)

    def facts(self) -> MemberFacts:
        """What the service takes."""
        return MemberFacts(**{name: self.cleaned_data[name] for name in MemberForm.base_fields})


class NewMemberForm(MemberForm):
    """A row, and whose it is."""

    worker = AutocompleteField("workers", label=_("劳动力"))
    field_order = ("worker",)


def initial_of_member(member: BrandMember) -> dict[str, Any]:
    """Values the form of a row opens with."""
    return {name: getattr(member, name) for name in MemberForm.base_fields}
