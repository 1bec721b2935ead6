"""Stored words of the registry in the language of the page; workbooks and the API keep the bureau's own."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUP_WORDS: Final[dict[str, str | Promise]] = {
    "lifted_poverty": _("脱贫人口"),
    "monitored": _("监测对象"),
    "relocated": _("易地搬迁"),
    "low_income": _("低保"),
    "destitute": _("特困人员"),
    "disabled": _("残疾人"),
    "hard_to_employ": _("就业困难人员"),
    "zero_employment": _("零就业家庭"),
    "post_school_youth": _("两后生"),
    "veteran": _("退役军人"),
    "graduate": _("高校毕业生"),
}
GROUP_CHOICES: Final = list(GROUP_WORDS.items())
STATUS_WORDS: Final[dict[str, str | Promise]] = {
    "省外务工": _("省外务工"),
    "省内务工": _("省内务工"),
    "县内就业": _("县内就业"),
    "就业地点未登记": _("就业地点未登记"),
    "灵活就业": _("灵活就业"),
    "未就业": _("未就业"),
    "在校": _("在校"),
    "丧失劳动能力": _("丧失劳动能力"),
    "死亡": _("死亡"),
    "迁出": _("迁出"),
}
TOLD_ON: Final = _("就业状态的日期")
SEX_WORDS: Final[dict[str, str | Promise]] = {"男": _("男"), "女": _("女")}


def group_word(code: str) -> str:
    """A key group."""
    return str(GROUP_WORDS.get(code, code))


def sex_word(sex: str | None) -> str:
    """A sex, "" for an unknown one."""
    return str(SEX_WORDS.get(sex or "", sex or ""))
