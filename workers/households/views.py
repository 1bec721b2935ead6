"""Pages of households: the list, the file of one (一户一档), founding, mending, moving people."""

from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.web.details import Action, DetailScreen, Fact, Header
from core.web.forms import FormScreen
from core.web.lists import EmptyState, ListScreen, PageAction
from workers.households import file_tabs, services
from workers.households.filters import HouseholdFilter
from workers.households.forms import AdmitForm, ChangeForm, FoundForm, MoveForm
from workers.households.queries import NOBODY, called, is_without_work, tallies
from workers.households.tables import HOUSEHOLD_COLUMNS, ZERO_BADGE
from workers.models import Household, Worker
from workers.queries import household_tags, place_names


class HouseholdList(ListScreen):
    """/workers/households/ — the households of the user's villages; with ``?zero=true`` those with nobody at work."""

    key = "households"
    title = _("家庭户")
    permission = "workers.view"
    icon = "home"
    columns = HOUSEHOLD_COLUMNS
    filterset_class = HouseholdFilter
    quick_filters = ("township", "zero")
    default_sort = "township"
    export_kind = "households"
    search_hint = _("户主或成员的姓名、拼音、证件号、电话，村")

    @property
    def empty(self):
        """Where households come from."""
        text = _("花名册里写明户主姓名的人员导入后，按村、组和户主归成一户。")
        return EmptyState(
            text,
            f"{reverse('workbooks:new')}?kind=workers",
            reverse("workbooks:template", args=["workers"]),
            kind="workers",
        )

    @property
    def note(self):
        """What the last columns stand on."""
        return file_tabs.short_rule(self.day)

    @cached_property
    def day(self):
        """The day the list tells of."""
        return self.filterset.day

    def rows(self, user):
        """Those the user sees."""
        return Household.objects.visible_to(user)

    def search(self, queryset, text):
        """By the head or anybody in it."""
        return called(queryset, self.user, text)

    def row_url(self, row):
        """The household's file."""
        return reverse("households:detail", args=[row["pk"]])

    def row_fields(self):
        """For the names of places."""
        return ("village_code",)

    def prepare(self, rows, user):
        """Names of places, counts of members and their key groups: one query each for the page."""
        ids = [row["pk"] for row in rows]
        names, counted = place_names({row["village_code"] for row in rows}), tallies(ids, self.day)
        tags = household_tags(ids, self.day)
        for row in rows:
            row["township_name"], row["village_name"] = names[row["village_code"]]
            row["tally"] = counted.get(row["pk"], NOBODY)
            row["zero"] = is_without_work(row["tally"]) or None
            row["tags"] = "、".join(tags.get(row["pk"], ()))

    def page_actions(self, user):
        """Found one."""
        return (PageAction(_("登记家庭户"), reverse("households:new"), "workers.edit"),)


class HouseholdDetail(DetailScreen):
    """/workers/households/<id>/ — the household's file."""

    permission = "workers.view"
    tabs = file_tabs.TABS

    @property
    def back(self):
        """To the list."""
        return (reverse("households:list"), _("家庭户"))

    def rows(self, user):
        """Those the user sees."""
        return Household.objects.visible_to(user)

    def header(self, thing):
        """Whose, where, how many, anybody at work or not."""
        day, _wrong = file_tabs.day_of(self)
        tally = tallies([thing.pk], day).get(thing.pk, NOBODY)
        place = " ".join(place_names([thing.village_code])[thing.village_code])
        facts = [
            Fact(_("户籍"), f"{place} {thing.group_name}".strip()),
            Fact(_("在册人数"), tally["members"]),
            Fact(_("劳动年龄内有劳动能力"), tally["able"]),
            Fact(_("其中在岗"), tally["working"]),
        ]
        asked = "" if day == localdate() else f"?as_of={day}"
        word, colour = ZERO_BADGE[True] if is_without_work(tally) else ("", "secondary")
        edit = Action(_("修改"), reverse("households:edit", args=[thing.pk]), permission="workers.edit", icon="pencil")
        admit = Action(
            _("移入成员"), reverse("households:admit", args=[thing.pk]), permission="workers.edit", icon="plus"
        )
        return Header(
            gettext("%(head)s户") % {"head": thing.head_name},
            facts=facts,
            state=word,
            state_colour=colour,
            primary=admit,
            menu=(edit, Action(_("打印档案"), reverse("households:print", args=[thing.pk]) + asked, icon="printer")),
        )


class FoundHousehold(FormScreen):
    """/workers/households/new/ — found a household."""

    title = _("登记家庭户")
    permission = "workers.edit"
    form_class = FoundForm
    next_record = True
    carried = ("village_code", "group_name")

    def save(self, form, thing):
        """Found it."""
        return services.found_household(user=self.user, **form.cleaned_data)

    def success_url(self, saved):
        """The new file."""
        return reverse("households:detail", args=[saved.pk])

    def leave_url(self, thing):
        """The list."""
        return reverse("households:list")


class ChangeHousehold(FormScreen):
    """/workers/households/<id>/edit/ — mend group or head."""

    title = _("修改家庭户")
    permission = "workers.edit"
    form_class = ChangeForm

    def rows(self, user):
        """Those the user sees."""
        return Household.objects.visible_to(user)

    def initial(self, thing):
        """As it is."""
        return {"group_name": thing.group_name, "head_name": thing.head_name, "reason": ""}

    def save(self, form, thing):
        """Keep what was changed."""
        return services.change_household(user=self.user, household=thing, **form.cleaned_data)

    def success_url(self, saved):
        """The file."""
        return reverse("households:detail", args=[saved.pk])

    def leave_url(self, thing):
        """The file."""
        return reverse("households:detail", args=[thing.pk])


class AdmitPerson(FormScreen):
    """/workers/households/<id>/members/new/ — somebody moves in."""

    title = _("移入成员")
    permission = "workers.edit"
    form_class = AdmitForm

    def fetch(self, **key):
        """Nothing is edited; the household must be in sight all the same."""
        self.household = Household.objects.visible_to(self.user).filter(pk=key["pk"]).first()
        if self.household is None:
            raise Http404

    def heading(self, thing):
        """Into which."""
        return gettext("移入成员：%(household)s") % {"household": self.household}

    def save(self, form, thing):
        """Move the person in."""
        given = form.cleaned_data
        worker = Worker(pk=int(given["worker"]))
        return services.move_person(
            user=self.user,
            worker=worker,
            household=self.household,
            relation=given["relation"],
            reason=given["reason"],
        )

    def success_url(self, saved):
        """The household."""
        return reverse("households:detail", args=[self.household.pk])

    def leave_url(self, thing):
        """The household."""
        return reverse("households:detail", args=[self.household.pk])


class MovePerson(FormScreen):
    """/workers/households/of/<id>/ — to which household a person belongs."""

    title = _("调整家庭户")
    permission = "workers.edit"
    form_class = MoveForm

    def rows(self, user):
        """Whom the user sees."""
        return Worker.objects.visible_to(user)

    def initial(self, thing):
        """Where the person belongs now."""
        return {"household": thing.household_id or "", "relation": thing.relation or "", "reason": ""}

    def heading(self, thing):
        """Whose."""
        return gettext("调整家庭户：%(name)s") % {"name": thing.name}

    def save(self, form, thing):
        """Move the person."""
        given = form.cleaned_data
        household = Household(pk=int(given["household"])) if given["household"] else None
        return services.move_person(
            user=self.user, worker=thing, household=household, relation=given["relation"], reason=given["reason"]
        )

    def success_url(self, saved):
        """The person's file."""
        return reverse("workers:detail", args=[saved.pk])

    def leave_url(self, thing):
        """The person's file."""
        return reverse("workers:detail", args=[thing.pk])
