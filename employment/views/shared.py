"""What the employment pages share: words of recorded acts, addresses."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "employers.create": _("登记"),
    "employers.edit": _("修改"),
    "employers.stub": _("由名册带入"),
    "imports.employers": _("导入企业台账"),
    "employment.declare": _("登记"),
    "employment.correct": _("更正"),
    "imports.employments": _("导入务工台账"),
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
