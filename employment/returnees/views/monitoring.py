"""节后返岗监测: who came home, who means to go out, who is back at work, by township; the weekly return on A4."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.web.base import Screen
from core.web.htmx import render_part
from employment.returnees.forms import MonitorForm
from employment.returnees.queries import WEEK, festival_year, festivals_known, weekly

HEADINGS = (
    ("returned", _("返乡（人）"), {}),
    ("returned_this_week", _("本周返乡"), {}),
    ("plans", _("计划外出"), {"plans_out": "true"}),
    ("back", _("已返岗"), {"plans_out": "true", "back": "true"}),
    ("back_this_week", _("本周返岗"), {}),
    ("waiting", _("未返岗"), {"plans_out": "true", "back": "false"}),
    ("overdue", _("逾期未外出"), {"plans_out": "true", "back": "false", "overdue": "true"}),
)
"""Count, heading, and the filters of the list that show exactly those people today ({}: those of all returns alone)."""
LINKED = {"returned", "plans", "back", "waiting", "overdue"}


class Monitoring(Screen):
    """/employment/returnees/monitoring/?festival=&as_of= — the week, on the page and on paper."""

    permission = "employment.view"

    def get(self, request):
        """The page, its table alone (htmx), or the print view."""
        today = timezone.localdate()
        known = festivals_known(self.user) or [festival_year(today)]
        given = {"festival": str(known[0]), "as_of": today.isoformat()}
        form = MonitorForm({**given, **{name: value for name, value in request.GET.items() if value}}, user=self.user)
        form.fields["festival"].choices = [(year, year) for year in known]
        form.full_clean()
        asked = form.cleaned_data
        year, as_of = asked.get("festival") or known[0], asked.get("as_of") or today
        lines, total = weekly(user=self.user, year=year, as_of=as_of)
        context = {
            "title": __("%(year)s年节后返岗监测") % {"year": year},
            "form": form,
            "year": year,
            "as_of": as_of,
            "week_from": as_of - WEEK + timezone.timedelta(days=1),
            "headings": [label for _name, label, _query in HEADINGS],
            "lines": [(line.name, *_cells(line.counts, line.code, year, linked=as_of == today)) for line in lines],
            "total": _cells(total, "", year, linked=as_of == today),
            "query": urlencode({"festival": year, "as_of": as_of.isoformat(), "view": "print"}),
            "back": (reverse("employment:returnees"), _("返乡监测")),
        }
        if request.GET.get("view") == "print":
            printed = {"printed_at": timezone.localtime(), "printed_by": self.user}
            return render(request, "employment/monitoring_print.html", {**context, **printed})
        return render_part(
            request, "employment/monitoring.html", {"weekly": "employment/monitoring_table.html"}, context
        )


def _cells(counts, township, year, *, linked):
    """(numbers with their headings and the addresses of the people behind them, rate)."""
    common = {"festival": year, "last": "true", **({"township": township} if township else {})}
    listed = reverse("employment:returnees")
    cells = [
        (
            label,
            getattr(counts, name),
            f"{listed}?{urlencode({**common, **query})}" if linked and name in LINKED else "",
        )
        for name, label, query in HEADINGS
    ]
    return cells, counts.rate
