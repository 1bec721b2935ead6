"""Forms of households."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.fields import AutocompleteField
from core.web.forms import KitForm


class FoundForm(KitForm):
    """Found a household."""

    village_code = AutocompleteField("villages", label=_("村（社区）"))
    group_name = forms.CharField(label=_("组"), required=False, max_length=200)
    head_name = forms.CharField(label=_("户主姓名"), max_length=60)


class ChangeForm(KitForm):
    """Mend a household."""

    group_name = forms.CharField(
        label=_("组"), required=False, max_length=200, help_text=_("原来在这个组的成员一并改过来。")
    )
    head_name = forms.CharField(label=_("户主姓名"), max_length=60)
    reason = forms.CharField(label=_("修改事由"), required=False, max_length=200)


class MoveForm(KitForm):
    """Where a person belongs from now on."""

    household = AutocompleteField(
        "households",
        label=_("移入的家庭户"),
        required=False,
        help_text=_("按户主姓名查找；留空表示移出、不属于任何家庭户。"),
    )
    relation = forms.CharField(label=_("与户主关系"), required=False, max_length=50)
    reason = forms.CharField(
        label=_("事由"), required=False, max_length=200, help_text=_("例如：分户、婚嫁、登记有误。")
    )


class AdmitForm(KitForm):
    """Who moves into a household."""

    worker = AutocompleteField("workers", label=_("人员"))
    relation = forms.CharField(label=_("与户主关系"), required=False, max_length=50)
    reason = forms.CharField(
        label=_("事由"), required=False, max_length=200, help_text=_("例如：分户、婚嫁、登记有误。")
    )
