"""Forms of visits to employers: one to a known employer, one to an employer nobody registered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.fields import DateField
from core.web.forms import KitForm
from employment.filters import DivisionField
from stations.employer_visits.services import LENGTHS, MOST_PEOPLE, NAME_LENGTH, EmployerVisitFacts
from stations.forms import mark_today, station_field
from stations.models import EmployerVisit, Station


def words(label: Any, name: str, help_text: Any = "") -> forms.CharField:  # noqa: ANN401 - lazy texts
    """A text of some lines."""
    lines = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=LENGTHS[name], widget=lines, help_text=help_text)


class EmployerVisitForm(KitForm):
    """What a visit to an employer found."""

    visited_on = DateField(label=_("走访日期"), future=False, native=True)
    people_here = forms.IntegerField(
        label=_("在岗本县人数"),
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        help_text=_("当面核对的人数；没有问就清空。"),
    )
    needs = words(_("用工需求"), "needs", _("如：缝纫工20人，月薪5000元以上，包吃住。"))
    note = words(_("情况"), "note")
    next_step = words(_("下一步"), "next_step", _("如：三日内把岗位发给乡镇。"))
    next_on = DateField(label=_("下次走访日期"), native=True, required=False)
    place_code = DivisionField(label=_("所在地"), help_text=_("如：广东广州番禺。"))
    station = forms.ChoiceField(label=_("协作站"), required=False)
    visitor = forms.CharField(label=_("走访人"), required=False, max_length=LENGTHS["visitor"])

    first: tuple[str, ...] = ("visited_on", "people_here", "needs", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        station_field(self)
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
        """Whether something under 更多 needs a look: an error, or a place nobody knows yet."""
        return any(field.errors for field in self.more_fields) or not self["place_code"].value()

    def facts(self) -> EmployerVisitFacts:
        """What the service takes."""
        return EmployerVisitFacts(**{name: self.cleaned_data[name] for name in EmployerVisitFacts.__annotations__})

    def chosen_station(self) -> Station | None:
        """The station, ``None`` when none is chosen."""
        code = self.cleaned_data["station"]
        return Station.objects.visible_to(self.user).filter(code=code).first() if code else None


class NewFirmVisitForm(EmployerVisitForm):
    """The same for an employer named by whoever stands before it."""

    name = forms.CharField(label=_("企业名称"), max_length=NAME_LENGTH, help_text=_("写全称；已登记的企业会自动对上。"))
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), required=False, max_length=18, help_text=_("营业执照上的18位代码，有就填。")
    )

    field_order = ("name", "credit_code", "place_code")
    first = ("name", "credit_code", "place_code", "visited_on", "people_here", "needs", "note")


def initial_of(visit: EmployerVisit) -> dict[str, Any]:
    """A stored visit as the form shows it."""
    kept = {name: getattr(visit, name) for name in EmployerVisitForm.base_fields if name != "station"}
    return {**kept, "station": visit.station.code if visit.station else ""}
