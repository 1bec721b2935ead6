"""Pages of stands at job fairs: all of them, one registered, corrected, taken back."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.web.forms import FormScreen
from core.web.lists import EmptyState, ListScreen, PageAction
from core.web.timeline import timeline_of
from employment.forms import WithdrawForm
from employment.market import services
from employment.market.filters import FairBoothFilter, booth_called
from employment.market.forms import BoothForm
from employment.market.tables import BOOTH_COLUMNS, STAND_FIELDS, add_came
from employment.market.views.fairs import open_desk
from employment.models import Fair, FairBooth
from employment.views.shared import importing, words


class BoothList(ListScreen):
    """/employment/fairs/booths/ — the stands at all fairs."""

    key = "booths"
    title = _("参会企业")
    permission = "employment.view"
    icon = "building"
    columns = BOOTH_COLUMNS
    filterset_class = FairBoothFilter
    quick_filters = ("organiser",)
    default_sort = "-held_on"
    search_hint = _("岗位、企业或招聘会编号")
    export_kind = "fair_booths"

    @property
    def empty(self):
        """Where stands come from."""
        template = reverse("workbooks:template", args=["fair_booths"])
        return EmptyState(_("导入招聘会参会企业。"), importing("fair_booths"), template)

    def rows(self, user):
        """Stands of fairs the user sees."""
        return FairBooth.objects.visible_to(user)

    def search(self, queryset, text):
        """By post, employer or the fair's number."""
        return queryset.filter(booth_called(text))

    def row_fields(self):
        """For the way to the fair, and how far people came."""
        return STAND_FIELDS

    def prepare(self, rows, user):
        """How far the user's people came at each: one query."""
        add_came(user, rows)

    def row_url(self, row):
        """The fair's page."""
        return reverse("employment:fair", args=[row["fair_id"]])

    def page_actions(self, user):
        """Import many."""
        booths = "fair_booths"
        return (PageAction(_("导入参会企业"), importing(booths), "imports.write", icon="file-import", kind=booths),)


class NewBooth(FormScreen):
    """/employment/fairs/<id>/booths/new/ — a post of an employer at the fair."""

    permission = "fairs.edit"
    form_class = BoothForm
    next_record = True
    carried = ("employer",)

    @property
    def fair(self):
        """The fair of the address, 404 for who does not see it."""
        found = Fair.objects.visible_to(self.user).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def heading(self, thing):
        """At which fair."""
        return __("登记参会企业：%(name)s") % {"name": self.fair.name}

    def save(self, form, thing):
        """Keep the post."""
        return services.save_booth(user=self.user, fair=self.fair, facts=form.facts())

    def success_url(self, saved):
        """The fair's page."""
        return reverse("employment:fair", args=[saved.fair_id])

    def leave_url(self, thing):
        """The fair's page."""
        return reverse("employment:fair", args=[self.fair.pk])


class BoothScreen(FormScreen):
    """What correcting a stand and taking it back have in common."""

    permission = "fairs.edit"

    def rows(self, user):
        """Stands at fairs the user sees."""
        return FairBooth.objects.visible_to(user).select_related("fair", "employer")

    def success_url(self, saved):
        """The fair."""
        return reverse("employment:fair", args=[saved.fair_id])

    def leave_url(self, thing):
        """The fair."""
        return reverse("employment:fair", args=[thing.fair_id])


class EditBooth(BoothScreen):
    """/employment/fairs/booths/<id>/ — correct a stand; the way to write somebody down there."""

    form_class = BoothForm
    template = "employment/market/booth.html"

    def initial(self, thing):
        """The stand as it is."""
        return {
            "new_employer": "",
            **{name: getattr(thing, name) for name in BoothForm.stored},
            "employer": thing.employer_id,
        }

    def heading(self, thing):
        """Which, where."""
        return f"{thing.employer.name} · {thing.job_title}"

    def save(self, form, thing):
        """Store the correction."""
        return services.correct_booth(user=self.user, booth=thing, facts=form.facts())

    def extra_context(self, thing):
        """The fair, the history, the ways on."""
        return {
            "booth": thing,
            "moments": timeline_of(thing, actions=words()),
            "may_refer": self.user.can("referrals.edit") and open_desk(thing.fair),
        }


class RemoveBooth(BoothScreen):
    """/employment/fairs/booths/<id>/remove/ — take a stand back that was never there."""

    form_class = WithdrawForm
    submit_label = _("删除")

    def initial(self, thing):
        """Nothing is proposed."""
        return {"reason": ""}

    def heading(self, thing):
        """Which."""
        return __("删除参会企业：%(name)s") % {"name": f"{thing.employer.name} · {thing.job_title}"}

    def save(self, form, thing):
        """Take it back."""
        services.remove_booth(user=self.user, booth=thing, reason=form.cleaned_data["reason"])
        return thing
