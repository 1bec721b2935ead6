"""The form that names the other employer."""

from django.utils.translation import gettext_lazy as _

from core.web.fields import AutocompleteField
from core.web.forms import KitForm


class OtherEmployerForm(KitForm):
    """Which one."""

    other = AutocompleteField("employers", label=_("另一家单位"), help_text=_("输入名称或统一社会信用代码。"))
