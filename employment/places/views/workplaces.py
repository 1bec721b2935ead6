"""A workplace: who is in post, what was decided on it; registering it and deciding on it."""

from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.divisions.queries import names_of
from core.web.details import Action, DetailScreen, Fact, Header, Step, Tab
from core.web.forms import FormScreen
from core.web.lists.table import table_rows
from core.web.timeline import timeline_of
from employment.models import Placement, Workplace
from employment.places import services
from employment.places.filters import REVIEW_WORDS
from employment.places.forms import (
    FORMS,
    ApplyingForm,
    WorkplaceForm,
    initial_of_decision,
    initial_of_workplace,
)
from employment.places.queries import (
    Review,
    effective_state,
    in_post_counts,
    in_post_on,
    with_review,
)
from employment.places.states import NOTICED, REFUSED, REVIEWS, RULES, WITHDRAWN, Move, moves_from
from employment.places.tables import (
    KIND_BADGES,
    STAFF_COLUMNS,
    STATE_BADGES,
    add_groups,
    placement_url,
)
from employment.tables import add_homes, fields_of
from employment.views.shared import words, worker_url

MOST_STAFF = 200


def staff(screen, workplace):
    """Who is in post there today, of the user's people."""
    now = Placement.objects.visible_to(screen.user).filter(in_post_on(localdate()), workplace=workplace)
    rows = list(
        now.order_by("-start_on", "pk").values(*fields_of(STAFF_COLUMNS, "worker_id", "worker__village_code"))[
            : MOST_STAFF + 1
        ]
    )
    shown, may_edit = rows[:MOST_STAFF], screen.user.can("employment.edit")
    add_homes(shown)
    add_groups(shown)
    for row in shown:
        row["url"] = placement_url(row["pk"]) if may_edit else worker_url(row["worker_id"])
    listed = f"{reverse('employment:placements')}?workplace={workplace.pk}"
    return {
        "columns": STAFF_COLUMNS,
        "table": table_rows(shown, STAFF_COLUMNS, lambda row: row["url"], picks=False),
        "caption": _("在岗人员"),
        "more": len(rows) > MOST_STAFF,
        "all_url": listed,
        "now_url": f"{listed}&current=true",
        "new_url": reverse("employment:new_placement", args=[workplace.pk])
        if may_edit and effective_state(workplace, localdate()) != WITHDRAWN
        else "",
    }


def reviews(screen, workplace):
    """What was decided on it, newest first, and what may be decided next."""
    today = localdate()
    found = with_review(Workplace.objects.filter(pk=workplace.pk), today).get()
    made = workplace.decisions.select_related("decided_by").order_by("-decided_on", "-pk")
    may_decide = screen.user.can("employment.edit") and screen.in_own_area(workplace)
    moves = moves_from(effective_state(workplace, today)) if may_decide else []
    on_notice = workplace.state == NOTICED and workplace.noticed_until and workplace.noticed_until > today
    if on_notice:
        moves = [move for move in moves if move is not Move.RECOGNISED]
    return {
        "state": REVIEW_WORDS[found.review],
        "review_on": found.review_on,
        "mend_by": found.mend_by,
        "noticed_until": workplace.noticed_until if on_notice else None,
        "closed": found.review_on is None or found.review == Review.CLOSED,
        "decisions": [(one, RULES[Move(one.move)], _name(one.decided_by)) for one in made],
        "moves": [(RULES[move], reverse("employment:decide", args=[workplace.pk, move.value])) for move in moves],
    }


def notice_words(workplace):
    """From when to when it was on public notice."""
    days = [f"{day:%Y-%m-%d}" for day in (workplace.noticed_on, workplace.noticed_until) if day]
    return " – ".join(days)


def workplace_facts(_screen, workplace):
    """The workplace's file."""
    operator = workplace.operator
    operator_url = reverse("employment:employer", args=[operator.pk]) if operator else ""
    township = names_of({workplace.township_code}).get(workplace.township_code, "")
    facts = (
        Fact(_("载体编号"), workplace.code),
        Fact(_("类型"), workplace.kind),
        Fact(_("所在乡镇"), township),
        Fact(_("申报日期"), workplace.applied_on),
        Fact(_("现场核查日期"), workplace.inspected_on),
        Fact(_("公示"), notice_words(workplace)),
        Fact(pgettext_lazy("recognition", "认定日期"), workplace.recognised_on),
        Fact(_("认定文号"), workplace.document),
        Fact(_("运营单位"), operator.name if operator else "", url=operator_url),
        Fact(_("统一社会信用代码"), operator.credit_code if operator else ""),
        Fact(_("岗位数"), workplace.posts),
        Fact(_("撤销日期"), workplace.withdrawn_on),
        Fact(_("状态"), effective_state(workplace, localdate())),
    )
    return {"facts": facts}


def days_before(workplace):
    """The steps to its recognition with their days, as far as told."""
    return (
        (_("申报"), workplace.applied_on),
        (_("现场核查"), workplace.inspected_on),
        (_("公示"), workplace.noticed_until or workplace.noticed_on),
    )


def steps_to_recognition(workplace):
    """Where one that is not recognised stands: what is done, what is next, or that it was refused and why."""
    told = [Step(word, "current" if day > localdate() else "done", day) for word, day in days_before(workplace) if day]
    if workplace.state == REFUSED:
        last = (
            workplace.decisions.filter(move=Move.REFUSED)
            .select_related("decided_by")
            .order_by("-decided_on", "-pk")
            .first()
        )
        why = (last.decided_on, _name(last.decided_by), last.note) if last else ()
        return [*told, Step(RULES[Move.REFUSED].word, "refused", *why)]
    ahead = [word for word, day in days_before(workplace)[len(told) :] if not day]
    under_way = told[-1].state == "current"
    return [*told, *(Step(word, "todo" if n or under_way else "current") for n, word in enumerate([*ahead, _("认定")]))]


def history(_screen, workplace):
    """Who changed what."""
    return {"moments": timeline_of(workplace, actions=words())}


class WorkplaceDetail(DetailScreen):
    """/employment/workplaces/<id>/ — a workplace, who is in post, its reviews."""

    permission = "employment.view"
    tabs = (
        Tab("staff", _("在岗人员"), "employment/workplace_staff.html", staff),
        Tab("reviews", _("认定和年检"), "employment/workplace_reviews.html", reviews),
        Tab("file", _("载体信息"), "web/sheet.html", workplace_facts),
        Tab("history", _("变更历史"), "web/timeline.html", history),
    )

    @property
    def back(self):
        """To the list."""
        return (reverse("employment:workplaces"), _("就业载体"))

    def rows(self, user):
        """Workplaces the user sees."""
        return Workplace.objects.visible_to(user).select_related("operator")

    def in_own_area(self, workplace):
        """Whether the user looks after it, and not only sees it."""
        return Workplace.objects.changeable_by(self.user).filter(pk=workplace.pk).exists()

    def header(self, thing):
        """Which, where, how many in post, how it stands."""
        today = localdate()
        here = in_post_counts(self.user, [thing.pk], today).get(thing.pk, 0)
        kind, _colour = KIND_BADGES.get(thing.kind, (thing.kind, ""))
        word, colour = STATE_BADGES[effective_state(thing, today)]
        facts = (
            Fact(_("类型"), kind),
            Fact(_("所在乡镇"), names_of({thing.township_code}).get(thing.township_code, "")),
            Fact(_("岗位数"), thing.posts),
            Fact(_("在岗（人）"), here),
        )
        edit = Action(
            _("修改"),
            reverse("employment:edit_workplace", args=[thing.pk]),
            permission="employment.edit",
            icon="pencil",
        )
        found = with_review(Workplace.objects.filter(pk=thing.pk), today).get()
        look = Action(
            _("办理认定") if found.review == Review.APPLYING else _("复查整改") if found.mend_by else _("年检"),
            f"{reverse('employment:workplace', args=[thing.pk])}?tab=reviews",
            permission="employment.edit",
            icon="clipboard-check",
        )
        own, waits = self.in_own_area(thing), found.review not in {Review.AHEAD, Review.CLOSED}
        return Header(
            thing.name,
            facts=facts,
            state=word,
            state_colour=colour,
            primary=(look if waits else edit) if own else None,
            menu=(edit,) if own and waits else (),
        )

    def steps(self, thing):
        """申报 to 认定 as far as told, the last review, the next one, and 撤销 when it came to that."""
        today = localdate()
        found = with_review(Workplace.objects.filter(pk=thing.pk), today).get()
        last = (
            thing.decisions.filter(move__in=REVIEWS).select_related("decided_by").order_by("-decided_on", "-pk").first()
        )
        if thing.recognised_on is None:
            return steps_to_recognition(thing)
        made = [Step(word, "done", day) for word, day in days_before(thing) if day]
        made.append(Step(_("认定"), "done", thing.recognised_on))
        if last is not None and last.move != Move.WITHDRAWN:
            made.append(Step(RULES[Move(last.move)].word, "done", last.decided_on, _name(last.decided_by)))
        if effective_state(thing, today) == WITHDRAWN:
            return [*made, Step(pgettext_lazy("value", "撤销"), "current", thing.withdrawn_on)]
        if found.mend_by:
            return [*made, Step(_("复查整改"), "current", found.mend_by)]
        return [*made, Step(_("下次年检"), "current" if found.review != "ahead" else "todo", found.review_on)]


def _name(user):
    return (user.full_name or user.username) if user else ""


class WorkplaceFormScreen(FormScreen):
    """What registering and correcting a workplace have in common."""

    permission = "employment.edit"
    form_class = WorkplaceForm

    def save(self, form, thing):
        """Keep the workplace."""
        return services.save_workplace(user=self.user, facts=form.facts(), workplace=thing)

    def success_url(self, saved):
        """The workplace."""
        return reverse("employment:workplace", args=[saved.pk])


class NewWorkplace(WorkplaceFormScreen):
    """/employment/workplaces/new/."""

    title = _("登记载体")
    next_record = True
    carried = ("kind", "township_code", "recognised_on")

    def leave_url(self, thing):
        """The list."""
        return reverse("employment:workplaces")


class EditWorkplace(WorkplaceFormScreen):
    """/employment/workplaces/<id>/edit/."""

    @property
    def form_class(self):
        """Of one that waits for its recognition only what is told so far."""
        waits = Workplace.objects.filter(pk=self.kwargs["pk"], recognised_on__isnull=True).exists()
        return ApplyingForm if waits else WorkplaceForm

    def rows(self, user):
        """Workplaces the user looks after."""
        return Workplace.objects.changeable_by(user)

    def initial(self, thing):
        """As it is."""
        return initial_of_workplace(thing)

    def heading(self, thing):
        """Which."""
        return __("修改载体：%(name)s") % {"name": thing.name}

    def leave_url(self, thing):
        """The workplace."""
        return reverse("employment:workplace", args=[thing.pk])


class Decide(FormScreen):
    """/employment/workplaces/<id>/decide/<move>/ — a step to its recognition, a review, 停用, 恢复 or 撤销."""

    permission = "employment.edit"

    @property
    def move(self):
        """The move the address names."""
        try:
            return Move(self.request.resolver_match.kwargs["move"])
        except ValueError as error:
            raise Http404 from error

    @property
    def form_class(self):
        """The form of that move."""
        return FORMS[self.move]

    def fetch(self, *, lock=False, **key):
        """The workplace; the move is no part of its key."""
        return super().fetch(lock=lock, pk=key["pk"])

    def rows(self, user):
        """Workplaces the user looks after."""
        return Workplace.objects.changeable_by(user)

    def initial(self, thing):
        """Today."""
        return initial_of_decision(self.move)

    def heading(self, thing):
        """What, and on which."""
        return f"{RULES[self.move].word}：{thing.name}"

    def save(self, form, thing):
        """Ask the gate."""
        return services.decide(user=self.user, workplace=thing, move=self.move, **_decided(form.cleaned_data))

    def success_url(self, saved):
        """The workplace's reviews."""
        return f"{reverse('employment:workplace', args=[saved.workplace_id])}?tab=reviews"

    def leave_url(self, thing):
        """The same."""
        return f"{reverse('employment:workplace', args=[thing.pk])}?tab=reviews"


def _decided(given):
    return {"on": given["decided_on"], **{name: given[name] for name in given if name != "decided_on"}}
