"""Pages of doubles: what they say and show of persons (core.pairs does the rest)."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from core.pairs import pages
from core.pairs.comparing import SIDES
from core.web.details import Fact
from core.web.fields import AutocompleteField
from core.web.lists import EmptyState
from workers.doubles import comparing
from workers.doubles.filters import PossibleDoubleFilter
from workers.doubles.services import PERSONS
from workers.doubles.tables import MERGE_COLUMNS, PAIR_COLUMNS
from workers.queries import place_names


class PersonPages(pages.Pages):
    """Persons who may be one, at /workers/doubles/."""

    register = PERSONS
    addresses = pages.Addresses(
        "doubles:list", "doubles:pair", "doubles:decide", "doubles:merge_pair", "doubles:point_out", "doubles:merges",
        "doubles:merge", "doubles:undo", "workers:detail",
    )  # fmt: skip
    words = pages.Words(
        queue=_("疑似重复人员"),
        merges=_("合并记录"),
        beside=_("与另一份档案比较：%(name)s"),
        check=_("请核对两份档案，再决定是否合并。"),
        question=_("%(one)s 和 %(other)s 是同一人吗？"),
        which=_("合并后保留谁的档案和证件号码："),
        which_missing=_("请选择保留哪一份档案。"),
        same=_("是同一人：合并的依据"),
        same_hint=_("如：已电话向本人核实"),
        merge=_("合并为一份"),
        merge_confirm=_("两份档案合为一份，所有记录转到保留的档案。可以撤销。"),
        merged=_("已合并为一份档案。如果合错了，可以在这里撤销。"),
        already=_("这两份档案已经合并。"),
        other=_("不是同一人，或以后再定：说明"),
        other_hint=_("如：双胞胎"),
        different_confirm=_("所选的每一对都不是同一人？以后不再提示。"),
        kept=_("保留的档案"),
        undo_confirm=_("两份档案和各自的记录恢复到合并之前？合并之后登记的内容留在保留的档案里。"),
        undone=_("已撤销合并，两份档案都已恢复。"),
    )
    related = ("first__household", "second__household")
    queue: ClassVar = {
        "key": "doubles",
        "icon": "users",
        "columns": PAIR_COLUMNS,
        "filterset_class": PossibleDoubleFilter,
        "quick_filters": ("state", "township", "reason"),
        "empty": EmptyState(_("没有待判定的疑似重复人员。每次导入花名册后和每天夜里会自动查找。")),
    }
    merges: ClassVar = {"key": "merges", "columns": MERGE_COLUMNS, "empty": EmptyState(_("还没有合并过档案。"))}

    def lines(self, one, other, keep):
        """Who they are, then every field a merge may take from either."""
        return [*comparing.identity_lines(one, other), *comparing.chosen_lines(one, other, keep)]

    def fuller(self, one, other, counts):
        """The file with more rows, then with more told."""
        return comparing.fuller(one, other, counts)

    def other(self):
        """Whom one may name."""
        return AutocompleteField("workers", label=_("另一份档案"), help_text=_("按姓名、拼音、证件号或电话查找。"))

    def told_of(self, merge):
        """By an ID number."""
        return Fact(_("并入的证件号码"), merge.merged_id_number, mask="id")

    def prepare(self, rows):
        """Names of places."""
        names = place_names({row[f"{side}__village_code"] for row in rows for side in SIDES})
        for row in rows:
            for side in SIDES:
                row[f"{side}_home"] = " ".join(names[row[f"{side}__village_code"]])
