"""What the comparison bench brings to the frame: the menu entry and the to-do."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.lists.paging import capped_count
from core.web.screens import MenuEntry, Todo, TodoRow, register
from workers.comparisons.models import Difference


def to_settle(user: User) -> Iterable[TodoRow]:
    """Differences of one's villages that nobody has settled."""
    count = capped_count(Difference.objects.visible_to(user).filter(state=Difference.State.OPEN))
    yield TodoRow(
        gettext("办理名单比对差异"), count.value, reverse("comparisons:list"), gettext("外部名单与登记库不一致")
    )


register(
    MenuEntry(
        section="workers",
        label=_("名单比对"),
        url_name="comparisons:list",
        permission=("workers.edit", "comparisons.view"),
        icon="arrows-exchange",
        order=70,
    )
)
register(Todo(name="comparisons", source=to_settle, permission="workers.edit", order=70))
