"""What the village's assistant carries in the pocket: my households, one at the door, what clashed with the files."""

from urllib.parse import quote, urlencode

from django.contrib import messages
from django.db.models import Min
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import DomainError
from core.web.base import Screen
from core.web.forms import FormScreen
from core.web.htmx import go_to, render_part
from workers.queries import place_names
from workers.surveys import queries, services
from workers.surveys.answers import in_words
from workers.surveys.filters import STATES
from workers.surveys.forms import FIELDS, SUGGESTED, DoorForm
from workers.surveys.gate import RETRIES, Act, movable
from workers.surveys.models import AT_THE_DOOR, TO_VISIT, SurveyClash, VisitTask
from workers.surveys.views.shared import asked, kept_task, read_reference, visible_task

CARDS = 400
"""As many households as one page shows; a phone fetches them ahead to have without signal."""

AHEAD = 8
"""Of so many villages the lists are links, which a phone fetches ahead as well."""

AT_THE_DOOR_CHANNEL = "上门"


class MyDoors(Screen):
    """/workers/surveys/mine/ — my households in the order of the walk: to visit first, what is done below."""

    title = _("入户走访")
    permission = "surveys.write"
    offline = True

    def get(self, request):
        """One village's cards; of several villages or groups the chosen one's."""
        campaign = queries.current_campaign(self.user, request.GET.get("campaign", ""))
        context = self.context(campaign) if campaign else {"title": self.title, "campaign": None}
        return render_part(request, "surveys/mine.html", {}, context)

    def context(self, campaign):
        """Cards of the chosen part, counts of all."""
        mine = VisitTask.objects.of_surveyor(self.user).filter(campaign=campaign)
        walk = mine.values("village_code", "group_name").annotate(first=Min("place")).order_by("village_code", "first")
        parts = list(walk.values_list("village_code", "group_name"))
        village, group = (asked(self.request, name) for name in ("village", "group"))
        villages = sorted({code for code, _group in parts})
        if village not in villages:
            village = villages[0] if villages else ""
        shown = mine.filter(village_code=village)
        if group:
            shown = shown.filter(group_name=group)
        open_doors = queries.doors_of(self.first(shown.filter(state__in=TO_VISIT)), self.user)
        done = shown.filter(state__in=[state for state in AT_THE_DOOR if state not in TO_VISIT])
        names = place_names(villages)
        return {
            "title": self.title,
            "campaign": campaign,
            "campaigns": [(one, doors_url(one)) for one in queries.campaigns_of(self.user)],
            "villages": [(code, names[code][1], doors_url(campaign, code)) for code in villages],
            "many": len(villages) > AHEAD,
            "village": village,
            "all_groups": doors_url(campaign, village),
            "groups": [(name, doors_url(campaign, village, name)) for code, name in parts if code == village and name],
            "group": group,
            "sections": grouped(open_doors),
            "waiting": shown.filter(state__in=TO_VISIT).count(),
            "done": queries.doors_of(self.first(done), self.user),
            "ready": movable(mine, self.user, Act.SUBMIT).count(),
            "handed_in": mine.exclude(state__in=AT_THE_DOOR).count(),
            "clashes": queries.clash_count(self.user),
            "channel": AT_THE_DOOR_CHANNEL,
            "most": CARDS,
            "today": timezone.localdate(),
        }

    def first(self, tasks):
        """As many as a page carries, in the order of the walk."""
        ids = tasks.order_by("village_code", "place", "pk").values_list("pk", flat=True)[:CARDS]
        return VisitTask.objects.filter(pk__in=list(ids))


def grouped(doors):
    """Doors by village group, in the order they come."""
    found = {}
    for door in doors:
        found.setdefault(door.task.group_name, []).append(door)
    return list(found.items())


def doors_url(campaign, village="", group=""):
    """The list of that part; a phone keeps it under this very address."""
    chosen = {"campaign": campaign.pk, "village": village, "group": group}
    return f"{reverse('surveys:mine')}?{urlencode({name: value for name, value in chosen.items() if value})}"


class DoorPage(FormScreen):
    """/workers/surveys/door/<ref>/ — one household: last answers shown, differences typed. Works without signal."""

    permission = "surveys.write"
    form_class = DoorForm
    offline = True
    template = "surveys/door.html"
    body_template = "surveys/door_body.html"
    submit_label = _("保存走访")

    def fetch(self, *, lock=False, **key):
        """Nothing is edited here; the household must be in sight, or have been the user's while the page was kept."""
        task, self.seen = kept_task(self.user, key["ref"])
        (self.door,) = queries.doors_of(VisitTask.objects.filter(pk=task.pk), self.user)
        self.recorded = None

    def heading(self, thing):
        """Whose household, where."""
        if not self.seen:
            return __("已登记在别的村的户")
        return f"{self.door.task.group_name} {__('%(head)s户') % {'head': self.door.head}}".strip()

    def initial(self, thing):
        """At the door, today."""
        return {
            "at": self.door,
            "today": timezone.localdate(),
            "visited_on": timezone.localdate(),
            "channel": AT_THE_DOOR_CHANNEL,
            "door": self.door.task.door if self.seen else "",
        }

    def extra_context(self, thing):
        """Where, how far, what may not be typed any more."""
        task = self.door.task
        township, village = place_names([task.village_code])[task.village_code]
        return {
            "task": task,
            "door": self.door,
            "seen": self.seen,
            "elsewhere": not self.door.members and not self.user.covers(task.contact.village_code),
            "home": f"{township} {village}".strip(),
            "state": STATES[task.state],
            "closed": self.seen and (task.state not in AT_THE_DOOR or task.campaign.state != "open"),
            "last": services.withdrawable(self.user, task) if self.seen else None,
            "retries": max(RETRIES + 1 - task.misses, 0),
            "words": SUGGESTED,
            "may_call": self.user.can("workers.reveal.phone"),
        }

    def save(self, form, thing):
        """Store it; sent twice it is stored once."""
        self.recorded = services.record_visit(
            user=self.user,
            task=self.door.task,
            facts=form.facts(),
            people=form.told(),
            newcomers=form.newcomers() if form.act in {"", "visited"} else [],
            client_ref=read_reference(self.request.POST.get("client_ref", "")),
            only_named=True,
        )
        return self.recorded

    def post(self, request, **key):
        """What must be settled is told to a phone that sends later, too."""
        response = super().post(request, **key)
        if self.recorded is not None and self.recorded.clashes and (mine := queries.clash_count(self.user)):
            response["X-Offline-Look"] = reverse("surveys:clashes")
            response["X-Offline-Look-Text"] = quote(clash_words(mine))
        return response

    def success_message(self, saved):
        """Whose, and whether something clashed."""
        if not self.seen:
            return __("已收下这次走访，由这一户现在的乡镇核对。")
        told = __("%(head)s户：已登记。") % {"head": self.door.head}
        return f"{told}{clash_words(saved.clashes)}" if saved.clashes else told

    def success_url(self, saved):
        """Back to the list."""
        look = saved.clashes and self.seen and not self.sent_later
        return reverse("surveys:clashes") if look else self.leave_url(None)

    @property
    def sent_later(self):
        """Whether a phone sends what it kept, with nobody looking at the answer."""
        return self.request.headers.get("X-Offline-Later") == "1"

    def leave_url(self, thing):
        """Back to the list one came from: of the campaign and village one walks first, or of another."""
        task = self.door.task
        first = queries.first_part(self.user)
        if not self.seen or first == (task.campaign_id, task.village_code):
            return reverse("surveys:mine")
        return doors_url(task.campaign, task.village_code)


def clash_words(count):
    """How many fields wait for a choice, as a sentence."""
    text = ngettext("有 %(n)s 处与档案的新内容不一致，请选定。", "有 %(n)s 处与档案的新内容不一致，请选定。", count)
    return text % {"n": count}


class WithdrawVisit(Screen):
    """POST /workers/surveys/door/<ref>/withdraw/ — the last visit there was written down by mistake."""

    permission = "surveys.write"

    def post(self, request, ref):
        """Back to the door, which is as it was before."""
        services.withdraw_visit(user=self.user, task=visible_task(self.user, ref))
        messages.success(request, __("已撤回，这一户回到登记之前。"))
        return go_to(request, reverse("surveys:door", args=[ref]))


class SubmitDoors(Screen):
    """POST /workers/surveys/mine/submit/ — hand everything finished in to the township."""

    permission = "surveys.write"

    def post(self, request):
        """Back to the list, saying how many."""
        campaign = queries.current_campaign(self.user, request.POST.get("campaign", ""))
        if campaign is None:
            raise Http404
        tasks = VisitTask.objects.of_surveyor(self.user).filter(campaign=campaign)
        count = services.submit(user=self.user, tasks=tasks)
        messages.success(request, __("已提交 %(n)s 户。") % {"n": count})
        return go_to(request, doors_url(campaign))


class Clashes(Screen):
    """/workers/surveys/clashes/ — fields that the visit and somebody else changed, side by side."""

    title = _("核对冲突")
    permission = ("surveys.write", "surveys.check")

    def get(self, request):
        """Household by household."""
        rows = list(queries.open_clashes(self.user)[:CARDS])
        for row in rows:
            row.label = FIELDS[row.field]
            row.base, row.theirs, row.mine = (in_words(row.field, one) for one in (row.base, row.theirs, row.mine))
        return render_part(request, "surveys/clashes.html", {}, {"title": self.title, "rows": rows})


class SettleClash(Screen):
    """POST /workers/surveys/clashes/<id>/ — choose one of the two."""

    permission = ("surveys.write", "surveys.check")

    def post(self, request, pk):
        """Back to what is left."""
        clash = SurveyClash.objects.filter(pk=pk, survey__task__in=VisitTask.objects.visible_to(self.user)).first()
        if clash is None:
            raise Http404
        try:
            services.settle(user=self.user, clash=clash, choice=request.POST.get("choice", ""))
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, __("已选定。"))
        left = queries.clash_count(self.user)
        return go_to(request, reverse("surveys:clashes") if left else reverse("surveys:mine"))
