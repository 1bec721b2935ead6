"""Pages of the rows of member lists: all of them, writing one down, correcting it, taking it back."""

from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.web.forms import FormScreen
from core.web.lists import EmptyState, ListScreen
from core.web.timeline import timeline_of
from employment.brands import services
from employment.brands.filters import BrandMemberFilter
from employment.brands.forms import MemberForm, NewMemberForm, initial_of_member
from employment.brands.tables import MEMBER_COLUMNS, member_url
from employment.filters import of_person
from employment.forms import WithdrawForm
from employment.models import Brand, BrandMember
from employment.tables import add_homes
from employment.views.shared import importing, words, worker_url
from employment.views.work import PERSON_HINT


class BrandMemberList(ListScreen):
    """/employment/brands/members/ — the rows of all member lists."""

    key = "brand_members"
    title = _("劳务品牌人员")
    permission = "employment.view"
    icon = "users"
    columns = MEMBER_COLUMNS
    filterset_class = BrandMemberFilter
    quick_filters = ("township", "brand", "current")
    default_sort = "-joined_on"
    search_hint = PERSON_HINT
    export_kind = "brand_members"

    @property
    def empty(self):
        """Where rows come from."""
        template = reverse("workbooks:template", args=["brand_members"])
        return EmptyState(_("导入劳务品牌人员，或在品牌页面逐人登记。"), importing("brand_members"), template)

    def rows(self, user):
        """Rows about the persons the user sees."""
        return BrandMember.objects.visible_to(user)

    def search(self, queryset, text):
        """By person."""
        return queryset.filter(of_person(text))

    def row_fields(self):
        """For the names of villages and the person's page."""
        return ("worker_id", "worker__village_code")

    def row_url(self, row):
        """The row's form for who may correct it, else the person's work."""
        return member_url(row["pk"]) if self.user.can("employment.edit") else worker_url(row["worker_id"])

    def prepare(self, rows, user):
        """Names of villages."""
        add_homes(rows)


class NewMember(FormScreen):
    """/employment/brands/<id>/members/new/ — write somebody into the member list."""

    permission = "employment.edit"
    form_class = NewMemberForm
    next_record = True
    carried = ("joined_on", "year")

    def rows(self, user):
        """Brands the user sees."""
        return Brand.objects.visible_to(user)

    def initial(self, thing):
        """Nothing is proposed."""
        return dict.fromkeys(NewMemberForm.base_fields, "")

    def heading(self, thing):
        """Of which brand."""
        return __("登记品牌人员：%(name)s") % {"name": thing.name}

    def save(self, form, thing):
        """Store the row."""
        worker_id = int(form.cleaned_data["worker"])
        return services.add_member(user=self.user, brand=thing, worker_id=worker_id, facts=form.facts())

    def success_url(self, saved):
        """The brand."""
        return reverse("employment:brand", args=[saved.brand_id])

    def leave_url(self, thing):
        """The brand."""
        return reverse("employment:brand", args=[thing.pk])


class MemberScreen(FormScreen):
    """What correcting a row and taking it back have in common."""

    permission = "employment.edit"

    def rows(self, user):
        """Rows about the persons the user sees."""
        return BrandMember.objects.visible_to(user).select_related("worker", "brand")

    def success_url(self, saved):
        """The rows of that brand."""
        return f"{reverse('employment:brand_members')}?brand={saved.brand_id}"

    def leave_url(self, thing):
        """The same."""
        return f"{reverse('employment:brand_members')}?brand={thing.brand_id}"


class EditMember(MemberScreen):
    """/employment/brands/members/<id>/ — correct a row."""

    form_class = MemberForm
    template = "employment/job.html"

    def initial(self, thing):
        """The row as it is."""
        return initial_of_member(thing)

    def heading(self, thing):
        """Whose, of which brand."""
        return __("%(name)s在“%(brand)s”的记录") % {"name": thing.worker.name, "brand": thing.brand.name}

    def save(self, form, thing):
        """Store the correction."""
        return services.change_member(user=self.user, member=thing, facts=form.facts())

    def extra_context(self, thing):
        """The history of the row, and where it is taken back."""
        return {
            "moments": timeline_of(thing, actions=words()),
            "withdraw_url": reverse("employment:withdraw_brand_member", args=[thing.pk]),
            "person_url": worker_url(thing.worker_id),
        }


class WithdrawMember(MemberScreen):
    """/employment/brands/members/<id>/withdraw/ — take a row back that was never true."""

    form_class = WithdrawForm
    submit_label = _("删除")

    def initial(self, thing):
        """Nothing is proposed."""
        return {"reason": ""}

    def heading(self, thing):
        """Whose, of which brand."""
        return __("删除%(name)s在“%(brand)s”的记录") % {"name": thing.worker.name, "brand": thing.brand.name}

    def save(self, form, thing):
        """Take it back."""
        services.withdraw_member(user=self.user, member=thing, reason=form.cleaned_data["reason"])
        return thing
