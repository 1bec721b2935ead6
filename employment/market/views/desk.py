"""The desk at a fair: one person after another is written down for the stands of this fair."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.web.forms import FormScreen
from core.web.lists.table import table_rows
from core.web.words import spoken
from employment.market import services
from employment.market.forms import DeskForm
from employment.market.queries import followed
from employment.market.tables import DESK_COLUMNS
from employment.models import Fair, FairBooth, Referral
from employment.tables import fields_of

MOST_SHOWN = 10
CARRIED = ("booth", "result", "happened_on")
"""What stays for the next person."""


class FairDesk(FormScreen):
    """/employment/fairs/<id>/desk/?booth=&result=&happened_on= — who comes to a stand: then the next one."""

    permission = "referrals.edit"
    form_class = DeskForm
    template = "employment/market/desk.html"
    submit_label = _("登记，下一个")

    @property
    def fair(self):
        """The fair of the address, 404 for who does not see it; of one called off or ahead too."""
        found = Fair.objects.visible_to(self.user).filter(pk=self.kwargs["pk"]).first()
        if found is None or found.cancelled or found.held_on > localdate():
            raise Http404
        return found

    def heading(self, thing):
        """Of which fair."""
        return __("现场登记：%(name)s") % {"name": self.fair.name}

    def initial(self, thing):
        """The fair's own day, an intent, the stand the page was opened for."""
        stands = FairBooth.objects.filter(fair=self.fair).select_related("employer").order_by("employer__name", "pk")
        offered = [
            (str(stand.pk), f"{stand.employer.name} · {stand.job_title}（{stand.openings}）") for stand in stands
        ]
        asked = {name: self.request.GET.get(name) for name in CARRIED}
        usual = {"result": "意向", "happened_on": self.fair.held_on}
        return {"stands": offered, **usual, **{name: value for name, value in asked.items() if value}}

    def save(self, form, thing):
        """Take the step at the stand."""
        given = form.cleaned_data
        self.carried_on = urlencode({name: given[name] for name in CARRIED})
        stand = FairBooth.objects.select_related("employer", "fair").get(pk=given["booth"], fair=self.fair)
        post = services.Post(employer=stand.employer, job_title=stand.job_title, fair=stand.fair)
        return services.record_step(
            user=self.user,
            worker_id=int(given["worker"]),
            post=post,
            result=given["result"],
            day=given["happened_on"],
            beyond=given["beyond"],
        )

    def success_message(self, saved):
        """Who was written down, so that the desk sees it was the right one."""
        return __("已登记：%(name)s，%(firm)s，%(result)s。") % {
            "name": saved.worker.name,
            "firm": saved.employer.name,
            "result": spoken(saved.result),
        }

    def success_url(self, saved):
        """The desk again, at the same stand: the next one waits."""
        return f"{reverse('employment:desk', args=[saved.fair_id])}?{self.carried_on}"

    def leave_url(self, thing):
        """The fair."""
        return reverse("employment:fair", args=[self.fair.pk])

    def extra_context(self, thing):
        """Whom the desk wrote down last."""
        last = Referral.objects.visible_to(self.user).filter(~followed(), fair=self.fair).order_by("-pk")
        rows = list(last.values(*fields_of(DESK_COLUMNS))[:MOST_SHOWN])
        return {
            "columns": DESK_COLUMNS,
            "caption": _("最近登记的"),
            "table": table_rows(
                rows, DESK_COLUMNS, lambda row: reverse("employment:referral", args=[row["pk"]]), picks=False
            ),
            "new_worker_url": reverse("workers:new") if self.user.can("workers.edit") else "",
        }
