"""Handing in a workbook, and finding an earlier one."""

from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.filters import MomentRangeFilter, YesNoFilter
from core.web.forms import KitForm
from core.workbooks.models import Export, Import
from core.workbooks.sheets import sheets_for
from core.workbooks.tables import STATES, kind_titles

ACCEPTED = ".xlsx,.xls,.csv,.txt,.xlsm,.et"


class NewImportForm(KitForm):
    """Which kind of sheet, and the file."""

    kind = forms.ChoiceField(label=_("表格种类"), error_messages={"invalid_choice": _("请选择表格种类。")})
    file = forms.FileField(
        label=_("文件"),
        allow_empty_file=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": _("请选择要导入的文件。"), "empty": _("文件是空的，请检查后重新选择。")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", _("请选择……")), *grouped_kinds(user)]

    def clean_file(self) -> "UploadedFile[Any]":
        """The file, unless it is larger than any file may be."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size is not None and file.size > settings.MOST_UPLOAD_BYTES:
            limit = {"most": settings.MOST_UPLOAD_BYTES // 2**20}
            raise forms.ValidationError(_("文件超过%(most)dMB，请分开导入。") % limit, code="too_large")
        return file


def grouped_kinds(user: User) -> list[tuple[str, list[tuple[str, str]]]]:
    """The kinds the user may import, under the section each belongs to."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for sheet in sheets_for(user):
        groups.setdefault(sheet.section, []).append((sheet.kind, sheet.title))
    return list(groups.items())


def _kinds() -> list[tuple[str, str]]:
    return list(kind_titles().items())


class DecisionForm(KitForm):
    """Whether somebody may take out what they asked for."""

    granted = forms.ChoiceField(
        label=_("审批"), widget=forms.RadioSelect, choices=[("yes", _("同意")), ("no", _("不同意"))]
    )
    note = forms.CharField(label=_("意见"), required=False, max_length=200, help_text=_("不同意时请写明原因"))


class ImportFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Filters of the list of imports."""

    state = django_filters.ChoiceFilter(label=_("状态"), choices=[(code, word) for code, (word, _c) in STATES.items()])
    kind = django_filters.ChoiceFilter(label=_("表格种类"), choices=_kinds)
    created_at = MomentRangeFilter(label=_("提交日期"))

    class Meta:
        model = Import
        fields = ("state", "kind", "created_at")


class ExportFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Filters of the register of exports."""

    kind = django_filters.ChoiceFilter(label=_("表格种类"), choices=_kinds)
    approval = django_filters.ChoiceFilter(
        label=_("审批"), choices=[pair for pair in Export.Approval.choices if pair[0]]
    )
    full_identity = YesNoFilter(label=_("含完整证件号"))
    created_at = MomentRangeFilter(label=_("提交日期"))

    class Meta:
        model = Export
        fields = ("kind", "approval", "full_identity", "created_at")
