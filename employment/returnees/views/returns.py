"""The list of returns, and one of them: writing it down, correcting it, taking it back."""

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.web.forms import FormScreen
from core.web.lists import EmptyState, ListScreen, PageAction
from core.web.timeline import timeline_of
from employment.filters import of_person
from employment.forms import WithdrawForm
from employment.models import Returnee
from employment.returnees import services
from employment.returnees.filters import ReturneeFilter
from employment.returnees.forms import NewReturnForm, ReturnForm, initial_of_return
from employment.returnees.queries import with_back
from employment.returnees.tables import RETURNEE_COLUMNS
from employment.tables import add_homes
from employment.views.shared import importing, words, worker_url
from employment.views.work import PERSON_HINT


class ReturneeList(ListScreen):
    """/employment/returnees/ — who came home, who means to go out again, who is back at work."""

    key = "returnees"
    title = _("返乡监测")
    permission = "employment.view"
    icon = "home"
    columns = RETURNEE_COLUMNS
    filterset_class = ReturneeFilter
    quick_filters = ("township", "plans_out", "back")
    default_sort = "-returned_on"
    search_hint = PERSON_HINT
    export_kind = "returnees"

    @property
    def empty(self):
        """Where returns come from."""
        text = _("导入节前返乡监测表，或逐人登记返乡；是否返岗由就业记录推算。")
        return EmptyState(text, importing("returnees"), reverse("workbooks:template", args=["returnees"]))

    def rows(self, user):
        """Returns of the persons the user sees."""
        return with_back(Returnee.objects.visible_to(user), localdate())

    def search(self, queryset, text):
        """By person."""
        return queryset.filter(of_person(text))

    def row_fields(self):
        """For the names of villages and the person's page."""
        return ("worker_id", "worker__village_code")

    def row_url(self, row):
        """The return's form for who may correct it, else the person's work."""
        may_edit = self.user.can("employment.edit")
        return reverse("employment:returnee", args=[row["pk"]]) if may_edit else worker_url(row["worker_id"])

    def prepare(self, rows, user):
        """Names of villages."""
        add_homes(rows)

    def page_actions(self, user):
        """Write one down, import many, see the week."""
        return (
            PageAction(_("登记返乡"), reverse("employment:new_returnee"), "employment.edit", primary=True),
            PageAction(
                _("导入返乡监测表"), importing("returnees"), "imports.write", icon="file-import", kind="returnees"
            ),
            PageAction(_("节后返岗监测"), reverse("employment:monitoring"), "employment.view", icon="report-analytics"),
        )


class ReturnScreen(FormScreen):
    """What the forms of a return have in common."""

    permission = "employment.edit"

    def success_url(self, saved):
        """The list."""
        return reverse("employment:returnees")

    def leave_url(self, thing):
        """The list."""
        return reverse("employment:returnees")


class NewReturn(ReturnScreen):
    """/employment/returnees/new/?worker= — write down that somebody came home."""

    title = _("登记返乡")
    form_class = NewReturnForm
    next_record = True
    carried = ("returned_on", "plans_out")

    def initial(self, thing):
        """The person the page was opened for."""
        asked = self.request.GET.get("worker", "")
        return {"worker": asked if asked.isascii() and asked.isdigit() else ""}

    def save(self, form, thing):
        """Store the return."""
        worker_id = int(form.cleaned_data["worker"])
        return services.record_return(user=self.user, worker_id=worker_id, facts=form.facts())


class EditReturn(ReturnScreen):
    """/employment/returnees/<id>/ — correct a return."""

    form_class = ReturnForm
    template = "employment/job.html"

    def rows(self, user):
        """Returns of the persons the user sees."""
        return Returnee.objects.visible_to(user).select_related("worker")

    def initial(self, thing):
        """As it is."""
        return initial_of_return(thing)

    def heading(self, thing):
        """Whose."""
        return __("更正返乡记录：%(name)s") % {"name": thing.worker.name}

    def save(self, form, thing):
        """Store the correction."""
        return services.change_return(user=self.user, returnee=thing, facts=form.facts())

    def extra_context(self, thing):
        """The history of the return, and where it is taken back."""
        return {
            "moments": timeline_of(thing, actions=words()),
            "withdraw_url": reverse("employment:withdraw_returnee", args=[thing.pk]),
            "person_url": worker_url(thing.worker_id),
        }


class WithdrawReturn(ReturnScreen):
    """/employment/returnees/<id>/withdraw/ — take a return back that was never true."""

    form_class = WithdrawForm
    submit_label = _("删除")

    def rows(self, user):
        """Returns of the persons the user sees."""
        return Returnee.objects.visible_to(user).select_related("worker")

    def initial(self, thing):
        """Nothing is proposed."""
        return {"reason": ""}

    def heading(self, thing):
        """Whose, and which."""
        return __("删除%(name)s%(day)s的返乡记录") % {"name": thing.worker.name, "day": thing.returned_on}

    def save(self, form, thing):
        """Take it back."""
        services.withdraw_return(user=self.user, returnee=thing, reason=form.cleaned_data["reason"])
        return thing
