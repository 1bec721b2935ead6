"""What the survey's pages share: a household by its opaque number, the phone's own number of what it sends."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from workers.surveys.models import VisitTask

ACTIONS = {
    "surveys.open": _("开展走访活动"),
    "surveys.add_households": _("补充新增户"),
    "surveys.assign": _("派发"),
    "surveys.close": _("结束活动"),
    "surveys.reopen": _("重新开放"),
    "surveys.visit": _("登记走访"),
    "surveys.meet": _("已入户"),
    "surveys.miss": _("未遇"),
    "surveys.leave": _("整户迁出或死亡"),
    "surveys.submit": _("提交"),
    "surveys.take_over": _("写入档案"),
    "surveys.check": _("核对通过"),
    "surveys.return": _("退回"),
    "surveys.accept": _("验收"),
    "surveys.look": _("核对迟到的走访"),
    "surveys.settle": _("选定冲突"),
    "surveys.revisit": _("登记复访"),
    "imports.surveys": _("导入入户走访表"),
    "history.undo": _("撤销"),
}


def words():
    """The words for recorded acts."""
    return {name: str(word) for name, word in ACTIONS.items()}


def visible_task(user, ref):
    """The household that has or had that number (``FormerTask``); 404 outside the user's scope."""
    tasks = VisitTask.objects.visible_to(user).select_related("campaign", "household", "contact", "surveyor")
    found = tasks.filter(ref=ref).first() or tasks.filter(former__ref=ref).first()
    if found is None:
        raise Http404
    return found


def kept_task(user, ref):
    """The same, or a household whose page the user may have kept since it was theirs; with whether it is in sight."""
    try:
        return visible_task(user, ref), True
    except Http404:
        tasks = VisitTask.objects.given_to(user).select_related("campaign", "household", "contact")
        found = tasks.filter(ref=ref).first() or tasks.filter(former__ref=ref).first()
        if found is None:
            raise
        return found, False


def read_reference(text):
    """The phone's own number of what it sends, ``None`` where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def asked(request, name):
    """A word of the address, without what no text of the database can hold."""
    return request.GET.get(name, "").replace("\x00", "").strip()
