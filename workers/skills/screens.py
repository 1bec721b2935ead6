"""What skills bring to the person's file: a tab, and the days certificates were issued; and to the list, a filter's answers."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.details import DetailScreen, Tab
from workers.bitmaps.dated import Shape
from workers.bitmaps.facts import Facts, register_facts
from workers.bitmaps.filters import SKILLS
from workers.dossier import FileTab, Happening, HappeningSource, register_happenings, register_tab
from workers.models import Worker
from workers.skills.models import Skill
from workers.skills.queries import kept_skills


def skills_of(screen: DetailScreen, worker: Worker) -> dict[str, Any]:
    """The person's skills, the highest first, beside what the roster said."""
    rows = Skill.objects.filter(worker=worker).order_by("-level", "name", "pk")
    return {"skills": rows, "may_edit": screen.user.can("workers.edit")}


def happenings(worker: Worker, _user: User) -> Iterable[Happening]:
    """Certificates, on the day they were issued."""
    for skill in Skill.objects.filter(worker=worker):
        if skill.issued_on is None:
            continue
        words = (skill.name, skill.get_level_display() if skill.level else "", skill.issuer)
        title = __("取得%(certificate)s") % {"certificate": skill.cert_type or __("证书")}
        yield Happening(on=skill.issued_on, title=title, text=" ".join(word for word in words if word))


register_tab(FileTab(tab=Tab("skills", _("技能证书"), "skills/of_person.html", skills_of), order=22))
register_happenings(HappeningSource(name="skills", find=happenings))
register_facts(Facts(name=SKILLS, read=kept_skills, shape=Shape(words=("trade", "cert_type", "level"))))
