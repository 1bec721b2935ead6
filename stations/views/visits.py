"""Writing a visit down, reading it, mending it."""

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.roles import ScopeKind
from core.formats.masking import mask_phone
from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.lists.columns import plain
from core.web.timeline import timeline_of
from stations import queries, rounds, services
from stations.forms import BY_PHONE, VisitForm, WithdrawForm, initial_of
from stations.models import Visit
from stations.tables import STATUS_BADGES
from stations.views.references import read_reference
from workers.doubles.queries import current_id
from workers.models import Worker

ACTIONS = {
    "visits.record": _("登记回访"),
    "visits.round": _("到企回访"),
    "visits.correct": _("更正回访"),
    "visits.withdraw": _("删除回访"),
    "imports.visits": _("导入回访台账"),
}


class RecordVisit(FormScreen):
    """/stations/record/<worker>/ — three taps: the card, how they are, save. Works without signal."""

    permission = "visits.write"
    form_class = VisitForm
    offline = True
    template = "stations/record.html"
    body_template = "stations/visit_body.html"

    def fetch(self, *, lock=False, **key):
        """Nothing is edited; the person must be in sight."""
        self.person = Worker.objects.visible_to(self.user).filter(pk=current_id(key["worker"])).first()
        if self.person is None:
            raise Http404
        self.today = timezone.localdate()
        self.plan = queries.open_visit(self.user, self.person.pk, self.today)

    def heading(self, thing):
        """Whom."""
        return __("回访：%(name)s") % {"name": self.person.name}

    def initial(self, thing):
        """By phone, today, for the milestone that is due."""
        own = self.user.scope_kind is ScopeKind.STATIONS
        return {
            "channel": BY_PHONE,
            "visited_on": self.today,
            "milestone": self.plan.milestone if self.plan else "",
            "station": self.plan.station.code if own and self.plan and self.plan.station else "",
            "visitor": self.user.full_name[: services.LENGTHS["visitor"]],
        }

    def extra_context(self, thing):
        """Who it is, where they work, what they said last."""
        return {
            "person": self.person,
            "plan": self.plan,
            "facts": queries.whereabouts(self.person, self.today),
            "last": queries.last_visit(self.person.pk),
            "may_call": self.user.can("workers.reveal.phone"),
            "number": mask_phone(queries.number_of(self.person.pk)),
        }

    def save(self, form, thing):
        """Store it; sent twice it is stored once."""
        visit, _new = services.record_visit(
            user=self.user,
            worker_id=self.person.pk,
            station=form.chosen_station(),
            facts=form.facts(),
            client_ref=read_reference(self.request.POST.get("client_ref", "")),
        )
        return visit

    def success_message(self, saved):
        """Who and what."""
        status = STATUS_BADGES[saved.status][0]
        return __("%(name)s：已登记“%(status)s”。") % {"name": self.person.name, "status": status}

    def success_url(self, saved):
        """Back to the list."""
        return reverse("stations:due")

    def leave_url(self, thing):
        """Back to the list."""
        return reverse("stations:due")


def facts(_screen, visit):
    """The visit in groups of facts."""
    found = (
        Fact(_("就业状态"), visit.status),
        Fact(_("回访方式"), visit.channel),
        Fact(_("回访节点"), __("%(days)s日") % {"days": visit.milestone} if visit.milestone else ""),
        Fact(_("当前单位"), visit.employer.name if visit.employer else ""),
        Fact(_("月工资（元）"), visit.wage, places=2),
        Fact(_("签合同"), visit.contract),
        Fact(_("参保"), visit.insured),
    )
    said = (
        Fact(_("存在问题"), visit.problem),
        Fact(_("处理情况"), visit.action_taken),
        Fact(_("满意度"), visit.satisfaction),
        Fact(_("回访人"), visit.visitor),
        Fact(_("下次回访日期"), visit.next_on),
        Fact(_("登记时间"), visit.created_at),
    )
    return {"groups": [(_("就业"), found), (_("情况"), said)]}


def history(_screen, visit):
    """Who changed what."""
    return {"moments": timeline_of(visit, actions={name: str(word) for name, word in ACTIONS.items()})}


class VisitDetail(DetailScreen):
    """/stations/visits/<id>/ — one visit."""

    permission = ("stations.view", "visits.write")
    tabs = (
        Tab("facts", _("回访情况"), "web/sheet.html", facts),
        Tab("history", _("变更历史"), "web/timeline.html", history),
    )

    def rows(self, user):
        """Visits of persons the user sees."""
        return Visit.objects.visible_to(user).select_related("worker", "station", "employer")

    def header(self, thing):
        """Whom, when, by which station."""
        person = reverse("workers:detail", args=[thing.worker_id]) if self.user.can("workers.view") else ""
        word, colour = STATUS_BADGES.get(thing.status, (thing.status, "secondary"))
        mend = self.mending(thing)
        return Header(
            __("%(name)s的回访") % {"name": thing.worker.name},
            facts=(
                Fact(_("姓名"), thing.worker.name, url=person),
                Fact(
                    _("身份证号码"),
                    thing.worker.id_number,
                    mask="id",
                    reveal="workers.worker.id_number",
                    pk=thing.worker_id,
                ),
                Fact(_("回访日期"), plain(thing.visited_on)),
                Fact(_("协作站"), thing.station.name if thing.station else ""),
            ),
            state=word,
            state_colour=colour,
            primary=mend[0] if mend else None,
            menu=mend[1:],
        )

    def mending(self, visit):
        """Correct and delete, for who may."""
        if not Visit.objects.changeable_by(self.user).filter(pk=visit.pk).exists():
            return ()
        addresses = [("edit_visit", _("更正"), "pencil"), ("withdraw_visit", _("删除"), "trash")]
        if rounds.round_of(visit):
            addresses.append(("withdraw_round", _("撤销整次到企回访"), "arrow-back-up"))
        return tuple(
            Action(label, reverse(f"stations:{name}", args=[visit.pk]), permission="visits.write", icon=icon)
            for name, label, icon in addresses
        )


class EditVisit(FormScreen):
    """/stations/visits/<id>/edit/ — mend what was written down wrongly."""

    title = _("更正回访")
    permission = "visits.write"
    form_class = VisitForm
    body_template = "stations/visit_body.html"

    def rows(self, user):
        """Visits the user may mend."""
        return Visit.objects.changeable_by(user).select_related("worker", "station", "employer")

    def initial(self, thing):
        """As it stands."""
        return initial_of(thing)

    def heading(self, thing):
        """Whose, of which day."""
        return __("更正回访：%(name)s %(day)s") % {"name": thing.worker.name, "day": thing.visited_on}

    def save(self, form, thing):
        """Correct it."""
        return services.change_visit(user=self.user, visit=thing, station=form.chosen_station(), facts=form.facts())

    def success_url(self, saved):
        """The visit."""
        return reverse("stations:visit", args=[saved.pk])

    def leave_url(self, thing):
        """The visit."""
        return reverse("stations:visit", args=[thing.pk])


class WithdrawVisit(FormScreen):
    """/stations/visits/<id>/withdraw/ — take back a visit that never was."""

    title = _("删除回访")
    permission = "visits.write"
    form_class = WithdrawForm
    submit_label = _("删除")

    def rows(self, user):
        """Visits the user may mend."""
        return Visit.objects.changeable_by(user).select_related("worker", "station")

    def heading(self, thing):
        """Whose, of which day."""
        return __("删除回访：%(name)s %(day)s") % {"name": thing.worker.name, "day": thing.visited_on}

    def save(self, form, thing):
        """Take it back."""
        services.withdraw_visit(user=self.user, visit=thing, reason=form.cleaned_data["reason"])

    def success_url(self, saved):
        """The list."""
        return reverse("stations:visits")

    def leave_url(self, thing):
        """The visit."""
        return reverse("stations:visit", args=[thing.pk])

    def success_message(self, saved):
        """Said plainly."""
        return __("已删除这条回访，就业记录已按其余的依据重新推算。")


class WithdrawRound(WithdrawVisit):
    """/stations/visits/<id>/withdraw-round/ — take back everything a round through a factory wrote down."""

    title = _("撤销整次到企回访")
    submit_label = _("撤销")

    def fetch(self, *, lock=False, **key):
        """The visit must be of a round."""
        visit = super().fetch(lock=lock, **key)
        self.round = rounds.round_of(visit)
        if self.round is None:
            raise Http404
        return visit

    def heading(self, thing):
        """Of which day, how many people."""
        words = {"day": thing.visited_on, "n": rounds.people_told(self.round)}
        return __("撤销 %(day)s 的到企回访，共 %(n)s 人") % words

    def save(self, form, thing):
        """Take them back."""
        return rounds.withdraw_round(user=self.user, visit=thing, reason=form.cleaned_data["reason"])

    def success_message(self, saved):
        """How many."""
        return __("已撤销 %(n)s 条回访，就业记录已按其余的依据重新推算。") % {"n": saved}
