"""Writing a visit to an employer down, on a phone that may have no signal: finding the employer, the form."""

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.roles import ScopeKind
from core.web.base import Screen
from core.web.forms import FormScreen
from core.web.htmx import render_part
from core.web.sought import sought
from employment.mergers.queries import current_employer_id
from employment.models import Employer
from employment.queries import place_names
from stations.employer_visits import queries, services
from stations.employer_visits.forms import EmployerVisitForm, NewFirmVisitForm
from stations.employer_visits.services import PERMISSION, Firm
from stations.views.references import read_reference

FOUND = 30


class FindEmployer(Screen):
    """/stations/employers/find/ — which employer somebody stands before."""

    title = _("走访企业")
    permission = PERMISSION
    offline = True

    def get(self, request):
        """Whom the text means, with the last visit."""
        text = sought(request)
        firms = queries.firms_to_visit(self.user, text, timezone.localdate(), FOUND) if text else []
        names = place_names({firm["place_code"] for firm in firms if firm["place_code"]})
        for firm in firms:
            firm["place"] = names.get(firm["place_code"], "")
        context = {"title": self.title, "text": text, "firms": firms, "most": FOUND}
        return render_part(request, "stations/find_employer.html", {"found": "stations/found_employers.html"}, context)


class VisitForm(FormScreen):
    """What the forms of a visit have in common: kept without signal, sent later once."""

    permission = PERMISSION
    form_class = EmployerVisitForm
    offline = True
    body_template = "stations/employer_visit_body.html"
    submit_label = _("登记走访")

    def of_today(self):
        """Today, by whoever asks."""
        visitor = self.user.full_name[: services.LENGTHS["visitor"]]
        return {"visited_on": timezone.localdate(), "visitor": visitor}

    def store(self, form, firm):
        """Keep it; sent twice it is kept once."""
        visit, _new = services.record_employer_visit(
            user=self.user,
            firm=firm,
            station=form.chosen_station(),
            facts=form.facts(),
            client_ref=read_reference(self.request.POST.get("client_ref", "")),
        )
        return visit

    def success_message(self, saved):
        """Which employer."""
        return __("已登记走访：%(name)s。") % {"name": saved.employer.name}

    def success_url(self, saved):
        """Staff of a station go on to the next employer, others see the employer's visits."""
        if self.user.scope_kind is ScopeKind.STATIONS:
            return reverse("stations:employers")
        return f"{reverse('employment:employer', args=[saved.employer_id])}?tab=employer_visits"

    def leave_url(self, thing):
        """Back to the employers."""
        return reverse("stations:employers")


class VisitEmployer(VisitForm):
    """/stations/employers/<id>/visit/ — a visit to an employer that is registered."""

    template = "stations/visit_employer.html"

    def fetch(self, *, lock=False, **key):
        """The employer, where it was merged away the one kept."""
        found = Employer.objects.visible_to(self.user).filter(pk=current_employer_id(key["pk"]))
        self.employer = found.first()
        if self.employer is None:
            raise Http404

    def heading(self, thing):
        """Which one."""
        return __("走访：%(name)s") % {"name": self.employer.name}

    def initial(self, thing):
        """Today, where the employer is, with as many of our people as the job spells tell."""
        self.here = queries.people_here(self.user, self.employer.pk, timezone.localdate())
        return {**self.of_today(), "place_code": self.employer.place_code, "people_here": self.here}

    def extra_context(self, thing):
        """Where it is, who of ours is there, what was found and agreed the last time."""
        place = self.employer.place_code
        return {
            "employer": self.employer,
            "place": place_names([place]).get(place, "") if place else "",
            "here": self.here,
            "last": queries.last_visit(self.user, self.employer.pk),
        }

    def save(self, form, thing):
        """Store it."""
        return self.store(form, Firm(pk=self.employer.pk))


class VisitNewFirm(VisitForm):
    """/stations/employers/visit/ — a visit to an employer by its name, registered or not."""

    title = _("走访新企业")
    form_class = NewFirmVisitForm

    def initial(self, thing):
        """Today, the name somebody searched for in vain."""
        return {**self.of_today(), "name": self.request.GET.get("name", "")[: services.NAME_LENGTH]}

    def save(self, form, thing):
        """Store it, the employer too where nobody knows it."""
        named = form.cleaned_data
        return self.store(form, Firm(name=named["name"], credit_code=named["credit_code"]))
