"""What another office's list says of those it names: that they belong to a key group, have a status, or nothing but its columns."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.formats.values import GROUP_TAGS
from core.web.texts import Text


@dataclass(frozen=True)
class ListKind:
    """A kind of list. ``group`` is the key group or ``status`` the 就业状态 of everybody on it, "" where it says neither."""

    code: str
    label: Text
    group: str = ""
    status: str = ""

    @property
    def says_who(self) -> bool:
        """Whether being on the list is itself a fact, so that who is missing from it matters."""
        return bool(self.group or self.status)


_GROUP_LISTS: Final = {
    "lifted_poverty": _("脱贫人口名单"),
    "monitored": _("防返贫监测对象名单"),
    "relocated": _("易地搬迁名单"),
    "low_income": _("低保名单"),
    "destitute": _("特困人员名单"),
    "disabled": _("持证残疾人名单"),
    "hard_to_employ": _("就业困难人员名单"),
    "zero_employment": _("零就业家庭名单"),
    "post_school_youth": _("两后生名单"),
    "veteran": _("退役军人名单"),
    "graduate": _("高校毕业生名单"),
}
KINDS: Final = {
    kind.code: kind
    for kind in (
        *(ListKind(code, _GROUP_LISTS[code], group=code) for code in GROUP_TAGS.codes),
        ListKind("deaths", _("死亡人员名单"), status="死亡"),
        ListKind("social_insurance", _("社会保险参保名单")),
        ListKind("other", _("其他有身份证号码的名单")),
    )
}
CHOICES: Final = [(kind.code, kind.label) for kind in KINDS.values()]
