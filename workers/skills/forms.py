"""Forms of skills."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.fields import DateField
from core.web.forms import KitForm
from workers.skills.levels import LEVEL_PAIRS
from workers.skills.models import CERT_TYPE


class SkillForm(KitForm):
    """A skill, and the certificate that proves it."""

    name = forms.CharField(label=_("技能（工种）"), max_length=100, help_text=_("例如：焊工、中式烹调师。"))
    level = forms.TypedChoiceField(
        label=_("等级"), required=False, choices=[("", "—"), *LEVEL_PAIRS], coerce=int, empty_value=None
    )
    cert_type = forms.ChoiceField(label=_("证书类型"), required=False, choices=[("", "—"), *CERT_TYPE.pairs])
    cert_number = forms.CharField(label=_("证书编号"), required=False, max_length=60)
    issuer = forms.CharField(label=_("发证机构"), required=False, max_length=100)
    issued_on = DateField(label=_("发证日期"), required=False, future=False)
    note = forms.CharField(label=_("备注"), required=False, max_length=200)

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class ChangeForm(SkillForm):
    """Mend a skill."""

    reason = forms.CharField(label=_("修改事由"), required=False, max_length=200)


class RemoveForm(KitForm):
    """Take a skill back."""

    reason = forms.CharField(label=_("事由"), max_length=200, help_text=_("例如：录错了人。"))
