"""A person's file on A4 (一人一档): masked, and every print leaves a line in the access log."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __

from core.accounts.services import log_access
from core.web.base import Screen
from core.web.details import Fact
from core.web.htmx import go_to
from workers import dossier, file_tabs
from workers.doubles.queries import current_id
from workers.models import Worker

BESIDE: Final = 2
"""Facts on one line of the sheet."""


def lines_of(facts: Sequence[Fact]) -> list[list[Fact]]:
    """The facts that say something, two on a line: an official sheet has no room for blanks."""
    told = [fact for fact in facts if fact.text]
    return [told[place : place + BESIDE] for place in range(0, len(told), BESIDE)]


class PrintedFile(Screen):
    """A file to print; declare ``object_type`` and ``template``, and answer ``context(thing)``."""

    permission = "workers.view"
    object_type: ClassVar[str]
    template: ClassVar[str]

    def sheet(self, request: HttpRequest, thing: Model, context: dict[str, Any]) -> HttpResponse:
        """The sheet; that it was taken out stands in the log."""
        log_access(
            user=self.user,
            action="print",
            object_type=self.object_type,
            object_id=thing.pk,
            ip=request.META.get("REMOTE_ADDR"),
        )
        printed = {"printed_at": timezone.localtime(), "printed_by": self.user}
        return render(request, self.template, {**context, **printed})


class PrintPerson(PrintedFile):
    """/workers/<id>/print/ — what is registered of a person, their key groups, what happened to them."""

    object_type = "workers.worker"
    template = "workers/print.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Of somebody merged, the file of today."""
        found = Worker.objects.visible_to(self.user).select_related("household").filter(pk=current_id(pk)).first()
        if found is None:
            raise Http404
        if found.pk != pk:
            return go_to(request, reverse("workers:print", args=[found.pk]))
        groups = [(heading, lines_of(facts)) for heading, facts in file_tabs.facts(self, found)["groups"]]
        context = {
            "title": __("劳动力档案"),
            "worker": found,
            "groups": [(heading, lines) for heading, lines in groups if lines],
            "tags": file_tabs.groups(self, found)["tags"],
            "happenings": dossier.happenings(found, self.user),
        }
        return self.sheet(request, found, context)
