"""What the registry brings to the frame: menu, search, autocomplete of people and villages, fields to open."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.divisions.models import Division
from core.divisions.queries import names_of
from core.errors import NotFound
from core.formats.masking import mask_id
from core.formats.pinyin import initials
from core.web.bulk import register_bulk
from core.web.lists.paging import Keyset
from core.web.screens import Choice, ChoiceSource, FetchFull, FirstStep, Hit, MenuEntry, Reveal, SearchSource, register
from workers import file_tabs
from workers.bulk import WORKERS
from workers.models import Worker
from workers.queries import TOWNSHIP, VILLAGE, area_of, finder, meanings, place_names, searched


def _found(user: User, text: str, limit: int) -> list[tuple[int, str, str]]:
    """(id, name, hint) of the people the text means."""
    words = meanings(text, area_of(user))
    people = searched(Worker.objects.visible_to(user), words)
    order = Keyset(people, ("name_key",), descending=False, finder=finder(user, {}, words))
    rows = order.page(("pk", "name", "id_number", "village_code"), limit).rows
    places = place_names({row["village_code"] for row in rows})
    return [
        (row["pk"], row["name"], f"{' '.join(places[row['village_code']])} {mask_id(row['id_number'])}") for row in rows
    ]


def _no_villages(user: User) -> bool:
    return not Division.objects.within(area_of(user)).filter(code__length=VILLAGE).exists()


def _nobody(user: User) -> bool:
    return not Worker.objects.visible_to(user).exists()


def find_people(user: User, text: str, limit: int) -> list[Hit]:
    """Suggestions of the search box."""
    return [Hit(name, reverse("workers:detail", args=[pk]), hint) for pk, name, hint in _found(user, text, limit)]


def choose_people(user: User, text: str, limit: int) -> list[Choice]:
    """People for an autocomplete field; their value is the id."""
    return [Choice(str(pk), name, hint) for pk, name, hint in _found(user, text, limit)]


def person_label(user: User, value: str) -> str:
    """The name of a chosen person, "" outside the scope."""
    found = Worker.objects.visible_to(user).filter(pk=value) if value.isascii() and value.isdigit() else None
    return (found.values_list("name", flat=True).first() or "") if found is not None else ""


def choose_villages(user: User, text: str, limit: int) -> list[Choice]:
    """Villages of the user's area by the beginning of the name, of the code, or by initials; their value is the code."""
    area, text = area_of(user), text.strip().lower()
    rows = Division.objects.within(area).in_force().filter(level=Division.Level.VILLAGE).order_by("code")
    fitting = [
        (code, name)
        for code, name in rows.values_list("code", "name")
        if text in name or code.startswith(text) or (text.isascii() and initials(name).startswith(text))
    ][:limit]
    townships = names_of({code[:TOWNSHIP] for code, _name in fitting})
    return [Choice(code, name, townships.get(code[:TOWNSHIP], "")) for code, name in fitting]


def village_label(user: User, value: str) -> str:
    """Township and village of a chosen code, "" outside the area."""
    if not value.startswith(area_of(user)):
        return ""
    return " ".join(name for name in place_names([value])[value] if name)


def revealing(field: str) -> FetchFull:
    """Reads one masked field of a person in full; 404 outside the scope."""

    def fetch(user: User, pk: int) -> str:
        found = Worker.objects.visible_to(user).filter(pk=pk).values_list(field, flat=True)
        if not found:
            raise NotFound("worker", "没有这个人。")
        return found[0] or ""

    return fetch


file_tabs.register_own()
register_bulk(WORKERS)
register(
    MenuEntry(
        section="workers",
        label=_("劳动力"),
        url_name="workers:list",
        permission="workers.view",
        icon="users",
        order=10,
        phone=30,
        phone_label=_("查人"),
    )
)
register(
    MenuEntry(
        section="system",
        label=_("批量修改登记"),
        url_name="web:bulk_edits",
        permission="workers.edit",
        icon="edit",
        order=6,
    )
)
register(
    SearchSource(
        name="workers",
        label=_("劳动力"),
        search=find_people,
        permission="workers.view",
        icon="user",
        order=10,
        list_url_name="workers:list",
    )
)
register(
    FirstStep(
        name="villages",
        label=_("载入本县的村"),
        hint=_("花名册按村名登记，现在还没有村。在服务器上运行 manage.py load_divisions 本县.csv，首行 code,name。"),
        wanted=_no_villages,
        permission="users.manage",
        order=10,
    )
)
register(
    FirstStep(
        name="workers",
        label=_("导入第一份劳动力花名册"),
        hint=_("原表直接拖进来：先检查，写入前能看到每一处问题，写入后可以整体撤销。也可以先下载空白模板。"),
        wanted=_nobody,
        url=lambda: f"{reverse('workbooks:new')}?kind=workers",
        permission="imports.register",
        order=20,
    )
)
register(ChoiceSource(name="workers", search=choose_people, label=person_label, permission="workers.view"))
register(ChoiceSource(name="villages", search=choose_villages, label=village_label))
register(Reveal(name="workers.worker.id_number", permission="workers.reveal.id", fetch=revealing("id_number")))
register(Reveal(name="workers.worker.phone", permission="workers.reveal.phone", fetch=revealing("phone")))
register(Reveal(name="workers.worker.bank_card", permission="workers.reveal.card", fetch=revealing("bank_card")))
