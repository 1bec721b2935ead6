"""Pages of skills: write one down, mend it, take it back."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.web.forms import FormScreen
from workers.models import Worker
from workers.skills import services
from workers.skills.forms import ChangeForm, RemoveForm, SkillForm
from workers.skills.models import Skill


def _tab(worker_id):
    return f"{reverse('workers:detail', args=[worker_id])}?tab=skills"


class AddSkill(FormScreen):
    """/workers/skills/of/<id>/new/ — a skill of a person."""

    title = _("登记技能证书")
    permission = "workers.edit"
    form_class = SkillForm
    next_record = True

    def fetch(self, **key):
        """Nothing is edited; the person must be in sight all the same."""
        self.worker = Worker.objects.visible_to(self.user).filter(pk=key["pk"]).first()
        if self.worker is None:
            raise Http404

    def heading(self, thing):
        """Whose."""
        return gettext("登记技能证书：%(name)s") % {"name": self.worker.name}

    def save(self, form, thing):
        """Write it down."""
        return services.add_skill(user=self.user, worker=self.worker, facts=form.facts())

    def success_url(self, saved):
        """The person's skills."""
        return _tab(saved.worker_id)

    def leave_url(self, thing):
        """The person's skills."""
        return _tab(self.worker.pk)


class SkillScreen(FormScreen):
    """Something done with one skill."""

    permission = "workers.edit"

    def rows(self, user):
        """Skills of people the user sees."""
        return Skill.objects.visible_to(user).select_related("worker")

    def heading(self, thing):
        """What is done, which skill and whose."""
        return f"{self.title}：{thing.worker.name} {thing.name}"

    def success_url(self, saved):
        """The person's skills."""
        return _tab(saved.worker_id)

    def leave_url(self, thing):
        """The person's skills."""
        return _tab(thing.worker_id)


class ChangeSkill(SkillScreen):
    """/workers/skills/<id>/edit/ — mend it."""

    title = _("修改技能证书")
    form_class = ChangeForm

    def initial(self, thing):
        """As it is."""
        return {**{name: getattr(thing, name) for name in services.FIELDS}, "reason": ""}

    def save(self, form, thing):
        """Keep what was changed."""
        reason = form.cleaned_data["reason"]
        return services.change_skill(user=self.user, skill=thing, facts=form.facts(), reason=reason)


class RemoveSkill(SkillScreen):
    """/workers/skills/<id>/remove/ — one that should never have been there."""

    title = _("删除录错的技能证书")
    form_class = RemoveForm
    submit_label = _("删除")

    def initial(self, thing):
        """Nothing yet."""
        return {"reason": ""}

    def save(self, form, thing):
        """Take it back."""
        services.remove_skill(user=self.user, skill=thing, reason=form.cleaned_data["reason"])
        return thing
