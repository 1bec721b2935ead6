"""Forms of the survey: a campaign, giving tasks out, the household at the door, sending back, visiting again."""

import re
from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.divisions.queries import children_of, names_of
from core.formats.masking import mask_phone
from core.formats.values import LABOUR_STATUS
from core.web.fields import AmountField, AutocompleteField, DateField, IdNumberField, PhoneField
from core.web.forms import KitForm
from workers.doubles.queries import current_ids
from workers.surveys.answers import ASKED, LONGEST, MASKED, Answer, as_answer
from workers.surveys.leaving import spoken_of
from workers.surveys.models import DoorVisit, Survey
from workers.surveys.queries import TOWNSHIP, Door, Member
from workers.surveys.services import CampaignFacts, DoorFacts, NewPerson, PersonAnswers, RevisitFacts
from workers.surveys.services.doors import LONGEST_DOOR, LONGEST_NOTE

FIELDS: Final = {
    "labour_status": _("就业状态"),
    "work_place": _("务工地点"),
    "phone": _("联系电话"),
    "intention": _("就业意向"),
    "intended_place": _("意向地区"),
    "expected_wage": _("期望月薪（元）"),
    "wanted_job": _("意向工种"),
    "training_wish": _("培训意愿"),
    "startup_wish": _("创业意愿"),
    "skill": _("技能特长"),
    "skill_level": _("技能等级"),
}
KINDS: Final = [
    ("全面走访", _("全面走访")),
    ("月度更新", _("月度更新")),
    ("季度更新", _("季度更新")),
    ("节前返乡", _("节前返乡")),
    ("节后外出", _("节后外出")),
]
CHANNELS: Final = [("上门", _("上门")), ("电话", _("电话")), ("微信", _("微信"))]
NEW_LOTS: Final = 2
SUGGESTED: Final = {
    "intention": ("省外务工", "省内务工", "就近就业", "自主创业", "暂无意向"),
    "training_wish": ("愿意", "不愿意"),
    "startup_wish": ("有", "无"),
    "relation": ("户主", "配偶", "子", "女", "儿媳", "女婿", "父", "母", "孙子", "孙女"),
}
"""Words offered while typing; others may be written."""

_BASE: Final = re.compile(r"p(\d{1,18})-base")
SAME: Final = "same"
MOST_VERSIONS: Final = 1_000_000_000


def answer_field(name: str, shown: Answer = None) -> forms.Field:
    """The input of one answer; a phone stays masked: left blank it is kept, a dash takes it out."""
    label = FIELDS[name]
    if name == "labour_status":
        return forms.ChoiceField(label=label, required=False, choices=[("", "—"), *LABOUR_STATUS.pairs])
    if name == "expected_wage":
        return AmountField(label=label, required=False)
    if name == "phone":
        known = gettext("已登记 %(shown)s，不改请留空，清除请填 -") % {"shown": mask_phone(shown)} if shown else ""
        return PhoneField(label=label, required=False, help_text=known)
    words = {"list": f"words-{name}"} if name in SUGGESTED else {}
    widget = forms.TextInput(attrs={**words, "autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=LONGEST, widget=widget)


class DoorForm(KitForm):
    """A household at the door: everybody's last answers to correct, who is new, when and how."""

    visited_on = DateField(label=_("走访日期"), future=False, native=True)
    channel = forms.ChoiceField(label=_("走访方式"), choices=CHANNELS, widget=forms.RadioSelect)
    door = forms.CharField(
        label=_("门牌号"), required=False, max_length=LONGEST_DOOR, help_text=_("填了号码，下次按门牌顺序排。")
    )
    note = forms.CharField(
        label=_("情况"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at: Door = self.initial["at"]
        self.cards = self._cards()
        for prefix, member in self.cards:
            self._ask(prefix, member)
        for lot in range(NEW_LOTS):
            self._ask_newcomer(lot)
        today = self.initial.get("today")
        if today:
            self.fields["visited_on"].widget.attrs["data-today"] = today.isoformat()

    def _cards(self) -> list[tuple[str, Member]]:
        """Each member with the beginning of the names of their inputs.

        Once more for a page that was kept while the person had two registrations, which have become one since; and of who
        was on it and is registered out of the user's sight by now, nothing of whom is shown.
        """
        here = {member.worker.pk: member for member in self.at.members}
        sent = [int(found[1]) for name in self.data if (found := _BASE.fullmatch(name))]
        moved = current_ids(pk for pk in sent if pk not in here)
        twice = [(f"p{former}", here[now]) for former, now in sorted(moved.items()) if now in here]
        rest = {pk: self._version(pk) for pk in sent if pk not in here and moved.get(pk) not in here}
        others = spoken_of(self.at.task, self.user, rest) if rest else {}
        self.unseen = {f"p{pk}": Member(worker, 0, {}) for pk, worker in others.items()}
        return [*((f"p{pk}", member) for pk, member in here.items()), *twice, *self.unseen.items()]

    def _version(self, pk: int) -> int:
        """Which version of somebody's file the page says it showed; 0 where it says none."""
        told = str(self.data.get(f"p{pk}-base", ""))
        return min(int(told), MOST_VERSIONS) if told.isascii() and told.isdigit() else 0

    def _ask(self, prefix: str, member: Member) -> None:
        self.fields[f"{prefix}-base"] = forms.IntegerField(
            required=False, widget=forms.HiddenInput, initial=member.version, min_value=0, max_value=MOST_VERSIONS
        )
        self.fields[f"{prefix}-said"] = forms.IntegerField(
            required=False, widget=forms.HiddenInput, initial=member.said, min_value=0, max_value=MOST_VERSIONS
        )
        for name in ASKED:
            shown = member.answers.get(name)
            field = answer_field(name, shown)
            field.initial = "" if name in MASKED else shown
            self.fields[f"{prefix}-{name}"] = field

    def _ask_newcomer(self, lot: int) -> None:
        relation = forms.TextInput(attrs={"list": "words-relation", "autocomplete": "off"})
        self.fields[f"n{lot}-name"] = forms.CharField(label=_("姓名"), required=False, max_length=60)
        self.fields[f"n{lot}-id_number"] = IdNumberField(label=_("身份证号码"), required=False)
        self.fields[f"n{lot}-relation"] = forms.CharField(
            label=_("与户主关系"), required=False, max_length=30, widget=relation
        )
        for name in ("labour_status", "phone"):
            self.fields[f"n{lot}-{name}"] = answer_field(name)

    @property
    def people(self) -> Iterator[tuple[Member, list[forms.BoundField], list[forms.BoundField]]]:
        """Each person with the hidden versions and the answers to correct; after an error, those who were on the page."""
        sent = [card for card in self.cards if f"{card[0]}-base" in self.data and card[0] not in self.unseen]
        for prefix, member in sent if self.is_bound else self.cards:
            hidden = [self[f"{prefix}-base"], self[f"{prefix}-said"]]
            yield member, hidden, [self[f"{prefix}-{name}"] for name in ASKED]

    @property
    def lots(self) -> list[list[forms.BoundField]]:
        """Room for newcomers."""
        names = ("name", "id_number", "relation", "labour_status", "phone")
        return [[self[f"n{lot}-{name}"] for name in names] for lot in range(NEW_LOTS)]

    @property
    def lots_open(self) -> bool:
        """Whether something was typed about newcomers."""
        return any(bound.value() for lot in self.lots for bound in lot)

    def clean(self) -> dict[str, Any]:
        """A newcomer has a name and a number, or is nobody; who left the household since the page was kept is told."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        here = {f"{prefix}-base" for prefix, _member in self.cards}
        if any(_BASE.fullmatch(name) and name not in here for name in self.data):
            self.add_error(None, gettext("有人已不在这一户，请核对现在的家庭成员再保存。"))
        for lot in range(NEW_LOTS):
            told = [given.get(f"n{lot}-{name}") for name in ("name", "id_number")]
            if any(given.get(f"n{lot}-{name}") for name in ("name", "id_number", "relation", "phone", "labour_status")):
                for name, value in zip(("name", "id_number"), told, strict=True):
                    if not value and f"n{lot}-{name}" not in self.errors:
                        self.add_error(f"n{lot}-{name}", gettext("请填写。"))
        return given

    @property
    def act(self) -> str:
        """What was pressed: no change, met, nobody there, all gone."""
        return str(self.data.get("act", ""))

    def facts(self) -> DoorFacts:
        """When, how, and whether anybody was there."""
        given = self.cleaned_data
        known = {"absent": DoorVisit.Outcome.ABSENT, "moved": DoorVisit.Outcome.MOVED}
        return DoorFacts(
            visited_on=given["visited_on"],
            channel=given["channel"],
            note=given["note"],
            door=given["door"] if given["door"] != self.at.task.door else "",
            outcome=known.get(self.act, DoorVisit.Outcome.MET),
        )

    def told(self) -> list[PersonAnswers]:
        """What each person said: only fields that were on the page that sent this."""
        found = []
        for prefix, _member in self.cards:
            if f"{prefix}-base" not in self.data:
                continue
            base = self.cleaned_data.get(f"{prefix}-base")
            answers = {} if self.act == SAME else dict(self._answers(prefix))
            found.append(
                PersonAnswers(
                    worker_id=int(prefix[1:]),
                    base=0 if base is None else base,
                    answers=answers,
                    said=self.cleaned_data.get(f"{prefix}-said"),
                )
            )
        return found

    def _answers(self, prefix: str) -> Iterator[tuple[str, Answer]]:
        for name in ASKED:
            key = f"{prefix}-{name}"
            typed = str(self.data.get(key, "")).strip()
            if key in self.data and (typed or name not in MASKED):
                yield name, as_answer(name, self.cleaned_data[key])

    def newcomers(self) -> list[NewPerson]:
        """Who is new."""
        given = self.cleaned_data
        return [
            NewPerson(
                name=given[f"n{lot}-name"],
                id_number=given[f"n{lot}-id_number"],
                relation=given[f"n{lot}-relation"],
                answers={name: as_answer(name, given[f"n{lot}-{name}"]) for name in ("labour_status", "phone")},
            )
            for lot in range(NEW_LOTS)
            if given.get(f"n{lot}-name")
        ]


class CampaignForm(KitForm):
    """A campaign to open."""

    name = forms.CharField(label=_("活动名称"), max_length=100)
    kind = forms.ChoiceField(label=_("活动类型"), choices=KINDS)
    starts_on = DateField(label=_("开始日期"))
    ends_on = DateField(label=_("结束日期"))
    division_code = forms.ChoiceField(label=_("走访范围"))
    sample_percent = forms.IntegerField(
        label=_("复访抽样比例（%）"), min_value=5, max_value=100, help_text=_("活动结束时按乡镇随机抽取，不低于5%。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division_code"].choices = areas_of(self.user)  # type: ignore[attr-defined]

    def facts(self) -> CampaignFacts:
        """What the service takes."""
        return CampaignFacts(**self.cleaned_data)


def areas_of(user: User) -> list[tuple[str, str]]:
    """(code, name) of the areas a user may run a campaign in: their own and the townships of it."""
    own = user.division_prefix
    below = children_of(own) if len(own) < TOWNSHIP else []
    return [(own, names_of({own}).get(own, own)), *below]


class AssignForm(KitForm):
    """Whose households of a village become whose."""

    village_code = AutocompleteField("villages", label=_("村（社区）"))
    groups = forms.CharField(
        label=_("组"), required=False, help_text=_("几个组用顿号分开，如：1组、2组；不填就是全村。")
    )
    surveyor = AutocompleteField(
        "surveyors", label=_("走访人"), required=False, help_text=_("不填就是收回，待重新派发。")
    )


class PackForm(KitForm):
    """What a village's workbook is for."""

    purpose = forms.CharField(label=_("用途"), max_length=200)
    full_identity = forms.BooleanField(
        label=_("含完整证件号码和电话"), required=False, help_text=_("要导回系统的必须勾选；导出会记入日志。")
    )


class ReturnForm(KitForm):
    """Why a household is given back."""

    reason = forms.CharField(label=_("退回原因"), max_length=200, help_text=_("如：电话打不通，请重新核对。"))


class RevisitForm(KitForm):
    """A second visit: what the household says now, without what it said the first time."""

    visited_on = DateField(label=_("复访日期"), future=False)
    channel = forms.ChoiceField(label=_("复访方式"), choices=CHANNELS)
    came = forms.ChoiceField(
        label=_("走访人来过吗"),
        required=False,
        choices=[("", _("未问")), ("yes", _("来过")), ("no", _("没来过"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=LONGEST_NOTE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.surveys: list[Survey] = self.initial["surveys"]
        for survey in self.surveys:
            for name in ASKED:
                self.fields[f"s{survey.pk}-{name}"] = answer_field(name)

    @property
    def own(self) -> list[forms.BoundField]:
        """When, how, and whether anybody had been there."""
        return [self[name] for name in ("visited_on", "channel", "came", "note")]

    @property
    def people(self) -> Iterator[tuple[Survey, list[forms.BoundField]]]:
        """Each survey with what may be asked again."""
        for survey in self.surveys:
            yield survey, [self[f"s{survey.pk}-{name}"] for name in ASKED]

    def facts(self) -> RevisitFacts:
        """What the service takes: only what was asked."""
        given = self.cleaned_data
        answers: dict[int, dict[str, Answer]] = {}
        for survey in self.surveys:
            for name in ASKED:
                if str(self.data.get(f"s{survey.pk}-{name}", "")).strip():
                    value = as_answer(name, given[f"s{survey.pk}-{name}"])
                    answers.setdefault(survey.pk, {})[name] = value
        came = {"yes": True, "no": False}.get(given["came"])
        return RevisitFacts(
            visited_on=given["visited_on"], channel=given["channel"], came=came, answers=answers, note=given["note"]
        )
