"""Forms of organisers: what is kept of one, and somebody it took out."""

from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats.faults import CellFault
from core.web.fields import AutocompleteField, DateField, PhoneField
from core.web.forms import KitForm
from employment.filters import VILLAGE, DivisionField
from employment.forms import CreditCodeField, PhoneKeepingForm, hidden_phones
from employment.models import Employer, Organiser
from employment.organisers.filters import KIND_BADGES, LEVEL_WORDS
from employment.organisers.homes import find_home
from employment.organisers.services import OrganiserFacts, TakenFacts
from employment.services import employer_named
from workers.models import Worker

KINDS: Final = [(code, word) for code, (word, _colour) in KIND_BADGES.items()]


class HomeField(DivisionField):
    """Where an organiser is at home: in the own county a township or village by name alone."""

    def to_python(self, value: Any) -> str:  # noqa: ANN401 - Django's signature
        """The code; ``ValidationError`` with the matcher's sentence."""
        text = str(value or "").strip()
        if not text or (text.isascii() and text.isdigit()):
            return text[:VILLAGE]
        try:
            return find_home(text)
        except CellFault as fault:
            raise ValidationError(f"{fault.message}。", code=fault.code) from fault


class OrganiserForm(PhoneKeepingForm):
    """An organiser's file; some fields are a broker's, some a firm's."""

    masked: ClassVar = ("phone",)

    kind = forms.ChoiceField(label=_("类型"), choices=KINDS)
    name = forms.CharField(label=_("名称"), max_length=200, help_text=_("劳务经纪人填写姓名"))
    place_code = HomeField(label=_("所在地"), help_text=_("如：古达乡大寨村、赫章县，或广东省广州市番禺区"))
    phone = PhoneField(label=_("联系电话"), required=False, max_length=100)
    level = forms.ChoiceField(
        label=_("级别"),
        choices=[("", _("未评定")), *LEVEL_WORDS.items()],
        required=False,
        help_text=_("只有劳务经纪人分级别"),
    )
    worker = AutocompleteField(
        "workers", label=_("本人档案"), required=False, help_text=_("劳务经纪人在登记库中的档案")
    )
    credit_code = CreditCodeField(label=_("统一社会信用代码"), required=False, max_length=30)
    licence_no = forms.CharField(label=_("人力资源服务许可证号"), max_length=100, required=False)
    licence_until = DateField(label=_("许可证有效期至"), required=False)
    recognised_on = DateField(label=pgettext_lazy("recognition", "认定日期"), future=False, required=False)
    ended_on = DateField(label=_("终止日期"), required=False, help_text=_("不再认定的第一天；仍在用的请留空"))
    note = forms.CharField(label=_("备注"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.initial.get("worker")
        if known and not Worker.objects.visible_to(self.user).filter(pk=known).exists():
            del self.fields["worker"]  # a person of another area stays who they are, and is not shown

    def facts(self, stored: Organiser | None) -> OrganiserFacts:
        """What the service takes."""
        given = {**self.cleaned_data, **self.phones(stored)}
        if "worker" in self.fields:
            chosen = given.pop("worker")
            worker = Worker.objects.visible_to(self.user).filter(pk=chosen).first() if chosen else None
        else:
            worker = stored.worker if stored is not None else None
        return OrganiserFacts(**{**given, "worker": worker, "credit_code": given["credit_code"] or None})


def initial_of_organiser(organiser: Organiser) -> dict[str, Any]:
    """Values the form of an organiser opens with."""
    shown = {name: getattr(organiser, name) for name in OrganiserForm.base_fields}
    return {**shown, **hidden_phones(organiser, OrganiserForm.masked), "worker": organiser.worker_id or ""}


class TakenForm(KitForm):
    """Somebody whom an organiser took out."""

    worker = AutocompleteField("workers", label=_("劳动力"))
    out_on = DateField(label=_("外出日期"), future=False)
    place_code = DivisionField(label=_("目的地"), help_text=_("如：广东省广州市番禺区；在本省务工的写到县（区）"))
    employer = AutocompleteField("employers", label=_("务工单位"), required=False)
    new_employer = forms.CharField(
        label=_("新单位名称"),
        max_length=200,
        required=False,
        help_text=_("上面的列表里没有这家单位时填写，以后再完善资料"),
    )
    job_title = forms.CharField(label=_("工种（岗位）"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """One employer, chosen or named."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("employer") and found.get("new_employer"):
            raise ValidationError({"new_employer": __("务工单位已从列表中选定，请不要再填新单位名称。")})
        return found

    def facts(self) -> TakenFacts:
        """What the service takes; an employer nobody knows is stored as a stub."""
        given = self.cleaned_data
        employer = None
        if given["employer"]:
            employer = Employer.objects.visible_to(self.user).filter(pk=given["employer"]).first()
        if named := given["new_employer"].strip():
            employer = employer_named(user=self.user, name=named)
        return TakenFacts(
            out_on=given["out_on"], place_code=given["place_code"], employer=employer, job_title=given["job_title"]
        )
