"""A household's file on A4 (一户一档)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.formats.masking import mask_id
from core.web.details import Fact
from workers.households import file_tabs
from workers.households.queries import NOBODY, is_without_work, tallies
from workers.models import Household
from workers.printing import PrintedFile, lines_of
from workers.queries import place_names


class PrintHousehold(PrintedFile):
    """/workers/households/<id>/print/ — its members with their work as of a day (``?as_of=``), what happened to them."""

    object_type = "workers.household"
    template = "households/print.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who is outside the scope is counted and not shown, as on the page."""
        found = Household.objects.visible_to(self.user).filter(pk=pk).first()
        if found is None:
            raise Http404
        members = file_tabs.members(self, found)
        tally = tallies([found.pk], members["day"]).get(found.pk, NOBODY)
        place = " ".join(place_names([found.village_code])[found.village_code])
        facts = [
            Fact(_("户主姓名"), found.head_name),
            Fact(_("户籍"), f"{place} {found.group_name}".strip()),
            Fact(_("在册人数"), tally["members"]),
            Fact(_("劳动年龄内有劳动能力"), tally["able"]),
            Fact(_("其中在岗"), tally["working"]),
            Fact(_("就业情况"), __("无人就业") if is_without_work(tally) else ""),
        ]
        for one in members["people"]:
            one["number"] = mask_id(one["worker"].id_number)
        title = __("家庭户档案")
        context = {"title": title, "lines": lines_of(facts), **members, **file_tabs.life(self, found)}
        return self.sheet(request, found, context)
