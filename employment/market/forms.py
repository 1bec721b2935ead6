"""Forms of the market: a vacancy, a fair, a stand at it, a step of a referral."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.formats.values import FAIR_FORM, FAIR_ORGANISER, REFERRAL_RESULT, VACANCY_SOURCE
from core.web.fields import AmountField, AutocompleteField, DateField, PhoneField
from core.web.forms import KitForm
from employment.filters import DivisionField
from employment.forms import PhoneKeepingForm
from employment.market.services import BoothFacts, FairFacts, VacancyFacts
from employment.models import Employer, Fair, Vacancy
from employment.services import employer_named

MOST_OPENINGS = 1_000_000
ANSWERS = ("requirement", "board", "insurance", "contact")


class FirmForm(KitForm):
    """A form that names an employer: chosen from the list, or one nobody knows yet."""

    employer = AutocompleteField("employers", label=_("企业"), required=False)
    new_employer = forms.CharField(
        label=_("新企业名称"),
        max_length=200,
        required=False,
        help_text=_("上面的列表里没有这家单位时填写，以后再完善资料"),
    )

    def clean(self) -> dict[str, Any]:
        """One employer, chosen or named."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        chosen, named = found.get("employer"), (found.get("new_employer") or "").strip()
        if chosen and named:
            raise ValidationError({"new_employer": __("企业已从列表中选定，请不要再填新企业名称。")})
        if not chosen and not named:
            raise ValidationError({"employer": __("请选择企业，或填写新企业名称。")})
        return found

    def firm(self) -> Employer:
        """The employer; one nobody knows is stored as a stub."""
        chosen, named = self.cleaned_data["employer"], self.cleaned_data["new_employer"].strip()
        found = Employer.objects.visible_to(self.user).filter(pk=chosen).first() if chosen else None
        return found or employer_named(user=self.user, name=named)


class VacancyForm(FirmForm, PhoneKeepingForm):
    """A vacancy."""

    place_code = DivisionField(label=_("所在地"), help_text=_("如：广东省广州市番禺区，或区划代码"))
    job_title = forms.CharField(label=_("岗位名称"), max_length=200)
    openings = forms.IntegerField(label=_("招聘人数"), min_value=0, max_value=MOST_OPENINGS)
    wage_from = AmountField(label=_("月薪下限（元）"), required=False)
    wage_to = AmountField(label=_("月薪上限（元）"), required=False)
    requirement = forms.CharField(
        label=_("学历技能要求"),
        max_length=500,
        required=False,
        help_text=_("写明性别、年龄、学历，如：女，18-45岁，初中及以上；人岗匹配按这些字句筛选"),
    )
    board = forms.CharField(label=_("食宿"), max_length=200, required=False)
    insurance = forms.CharField(label=_("社保"), max_length=200, required=False)
    contact = forms.CharField(label=_("联系人"), max_length=200, required=False)
    phone = PhoneField(label=_("联系电话"), required=False, max_length=100)
    source = forms.ChoiceField(label=_("采集来源"), choices=VACANCY_SOURCE.pairs)
    collected_on = DateField(label=_("采集日期"), future=False)
    valid_until = DateField(label=_("有效期至"), required=False, help_text=_("不填按采集日期后30天"))

    def facts(self, stored: Vacancy | None) -> VacancyFacts:
        """What the service takes."""
        given = {name: self.cleaned_data[name] for name in VacancyFacts.__annotations__ if name in self.cleaned_data}
        texts = {name: self.cleaned_data[name] or "" for name in ANSWERS}
        return VacancyFacts(**{**given, **texts, **self.phones(stored), "employer": self.firm()})


class CloseForm(KitForm):
    """Why a vacancy is taken off."""

    reason = forms.CharField(label=_("下架原因"), max_length=200, help_text=_("如：已招满、企业撤回"))


class FairForm(KitForm):
    """A fair, planned or held."""

    code = forms.CharField(label=_("招聘会编号"), max_length=60)
    name = forms.CharField(label=_("招聘会名称"), max_length=200)
    held_on = DateField(label=_("日期"))
    form = forms.ChoiceField(label=_("形式"), choices=FAIR_FORM.pairs)
    organiser = forms.ChoiceField(label=_("主办方"), choices=FAIR_ORGANISER.pairs)
    venue = forms.CharField(label=_("地点"), max_length=200, required=False)
    visitors = forms.IntegerField(label=_("参会人次"), required=False, min_value=0, max_value=10_000_000)
    summary = forms.CharField(
        label=_("总结"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def facts(self) -> FairFacts:
        """What the service takes."""
        return FairFacts(**self.cleaned_data)


class BoothForm(FirmForm):
    """A post of an employer at a fair."""

    job_title = forms.CharField(label=_("岗位名称"), max_length=200)
    openings = forms.IntegerField(label=_("招聘人数"), min_value=0, max_value=MOST_OPENINGS)
    wage_from = AmountField(label=_("月薪下限（元）"), required=False)
    wage_to = AmountField(label=_("月薪上限（元）"), required=False)

    stored = ("job_title", "openings", "wage_from", "wage_to")

    def facts(self) -> BoothFacts:
        """What the service takes."""
        given = {name: self.cleaned_data[name] for name in self.stored}
        return BoothFacts(employer=self.firm(), **given)


class BeyondField(forms.BooleanField):
    """Whether the employer takes more people than it told; asked only of who signs for a place that is taken."""

    def __init__(self) -> None:
        label, said = _("企业同意多招"), _("签约人数已满时勾选")
        super().__init__(label=label, help_text=said, required=False)


class StepForm(KitForm):
    """The next step of a referral; ``initial["moves"]`` are those that may come."""

    result = forms.ChoiceField(label=_("结果"), choices=())
    happened_on = DateField(label=_("日期"), future=False)
    beyond = BeyondField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(result, result) for result in self.initial.get("moves", ())]
        self.fields["result"] = forms.ChoiceField(label=_("结果"), choices=offered)
        self.order_fields(("result", "happened_on", "beyond"))


class NewReferralForm(FirmForm):
    """The first step of bringing somebody to a post."""

    worker = AutocompleteField("workers", label=_("劳动力"))
    fair = forms.CharField(
        label=_("招聘会编号"), max_length=60, required=False, help_text=_("不是在招聘会上登记的不填")
    )
    job_title = forms.CharField(label=_("岗位名称"), max_length=200, required=False)
    result = forms.ChoiceField(label=_("结果"), choices=REFERRAL_RESULT.pairs)
    happened_on = DateField(label=_("日期"), future=False)
    beyond = BeyondField()
    field_order = ("worker", "fair")

    def clean_fair(self) -> Fair | None:
        """The fair of that number."""
        code = self.cleaned_data["fair"].strip()
        if not code:
            return None
        found: Fair | None = Fair.objects.visible_to(self.user).filter(code=code).first()
        if found is None:
            raise ValidationError(__("没有这个编号的招聘会。"))
        return found


class DeskForm(KitForm):
    """Somebody who comes to a stand at a fair; ``initial["stands"]`` are those there are."""

    worker = AutocompleteField("workers", label=_("劳动力"), help_text=_("姓名、拼音、证件号或后四位"))
    booth = forms.ChoiceField(label=_("企业和岗位"), choices=())
    result = forms.ChoiceField(label=_("结果"), choices=REFERRAL_RESULT.pairs)
    happened_on = DateField(label=_("日期"), future=False)
    beyond = BeyondField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stands = [("", "—"), *self.initial.get("stands", ())]
        self.fields["booth"] = forms.ChoiceField(label=_("企业和岗位"), choices=stands)
        self.fields["worker"].widget.attrs["autofocus"] = True
        self.order_fields(("worker", "booth", "result", "happened_on", "beyond"))


class WithdrawStepForm(KitForm):
    """Why a step was never taken."""

    reason = forms.CharField(label=_("撤回原因"), max_length=200)
