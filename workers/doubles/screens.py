"""What doubles bring to the frame: the menu entry and the to-do."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.lists.paging import capped_count
from core.web.screens import MenuEntry, Todo, TodoRow, register
from workers.doubles.models import PossibleDouble
from workers.doubles.services import PERSONS


def to_decide(user: User) -> Iterable[TodoRow]:
    """Pairs somebody has to judge."""
    count = capped_count(PossibleDouble.objects.visible_to(user).undecided())
    yield TodoRow(
        gettext("判定疑似重复人员"), count.value, reverse("doubles:list"), gettext("同一人登记了两次的要合并")
    )


register(
    MenuEntry(
        section="workers",
        label=_("疑似重复"),
        url_name="doubles:list",
        permission=(PERSONS.judging, PERSONS.looking),
        icon="user-search",
        order=60,
    )
)
register(Todo(name="doubles", source=to_decide, permission=PERSONS.judging, order=60))
