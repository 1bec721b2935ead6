"""The pages a station carries in its pocket: who is to be asked today, at which factory, and finding anybody."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.accounts.roles import ScopeKind
from core.web.base import Screen
from core.web.forms import FormScreen
from core.web.htmx import go_to, render_part
from core.web.sought import sought
from employment.mergers.queries import current_employer_id
from employment.models import Employer
from employment.queries import place_names
from stations import queries, services
from stations.employer_visits.queries import last_days
from stations.employer_visits.services import PERMISSION as EMPLOYER_VISITS
from stations.filters import station_choices
from stations.forms import AT_EMPLOYER, FINDING, RoundForm
from stations.views.references import read_reference
from workers.queries import place_names as village_names

CARDS = 60
"""As many as a phone fetches ahead to have without signal."""

CARDS_OF_ONE = 200
MOST_IN_A_ROUND = services.MOST_AT_ONCE
EMPLOYERS = 200
FOUND = 30


def home_of(names: tuple[str, str]) -> str:
    """Township and village, short enough for a card: 大寨村民委员会 and 大寨村村民委员会 are 大寨村."""
    township, village = names
    for official, word in (("居民委员会", "社区"), ("村民委员会", "村")):
        if village.endswith(official):
            village = village.removesuffix(official).removesuffix(word) + word
    return f"{township} {village}".strip()


class Due(Screen):
    """/stations/due/ — today: whom to ask, factory by factory, the longest overdue first."""

    title = _("今日回访")
    permission = "visits.write"
    offline = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """The cards, or while somebody types only what the search finds."""
        return render_part(request, "stations/due.html", {"due": "stations/due_part.html"}, self.context())

    def context(self):
        """Groups with their counts; cards for as many whole groups as fit."""
        today, query = timezone.localdate(), self.request.GET
        text = sought(self.request)
        station, employer = query.get("station", ""), query.get("employer", "")
        rows = queries.called(queries.due(self.user, today), self.user, text)
        if station:
            rows = rows.filter(station__code=station)
        groups = queries.due_groups(rows, today)
        chosen = next((group for group in groups if str(group.employer_id) == employer), None)
        shown = [chosen] if chosen else queries.first_groups(groups, CARDS)
        people = queries.due_people(rows, today, [group.employer_id for group in shown], CARDS_OF_ONE)
        villages = village_names({person.village_code for person in people})
        cards = {group.employer_id: [] for group in shown}
        for person in people:
            cards[person.employer_id].append((person, home_of(villages[person.village_code])))
        return {
            "title": self.title,
            "text": text,
            "station": station,
            "stations": station_choices(self.user),
            "of_station": self.user.scope_kind is ScopeKind.STATIONS,
            "chosen": chosen,
            "sections": [(group, cards[group.employer_id]) for group in shown],
            "rest": [] if chosen else groups[len(shown) :],
            "persons": sum(group.persons for group in groups),
            "overdue": sum(group.overdue for group in groups),
            "may_call": self.user.can("workers.reveal.phone"),
            "today": today,
        }


class Employers(Screen):
    """/stations/employers/ — the factories where the people one follows work."""

    title = pgettext_lazy("list", "企业")
    permission = "stations.view"
    offline = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Those with people to ask first."""
        rows = queries.employers_followed(self.user, timezone.localdate(), EMPLOYERS)
        names = place_names({row["employer__place_code"] for row in rows if row["employer__place_code"]})
        days = last_days(self.user, [row["employer_id"] for row in rows])
        for row in rows:
            row["place"], row["last"] = names.get(row["employer__place_code"], ""), days.get(row["employer_id"])
        context = {
            "title": self.title,
            "rows": rows,
            "may_write": self.user.can("visits.write"),
            "may_visit": self.user.can(EMPLOYER_VISITS),
        }
        return render_part(request, "stations/employers.html", {}, context)


class Find(Screen):
    """/stations/find/ — write down a visit of anybody, due or not."""

    title = _("登记回访")
    permission = "visits.write"
    offline = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Whom the text means."""
        text = sought(request)
        people = queries.people_to_visit(self.user, text, timezone.localdate(), FOUND) if text else []
        villages = village_names({row["village_code"] for row in people})
        for row in people:
            row["home"] = home_of(villages[row["village_code"]])
        context = {"title": self.title, "text": text, "people": people, "most": FOUND}
        return render_part(request, "stations/find.html", {"found": "stations/found.html"}, context)


class Round(FormScreen):
    """/stations/employers/<id>/round/ — one visit to a factory closes everybody who works there, ticking exceptions."""

    permission = "visits.write"
    form_class = RoundForm
    offline = True
    body_template = "stations/round_body.html"
    submit_label = _("登记到企回访")
    left_out = 0
    """How many of those told of came to the employer after the day of the visit."""

    def post(self, request, **key):
        """Sent again by a phone that did not hear the answer, it says what became of it: people may have left since."""
        ref = read_reference(request.POST.get("client_ref", ""))
        told = services.round_told(self.user, ref, posted_people(request.POST))
        if told:
            messages.success(request, self.success_message(told))
            return go_to(request, self.success_url(told))
        return super().post(request, **key)

    def fetch(self, *, lock=False, **key):
        """Nobody is edited; the factory must have people of the user's."""
        now = current_employer_id(key["pk"])
        self.employer = Employer.objects.filter(pk=now).first()
        self.people = queries.people_at(self.user, now, timezone.localdate(), MOST_IN_A_ROUND)
        if self.employer is None or not self.people:
            raise Http404
        villages = village_names({row["worker__village_code"] for row in self.people})
        for row in self.people:
            row["home"] = home_of(villages[row["worker__village_code"]])

    def heading(self, thing):
        """Which factory."""
        return __("到企回访：%(name)s") % {"name": self.employer.name}

    def initial(self, thing):
        """Everybody who is due is ticked, or everybody when asked for; who is not there is unticked."""
        everybody = self.request.GET.get("all") == "1"
        due = [] if everybody else [row["worker_id"] for row in self.people if row["milestone"]]
        return {
            "people": {row["worker_id"]: row for row in self.people},
            "workers": due or [row["worker_id"] for row in self.people],
            "channel": AT_EMPLOYER,
            "visited_on": timezone.localdate(),
            "visitor": self.user.full_name,
        }

    def save(self, form, thing):
        """Write the round down."""
        milestones = {row["worker_id"]: row["milestone"] for row in self.people if row["milestone"]}
        self.left_out = len(form.left_out)
        return services.record_round(
            user=self.user,
            worker_ids=form.cleaned_data["workers"],
            station=form.chosen_station(),
            facts=form.facts(),
            milestones=milestones,
            exceptions=form.exceptions(),
            client_ref=read_reference(self.request.POST.get("client_ref", "")),
        )

    def extra_context(self, thing):
        """Whether the list is longer than one round."""
        everybody = "all=1&back=employer" if self.from_employer else "all=1"
        return {"most": MOST_IN_A_ROUND, "full": len(self.people) == MOST_IN_A_ROUND, "everybody": everybody}

    def success_message(self, saved):
        """How many, who was left out, how it is taken back."""
        told = [__("已登记 %(n)s 人的回访。") % {"n": saved}]
        if self.left_out:
            told.append(__("%(n)s 人在回访日期之后才到岗，没有登记。") % {"n": self.left_out})
        if saved > 1:
            told.append(__("登记错了，可以在其中任何一条回访的页面整次撤销。"))
        return "".join(told)

    def success_url(self, saved):
        """Back to where it began."""
        return self.leave_url(None)

    def leave_url(self, thing):
        """Back to the employer's page, or to what is due today."""
        if self.from_employer:
            return reverse("employment:employer", args=[self.kwargs["pk"]])
        return reverse("stations:due")

    @property
    def from_employer(self):
        """Whether somebody began at the employer's page."""
        return self.request.GET.get("back") == "employer"


def posted_people(sent):
    """Ids of everybody a round speaks of, as they were sent."""
    named = [*sent.getlist("workers"), *(name.removeprefix(FINDING) for name in sent if name.startswith(FINDING))]
    return {int(one) for one in named if one.isascii() and one.isdigit()}
