"""Forms of journeys: a vehicle, a line of its roster, the day people reported for work."""

from datetime import datetime
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.formats.faults import CellFault
from core.web.fields import AutocompleteField, DateField, PhoneField
from core.web.forms import KitForm
from dispatch.models import Passenger, Trip
from dispatch.services import PassengerFacts, TripFacts
from dispatch.workbooks.trips import departure
from employment.filters import DivisionField
from employment.forms import PhoneKeepingForm, hidden_phones
from employment.models import Employer
from employment.services import employer_named

MOST_SEATS: Final = 5_000
PLACE_HINT: Final = _("如：广东省广州市番禺区，或区划代码")


class MomentField(forms.Field):
    """A day and, if one likes, the hour: 2025-02-10 8:30, 2025年2月10日下午2点半."""

    def to_python(self, value: Any) -> datetime | None:  # noqa: ANN401 - Django's signature
        """A moment of the county's time; None for blank text."""
        if isinstance(value, datetime):
            return value
        try:
            found = departure(str(value or "").replace("\x00", "").strip(), timezone.localdate())
        except CellFault as fault:
            raise ValidationError(f"{fault.message}。", code=fault.code) from fault
        return timezone.make_aware(found) if found else None

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - Django's signature
        """As it is typed."""
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value


class TripForm(KitForm):
    """One vehicle of a batch."""

    batch_code = forms.CharField(label=_("批次编号"), max_length=60)
    batch_name = forms.CharField(label=_("批次名称"), max_length=200)
    vehicle = forms.CharField(label=_("车次（车牌号）"), max_length=60)
    mode = forms.ChoiceField(label=_("出行方式"), choices=Trip.Mode.choices)
    departs_at = MomentField(label=_("出发时间"), help_text=_("如：2025-02-10 8:30"))
    from_place = forms.CharField(label=_("出发地"), max_length=200)
    destination_code = DivisionField(label=_("目的地"), help_text=PLACE_HINT)
    seats = forms.IntegerField(label=_("座位数"), min_value=0, max_value=MOST_SEATS, help_text=_("自驾的包括驾驶人"))
    organiser = forms.CharField(label=_("组织单位"), max_length=200, required=False)
    leader = forms.CharField(label=_("领队"), max_length=200, required=False)
    leader_phone = PhoneField(label=_("领队电话"), max_length=100, required=False)

    def facts(self) -> TripFacts:
        """What the service takes."""
        given: dict[str, Any] = {name: "" if value is None else value for name, value in self.cleaned_data.items()}
        return TripFacts(**given)


class PassengerForm(PhoneKeepingForm):
    """A line of a roster of a person who is known."""

    masked: ClassVar = ("phone", "emergency_phone")

    seat = forms.CharField(label=_("车厢/座位号"), max_length=20, required=False)
    phone = PhoneField(label=_("联系电话"), max_length=100, required=False)
    boarding_point = forms.CharField(label=_("上车地点"), max_length=200, required=False)
    destination_code = DivisionField(label=_("目的地"), required=False, help_text=_("与车次的目的地相同时留空"))
    employer = AutocompleteField("employers", label=_("务工企业"), required=False)
    new_employer = forms.CharField(
        label=_("新企业名称"),
        max_length=200,
        required=False,
        help_text=_("上面的列表里没有这家企业时填写，以后再完善资料"),
    )
    job_title = forms.CharField(label=_("岗位"), max_length=200, required=False)
    emergency_name = forms.CharField(label=_("紧急联系人"), max_length=200, required=False)
    emergency_phone = PhoneField(label=_("紧急联系人电话"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        """One employer, chosen or named."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("employer") and found.get("new_employer"):
            raise ValidationError({"new_employer": __("务工企业已从列表中选定，请不要再填新企业名称。")})
        return found

    def facts(self, stored: Passenger | None) -> PassengerFacts:
        """What the service takes; an employer nobody knows is stored as a stub."""
        given = {name: value or "" for name, value in self.cleaned_data.items()} | self.phones(stored)
        chosen, named = given.pop("employer"), given.pop("new_employer").strip()
        given.pop("worker", None)
        employer = Employer.objects.visible_to(self.user).filter(pk=chosen).first() if chosen else None
        if named:
            employer = employer_named(user=self.user, name=named)
        return PassengerFacts(employer=employer, **given)


class NewPassengerForm(PassengerForm):
    """A line of a roster, and who it is."""

    worker = AutocompleteField("workers", label=_("劳动力"))
    field_order = ("worker",)


class ReportForm(KitForm):
    """The day people reported for work."""

    day = DateField(label=_("到岗日期"), future=False, native=True)


def initial_of_trip(trip: Trip) -> dict[str, Any]:
    """Values the form of a vehicle opens with."""
    shown = {name: getattr(trip, name) for name in TripForm.base_fields if not name.startswith("batch_")}
    return {**shown, "batch_code": trip.batch.code, "batch_name": trip.batch.name}


def initial_of_passenger(row: Passenger) -> dict[str, Any]:
    """Values the form of a line opens with."""
    shown = {name: getattr(row, name) for name in PassengerForm.base_fields if hasattr(row, name)}
    hidden = hidden_phones(row, PassengerForm.masked)
    return {**shown, **hidden, "employer": row.employer_id or "", "new_employer": ""}
