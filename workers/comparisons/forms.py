"""Handing a list in."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.web.fields import DateField
from core.web.forms import KitForm
from core.workbooks.forms import ACCEPTED
from workers.comparisons.kinds import CHOICES


class NewComparisonForm(KitForm):
    """Which list, of which day, from whom."""

    kind = forms.ChoiceField(label=_("名单种类"), choices=CHOICES)
    title = forms.CharField(
        label=_("名单名称"),
        required=False,
        max_length=100,
        help_text=_("采纳差异时写作来源，如：全国防返贫监测信息系统2025年6月"),
    )
    document = forms.CharField(label=_("文号"), required=False, max_length=100)
    as_of = DateField(label=_("名单截至日期"), future=False, help_text=_("名单是哪一天的情况，人员类别按这一天比对。"))
    file = forms.FileField(
        label=_("文件"),
        allow_empty_file=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_("任何有“身份证号码”一列的表格；姓名、电话、乡镇、村等认得的列会逐项比对。"),
        error_messages={"required": _("请选择名单文件。"), "empty": _("文件是空的，请检查后重新选择。")},
    )

    def clean_file(self) -> "UploadedFile[Any]":
        """The file, unless it is larger than any file may be."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size is not None and file.size > settings.MOST_UPLOAD_BYTES:
            limit = {"most": settings.MOST_UPLOAD_BYTES // 2**20}
            raise forms.ValidationError(_("文件超过%(most)dMB，请分开导入。") % limit, code="too_large")
        return file
