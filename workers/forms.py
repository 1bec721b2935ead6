"""Forms of the registry. Phone and card stay masked: left blank they are kept, a dash takes them out."""

from typing import Any, Final, cast

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.formats.cards import parse_card
from core.formats.faults import CellNotice
from core.formats.masking import mask_card, mask_phone
from core.formats.values import HARDSHIP, LABOUR_STATUS, MONITORED_KIND
from core.web.fields import AmountField, AutocompleteField, DateField, IdNumberField, PhoneField
from core.web.forms import KitForm
from workers.models import Worker
from workers.words import GROUP_CHOICES, TOLD_ON

KEPT_WHEN_BLANK: Final = {"phone": mask_phone, "bank_card": mask_card}


class CardField(forms.CharField):
    """A card number as digits; odd ones are kept as typed."""

    def to_python(self, value: Any) -> str | None:  # noqa: ANN401 - Django's signature
        """None for a blank or crossed-out field."""
        found = parse_card(super().to_python(value))
        return None if isinstance(found, CellNotice) else found


class FileForm(KitForm):
    """What a person's file says, to correct."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    phone = PhoneField(label=_("联系电话"), required=False)
    village_code = AutocompleteField("villages", label=_("村（社区）"))
    group_name = forms.CharField(label=_("组"), required=False)
    head_name = forms.CharField(label=_("户主姓名"), required=False)
    relation = forms.CharField(label=_("与户主关系"), required=False)
    ethnicity = forms.CharField(label=_("民族"), required=False)
    education = forms.CharField(label=_("文化程度"), required=False)
    political = forms.CharField(label=_("政治面貌"), required=False)
    health = forms.CharField(label=_("健康状况"), required=False)
    capacity = forms.CharField(label=_("劳动能力"), required=False)
    monitored_kind = forms.CharField(
        label=_("监测类别"), required=False, help_text="、".join(MONITORED_KIND.labels.values())
    )
    resettlement_site = forms.CharField(label=_("安置点"), required=False)
    labour_status = forms.ChoiceField(label=_("就业状态"), required=False, choices=[("", "—"), *LABOUR_STATUS.pairs])
    told_on = DateField(
        label=TOLD_ON,
        required=False,
        future=False,
        initial=localdate,
        help_text=_("新的就业状态是哪一天说的，记作走访日期；下面另填了新的走访日期的，以走访日期为准。"),
    )
    skill = forms.CharField(label=_("技能特长"), required=False)
    skill_level = forms.CharField(label=_("技能等级"), required=False)
    intention = forms.CharField(label=_("就业意向"), required=False)
    intended_place = forms.CharField(label=_("意向地区"), required=False)
    expected_wage = AmountField(label=_("期望月薪（元）"), required=False)
    training_wish = forms.CharField(label=_("培训意愿"), required=False)
    wanted_job = forms.CharField(label=_("意向工种"), required=False)
    startup_wish = forms.CharField(label=_("创业意愿"), required=False)
    bank_card = CardField(label=_("社保卡号"), required=False)
    bank_name = forms.CharField(label=_("开户银行"), required=False)
    visited_by = forms.CharField(label=_("走访人"), required=False)
    visited_on = DateField(label=_("走访日期"), required=False, future=False)
    note = forms.CharField(label=_("备注"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """Another status says on which day it was told."""
        if self.tells and not self.cleaned_data.get("told_on") and "told_on" not in self.errors:
            self.add_error("told_on", forms.ValidationError(gettext("请写明就业状态是哪一天说的。"), code="required"))
        return self.cleaned_data

    @property
    def tells(self) -> bool:
        """Whether a status is told that the file does not have, and no new visit tells it."""
        given = self.cleaned_data
        word, visit = given.get("labour_status"), given.get("visited_on")
        visited = visit is not None and visit != self.initial.get("visited_on")
        return bool(word) and word != self.initial.get("labour_status") and not visited

    def facts(self) -> dict[str, Any]:
        """What the service takes beside ``told_on``: masked fields left blank are not among it."""
        found = self.blank_to_none()
        del found["told_on"]
        if self.tells:
            del found["visited_on"]
        for field in KEPT_WHEN_BLANK:
            if not self.data.get(self.add_prefix(field), "").strip():
                found.pop(field, None)
        return found


class ChangeForm(FileForm):
    """Correct a file; the reason goes into its history."""

    reason = forms.CharField(label=_("修改事由"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in KEPT_WHEN_BLANK:
            shown = self.initial.get(f"masked_{field}")
            if shown:
                self.fields[field].help_text = gettext("已登记 %(shown)s，不改请留空，清除请填 -") % {"shown": shown}


class RegisterForm(FileForm):
    """Open a person's file."""

    id_number = IdNumberField(label=_("身份证号码"))
    field_order = ("name", "id_number")


class MembershipForm(KitForm):
    """What is written down of a person's belonging to a key group."""

    valid_from = DateField(label=_("认定日期"), future=False)
    valid_to = DateField(label=_("终止日期"), required=False, help_text=_("不再属于该类别的第一天，仍然有效的请留空。"))
    monitored_kind = forms.ChoiceField(
        label=_("监测类别"), required=False, choices=[("", "—"), *MONITORED_KIND.pairs], help_text=_("只用于监测对象。")
    )
    risk_cleared_on = DateField(
        label=_("风险消除日期"), required=False, future=False, help_text=_("只用于监测对象；风险消除不等于终止。")
    )
    category = forms.ChoiceField(
        label=_("就业困难类别"),
        required=False,
        choices=[("", "—"), *HARDSHIP.pairs],
        help_text=_("只用于就业困难人员。"),
    )
    source = forms.CharField(label=_("来源"), required=False, max_length=200)
    document = forms.CharField(label=_("文号"), required=False, max_length=100)


class TagForm(MembershipForm):
    """Put a person into a key group."""

    group = forms.ChoiceField(label=_("人员类别"), choices=GROUP_CHOICES)
    field_order = ("group",)


class CorrectTagForm(MembershipForm):
    """Mend what was written down wrongly; a word an import brought stays among the choices."""

    reason = forms.CharField(label=_("更正事由"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("undated"):
            self.fields["valid_from"].required = False
        kept = self.initial.get("monitored_kind")
        if kept and kept not in MONITORED_KIND:
            kinds = cast("forms.ChoiceField", self.fields["monitored_kind"])
            kinds.choices = [("", "—"), *MONITORED_KIND.pairs, (kept, kept)]


class RemoveTagForm(KitForm):
    """Take back a tag that should never have been there."""

    reason = forms.CharField(label=_("事由"), max_length=200, help_text=_("例如：录错了人。"))


class EndTagForm(KitForm):
    """End a person's belonging to a key group."""

    on = DateField(label=_("终止日期"), help_text=_("不再属于该类别的第一天。"))
    reason = forms.CharField(label=_("事由"), required=False, max_length=200)


def initial_of(worker: Worker) -> dict[str, Any]:
    """Values the form of a file opens with; phone and card only masked, for their hints."""
    shown = {name: getattr(worker, name) for name in FileForm.base_fields if hasattr(worker, name)}
    hidden = {f"masked_{name}": mask(getattr(worker, name)) for name, mask in KEPT_WHEN_BLANK.items()}
    head = worker.household.head_name if worker.household else ""
    return {**shown, **hidden, "phone": "", "bank_card": "", "head_name": head, "reason": ""}
