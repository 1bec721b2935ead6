"""The columns of visits to employers."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.web.lists import Column

EMPLOYER_VISIT_COLUMNS: Final = (
    Column("employer", _("企业"), value="employer__name", heading="企业名称"),
    Column("credit_code", _("统一社会信用代码"), value="employer__credit_code", default=False),
    Column(
        "key_employer",
        _("重点企业"),
        "badge",
        value="employer__key_employer",
        badges={True: (_("重点"), "blue"), False: ("", "")},
    ),
    Column("place", _("所在地"), value=lambda row: row["place"], fields=("place_code",)),
    Column("visited_on", _("走访日期"), "date", sort=("visited_on",)),
    Column("station", _("协作站"), value="station__name"),
    Column("visitor", _("走访人")),
    Column("people_here", _("在岗本县人数"), "number"),
    Column("note", _("情况")),
    Column("needs", _("用工需求")),
    Column("next_step", _("下一步"), default=False),
    Column("next_on", _("下次走访日期"), "date"),
)

LAST_VISIT: Final = Column(
    "last_visit",
    _("上次走访"),
    "link",
    value=lambda row: row["last_visit"],
    fields=("pk",),
    href=lambda row: f"{reverse('stations:employer_visits')}?employer_id={row['pk']}",
)
"""Of the list of employers."""
