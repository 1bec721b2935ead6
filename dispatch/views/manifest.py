"""乘车花名册 on A4, one vehicle a sheet. Identities are masked unless the form needs them: with a reason, leaving a log line."""

from django.http import HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as __

from core.accounts.services import log_access
from core.formats.masking import mask_id, mask_phone
from core.web.base import Screen
from dispatch.models import Passenger
from dispatch.queries import tally_of
from dispatch.views.passengers import visible_trip
from employment.queries import place_names
from employment.tables import add_homes, add_places

FIELDS = (
    "seat", "worker__name", "worker__sex", "worker__id_number", "worker__village_code", "phone", "boarding_point", "destination_code",
    "employer__name", "job_title", "emergency_name", "emergency_phone", "boarded",
)  # fmt: skip


class Manifest(Screen):
    """/dispatch/trips/<id>/manifest/ — the roster to sign, for the leader, the station and the employer."""

    permission = "dispatch.view"

    def get(self, request, pk):
        """Masked."""
        return self.sheet(visible_trip(self.user, pk), full=False)

    def post(self, request, pk):
        """In full: for tickets and insurance, which need the numbers."""
        trip = visible_trip(self.user, pk)
        if not self.user.can("workers.reveal"):
            return HttpResponseBadRequest(__("您没有查看完整证件号码的权限。"))
        reason = request.POST.get("reason", "").strip()
        if not reason:
            return HttpResponseBadRequest(__("请填写查看事由。"))
        response = self.sheet(trip, full=True)
        log_access(
            user=self.user,
            action="print",
            object_type="dispatch.trip",
            object_id=trip.pk,
            count=tally_of(self.user, trip).registered,
            reason=reason[:200],
            ip=request.META.get("REMOTE_ADDR"),
        )
        response["Cache-Control"] = "no-store"
        return response

    def sheet(self, trip, *, full):
        """The sheet in the order of seats."""
        rows = list(
            Passenger.objects.visible_to(self.user)
            .filter(trip=trip)
            .order_by("seat_length", "seat", "pk")
            .values(*FIELDS)
        )
        add_homes(rows)
        add_places(rows, "destination_code")
        for row in rows:
            row["home"] = " ".join(row["homes"].get(row["worker__village_code"], ()))
            row["place"] = row["places"].get(row["destination_code"], "")
            if not full:
                row["worker__id_number"] = mask_id(row["worker__id_number"])
                row["phone"], row["emergency_phone"] = mask_phone(row["phone"]), mask_phone(row["emergency_phone"])
        context = {
            "trip": trip,
            "title": __("%(batch)s乘车花名册") % {"batch": trip.batch.name},
            "rows": rows,
            "place": place_names([trip.destination_code]).get(trip.destination_code, ""),
            "boarded": sum(row["boarded"] is True for row in rows),
            "men": sum(row["worker__sex"] == "男" for row in rows),
            "may_reveal": self.user.can("workers.reveal") and not full,
            "printed_at": timezone.localtime(),
            "printed_by": self.user,
        }
        return render(self.request, "dispatch/manifest.html", context)
