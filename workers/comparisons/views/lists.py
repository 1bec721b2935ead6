"""Pages of lists compared: handing one in, how far the work is, what was accepted, taking one back."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotAllowed, NotFound
from core.web.base import Screen
from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.htmx import go_to
from core.web.lists import EmptyState, ListScreen, PageAction
from core.workbooks.tables import FAULTS
from workers.comparisons import services
from workers.comparisons.filters import NOBODY, NOWHERE
from workers.comparisons.forms import NewComparisonForm
from workers.comparisons.models import Comparison
from workers.comparisons.queries import acceptances_of, by_kind, by_owner, by_township, tallies_of
from workers.comparisons.sheet import heading_word
from workers.comparisons.tables import COMPARISON_COLUMNS, RUN_BADGES
from workers.queries import TOWNSHIP

EDIT = "workers.edit"
VIEW = (EDIT, "comparisons.view")
COUNTED = {
    "rows": _("名单行数"),
    "people": _("名单人数"),
    "refused": _("不能比对"),
    "repeated": _("重复（以第一行为准）"),
    "elsewhere": _("不在本范围"),
    "fresh": _("新出现"),
}


class ComparisonList(ListScreen):
    """/workers/comparisons/ — lists compared with the register."""

    key = "comparisons"
    title = _("名单比对")
    permission = VIEW
    icon = "arrows-exchange"
    columns = COMPARISON_COLUMNS
    default_sort = "-created_at"
    empty = EmptyState(_("把防返贫、民政、社保、死亡等名单放进来，与登记库逐人比对，差异按乡镇办理。"))

    def rows(self, user):
        """One's own, one's colleagues', and those with work in one's scope."""
        return Comparison.objects.visible_to(user)

    def row_url(self, row):
        """The comparison."""
        return reverse("comparisons:detail", args=[row["pk"]])

    def prepare(self, rows, user):
        """How far the work is: one query."""
        found = tallies_of(user, [row["pk"] for row in rows])
        for row in rows:
            tally = found.get(row["pk"])
            row["open"], row["total"], row["rate"] = (tally.open, tally.total, tally.rate) if tally else (0, 0, "—")

    def page_actions(self, user):
        """Hand a list in."""
        return (PageAction(_("比对名单"), reverse("comparisons:new"), "imports.write", primary=True),)


class NewComparison(FormScreen):
    """/workers/comparisons/new/ — hand a list in."""

    title = _("比对名单")
    permission = "imports.write"
    form_class = NewComparisonForm
    submit_label = _("开始比对")

    def save(self, form, thing):
        """Keep it and queue the comparison."""
        given = dict(form.cleaned_data)
        file = given.pop("file")
        return services.create_comparison(user=self.user, file=file, name=file.name or "", **given)

    def success_url(self, saved):
        """The comparison."""
        return reverse("comparisons:detail", args=[saved.pk])

    def success_message(self, saved):
        """It has begun."""
        return gettext("名单已收到，正在比对。")

    def leave_url(self, thing):
        """The list."""
        return reverse("comparisons:list")


def summary(screen, comparison):
    """The work by kind and by township, each leading to its rows."""
    items = reverse("comparisons:items", args=[comparison.pk])
    return {
        "kinds": [(tally, f"{items}?kind={tally.code}") for tally in by_kind(screen.user, comparison.pk)],
        "townships": [
            (tally, f"{items}?township={tally.code}")
            if len(tally.code) == TOWNSHIP
            # Nobody knows yet which township's work these are.
            else (replace(tally, label=gettext("未定乡镇")), f"{items}?township={NOWHERE}")
            for tally in by_township(screen.user, comparison.pk)
        ],
        "owners": [
            (replace(tally, label=tally.label or gettext("无人领办")), f"{items}?owner={tally.code or NOBODY}")
            for tally in by_owner(screen.user, comparison.pk)
        ],
        "columns": [heading_word(field) for field in comparison.columns],
        "comparison": comparison,
    }


def unread(_screen, comparison):
    """Rows that could be compared with nobody."""
    return {
        "faults": [{**fault, "why": FAULTS.get(fault["code"], fault["code"])} for fault in comparison.faults],
        "refused": comparison.counts.get("refused", 0),
    }


def accepted(screen, comparison):
    """What was taken into the register at once, each to be taken back as it was."""
    return {
        "acceptances": acceptances_of(screen.user, comparison.pk),
        "comparison": comparison,
        "may_undo": screen.user.can(EDIT),
    }


class ComparisonDetail(DetailScreen):
    """/workers/comparisons/<id>/ — what came of one list."""

    permission = VIEW
    tabs = (
        Tab("summary", _("办理情况"), "comparisons/summary.html", summary),
        Tab("accepted", _("采纳记录"), "comparisons/accepted.html", accepted),
        Tab("unread", _("不能比对的行"), "comparisons/unread.html", unread),
    )

    @property
    def back(self):
        """To the list."""
        return (reverse("comparisons:list"), _("名单比对"))

    def rows(self, user):
        """Those the user has to do with."""
        return Comparison.objects.visible_to(user).select_related("created_by", "previous")

    def header(self, thing):
        """Which list, of which day, how many people; what is new and what has gone."""
        counts = thing.counts
        facts = [
            Fact(_("种类"), thing.get_kind_display()),
            Fact(_("截至日期"), thing.as_of),
            Fact(_("文号"), thing.document),
            *(Fact(label, counts[name]) for name, label in COUNTED.items() if counts.get(name) is not None),
            Fact(_("提交人"), thing.created_by.full_name),
        ]
        tally = tallies_of(self.user, [thing.pk]).get(thing.pk)
        if tally:
            facts.append(Fact(_("办结率"), tally.rate))
        if thing.previous and "gone" in counts:
            url = reverse("comparisons:detail", args=[thing.previous_id])
            facts += [Fact(_("不再出现"), counts.get("gone")), Fact(_("上一次比对"), thing.previous.as_of, url=url)]
        if thing.error:
            facts.append(Fact(_("失败原因"), thing.error))
        word, colour = RUN_BADGES[thing.state]
        work = Action(_("办理差异"), reverse("comparisons:items", args=[thing.pk]), icon="checklist")
        known = Action(
            _("办理已补登记的"), reverse("comparisons:registered", args=[thing.pk]), permission=EDIT, method="post",
            icon="user-check",
        )  # fmt: skip
        back = Action(
            _("撤回名单"), reverse("comparisons:withdraw", args=[thing.pk]), permission="imports.write", method="post",
            icon="arrow-back-up", confirm=_("这份名单放错了？它的差异和办理意见全部去掉，上一次名单没办完的重新列为待办。"),
        )  # fmt: skip
        done = thing.state == Comparison.State.DONE
        return Header(
            thing.title,
            facts=facts,
            state=word,
            state_colour=colour,
            primary=work if done else None,
            menu=(known, back) if done else (),
        )


class Registered(Screen):
    """POST /workers/comparisons/<id>/registered/ — go on with the people who are registered by now."""

    permission = EDIT

    def get(self, request, pk):
        """There is nothing to read here."""
        return go_to(request, reverse("comparisons:detail", args=[pk]))

    def post(self, request, pk):
        """What the list says of them is to be accepted now."""
        found = Comparison.objects.visible_to(self.user).filter(pk=pk).first()
        if found is None:
            raise Http404
        count = services.settle_registered(comparison=found, user=self.user)
        messages.success(request, gettext("%(n)d人已补登记：名单说的待采纳，没有要采纳的已办结。") % {"n": count})
        return go_to(request, reverse("comparisons:detail", args=[pk]))


class Withdraw(Screen):
    """POST /workers/comparisons/<id>/withdraw/ — the wrong list was handed in."""

    permission = "imports.write"

    def get(self, request, pk):
        """There is nothing to read here."""
        return go_to(request, reverse("comparisons:detail", args=[pk]))

    def post(self, request, pk):
        """Take it back, or say what stands in the way."""
        found = Comparison.objects.visible_to(self.user).filter(pk=pk).first()
        if found is None:
            raise Http404
        try:
            services.withdraw(user=self.user, comparison=found)
        except (Conflict, NotAllowed) as refusal:
            messages.error(request, refusal.message)
            return go_to(request, reverse("comparisons:detail", args=[pk]))
        messages.success(request, gettext("已撤回《%(title)s》。") % {"title": found.title})
        return go_to(request, reverse("comparisons:list"))


class UndoAccept(Screen):
    """POST /workers/comparisons/<id>/accepted/<operation>/undo/ — take one acceptance back."""

    permission = EDIT

    def get(self, request, pk, act):
        """There is nothing to read here."""
        return go_to(request, accepted_url(pk))

    def post(self, request, pk, act):
        """Take it back, or say what stands in the way."""
        found = Comparison.objects.visible_to(self.user).filter(pk=pk).first()
        if found is None:
            raise Http404
        try:
            count = services.undo_accept(comparison=found, act=act, user=self.user)
        except (Conflict, NotFound, NotAllowed) as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, gettext("已撤销，%(n)d条重新列为待办，登记库恢复原样。") % {"n": count})
        return go_to(request, accepted_url(pk))


def accepted_url(pk):
    """The tab with what was accepted."""
    return f"{reverse('comparisons:detail', args=[pk])}?tab=accepted"
