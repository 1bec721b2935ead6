"""Pages of employers registered twice: the queue, two side by side, merges and taking one back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.web.base import Screen
from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen
from core.web.htmx import go_to
from core.web.lists import BulkAction, EmptyState, ListScreen, PageAction
from employment.mergers import services
from employment.mergers.filters import EmployerPairFilter
from employment.mergers.forms import OtherEmployerForm
from employment.mergers.references import references
from employment.mergers.tables import MERGE_COLUMNS, PAIR_COLUMNS, STATE_BADGES, reasons_told
from employment.models import Employer, EmployerMerge, EmployerPair
from employment.models.employers import serves_whole_county
from employment.queries import place_names
from employment.tables import add_places

SIDES = ("first", "second")


def _decide_all(state):
    def run(user, pairs):
        for pair in pairs:
            services.decide(user=user, pair=pair, state=state)
        return ngettext("已判定%(n)d对。", "已判定%(n)d对。", len(pairs)) % {"n": len(pairs)}

    return run


class PairList(ListScreen):
    """/employment/employers/doubles/ — pairs of employers that may be one."""

    key = "employer-doubles"
    title = _("疑似重复单位")
    permission = "employment.edit"
    icon = "building"
    columns = PAIR_COLUMNS
    filterset_class = EmployerPairFilter
    quick_filters = ("state", "reason")
    default_sort = "-found_at"
    bulk_actions = (
        BulkAction(
            "different",
            _("不是同一家"),
            run=_decide_all("different"),
            permission="employment.edit",
            icon="x",
            confirm=_("所选的每一对都不是同一家？以后不再提示。"),
        ),
        BulkAction("later", _("以后再定"), run=_decide_all("later"), permission="employment.edit", icon="clock"),
    )
    empty = EmptyState(_("没有待判定的疑似重复单位。每天夜里会自动查找。"))

    def rows(self, user):
        """Pairs of which the user sees both."""
        return EmployerPair.objects.visible_to(user)

    def row_url(self, row):
        """The two side by side."""
        return reverse("employment:employer_pair", args=[row["pk"]])

    def prepare(self, rows, user):
        """Names of places: one query."""
        add_places(rows, *(f"{side}__place_code" for side in SIDES))

    def page_actions(self, user):
        """What was merged."""
        merges = reverse("employment:employer_merges")
        return (PageAction(_("合并记录"), merges, "employment.edit", icon="history"),)


def rows_naming(*employer_ids):
    """(label, how many rows of each employer) for every kind of row that names one. One query a kind."""
    found = []
    for child in references():
        rows = child.model.objects.filter(**{f"{child.column}__in": employer_ids})
        named = dict(rows.order_by().values_list(child.column).annotate(n=Count("pk")))
        if named:
            found.append((child.label, [named.get(pk, 0) for pk in employer_ids]))
    return found


def compared(one, other):
    """(label, value of each, whether they differ) of what is kept of both."""
    names = place_names({one.place_code, other.place_code})
    lines = (
        (_("统一社会信用代码"), one.credit_code, other.credit_code, {}),
        (_("所在地"), names.get(one.place_code, ""), names.get(other.place_code, ""), {}),
        (_("行业"), one.industry, other.industry, {}),
        (_("规模（人）"), one.size, other.size, {}),
        (_("联系人"), one.contact, other.contact, {}),
        (_("联系电话"), one.phone, other.phone, {"mask": "phone", "reveal": "employment.employer.phone"}),
        (_("重点企业"), one.key_employer, other.key_employer, {}),
        (_("待完善"), one.stub, other.stub, {}),
    )
    for label, left, right, how in lines:
        pair = [Fact(label, value, pk=firm.pk, **how) for value, firm in ((left, one), (right, other))]
        yield label, pair, bool(left and right and left != right)


class PairPage(Screen):
    """/employment/employers/doubles/<id>/ — two employers side by side, and what is to become of them."""

    permission = "employment.edit"

    def pair(self, pk):
        """The pair, 404 outside the scope or once one of them is no more."""
        found = EmployerPair.objects.visible_to(self.user).select_related("first", "second").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def get(self, request, pk):
        """The comparison."""
        pair = self.pair(pk)
        one, other = pair.first, pair.second
        context = {
            "pair": pair,
            "title": gettext("%(one)s 和 %(other)s 是同一家吗？") % {"one": one.name, "other": other.name},
            "reasons": reasons_told({"reasons": pair.reasons}),
            "badge": STATE_BADGES[pair.state],
            "firms": {"first": one, "second": other},
            "lines": list(compared(one, other)),
            "counts": rows_naming(one.pk, other.pk),
            "may_merge": self.user.can("employers.merge") and serves_whole_county(self.user),
        }
        return render(request, "employment/employer_pair.html", context)


class PointOut(FormScreen):
    """/employment/employers/<id>/double/ — somebody knows that this employer stands in the register once more."""

    title = _("与另一家单位比较")
    permission = "employment.edit"
    form_class = OtherEmployerForm
    submit_label = _("并排比较")

    def fetch(self, **_key):
        """The employer whose page is open; 404 outside the scope."""
        self.employer = Employer.objects.visible_to(self.user).filter(pk=self.kwargs["employer"]).first()
        if self.employer is None:
            raise Http404

    def heading(self, thing):
        """Which one."""
        return gettext("与另一家单位比较：%(name)s") % {"name": self.employer.name}

    def save(self, form, thing):
        """Put the two into the queue."""
        return services.point_out(user=self.user, one_id=self.employer.pk, other_id=int(form.cleaned_data["other"]))

    def success_url(self, saved):
        """The two side by side."""
        return reverse("employment:employer_pair", args=[saved.pk])

    def success_message(self, saved):
        """What to do now."""
        return gettext("请核对两家单位，再决定是否合并。")

    def leave_url(self, thing):
        """The employer's page."""
        return reverse("employment:employer", args=[self.employer.pk])


class Decide(PairPage):
    """POST /employment/employers/doubles/<id>/decide/ — not the same, later, or open again; back to the queue."""

    def get(self, request, pk):
        """There is nothing to read here."""
        return go_to(request, reverse("employment:employer_pair", args=[pk]))

    def post(self, request, pk):
        """Put the decision down."""
        pair = self.pair(pk)
        try:
            services.decide(user=self.user, pair=pair, state=request.POST.get("state", ""))
        except DomainError as error:
            messages.error(request, error.message)
            return go_to(request, reverse("employment:employer_pair", args=[pk]))
        messages.success(request, gettext("已判定：%(state)s。") % {"state": pair.get_state_display()})
        return go_to(request, reverse("employment:employer_pairs"))


class MergePair(PairPage):
    """POST /employment/employers/doubles/<id>/merge/ — make the two one; ``keep`` says which stays."""

    def get(self, request, pk):
        """There is nothing to read here."""
        return go_to(request, reverse("employment:employer_pair", args=[pk]))

    def post(self, request, pk):
        """Merge, then show the merge."""
        if not self.user.can("employers.merge"):
            raise PermissionDenied
        pair = self.pair(pk)
        keep = request.POST.get("keep", "")
        here = reverse("employment:employer_pair", args=[pk])
        if keep not in SIDES:
            messages.error(request, gettext("请选择保留哪一家。"))
            return go_to(request, here)
        kept, gone = (pair.first, pair.second) if keep == "first" else (pair.second, pair.first)
        try:
            made = services.merge_employers(
                user=self.user, kept_id=kept.pk, merged_id=gone.pk, reason=request.POST.get("reason", "")
            )
        except DomainError as error:
            messages.error(request, error.message)
            return go_to(request, here)
        messages.success(request, gettext("已合并为一家。如果合错了，可以在这里撤销。"))
        return go_to(request, reverse("employment:employer_merge", args=[made.pk]))


class MergeList(ListScreen):
    """/employment/employers/merges/ — what was merged, and what was taken back."""

    key = "employer-merges"
    title = _("单位合并记录")
    permission = "employment.edit"
    icon = "history"
    columns = MERGE_COLUMNS
    default_sort = "-made_at"
    empty = EmptyState(_("还没有合并过单位。"))

    def rows(self, user):
        """Merges the user sees."""
        return EmployerMerge.objects.visible_to(user)

    def row_url(self, row):
        """The merge."""
        return reverse("employment:employer_merge", args=[row["pk"]])


def what_moved(_screen, merge):
    """Rows that came along, and what met on both sides."""
    return {"moved": [(gettext(label), n) for label, n in merge.moved.items()], "settled": merge.settled}


class MergeDetail(DetailScreen):
    """/employment/employers/merges/<id>/ — one merge."""

    permission = "employment.edit"
    tabs = (Tab("moved", _("转入的记录"), "doubles/moved.html", what_moved),)

    @property
    def back(self):
        """To the merges."""
        return (reverse("employment:employer_merges"), _("单位合并记录"))

    def rows(self, user):
        """Merges the user sees."""
        return EmployerMerge.objects.visible_to(user).select_related("made_by", "undone_by", "operation")

    def header(self, thing):
        """Which became which, by whom, when."""
        kept = Employer.objects.filter(pk=thing.kept_id).first()
        name = kept.name if kept else ""
        facts = [
            Fact(_("保留的单位"), name, url=reverse("employment:employer", args=[thing.kept_id]) if kept else ""),
            Fact(_("并入的信用代码"), thing.merged_code),
            Fact(_("合并人"), thing.made_by.full_name),
            Fact(_("合并时间"), thing.made_at),
            Fact(_("事由"), thing.operation.reason),
        ]
        if thing.undone_at:
            facts += [Fact(_("撤销人"), thing.undone_by.full_name), Fact(_("撤销时间"), thing.undone_at)]
        undo = Action(
            _("撤销合并"),
            reverse("employment:undo_employer_merge", args=[thing.pk]),
            method="post",
            permission="employers.merge",
            icon="arrow-back-up",
            confirm=_("两家单位和各自的记录恢复到合并之前？合并之后登记的内容留在保留的单位里。"),
        )
        state, colour = (_("已撤销"), "secondary") if thing.undone_at else (_("已合并"), "green")
        title = gettext("%(merged)s 并入 %(kept)s") % {"merged": thing.merged_name, "kept": name}
        return Header(title, facts=facts, state=state, state_colour=colour, primary=None if thing.undone_at else undo)


class UndoMerge(Screen):
    """POST /employment/employers/merges/<id>/undo/ — take a merge back."""

    permission = "employers.merge"

    def get(self, request, pk):
        """There is nothing to read here."""
        return go_to(request, reverse("employment:employer_merge", args=[pk]))

    def post(self, request, pk):
        """Both employers stand as before, or the page says what stands in the way."""
        merge = EmployerMerge.objects.visible_to(self.user).filter(pk=pk).first()
        if merge is None:
            raise Http404
        try:
            services.undo_merge(user=self.user, merge=merge, reason=request.POST.get("reason", ""))
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, gettext("已撤销合并，两家单位都已恢复。"))
        return go_to(request, reverse("employment:employer_merge", args=[pk]))
