"""Campaigns: the list, one with its progress, opening, giving out, closing."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.divisions.queries import names_of
from core.errors import DomainError
from core.formats.text import split_values
from core.web.base import Screen
from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.htmx import go_to
from core.web.lists import EmptyState, ListScreen, PageAction
from core.web.timeline import timeline_of
from workers.queries import area_of
from workers.surveys import queries, services
from workers.surveys.forms import KINDS, AssignForm, CampaignForm
from workers.surveys.models import Campaign, VisitTask
from workers.surveys.queries import TOWNSHIP, VILLAGE, percent
from workers.surveys.tables import CAMPAIGN_COLUMNS, CAMPAIGN_STATES
from workers.surveys.views.shared import words

UNTOLD = _("结束时公布")
"""Known before the draw the seed would tell surveyors which of their households are visited again."""


class CampaignList(ListScreen):
    """/workers/surveys/ — the campaigns."""

    key = "surveys"
    title = _("走访活动")
    permission = "surveys.view"
    icon = "home-heart"
    columns = CAMPAIGN_COLUMNS
    default_sort = "-starts_on"
    empty = EmptyState(_("县里开展的敲门行动在这里：每次活动给每户派一个入户任务。"))

    def rows(self, user):
        """Those the user has to do with."""
        return Campaign.objects.visible_to(user)

    def row_url(self, row):
        """Its progress."""
        return reverse("surveys:detail", args=[row["pk"]])

    def prepare(self, rows, user):
        """Names of areas, and how far the user's part has come: a query each."""
        names = names_of({row["division_code"] for row in rows})
        tasks = VisitTask.objects.visible_to(user).filter(campaign__in=[row["pk"] for row in rows])
        counted = tasks.values("campaign").annotate(
            n=Count("pk"), visited=Count("pk", filter=Q(visited_on__isnull=False))
        )
        found = {row["campaign"]: row for row in counted.order_by()}
        for row in rows:
            count = found.get(row["pk"], {"n": 0, "visited": 0})
            row["area"] = names.get(row["division_code"], row["division_code"])
            row["households"], row["visited"] = count["n"], count["visited"]
            row["percent"] = percent(count["visited"], count["n"])

    def page_actions(self, user):
        """Open one."""
        return (PageAction(_("开展走访活动"), reverse("surveys:new"), "surveys.manage", primary=True),)


class NewCampaign(FormScreen):
    """/workers/surveys/new/ — a task for each household of the area."""

    title = _("开展走访活动")
    permission = "surveys.manage"
    form_class = CampaignForm
    submit_label = _("开展并派发")

    def initial(self, thing):
        """The whole of the user's area, from today."""
        return {
            "kind": "全面走访",
            "division_code": self.user.division_prefix,
            "starts_on": localdate(),
            "sample_percent": 5,
        }

    def save(self, form, thing):
        """Open it."""
        return services.open_campaign(user=self.user, facts=form.facts())

    def success_message(self, saved):
        """How many households."""
        tasks = VisitTask.objects.filter(campaign=saved)
        count, open_ones = tasks.count(), tasks.filter(surveyor__isnull=True).count()
        return __("已建立 %(n)s 户的入户任务，其中 %(m)s 户待派发走访人。") % {"n": count, "m": open_ones}

    def success_url(self, saved):
        """The campaign."""
        return reverse("surveys:detail", args=[saved.pk])

    def leave_url(self, thing):
        """The list."""
        return reverse("surveys:list")


def progress(screen, campaign):
    """Townships, or the villages of one: a line each with every state's count."""
    area = screen.request.GET.get("area", "")
    own = area_of(screen.user)
    if len(area) != TOWNSHIP or not area.startswith(own[:TOWNSHIP]):
        area = own if len(own) >= TOWNSHIP else ""
    tasks = VisitTask.objects.visible_to(screen.user).filter(campaign=campaign, village_code__startswith=area)
    rows = queries.progress(tasks, VILLAGE if area else TOWNSHIP)
    total = {name: sum(row[name] for row in rows) for name in queries.COUNTS if name != "last"}
    total["percent"] = percent(total["visited"], total["households"])
    named = names_of({area[:TOWNSHIP]}) if area else {}
    return {
        "rows": rows,
        "total": total,
        "area": area,
        "area_name": named.get(area[:TOWNSHIP], ""),
        "may_leave": len(own) < TOWNSHIP,
        "may_export": screen.user.can("surveys.export"),
    }


def surveyors(screen, campaign):
    """A line for each surveyor, with the disagreement the re-visits found."""
    tasks = VisitTask.objects.visible_to(screen.user).filter(campaign=campaign)
    return {"rows": queries.by_surveyor(tasks)}


def sample(screen, campaign):
    """What was drawn for a second visit, with what it found."""
    tasks = VisitTask.objects.visible_to(screen.user).filter(campaign=campaign, sampled=True)
    rows = tasks.select_related("household", "contact", "surveyor", "revisit").order_by("village_code", "place", "pk")
    names = names_of({row.village_code for row in rows})
    return {
        "rows": [(row, names.get(row.village_code, ""), getattr(row, "revisit", None)) for row in rows],
        "lines": queries.disagreement(tasks),
        "may_revisit": screen.user.can("surveys.revisit"),
    }


def history(_screen, campaign):
    """Who opened and closed it; the seed, new or old, once it has drawn."""
    texts = {} if campaign.state == Campaign.State.CLOSED else {"seed": lambda _seed: UNTOLD}
    return {"moments": timeline_of(campaign, actions=words(), texts=texts)}


class CampaignDetail(DetailScreen):
    """/workers/surveys/<id>/ — one campaign: progress by village, surveyor, the sample."""

    permission = "surveys.view"
    tabs = (
        Tab("progress", _("进度"), "surveys/progress.html", progress),
        Tab("surveyors", _("走访人"), "surveys/surveyors.html", surveyors),
        Tab("sample", _("抽样复访"), "surveys/sample.html", sample),
        Tab("history", _("变更历史"), "web/timeline.html", history),
    )

    @property
    def back(self):
        """To the campaigns."""
        return (reverse("surveys:list"), _("走访活动"))

    def rows(self, user):
        """Those the user has to do with."""
        return Campaign.objects.visible_to(user)

    def header(self, thing):
        """What, when, where; the acts that are open."""
        word, colour = CAMPAIGN_STATES[thing.state]
        facts = (
            Fact(_("活动类型"), dict(KINDS)[thing.kind]),
            Fact(_("起止日期"), f"{thing.starts_on} — {thing.ends_on}"),
            Fact(_("走访范围"), names_of({thing.division_code}).get(thing.division_code, thing.division_code)),
            Fact(_("抽样种子"), str(thing.seed) if thing.state == Campaign.State.CLOSED else UNTOLD),
        )
        period = f"{thing.starts_on:%Y-%m}"
        asked = urlencode({"period": period, "campaign": thing.name, "by": "township"})
        facts = (
            *facts,
            Fact(_("入户率"), _("统计口径"), url=f"{reverse('indicators:indicator', args=['VISIT_RATE'])}?{asked}"),
        )
        tasks = Action(_("逐户查看"), f"{reverse('surveys:tasks')}?campaign={thing.pk}", icon="list")
        return Header(thing.name, facts=facts, state=word, state_colour=colour, primary=tasks, menu=self.menu(thing))

    def menu(self, campaign):
        """Give out, add, close; or reopen."""
        if campaign.state == Campaign.State.CLOSED:
            return (
                Action(_("重新开放"), reverse("surveys:reopen", args=[campaign.pk]), method="post",
                       permission="surveys.manage", icon="lock-open", confirm=_("重新开放后抽样作废，再次结束时重新抽取。")),
            )  # fmt: skip
        return (
            Action(_("派发走访人"), reverse("surveys:assign", args=[campaign.pk]), permission="surveys.assign", icon="user-check"),
            Action(_("补充新增户"), reverse("surveys:add", args=[campaign.pk]), method="post",
                   permission="surveys.manage", icon="plus"),
            Action(_("结束并抽样"), reverse("surveys:close", args=[campaign.pk]), method="post",
                   permission="surveys.manage", icon="lock", confirm=_("结束后不能再登记走访，并按种子抽取复访户。确定结束？")),
        )  # fmt: skip


class CampaignAct(Screen):
    """A POST that does something with a campaign and comes back to it."""

    permission = "surveys.manage"

    def act(self, campaign):
        """Do it; answers the sentence that says what came of it."""
        raise NotImplementedError

    def post(self, request, pk):
        """Back to the campaign; a refusal is said there."""
        campaign = Campaign.objects.visible_to(self.user).filter(pk=pk).first()
        if campaign is None:
            raise Http404
        try:
            messages.success(request, self.act(campaign))
        except DomainError as error:
            messages.error(request, error.message)
        return go_to(request, reverse("surveys:detail", args=[pk]))


class AddHouseholds(CampaignAct):
    """POST /workers/surveys/<id>/add/ — tasks for households registered since."""

    def act(self, campaign):
        """How many."""
        return __("已补充 %(n)s 户。") % {"n": services.add_households(user=self.user, campaign=campaign)}


class CloseCampaign(CampaignAct):
    """POST /workers/surveys/<id>/close/ — end it and draw the sample."""

    def act(self, campaign):
        """How many were drawn."""
        drawn = services.close_campaign(user=self.user, campaign=campaign)
        return __("活动已结束，抽取 %(n)s 户复访。") % {"n": drawn}


class ReopenCampaign(CampaignAct):
    """POST /workers/surveys/<id>/reopen/ — go on."""

    def act(self, campaign):
        """Said so."""
        services.reopen_campaign(user=self.user, campaign=campaign)
        return __("活动已重新开放。")


class Assign(FormScreen):
    """/workers/surveys/<id>/assign/ — whose households become whose."""

    title = _("派发走访人")
    permission = "surveys.assign"
    form_class = AssignForm
    next_record = True

    def fetch(self, *, lock=False, **key):
        """The campaign must be in sight."""
        self.campaign = Campaign.objects.visible_to(self.user).filter(pk=key["pk"]).first()
        if self.campaign is None:
            raise Http404

    def heading(self, thing):
        """Of which campaign."""
        return __("派发走访人：%(name)s") % {"name": self.campaign.name}

    def initial(self, thing):
        """The village a link named."""
        return {"village_code": self.request.GET.get("village", "")[:VILLAGE]}

    def save(self, form, thing):
        """Give them out."""
        given = form.cleaned_data
        surveyor = User.objects.filter(pk=given["surveyor"]).first() if given["surveyor"] else None
        return services.assign(
            user=self.user,
            campaign=self.campaign,
            village_code=given["village_code"],
            groups=split_values(given["groups"]) or None,
            surveyor=surveyor,
        )

    def success_message(self, saved):
        """How many."""
        return __("已派发 %(n)s 户。") % {"n": saved}

    def success_url(self, saved):
        """The campaign."""
        return reverse("surveys:detail", args=[self.campaign.pk])

    def leave_url(self, thing):
        """The campaign."""
        return reverse("surveys:detail", args=[self.campaign.pk])
