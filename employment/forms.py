"""Forms of employment: an employer, a row of 务工台账."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.formats.credit_code import parse_credit_code
from core.formats.faults import CellNotice
from core.formats.masking import mask_phone
from core.formats.values import CHANNEL
from core.web.fields import AmountField, AutocompleteField, DateField, PhoneField
from core.web.forms import KitForm
from employment.filters import DivisionField
from employment.models import DeclaredJob, Employer, Organiser
from employment.services import EmployerFacts, JobFacts, employer_named

YES_NO: Final = [("", _("未登记")), ("yes", _("是")), ("no", _("否"))]
SAID: Final = {"yes": True, "no": False}


class CreditCodeField(forms.CharField):
    """A credit code in capitals; what cannot be one is said by the service."""

    def to_python(self, value: Any) -> str | None:  # noqa: ANN401 - Django's signature
        """None for a blank or crossed-out field."""
        found = parse_credit_code(super().to_python(value))
        return None if isinstance(found, CellNotice) else found


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or nothing said."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"choices": YES_NO, "coerce": SAID.get, "empty_value": None, "required": False, **kwargs})

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - Django's signature
        """The choice of a stored value."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class PhoneKeepingForm(KitForm):
    """A form whose telephones stay masked: left blank they are kept, a dash takes them out."""

    masked: ClassVar[tuple[str, ...]] = ("phone",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.masked:
            if shown := self.initial.get(f"masked_{name}"):
                self.fields[name].help_text = __("已登记 %(shown)s，不改请留空，清除请填 -") % {"shown": shown}

    def phones(self, stored: object) -> dict[str, str]:
        """The telephones to store: what was typed, else what is stored."""
        return {
            name: (self.cleaned_data[name] or "")
            if self.data.get(self.add_prefix(name), "").strip()
            else getattr(stored, name, "")
            for name in self.masked
        }


def hidden_phones(thing: object, names: Iterable[str]) -> dict[str, str]:
    """Initial values of masked telephones: blank, with what their hints show."""
    found = dict.fromkeys(names, "")
    return {**found, **{f"masked_{name}": mask_phone(getattr(thing, name)) for name in found}}


class EmployerForm(PhoneKeepingForm):
    """An employer's file."""

    name = forms.CharField(label=_("企业名称"), max_length=200)
    credit_code = CreditCodeField(label=_("统一社会信用代码"), required=False, max_length=30)
    place_code = DivisionField(label=_("所在地"), help_text=_("如：广东省广州市番禺区，或区划代码"))
    industry = forms.CharField(label=_("行业"), max_length=200, required=False)
    size = forms.IntegerField(label=_("规模（人）"), required=False, min_value=0, max_value=10_000_000)
    contact = forms.CharField(label=_("联系人"), max_length=200, required=False)
    phone = PhoneField(label=_("联系电话"), required=False, max_length=100)
    key_employer = forms.BooleanField(label=_("重点企业"), required=False)

    def facts(self, stored: Employer | None) -> EmployerFacts:
        """What the service takes."""
        given: dict[str, Any] = {name: "" if value is None else value for name, value in self.cleaned_data.items()}
        exact = {"credit_code": given["credit_code"] or None, "size": self.cleaned_data["size"]}
        return EmployerFacts(**{**given, **exact, **self.phones(stored)})


class JobForm(KitForm):
    """A row of 务工台账 of a person who is known."""

    start_on = DateField(label=_("外出时间"), future=False)
    place_code = DivisionField(label=_("务工地"), help_text=_("如：广东省广州市番禺区；在本省务工的写到县（区）"))
    employer = AutocompleteField("employers", label=_("务工单位"), required=False)
    new_employer = forms.CharField(
        label=_("新单位名称"),
        max_length=200,
        required=False,
        help_text=_("上面的列表里没有这家单位时填写，以后再完善资料"),
    )
    job_title = forms.CharField(label=_("工种（岗位）"), max_length=200, required=False)
    wage = AmountField(label=_("月工资（元）"), required=False)
    channel = forms.ChoiceField(label=_("组织方式"), choices=[("", _("未登记")), *CHANNEL.pairs], required=False)
    organiser = AutocompleteField(
        "organisers", label=_("带出人"), required=False, help_text=_("带其外出的劳务经纪人、机构、劳务公司或合作社")
    )
    contract = YesNoField(label=_("签订合同"))
    insured = YesNoField(label=_("参保"))
    confirmed_on = DateField(label=_("最近确认日期"), future=False, required=False)
    end_on = DateField(
        label=_("返回时间"), future=False, required=False, help_text=_("不再在岗的第一天；仍在岗的请留空")
    )
    end_reason = forms.CharField(
        label=_("返回原因"), max_length=500, required=False, help_text=_("如：合同到期、企业停工、家庭原因、身体原因")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named = self.initial.get("organiser")
        if self.named and not Organiser.objects.visible_to(self.user).filter(pk=self.named).exists():
            del self.fields["organiser"]  # one of another township stays, and is not this clerk's to change

    def clean(self) -> dict[str, Any]:
        """One employer, chosen or named."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("employer") and found.get("new_employer"):
            raise ValidationError({"new_employer": __("务工单位已从列表中选定，请不要再填新单位名称。")})
        return found

    def facts(self) -> JobFacts:
        """What the service takes; an employer nobody knows is stored as a stub."""
        given = dict(self.cleaned_data)
        organiser = given.pop("organiser", self.named)
        given["organiser"] = Organiser.objects.filter(pk=organiser).first() if organiser else None
        chosen, named = given.pop("employer"), given.pop("new_employer").strip()
        given.pop("worker", None)
        employer = Employer.objects.visible_to(self.user).filter(pk=chosen).first() if chosen else None
        if named:
            employer = employer_named(user=self.user, name=named)
        return JobFacts(employer=employer, **given)


class NewJobForm(JobForm):
    """A row of 务工台账, and whose it is."""

    worker = AutocompleteField("workers", label=_("劳动力"))
    field_order = ("worker",)


class WithdrawForm(KitForm):
    """Why a row was never true."""

    reason = forms.CharField(label=_("删除原因"), max_length=200)


def initial_of_employer(employer: Employer) -> dict[str, Any]:
    """Values the form of an employer opens with."""
    shown = {name: getattr(employer, name) for name in EmployerForm.base_fields}
    return {**shown, **hidden_phones(employer, EmployerForm.masked)}


def initial_of_job(job: DeclaredJob) -> dict[str, Any]:
    """Values the form of a row opens with."""
    shown = {name: getattr(job, name) for name in JobForm.base_fields if hasattr(job, name)}
    return {**shown, "employer": job.employer_id or "", "new_employer": "", "organiser": job.organiser_id or ""}
