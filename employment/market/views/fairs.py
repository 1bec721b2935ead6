"""Pages of job fairs: the list, one fair with its stands and its register."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import DomainError
from core.web.base import Screen
from core.web.details import Action, DetailScreen, Fact, Header, Step, Tab
from core.web.forms import FormScreen
from core.web.htmx import go_to
from core.web.lists import EmptyState, ListScreen, PageAction
from core.web.lists.table import table_rows
from core.web.timeline import timeline_of
from employment.market import services
from employment.market.filters import FairFilter, fair_called
from employment.market.forms import FairForm
from employment.market.queries import fair_counts, followed, outcome_of, results_of, share, step_counts
from employment.market.tables import (
    CAME_COLUMNS,
    FAIR_COLUMNS,
    REFERRAL_COLUMNS,
    STAND_COLUMNS,
    STAND_FIELDS,
    add_came,
    wage_words,
)
from employment.models import Fair, FairBooth, Referral
from employment.tables import add_homes, fields_of
from employment.views.shared import importing, words

MOST_SHOWN = 200
NOTHING = (0, 0, 0)


class FairList(ListScreen):
    """/employment/fairs/ — fairs planned and held."""

    key = "fairs"
    title = pgettext_lazy("list", "招聘会")
    permission = "employment.view"
    icon = "calendar-event"
    columns = FAIR_COLUMNS
    filterset_class = FairFilter
    quick_filters = ("organiser", "held")
    default_sort = "-held_on"
    search_hint = _("编号、名称、地点")
    export_kind = "fairs"

    @property
    def empty(self):
        """Where fairs come from."""
        text = _("导入招聘会台账，或登记一场招聘会；参会企业和求职登记随后按编号导入。")
        return EmptyState(text, importing("fairs"), reverse("workbooks:template", args=["fairs"]))

    def rows(self, user):
        """Fairs the user sees."""
        return Fair.objects.visible_to(user)

    def search(self, queryset, text):
        """By number, name or place."""
        return queryset.filter(fair_called(text))

    def row_url(self, row):
        """The fair's page."""
        return reverse("employment:fair", args=[row["pk"]])

    def prepare(self, rows, user):
        """Employers and openings, and how far the user's people came: one query each."""
        ids = [row["pk"] for row in rows]
        stands, steps = fair_counts(ids), step_counts(user, "fair_id", ids)
        for row in rows:
            row["counts"], row["steps"] = stands.get(row["pk"], NOTHING), steps.get(row["pk"], {})

    def page_actions(self, user):
        """Plan one, import many."""
        return (
            PageAction(_("登记招聘会"), reverse("employment:new_fair"), "fairs.edit", primary=True),
            PageAction(_("参会企业"), reverse("employment:booths"), icon="building"),
            PageAction(_("导入招聘会台账"), importing("fairs"), "imports.write", icon="file-import", kind="fairs"),
        )


def open_desk(fair):
    """Whether people may be written down there: it is held, and was not called off."""
    return not fair.cancelled and fair.held_on <= localdate()


def stand_url(user, fair, pk):
    """Where a stand leads: to its page for who keeps fairs, to the register for who writes people down there."""
    if user.can("fairs.edit"):
        return reverse("employment:booth", args=[pk])
    return (
        f"{reverse('employment:desk', args=[fair.pk])}?booth={pk}"
        if user.can("referrals.edit") and open_desk(fair)
        else ""
    )


def stands(screen, fair):
    """Who stands there with which posts."""
    rows = list(
        FairBooth.objects.filter(fair=fair)
        .order_by("employer__name", "pk")
        .values(*fields_of(STAND_COLUMNS, *STAND_FIELDS))[: MOST_SHOWN + 1]
    )
    more = len(rows) > MOST_SHOWN
    del rows[MOST_SHOWN:]
    add_came(screen.user, rows)
    columns = (*STAND_COLUMNS, *CAME_COLUMNS)
    may = screen.user.can("fairs.edit")
    return {
        "fair": fair,
        "columns": columns,
        "caption": _("参会企业"),
        "table": table_rows(rows, columns, lambda row: stand_url(screen.user, fair, row["pk"]), picks=False),
        "new_url": reverse("employment:new_booth", args=[fair.pk]) if may else "",
        "import_url": importing("fair_booths") if may else "",
        "more": more,
        "most": MOST_SHOWN,
        "all_url": f"{reverse('employment:booths')}?fair={fair.code}",
    }


def register_of(screen, fair):
    """How far the user's people came: each process where it stands now."""
    latest = Referral.objects.visible_to(screen.user).filter(~followed(), fair=fair)
    found = latest.order_by("-happened_on", "-pk").values(*fields_of(REFERRAL_COLUMNS, "worker_id"))
    rows = list(found[: MOST_SHOWN + 1])
    more = len(rows) > MOST_SHOWN
    del rows[MOST_SHOWN:]
    add_homes(rows)
    columns = [column for column in REFERRAL_COLUMNS if column.name not in {"fair", "fair_code", "village"}]
    may = screen.user.can("referrals.edit")
    return {
        "fair": fair,
        "columns": columns,
        "caption": _("求职登记"),
        "table": table_rows(rows, columns, lambda row: reverse("employment:referral", args=[row["pk"]]), picks=False),
        "results": results_of(latest),
        "new_url": reverse("employment:desk", args=[fair.pk]) if may and open_desk(fair) else "",
        "import_url": importing("referrals") if may else "",
        "more": more,
        "most": MOST_SHOWN,
        "all_url": f"{reverse('employment:referrals')}?fair={fair.code}",
    }


def fair_facts(screen, fair):
    """What is kept of it, and what came of it."""
    kept = (
        Fact(_("招聘会编号"), fair.code),
        Fact(_("招聘会名称"), fair.name),
        Fact(_("日期"), fair.held_on),
        Fact(_("形式"), fair.form),
        Fact(_("主办方"), fair.organiser),
        Fact(_("地点"), fair.venue),
        Fact(_("参会人次"), fair.visitors),
        Fact(_("总结"), fair.summary),
    )
    came = outcome_of(screen.user, fair)
    outcome = (
        Fact(_("岗位月薪"), wage_words({"wage_from": came.wage_from, "wage_to": came.wage_to})),
        Fact(_("意向（人次）"), came.intents),
        Fact(_("意向（人）"), came.intending),
        Fact(_("签约（人）"), came.signed),
        Fact(_("30天内到岗（人）"), came.at_post),
        Fact(_("意向 ÷ 参会人次"), share(came.intents, fair.visitors)),
        Fact(_("签约 ÷ 意向（人）"), share(came.signed, came.intending)),
    )
    return {"groups": ((_("招聘会"), kept), (_("成效"), outcome))}


def fair_history(_screen, fair):
    """Who changed what."""
    return {"moments": timeline_of(fair, actions=words())}


class FairDetail(DetailScreen):
    """/employment/fairs/<id>/ — one fair."""

    permission = "employment.view"
    tabs = (
        Tab("stands", _("参会企业"), "employment/market/stands.html", stands),
        Tab("register", _("求职登记"), "employment/market/register.html", register_of),
        Tab("file", _("概况"), "web/sheet.html", fair_facts),
        Tab("history", _("变更历史"), "web/timeline.html", fair_history),
    )

    @property
    def back(self):
        """To the list."""
        return (reverse("employment:fairs"), pgettext_lazy("list", "招聘会"))

    def rows(self, user):
        """Fairs the user sees."""
        return Fair.objects.visible_to(user)

    def header(self, thing):
        """Which fair, when, how many employers and openings; what is next."""
        employers, posts, openings = fair_counts([thing.pk]).get(thing.pk, NOTHING)
        self.stood = employers
        self.came = results_of(Referral.objects.visible_to(self.user).filter(fair=thing))
        ahead = thing.held_on > localdate()
        state, colour = (
            (_("已取消"), "red") if thing.cancelled else (_("待举办"), "blue") if ahead else (_("已举办"), "green")
        )
        shown = (
            Fact(_("日期"), thing.held_on),
            Fact(_("主办方"), thing.organiser),
            Fact(_("企业 / 岗位"), f"{employers} / {posts}"),
            Fact(_("招聘人数"), openings),
        )
        primary = Action(
            _("现场登记"),
            reverse("employment:desk", args=[thing.pk]),
            permission="referrals.edit",
            icon="user-plus",
            refused=_("招聘会已取消")
            if thing.cancelled
            else _("还没有到举办日期")
            if ahead
            else ""
            if posts
            else _("还没有登记参会企业"),
        )
        return Header(
            thing.name, facts=shown, state=state, state_colour=colour, primary=primary, menu=self.menu_of(thing)
        )

    def menu_of(self, thing):
        """Everything else."""
        edit = {"permission": "fairs.edit"}
        off = reverse("employment:call_off_fair", args=[thing.pk])
        held = _("已有求职登记，不能取消") if any(self.came.values()) else ""
        return (
            Action(_("登记参会企业"), reverse("employment:new_booth", args=[thing.pk]), icon="plus", **edit),
            Action(_("修改"), reverse("employment:edit_fair", args=[thing.pk]), icon="pencil", **edit),
            Action(_("恢复"), f"{off}?off=0", method="post", icon="refresh", **edit)
            if thing.cancelled
            else Action(
                _("取消招聘会"), f"{off}?off=1", method="post", icon="ban", confirm=_("确定取消这场招聘会？"), refused=held,
                **edit,
            ),
        )  # fmt: skip

    def steps(self, thing):
        """筹备 → 举办 → 意向 → 签约 → 到岗, with how many of the user's people."""
        if thing.cancelled:
            return []
        today, came = localdate(), self.came
        told = (
            (__("邀请企业 %(n)d 家") % {"n": self.stood}, self.stood > 0, None),
            (__("举办"), thing.held_on <= today, thing.held_on),
            (__("意向 %(n)d 人次") % {"n": came["意向"]}, came["意向"] > 0, None),
            (__("签约 %(n)d 人次") % {"n": came["签约"]}, came["签约"] > 0, None),
            (__("到岗 %(n)d 人次") % {"n": came["到岗"]}, came["到岗"] > 0, None),
        )
        current = next((n for n, (_label, done, _on) in enumerate(told) if not done), len(told))
        return [
            Step(label, "done" if done else "current" if n == current else "todo", on=on)
            for n, (label, done, on) in enumerate(told)
        ]


class FairFormScreen(FormScreen):
    """What the forms of a fair have in common."""

    permission = "fairs.edit"
    form_class = FairForm

    def save(self, form, thing):
        """Keep the fair."""
        return services.save_fair(user=self.user, facts=form.facts(), fair=thing)

    def success_url(self, saved):
        """The fair's page."""
        return reverse("employment:fair", args=[saved.pk])


class NewFair(FairFormScreen):
    """/employment/fairs/new/."""

    title = _("登记招聘会")

    def leave_url(self, thing):
        """The list."""
        return reverse("employment:fairs")


class EditFair(FairFormScreen):
    """/employment/fairs/<id>/edit/."""

    def rows(self, user):
        """Fairs the user sees."""
        return Fair.objects.visible_to(user)

    def initial(self, thing):
        """The fair as it is."""
        return {name: getattr(thing, name) for name in FairForm.base_fields}

    def heading(self, thing):
        """Which one."""
        return __("修改招聘会：%(name)s") % {"name": thing.name}

    def leave_url(self, thing):
        """The fair's page."""
        return reverse("employment:fair", args=[thing.pk])


class CallOffFair(Screen):
    """POST /employment/fairs/<id>/call-off/?off= — cancel it, or hold it after all."""

    permission = "fairs.edit"

    def post(self, request, pk):
        """Do it and come back; a refusal is said on the fair's page."""
        fair = Fair.objects.visible_to(self.user).filter(pk=pk).first()
        if fair is None:
            raise Http404
        try:
            services.call_off_fair(user=self.user, fair=fair, off=request.GET.get("off") == "1")
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, __("已保存。"))
        return go_to(request, reverse("employment:fair", args=[pk]))
