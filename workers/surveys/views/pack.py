"""The village's pack on A4: households in the order of the walk, last answers, a QR code that leads to each one's page."""

import segno
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.services import log_access
from core.formats.masking import mask_id, mask_phone
from core.web.base import Screen
from core.web.forms import FormScreen
from core.workbooks.exports import create_export
from workers.queries import place_names
from workers.surveys import queries
from workers.surveys.answers import ASKED, LABELS
from workers.surveys.forms import PackForm
from workers.surveys.models import Campaign, VisitTask
from workers.surveys.views.shared import asked

MOST = 500


class PackWorkbook(FormScreen):
    """/workers/surveys/<id>/pack/<village>/workbook/ — the same as a workbook, written by a run, to correct and import back."""

    permission = "surveys.export"
    form_class = PackForm
    submit_label = _("导出")

    def fetch(self, *, lock=False, **key):
        """The campaign and the village must be in sight."""
        self.campaign = Campaign.objects.visible_to(self.user).filter(pk=key["pk"]).first()
        tasks = VisitTask.objects.visible_to(self.user).filter(campaign=self.campaign, village_code=key["village"])
        if self.campaign is None or not tasks.exists():
            raise Http404
        self.village = key["village"]

    def heading(self, thing):
        """Whose."""
        return __("导出走访包：%(place)s") % {"place": " ".join(place_names([self.village])[self.village])}

    def initial(self, thing):
        """With the numbers: without them the workbook cannot be imported back."""
        return {"full_identity": True, "purpose": self.campaign.name}

    def save(self, form, thing):
        """Ask for it."""
        return create_export(
            user=self.user,
            kind="surveys",
            query={"campaign": str(self.campaign.pk), "village": self.village},
            columns=(),
            full_identity=form.cleaned_data["full_identity"],
            purpose=form.cleaned_data["purpose"],
        )

    def success_message(self, saved):
        """Where it will be."""
        return __("导出已开始，完成后可在这里下载。")

    def success_url(self, saved):
        """The run."""
        return reverse("web:task", args=[saved.job_id])

    def leave_url(self, thing):
        """The campaign."""
        return reverse("surveys:detail", args=[self.campaign.pk])


class Pack(Screen):
    """/workers/surveys/<id>/pack/<village>/ — one village's households to print; ``?group=`` one group's."""

    permission = "surveys.view"

    def get(self, request, pk, village):
        """The sheets; printing a village's people leaves a line in the log."""
        campaign = Campaign.objects.visible_to(self.user).filter(pk=pk).first()
        tasks = VisitTask.objects.visible_to(self.user).filter(campaign=campaign, village_code=village)
        if group := asked(request, "group"):
            tasks = tasks.filter(group_name=group)
        ids = list(tasks.order_by("place", "pk").values_list("pk", flat=True)[:MOST])
        if campaign is None or not ids:
            raise Http404
        doors = queries.doors_of(VisitTask.objects.filter(pk__in=ids), self.user)
        log_access(
            user=self.user, action="print", object_type="surveys.pack", object_id=village, count=len(doors),
            reason=campaign.name, ip=request.META.get("REMOTE_ADDR"),
        )  # fmt: skip
        township, name = place_names([village])[village]
        context = {
            "title": __("农村劳动力资源调查表"),
            "campaign": campaign,
            "place": f"{township} {name}",
            "doors": [(door, self.qr(door.task), [line_of(member) for member in door.members]) for door in doors],
            "labels": [LABELS[field] for field in ASKED],
            "cut": tasks.count() > len(doors),
            "printed_at": timezone.localtime(),
            "printed_by": self.user,
        }
        return render(request, "surveys/pack.html", context)

    def qr(self, task):
        """The household's address as a picture: the opaque number alone, nothing of the people."""
        address = self.request.build_absolute_uri(reverse("surveys:door", args=[task.ref]))
        return segno.make(address, error="m").svg_data_uri(border=1)


def line_of(member):
    """A person as the sheet has them: who, and the last answer to each question; number and phone masked."""
    answers = {**member.answers, "phone": mask_phone(member.answers["phone"] or "")}
    return {
        "name": member.worker.name,
        "sex": member.worker.sex,
        "number": mask_id(member.worker.id_number),
        "relation": member.worker.relation or "",
        "answers": [answers.get(field) or "" for field in ASKED],
    }
