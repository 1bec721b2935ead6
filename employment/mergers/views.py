"""Pages of employers registered twice: what they say and show of employers (core.pairs does the rest)."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from core.pairs import pages
from core.pairs.comparing import SIDES, Line
from core.pairs.filters import PairFilter
from core.web.details import Fact
from core.web.fields import AutocompleteField
from core.web.lists import EmptyState
from employment.mergers.services import EMPLOYERS
from employment.mergers.tables import MERGE_COLUMNS, PAIR_COLUMNS
from employment.queries import place_names
from employment.tables import add_places


def compared(one, other):
    """What is kept of both, line by line."""
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
        first, second = (Fact(label, value, pk=firm.pk, **how) for value, firm in ((left, one), (right, other)))
        yield Line(label, first, second, differs=bool(left and right and left != right))


class EmployerPairFilter(PairFilter):
    """Which pairs of employers."""

    register = EMPLOYERS


class EmployerPages(pages.Pages):
    """Employers that may be one, at /employment/employers/doubles/."""

    register = EMPLOYERS
    addresses = pages.Addresses(
        "employment:employer_pairs", "employment:employer_pair", "employment:decide_employers",
        "employment:merge_employers", "employment:employer_twice", "employment:employer_merges",
        "employment:employer_merge", "employment:undo_employer_merge", "employment:employer",
    )  # fmt: skip
    words = pages.Words(
        queue=_("疑似重复单位"),
        merges=_("单位合并记录"),
        beside=_("与另一家单位比较：%(name)s"),
        check=_("请核对两家单位，再决定是否合并。"),
        question=_("%(one)s 和 %(other)s 是同一家吗？"),
        which=_("合并后保留哪一家："),
        which_missing=_("请选择保留哪一家。"),
        same=_("是同一家：合并的依据"),
        same_hint=_("如：营业执照是同一份"),
        advice=_("所有记录转到保留的单位，缺的资料从另一家补上；另一家的名称和代码以后仍认得。"),
        merge=_("合并为一家"),
        merge_confirm=_("两家合为一家，所有记录转到保留的单位。可以撤销。"),
        merged=_("已合并为一家。如果合错了，可以在这里撤销。"),
        already=_("这两家单位已经合并。"),
        other=_("不是同一家，或以后再定：说明"),
        other_hint=_("如：同一集团的两家公司"),
        different_confirm=_("所选的每一对都不是同一家？以后不再提示。"),
        kept=_("保留的单位"),
        undo_confirm=_("两家单位和各自的记录恢复到合并之前？合并之后登记的内容留在保留的单位里。"),
        undone=_("已撤销合并，两家单位都已恢复。"),
    )

    queue: ClassVar = {
        "key": "employer-doubles",
        "icon": "building",
        "columns": PAIR_COLUMNS,
        "filterset_class": EmployerPairFilter,
        "quick_filters": ("state", "reason"),
        "empty": EmptyState(_("没有待判定的疑似重复单位。每天夜里会自动查找。")),
    }
    merges: ClassVar = {
        "key": "employer-merges",
        "columns": MERGE_COLUMNS,
        "empty": EmptyState(_("还没有合并过单位。")),
    }

    def lines(self, one, other, keep):
        """The same whichever stays: nothing is chosen."""
        return list(compared(one, other))

    def other(self):
        """Which one may name."""
        return AutocompleteField("employers", label=_("另一家单位"), help_text=_("输入名称或统一社会信用代码。"))

    def told_of(self, merge):
        """By a credit code."""
        return Fact(_("并入的信用代码"), merge.merged_code)

    def prepare(self, rows):
        """Names of places."""
        add_places(rows, *(f"{side}__place_code" for side in SIDES))
