"""The work-list of a comparison: differences settled one by one or many at once; registering who was unknown."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.services import log_access
from core.web.lists import BulkAction, EmptyState, ListScreen, PageAction
from workers.comparisons import services
from workers.comparisons.filters import DifferenceFilter, searched
from workers.comparisons.models import Comparison, Difference
from workers.comparisons.tables import DIFFERENCE_COLUMNS
from workers.comparisons.views.lists import EDIT, VIEW
from workers.queries import VILLAGE, area_of, place_names
from workers.views import RegisterWorker


def accept(user, rows):
    """Take them into the register."""
    outcome = services.accept(user=user, rows=rows)
    told = gettext("已采纳%(n)d条，写入登记库；采错了可以在“采纳记录”里整体撤销。") % {"n": outcome.done}
    left = gettext("%(n)d条没有采纳：要先登记此人，或档案在比对后改过，请逐条核对。") % {"n": outcome.left}
    return f"{told}{left}" if outcome.left else told


def reject(user, rows, note):
    """The register stands, and why."""
    count = services.reject(user=user, rows=rows, note=note)
    return gettext("%(n)d条不采纳，下次名单相同的不再列为待办。") % {"n": count}


def reopen(user, rows):
    """To be done after all."""
    return gettext("%(n)d条重新列为待办。") % {"n": services.reopen(user=user, rows=rows)}


def take_on(user, rows):
    """Put one's name to them."""
    return gettext("已领办%(n)d条。") % {"n": services.take_on(user=user, rows=rows)}


def hand_back(user, rows):
    """Leave them to somebody else."""
    return gettext("已放回%(n)d条，等待领办。") % {"n": services.hand_back(user=user, rows=rows)}


class WorkList(ListScreen):
    """/workers/comparisons/<id>/items/ — the differences, to be settled one by one or many at once."""

    key = "differences"
    permission = VIEW
    icon = "checklist"
    columns = DIFFERENCE_COLUMNS
    filterset_class = DifferenceFilter
    quick_filters = ("state", "kind", "township", "owner")
    default_sort = "township"
    search_hint = _("姓名、身份证号码或后四位")
    export_kind = "differences"
    bulk_actions = (
        BulkAction("take_on", _("领办"), run=take_on, permission=EDIT, icon="user-plus"),
        BulkAction("hand_back", _("放回"), run=hand_back, permission=EDIT, icon="user"),
        BulkAction(
            "accept",
            _("采纳"),
            run=accept,
            permission=EDIT,
            icon="check",
            confirm=_("按名单写入登记库？人员类别写明来源和日期，其他栏目记入变更历史。"),
        ),
        BulkAction("reject", _("不采纳"), run=reject, permission=EDIT, icon="x", asks=_("为什么不采纳？")),
        BulkAction("reopen", _("重新办理"), run=reopen, permission=EDIT, icon="arrow-back-up"),
    )
    empty = EmptyState(_("没有符合条件的差异。"))

    @property
    def title(self):
        """Names the list."""
        return gettext("差异：%(title)s") % {"title": self.comparison.title}

    @property
    def comparison(self):
        """Whose differences; 404 for one the user has nothing to do with."""
        if not hasattr(self, "_comparison"):
            self._comparison = Comparison.objects.visible_to(self.user).filter(pk=self.kwargs["pk"]).first()
        if self._comparison is None:
            raise Http404
        return self._comparison

    def rows(self, user):
        """Those of the user's villages."""
        return Difference.objects.visible_to(user).filter(comparison=self.comparison.pk)

    def export_query(self):
        """Whose differences."""
        return {"comparison": str(self.comparison.pk)}

    def search(self, queryset, text):
        """By name or number."""
        return searched(queryset, text)

    def row_fields(self):
        """For places, masks and the person's page."""
        return ("village_code", "worker_id", "field", "list_value", "registry_value", "state")

    def row_url(self, row):
        """The person's file; the form that opens one for somebody unknown."""
        if row["worker_id"] is None:
            open_one = row["state"] == Difference.State.OPEN and self.user.can(RegisterUnknown.permission)
            return reverse("comparisons:register", args=[row["pk"]]) if open_one else ""
        return reverse("workers:detail", args=[row["worker_id"]])

    def prepare(self, rows, user):
        """Names of places: one query."""
        codes = {row["village_code"] for row in rows}
        codes |= {
            row[name] for row in rows if row["field"] == "village_code" for name in ("list_value", "registry_value")
        }
        names = place_names(codes)
        for row in rows:
            township, village = names[row["village_code"]]
            # Whose village nobody knows is the work of the area compared.
            row["township_name"], row["village_name"] = township, village if village != township else ""
            row["places"] = {code: " ".join(pair) for code, pair in names.items()}

    def page_actions(self, user):
        """Back to how far the work is."""
        return (
            PageAction(_("办理情况"), reverse("comparisons:detail", args=[self.comparison.pk]), VIEW, icon="report"),
        )


class RegisterUnknown(RegisterWorker):
    """/workers/comparisons/items/<id>/register/ — open the file of somebody on the list whom the register does not know."""

    next_record = False
    carried = ()

    @property
    def difference(self):
        """Whom the list names; 404 for who is registered by now, or is nobody of the user's."""
        if not hasattr(self, "_difference"):
            unknown = Difference.objects.visible_to(self.user).select_related("comparison")
            asked = {"kind": Difference.Kind.UNKNOWN, "state": Difference.State.OPEN, "pk": self.kwargs["pk"]}
            self._difference = unknown.filter(**asked).first()
        if self._difference is None:
            raise Http404
        return self._difference

    def get(self, request, pk):
        """The number stands in the form: that is a look at it."""
        log_access(
            user=self.user,
            action="reveal",
            object_type="comparisons.difference.id_number",
            object_id=self.difference.pk,
            reason=gettext("登记名单里的人：%(title)s") % {"title": self.difference.comparison.title},
            ip=request.META.get("REMOTE_ADDR"),
        )
        return super().get(request, pk=pk)

    def initial(self, thing):
        """What the list says."""
        found = self.difference
        village = found.village_code if len(found.village_code) == VILLAGE else ""
        village = village if village.startswith(area_of(self.user)) else ""
        return {"name": found.name, "id_number": found.id_number, "village_code": village}

    def save(self, form, thing):
        """Open the file; what the list says of the person is to be accepted now."""
        comparison = self.difference.comparison
        saved = super().save(form, thing)
        services.settle_registered(comparison=comparison, user=self.user)
        return saved

    def success_message(self, saved):
        """What comes next."""
        return gettext("已登记%(name)s，名单说的可以采纳了。") % {"name": saved.name}

    def success_url(self, saved):
        """Back to the work-list."""
        return reverse("comparisons:items", args=[self.difference.comparison_id])

    def leave_url(self, thing):
        """The work-list."""
        return reverse("comparisons:items", args=[self.difference.comparison_id])
