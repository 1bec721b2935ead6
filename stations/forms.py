"""Forms of stations: a visit, a round through a factory, a station."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.divisions.matching import division_tree, find_place
from core.divisions.queries import paths_of
from core.formats.faults import CellFault
from core.formats.text import split_values
from core.formats.values import STATION_FOUNDING, STATION_KIND
from core.web.fields import AmountField, DateField, PhoneField
from core.web.forms import KitForm
from employment.filters import DivisionField
from stations.filters import CHANNELS, MILESTONES, STATUSES, station_choices
from stations.models import Station, Visit
from stations.services import LENGTHS, StationFacts, VisitFacts

YES_NO: Final = [("", _("未问")), ("yes", _("是")), ("no", _("否"))]
SATISFACTION: Final = ("满意", "基本满意", "不满意")
AT_WORK, MOVED, BY_PHONE, AT_EMPLOYER = "原岗位在岗", "转岗在岗", "电话", "到企"


def native_day(*, future: bool, label: Any, required: bool = True) -> DateField:  # noqa: ANN401 - a lazy text
    """A day chosen with the phone's own picker."""
    return DateField(label=label, future=future, native=True, required=required)


class VisitForm(KitForm):
    """What a follow-up found. The first two are taps; the rest may stay empty."""

    status = forms.ChoiceField(label=_("现在怎么样"), choices=STATUSES, widget=forms.RadioSelect)
    employer_name = forms.CharField(
        label=_("现在的单位"), required=False, max_length=LENGTHS["employer_name"],
        help_text=_("转到别的单位的，写单位全称；不知道就不填。"),
    )  # fmt: skip
    channel = forms.ChoiceField(label=_("回访方式"), choices=CHANNELS, widget=forms.RadioSelect)
    visited_on = native_day(label=_("回访日期"), future=False)
    station = forms.ChoiceField(label=_("协作站"), required=False)
    milestone = forms.ChoiceField(label=_("回访节点"), required=False, choices=[("", _("不按节点")), *MILESTONES])
    wage = AmountField(label=_("月工资（元）"), required=False)
    contract = forms.ChoiceField(label=_("签合同"), required=False, choices=YES_NO, widget=forms.RadioSelect)
    insured = forms.ChoiceField(label=_("参保"), required=False, choices=YES_NO, widget=forms.RadioSelect)
    problem = forms.CharField(
        label=_("存在问题"), required=False, max_length=LENGTHS["problem"], widget=forms.Textarea(attrs={"rows": 2})
    )
    action_taken = forms.CharField(
        label=_("处理情况"),
        required=False,
        max_length=LENGTHS["action_taken"],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    satisfaction = forms.ChoiceField(label=_("满意度"), required=False)
    visitor = forms.CharField(label=_("回访人"), required=False, max_length=LENGTHS["visitor"])
    next_on = native_day(label=_("下次回访日期"), future=True, required=False)

    first = ("status", "employer_name", "channel")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        station_field(self)
        # What a sheet brought stays choosable, however it was worded.
        for name, known in (("milestone", [code for code, _word in MILESTONES]), ("satisfaction", SATISFACTION)):
            own = str(self.initial.get(name) or "")
            more = [(own, own)] if own and own not in known else []
            blank = [("", _("未问"))] if name == "satisfaction" else [("", _("不按节点"))]
            listed = MILESTONES if name == "milestone" else [(word, word) for word in known]
            self.fields[name].choices = [*blank, *listed, *more]  # type: ignore[attr-defined]
        mark_today(self, "visited_on")

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What is always open."""
        return [self[name] for name in self.first]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What opens under 更多."""
        return [field for field in self if field.name not in self.first]

    @property
    def more_open(self) -> bool:
        """Whether something under 更多 needs a look."""
        return any(field.errors for field in self.more_fields)

    def facts(self) -> VisitFacts:
        """What the service takes."""
        given = self.cleaned_data
        answers = {"yes": True, "no": False}
        return VisitFacts(
            visited_on=given["visited_on"],
            channel=given["channel"],
            status=given["status"],
            milestone=int(given["milestone"]) if given["milestone"] else None,
            employer_name=given["employer_name"],
            wage=given["wage"],
            contract=answers.get(given["contract"]),
            insured=answers.get(given["insured"]),
            problem=given["problem"],
            action_taken=given["action_taken"],
            satisfaction=given["satisfaction"],
            visitor=given["visitor"],
            next_on=given["next_on"],
        )

    def chosen_station(self) -> Station | None:
        """The station, ``None`` when none is chosen."""
        code = self.cleaned_data["station"]
        return Station.objects.visible_to(self.user).filter(code=code).first() if code else None


def station_field(form: KitForm) -> None:
    """Offer the stations the user may write for; staff of a single one are not asked."""
    choices = station_choices(form.user)
    field = form.fields["station"]
    if form.user.scope_stations and len(choices) == 1:
        field.widget = forms.HiddenInput()
        field.initial = choices[0][0]
        form.initial.setdefault("station", choices[0][0])
    blank = [] if form.user.scope_stations else [("", _("不属于协作站（乡镇、村回访）"))]
    field.choices = [*blank, *choices]  # type: ignore[attr-defined]


def mark_today(form: forms.Form, name: str) -> None:
    """Tell a page that is kept without signal which of its days means "today"."""
    form.fields[name].widget.attrs["data-today"] = timezone.localdate().isoformat()


def initial_of(visit: Visit) -> dict[str, Any]:
    """A stored visit as the form shows it."""
    words = {True: "yes", False: "no", None: ""}
    return {
        "status": visit.status,
        "channel": visit.channel,
        "visited_on": visit.visited_on,
        "station": visit.station.code if visit.station else "",
        "milestone": visit.milestone or "",
        "employer_name": visit.employer.name if visit.employer else "",
        "wage": visit.wage,
        "contract": words[visit.contract],
        "insured": words[visit.insured],
        "problem": visit.problem,
        "action_taken": visit.action_taken,
        "satisfaction": visit.satisfaction,
        "visitor": visit.visitor,
        "next_on": visit.next_on,
    }


FINDING: Final = "finding_"
ELSEWHERE: Final = [("", _("未问")), *((code, word) for code, word in STATUSES if code != AT_WORK)]


class RoundForm(KitForm):
    """One visit to a factory: who is ticked was found at work there; of the others one may say what became of them."""

    workers = forms.TypedMultipleChoiceField(
        label=_("在岗的人"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    channel = forms.ChoiceField(label=_("回访方式"), choices=CHANNELS, widget=forms.RadioSelect)
    visited_on = native_day(label=_("回访日期"), future=False)
    station = forms.ChoiceField(label=_("协作站"), required=False)
    visitor = forms.CharField(label=_("回访人"), required=False, max_length=LENGTHS["visitor"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        station_field(self)
        mark_today(self, "visited_on")
        self.people: dict[int, dict[str, Any]] = self.initial.get("people", {})
        self.left_out: set[int] = set()
        choices = [(worker, row["worker__name"]) for worker, row in self.people.items()]
        self.fields["workers"].choices = choices  # type: ignore[attr-defined]
        for worker, name in choices:
            self.fields[f"{FINDING}{worker}"] = forms.ChoiceField(
                label=_("%(name)s不在岗的情况") % {"name": name}, choices=ELSEWHERE, required=False
            )

    @property
    def lines(self) -> list[tuple[Any, dict[str, Any], forms.BoundField]]:
        """Each tick with the person it stands for and what is said of them when they are not there."""
        lines = []
        for option in self["workers"]:
            worker = option.data["value"]
            lines.append((option, self.people[worker], self[f"{FINDING}{worker}"]))
        return lines

    @property
    def about_the_visit(self) -> list[forms.BoundField]:
        """The fields that are the same for everybody."""
        return [field for field in self if field.name != "workers" and not field.name.startswith(FINDING)]

    def clean(self) -> dict[str, Any]:
        """Somebody must be told of who was there already on that day; the others are left out."""
        given, day = self.cleaned_data, self.cleaned_data.get("visited_on")
        if "workers" in self.errors or day is None:
            return given
        told = {*given["workers"], *self.exceptions()}
        self.left_out = {worker for worker in told if self.people[worker]["start_on"] > day}
        given["workers"] = [worker for worker in given["workers"] if worker not in self.left_out]
        if not told:
            self.add_error("workers", forms.Field.default_error_messages["required"])
        elif told == self.left_out:
            self.add_error("visited_on", _("所选的人都在这一天之后才到岗。"))
        return given

    def exceptions(self) -> dict[int, str]:
        """Who is not ticked, with what was found."""
        there = set(self.cleaned_data.get("workers", ()))
        found = {worker: self.cleaned_data.get(f"{FINDING}{worker}", "") for worker in self.people}
        told = {worker: status for worker, status in found.items() if status and worker not in there}
        return {worker: status for worker, status in told.items() if worker not in self.left_out}

    def facts(self) -> VisitFacts:
        """What the service takes."""
        given = self.cleaned_data
        return VisitFacts(
            visited_on=given["visited_on"], channel=given["channel"], status=AT_WORK, visitor=given["visitor"]
        )

    def chosen_station(self) -> Station | None:
        """The station, ``None`` when none is chosen."""
        code = self.cleaned_data["station"]
        return Station.objects.visible_to(self.user).filter(code=code).first() if code else None


class WithdrawForm(KitForm):
    """Why a visit is taken back."""

    reason = forms.CharField(label=_("删除原因"), max_length=200, help_text=_("如：登记到了别人名下。"))


class AreasField(forms.CharField):
    """Several divisions, named as paths or by code; their codes are the value."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # noqa: ANN401 - several values of one text
        """The codes; ``ValidationError`` with the matcher's sentence."""
        if isinstance(value, list):
            return value
        tree = division_tree()
        try:
            return [find_place(tree, part) for part in split_values(value)]
        except CellFault as fault:
            raise ValidationError(f"{fault.message}。", code=fault.code) from fault

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - Django's signature
        """Codes are shown as paths."""
        if not isinstance(value, list):
            return value
        names = paths_of(set(value))
        return "、".join(names.get(str(code), str(code)).replace(" ", "") for code in value)


class StationForm(KitForm):
    """A station."""

    code = forms.CharField(label=_("站点编号"), max_length=40)
    name = forms.CharField(label=_("站点名称"), max_length=100)
    kind = forms.ChoiceField(label=_("类型"), choices=STATION_KIND.pairs)
    place_code = DivisionField(label=_("所在地"), help_text=_("如：广东广州番禺。"))
    partner = forms.CharField(label=_("对口单位"), required=False, max_length=200)
    founding = forms.ChoiceField(label=_("设立方式"), required=False, choices=[("", "—"), *STATION_FOUNDING.pairs])
    opened_on = DateField(label=_("挂牌日期"), future=False)
    service_area = AreasField(
        label=_("服务范围"),
        required=False,
        help_text=_("几个地方用顿号分开，如：广东广州、广东佛山；不填就是所在的地级市。"),
    )
    head = forms.CharField(label=_("负责人"), required=False, max_length=60)
    phone = PhoneField(label=_("联系电话"), required=False, max_length=20)

    def facts(self) -> StationFacts:
        """What the service takes."""
        given = self.cleaned_data
        return StationFacts(**{**given, "phone": given["phone"] or ""})


def station_initial(station: Station | None) -> dict[str, Any]:
    """A stored station as the form shows it."""
    if station is None:
        return {"kind": "协作站", "opened_on": date.today()}  # noqa: DTZ011 - the server runs on Beijing time
    return {name: getattr(station, name) for name in StationForm.base_fields}
