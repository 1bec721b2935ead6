"""What the employment pages share: words of recorded acts, addresses."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ACTIONS = {
    "employers.create": _("登记"),
    "employers.edit": _("修改"),
    "employers.stub": _("由名册带入"),
    "employers.merge": _("合并单位"),
    "imports.employers": _("导入企业台账"),
    "employment.declare": _("登记"),
    "employment.correct": _("更正"),
    "imports.employments": _("导入务工台账"),
    "employment.withdraw": _("删除"),
    "organisers.create": _("登记"),
    "organisers.edit": _("修改"),
    "organisers.take_out": _("登记带出人"),
    "imports.organisers": _("导入劳务带头人和机构台账"),
    "imports.taken_out": _("导入带出人员花名册"),
    "vacancies.create": _("登记"),
    "vacancies.edit": _("修改"),
    "vacancies.verify": _("核实属实"),
    "vacancies.refute": _("标记不实"),
    "vacancies.close": _("下架"),
    "vacancies.reopen": _("重新上架"),
    "imports.vacancies": _("导入岗位台账"),
    "fairs.create": _("登记"),
    "fairs.edit": _("修改"),
    "fairs.booth": _("登记"),
    "fairs.edit_booth": _("更正"),
    "fairs.cancel": _("取消"),
    "fairs.restore": _("恢复"),
    "imports.fairs": _("导入招聘会台账"),
    "referrals.step": _("登记"),
    "referrals.refer": _("推荐"),
    "imports.referrals": _("导入求职登记"),
    "workplaces.create": _("登记"),
    "workplaces.edit": _("修改"),
    "workplaces.passed": _("年检合格"),
    "workplaces.mend": _("限期整改"),
    "workplaces.inspected": _("现场核查"),
    "workplaces.noticed": _("公示"),
    "workplaces.recognised": _("认定"),
    "workplaces.refused": _("不予认定"),
    "workplaces.reapplied": _("重新申报"),
    "workplaces.suspended": pgettext_lazy("value", "停用"),
    "workplaces.resumed": _("恢复"),
    "workplaces.withdrawn": pgettext_lazy("value", "撤销"),
    "placements.create": _("登记上岗"),
    "placements.edit": _("更正"),
    "brands.create": _("登记"),
    "brands.edit": _("修改"),
    "brands.add_member": _("登记"),
    "brands.edit_member": _("更正"),
    "returnees.create": _("登记"),
    "returnees.edit": _("更正"),
    "imports.workplaces": _("导入就业载体台账"),
    "imports.workplace_staff": _("导入载体用工花名册"),
    "imports.brands": _("导入劳务品牌"),
    "imports.brand_members": _("导入劳务品牌人员"),
    "imports.returnees": _("导入节前返乡监测表"),
    "history.undo": _("撤销"),
}


def words():
    """The words for recorded acts."""
    return {name: str(word) for name, word in ACTIONS.items()}


def importing(kind):
    """Where a workbook of that kind is handed in."""
    return f"{reverse('workbooks:new')}?kind={kind}"


def worker_url(worker_id):
    """The work of a person in their file."""
    return f"{reverse('workers:detail', args=[worker_id])}?tab=work"
