"""Posts at workplaces: taking somebody on, correcting a post, taking it back."""

from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.web.forms import FormScreen
from core.web.timeline import timeline_of
from employment.forms import WithdrawForm
from employment.models import Placement, Workplace
from employment.places import services
from employment.places.forms import (
    NewPlacementForm,
    PlacementForm,
    initial_of_placement,
)
from employment.views.shared import words, worker_url


class NewPlacement(FormScreen):
    """/employment/workplaces/<id>/staff/new/ — write down that somebody is in post."""

    permission = "employment.edit"
    form_class = NewPlacementForm
    next_record = True
    carried = ("post", "start_on", "wage")

    def rows(self, user):
        """Workplaces the user sees: a village's people may be in post in the next township's base."""
        return Workplace.objects.visible_to(user)

    def initial(self, thing):
        """Nothing is proposed."""
        return dict.fromkeys(NewPlacementForm.base_fields, "")

    def heading(self, thing):
        """Where."""
        return __("登记上岗：%(name)s") % {"name": thing.name}

    def save(self, form, thing):
        """Store the post."""
        worker_id = int(form.cleaned_data["worker"])
        return services.take_on(user=self.user, workplace=thing, worker_id=worker_id, facts=form.facts())

    def success_url(self, saved):
        """The workplace."""
        return reverse("employment:workplace", args=[saved.workplace_id])

    def leave_url(self, thing):
        """The workplace."""
        return reverse("employment:workplace", args=[thing.pk])


class PlacementScreen(FormScreen):
    """What correcting a post and taking it back have in common."""

    permission = "employment.edit"

    def rows(self, user):
        """Posts of the persons the user sees."""
        return Placement.objects.visible_to(user).select_related("worker", "workplace")

    def success_url(self, saved):
        """The posts at that workplace."""
        return f"{reverse('employment:placements')}?workplace={saved.workplace_id}"

    def leave_url(self, thing):
        """The same."""
        return f"{reverse('employment:placements')}?workplace={thing.workplace_id}"


class EditPlacement(PlacementScreen):
    """/employment/workplaces/staff/<id>/ — correct a post, or write down that the person left."""

    form_class = PlacementForm
    template = "employment/job.html"

    def initial(self, thing):
        """The post as it is."""
        return initial_of_placement(thing)

    def heading(self, thing):
        """Whose, where."""
        return __("%(name)s在“%(place)s”的用工记录") % {"name": thing.worker.name, "place": thing.workplace.name}

    def save(self, form, thing):
        """Store the correction."""
        return services.change_placement(user=self.user, placement=thing, facts=form.facts())

    def extra_context(self, thing):
        """The history of the post, and where it is taken back."""
        return {
            "moments": timeline_of(thing, actions=words()),
            "withdraw_url": reverse("employment:withdraw_placement", args=[thing.pk]),
            "person_url": worker_url(thing.worker_id),
        }


class WithdrawPlacement(PlacementScreen):
    """/employment/workplaces/staff/<id>/withdraw/ — take a post back that was never true."""

    form_class = WithdrawForm
    submit_label = _("删除")

    def initial(self, thing):
        """Nothing is proposed."""
        return {"reason": ""}

    def heading(self, thing):
        """Whose, where."""
        names = {"name": thing.worker.name, "place": thing.workplace.name}
        return __("删除%(name)s在“%(place)s”的用工记录") % names

    def save(self, form, thing):
        """Take it back."""
        services.withdraw_placement(user=self.user, placement=thing, reason=form.cleaned_data["reason"])
        return thing
