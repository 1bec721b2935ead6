"""Pages of doubles: the queue, two files side by side, merges and taking one back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, DomainError
from core.web.base import Screen
from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.htmx import go_to
from core.web.lists import BulkAction, EmptyState, ListScreen, PageAction
from workers.doubles import comparing, services
from workers.doubles.filters import PossibleDoubleFilter
from workers.doubles.forms import OtherForm
from workers.doubles.models import Merge, PossibleDouble
from workers.doubles.tables import MERGE_COLUMNS, PAIR_COLUMNS, REASONS, STATE_BADGES
from workers.models import Worker
from workers.queries import place_names


def _decide_all(state):
    def run(user, pairs):
        for pair in pairs:
            services.decide(user=user, pair=pair, state=state)
        count = len(pairs)
        return ngettext("已判定%(n)d对。", "已判定%(n)d对。", count) % {"n": count}

    return run


class PairList(ListScreen):
    """/workers/doubles/ — pairs of persons who may be one."""

    key = "doubles"
    title = _("疑似重复人员")
    permission = "workers.edit"
    icon = "users"
    columns = PAIR_COLUMNS
    filterset_class = PossibleDoubleFilter
    quick_filters = ("state", "township", "reason")
    default_sort = "-score"
    bulk_actions = (
        BulkAction(
            "different",
            _("不是同一人"),
            run=_decide_all("different"),
            permission="workers.edit",
            icon="x",
            confirm=_("所选的每一对都不是同一人？以后不再提示。"),
        ),
        BulkAction("later", _("以后再定"), run=_decide_all("later"), permission="workers.edit", icon="clock"),
    )
    empty = EmptyState(_("没有待判定的疑似重复人员。每次导入花名册后和每天夜里会自动查找。"))

    def rows(self, user):
        """Pairs of whom the user sees both."""
        return PossibleDouble.objects.visible_to(user)

    def row_url(self, row):
        """The two side by side."""
        return reverse("doubles:pair", args=[row["pk"]])

    def row_fields(self):
        """For the names of places."""
        return ("first__village_code", "second__village_code")

    def prepare(self, rows, user):
        """Names of places: one query."""
        names = place_names({row[f"{side}__village_code"] for row in rows for side in comparing.SIDES})
        for row in rows:
            for side in comparing.SIDES:
                row[f"{side}_home"] = " ".join(names[row[f"{side}__village_code"]])

    def page_actions(self, user):
        """What was merged."""
        return (PageAction(_("合并记录"), reverse("doubles:merges"), "workers.edit", icon="history"),)


class PairPage(Screen):
    """/workers/doubles/<id>/ — two files side by side, and what is to become of them."""

    permission = "workers.edit"

    def pair(self, pk):
        """The pair, 404 outside the scope or once one of them is no more."""
        rows = PossibleDouble.objects.visible_to(self.user).select_related("first__household", "second__household")
        found = rows.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def get(self, request, pk):
        """The comparison; ``keep`` in the address says whose file stays."""
        pair = self.pair(pk)
        one, other = pair.first, pair.second
        asked = request.GET.get("keep")
        keep = asked if asked in comparing.SIDES else comparing.fuller(one, other)
        lines = comparing.chosen_lines(one, other, keep)
        context = {
            "pair": pair,
            "title": gettext("%(one)s 和 %(other)s 是同一人吗？") % {"one": one.name, "other": other.name},
            "reasons": [REASONS.get(reason, reason) for reason in pair.reasons],
            "badge": STATE_BADGES[pair.state],
            "keep": keep,
            "people": {"first": one, "second": other},
            "identity": comparing.identity_lines(one, other),
            "lines": [line for line in lines if line.first.text or line.second.text],
            "counts": comparing.counted(one, other),
            "may_merge": self.user.can("workers.merge"),
        }
        return render(request, "doubles/pair.html", context)


class PointOut(FormScreen):
    """/workers/doubles/with/<worker>/ — somebody knows that this person stands in the register once more."""

    title = _("与另一份档案比较")
    permission = "workers.edit"
    form_class = OtherForm
    submit_label = _("并排比较")

    def fetch(self, **_key):
        """The person whose file is open; 404 outside the scope."""
        self.person = Worker.objects.visible_to(self.user).filter(pk=self.kwargs["worker"]).first()
        if self.person is None:
            raise Http404

    def heading(self, thing):
        """Whose file."""
        return gettext("与另一份档案比较：%(name)s") % {"name": self.person.name}

    def save(self, form, thing):
        """Put the two into the queue."""
        return services.point_out(user=self.user, one_id=self.person.pk, other_id=int(form.cleaned_data["other"]))

    def success_url(self, saved):
        """The two side by side."""
        return reverse("doubles:pair", args=[saved.pk])

    def success_message(self, saved):
        """What to do now."""
        return gettext("请核对两份档案，再决定是否合并。")

    def leave_url(self, thing):
        """The person's file."""
        return reverse("workers:detail", args=[self.person.pk])


class Decide(PairPage):
    """POST /workers/doubles/<id>/decide/ — not the same, later, or open again; then the next pair."""

    def get(self, request, pk):
        """There is nothing to read here."""
        return go_to(request, reverse("doubles:pair", args=[pk]))

    def post(self, request, pk):
        """Put the decision down."""
        pair = self.pair(pk)
        try:
            services.decide(
                user=self.user, pair=pair, state=request.POST.get("state", ""), note=request.POST.get("note", "")
            )
        except DomainError as error:
            messages.error(request, error.message)
            return go_to(request, reverse("doubles:pair", args=[pk]))
        messages.success(request, gettext("已判定：%(state)s。") % {"state": pair.get_state_display()})
        return go_to(request, next_pair(self.user, pair))


def next_pair(user, pair):
    """Where the one at work goes on: to the next pair of the queue, to the queue when none is left."""
    following = PossibleDouble.objects.visible_to(user).undecided().exclude(pk=pair.pk).order_by("-score", "pk")
    found = following.values_list("pk", flat=True).first()
    return reverse("doubles:pair", args=[found]) if found else reverse("doubles:list")


class MergePair(PairPage):
    """POST /workers/doubles/<id>/merge/ — make the two files one."""

    def get(self, request, pk):
        """There is nothing to read here."""
        return go_to(request, reverse("doubles:pair", args=[pk]))

    def post(self, request, pk):
        """``keep`` says whose file stays, ``take_<field>`` whose value; a pair merged meanwhile leads to its merge."""
        if not self.user.can("workers.merge"):
            raise PermissionDenied
        merged = Merge.objects.visible_to(self.user).standing().filter(pair=pk).first()
        if merged is not None:
            messages.info(request, gettext("这两份档案已经合并。"))
            return go_to(request, reverse("doubles:merge", args=[merged.pk]))
        pair = self.pair(pk)
        keep = request.POST.get("keep", "")
        if keep not in comparing.SIDES:
            messages.error(request, gettext("请选择保留哪一份档案。"))
            return go_to(request, reverse("doubles:pair", args=[pk]))
        kept, gone = (pair.first, pair.second) if keep == "first" else (pair.second, pair.first)
        lines = comparing.chosen_lines(pair.first, pair.second, keep)
        answers = {
            line.field: request.POST[f"take_{line.field}"] for line in lines if f"take_{line.field}" in request.POST
        }
        try:
            made = services.merge_workers(
                user=self.user,
                kept_id=kept.pk,
                merged_id=gone.pk,
                taken=comparing.taken(lines, keep, answers),
                reason=request.POST.get("reason", ""),
            )
        except DomainError as error:
            messages.error(request, error.message)
            return go_to(request, reverse("doubles:pair", args=[pk]))
        messages.success(request, gettext("已合并为一份档案。如果合错了，可以在这里撤销。"))
        return go_to(request, reverse("doubles:merge", args=[made.pk]))


class MergeList(ListScreen):
    """/workers/doubles/merges/ — what was merged, and what was taken back."""

    key = "merges"
    title = _("合并记录")
    permission = "workers.edit"
    icon = "history"
    columns = MERGE_COLUMNS
    default_sort = "-made_at"
    empty = EmptyState(_("还没有合并过档案。"))

    def rows(self, user):
        """Merges into persons the user sees."""
        return Merge.objects.visible_to(user)

    def row_url(self, row):
        """The merge."""
        return reverse("doubles:merge", args=[row["pk"]])


def what_moved(_screen, merge):
    """Rows that came along, and what met on both sides."""
    return {"moved": [(gettext(label), n) for label, n in merge.moved.items()], "settled": merge.settled}


class MergeDetail(DetailScreen):
    """/workers/doubles/merges/<id>/ — one merge."""

    permission = "workers.edit"
    tabs = (Tab("moved", _("转入的记录"), "doubles/moved.html", what_moved),)

    @property
    def back(self):
        """To the merges."""
        return (reverse("doubles:merges"), _("合并记录"))

    def rows(self, user):
        """Merges into persons the user sees."""
        return Merge.objects.visible_to(user).select_related("kept", "made_by", "undone_by", "operation")

    def header(self, thing):
        """Who became whom, by whom, when."""
        person = reverse("workers:detail", args=[thing.kept_id])
        facts = [
            Fact(_("保留的档案"), thing.kept.name, url=person),
            Fact(_("并入的证件号码"), thing.merged_id_number, mask="id"),
            Fact(_("合并人"), thing.made_by.full_name),
            Fact(_("合并时间"), thing.made_at),
            Fact(_("事由"), thing.operation.reason),
        ]
        if thing.undone_at:
            facts += [Fact(_("撤销人"), thing.undone_by.full_name), Fact(_("撤销时间"), thing.undone_at)]
        undo = Action(
            _("撤销合并"),
            reverse("doubles:undo", args=[thing.pk]),
            method="post",
            permission="workers.merge",
            icon="arrow-back-up",
            confirm=_("两份档案和各自的记录恢复到合并之前？合并之后登记的内容留在保留的档案里。"),
        )
        state, colour = (_("已撤销"), "secondary") if thing.undone_at else (_("已合并"), "green")
        title = gettext("%(merged)s 并入 %(kept)s") % {"merged": thing.merged_name, "kept": thing.kept.name}
        return Header(title, facts=facts, state=state, state_colour=colour, primary=None if thing.undone_at else undo)


class UndoMerge(Screen):
    """POST /workers/doubles/merges/<id>/undo/ — take a merge back."""

    permission = "workers.merge"

    def get(self, request, pk):
        """There is nothing to read here."""
        return go_to(request, reverse("doubles:merge", args=[pk]))

    def post(self, request, pk):
        """Both files stand as before, or the page says what stands in the way."""
        merge = Merge.objects.visible_to(self.user).filter(pk=pk).first()
        if merge is None:
            raise Http404
        try:
            services.undo_merge(user=self.user, merge=merge, reason=request.POST.get("reason", ""))
        except Conflict as error:
            changed = len(error.details) if isinstance(error.details, list) else 0
            told = gettext("共%(n)d条记录后来改过。") % {"n": changed} if changed else ""
            messages.error(request, f"{error.message}{told}")
        else:
            messages.success(request, gettext("已撤销合并，两份档案都已恢复。"))
        return go_to(request, reverse("doubles:merge", args=[pk]))
