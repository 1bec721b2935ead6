"""Saying who stands in the register once more."""

from django.utils.translation import gettext_lazy as _

from core.web.fields import AutocompleteField
from core.web.forms import KitForm


class OtherForm(KitForm):
    """The other registration."""

    other = AutocompleteField("workers", label=_("另一份档案"), help_text=_("按姓名、拼音、证件号或电话查找。"))
