"""A small site of screens over divisions and accounts, to meet the kit as an app's author and a browser do."""

from django import forms
from django.http import HttpResponse
from django.urls import include, path
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter

from core.accounts.models import User
from core.divisions.models import Division
from core.errors import DomainError, NotFound
from core.web import screens
from core.web.base import Screen
from core.web.charts import Bullet, Chart, Flow, Series
from core.web.details import Action, DetailScreen, Fact, Header, Step, Tab
from core.web.fields import AmountField, AutocompleteField, DateField, IdNumberField, PhoneField
from core.web.filters import DayRangeFilter
from core.web.forms import FormScreen, KitForm
from core.web.lists import BulkAction, Column, EmptyState, ListScreen, PageAction
from laborcoop.urls import urlpatterns as project
from workers.models import GroupMembership

NOBODY = "users.policy"  # the security administrator's, who has no business here
LEVELS = [("county", "县"), ("township", "乡镇"), ("village", "村")]
TOUCHED = []


class DivisionFilter(FilterSet):
    level = ChoiceFilter(label="级别", choices=LEVELS)
    name = CharFilter(label="名称", lookup_expr="contains")
    kind = MultipleChoiceFilter(label="种类", field_name="level", choices=LEVELS)
    effective_from = DayRangeFilter(label="启用日期")

    class Meta:
        model = Division
        fields = ()


def within_scope(user):
    return Division.objects.within(user.division_prefix)


def touch(_user, rows):
    TOUCHED[:] = sorted(rows.values_list("code", flat=True))
    return f"标记了 {len(TOUCHED)} 条"


class Divisions(ListScreen):
    key = "divisions"
    title = "区划"
    permission = "workers.view"
    filterset_class = DivisionFilter
    quick_filters = ("level",)
    default_sort = "code"
    page_size = 5
    columns = (
        Column("name", "名称", sort=("name",), heading="姓名"),
        Column("code", "代码", sort=("code",), phone="short"),
        Column(
            "level", "级别", "badge", badges={"village": ("村", "green"), "township": ("乡镇", "blue")}, phone="bare"
        ),
        Column("effective_from", "启用", "date", sort=("effective_from",)),
        Column("length", "位数", "number", value=lambda row: len(row["code"]), fields=("code",)),
        Column("identity", "证件", "masked", value=lambda _row: "529999199001011234", default=False),
    )
    empty = EmptyState("导入区划文件后显示在这里。", "/import/", "/template/")
    bulk_actions = (
        BulkAction("touch", "标记", touch),
        BulkAction("erase", "删除", lambda _user, _rows: "", permission=NOBODY),
        BulkAction("go", "转到", lambda _user, _rows: HttpResponse("elsewhere")),
    )

    def rows(self, user):
        return within_scope(user)

    def search(self, queryset, text):
        return queryset.filter(name__contains=text)

    def row_url(self, row):
        return f"/kit/division/{row['pk']}/"

    def page_actions(self, _user):
        return (PageAction("新增", "/kit/new/", "workers.edit", primary=True),)


class DivisionDetail(DetailScreen):
    permission = "workers.view"
    tabs = (
        Tab(
            "facts",
            "基本",
            "web/sheet.html",
            lambda _screen, thing: {
                "facts": [
                    Fact("名称", thing.name),
                    Fact("证件号", "529999199001011234", mask="id", reveal="divisions.division.secret", pk=7),
                    Fact("空的", None),
                ]
            },
        ),
        Tab("more", "更多", "web/sheet.html", lambda _screen, _thing: {"facts": [Fact("备注", "只在这一页")]}),
        Tab("log", "日志", "web/sheet.html", permission=NOBODY),
    )

    def rows(self, user):
        return within_scope(user)

    def header(self, thing):
        return Header(
            thing.name,
            facts=(Fact("代码", thing.code),),
            state="在用",
            primary=Action("修改", "/kit/new/", permission="workers.edit"),
            menu=(Action("撤并", "/x/", "post", refused="先迁出人员"),),
        )

    def steps(self, _thing):
        return (Step("设立", "done"), Step("撤并", "refused", why="还有人员"))


class NewForm(KitForm):
    name = forms.CharField(label="名称")
    day = DateField(label="日期", future=False)
    wage = AmountField(label="月工资", required=False)
    phone = PhoneField(label="电话", required=False)
    id_number = IdNumberField(label="证件号", required=False)
    village = AutocompleteField("kit-villages", label="村", required=False)


SAVED = []


class New(FormScreen):
    title = "新增"
    permission = "workers.edit"
    form_class = NewForm
    next_record = True
    carried = ("day",)
    offline = True

    def save(self, form, _thing):
        if form.cleaned_data["name"] == "重名":
            raise DomainError("duplicate", "这个名称已经有了。", "name")
        if form.cleaned_data["name"] == "冲突":
            raise DomainError("odd", "现在不能保存。")
        if form.cleaned_data["name"] == "抢先":
            User.objects.create(username=self.user.username)
        SAVED.append({**form.blank_to_none(), "client_ref": self.request.POST.get("client_ref", "")})
        return form

    def success_url(self, _saved):
        return "/kit/divisions/"


class AccountForm(KitForm):
    full_name = forms.CharField(label="姓名")
    phone = forms.CharField(label="电话", required=False)
    is_active = forms.BooleanField(label="启用", required=False)


class EditAccount(FormScreen):
    title = "修改"
    permission = "workers.edit"
    form_class = AccountForm

    def rows(self, user):
        return User.objects.filter(scope_division__startswith=user.division_prefix)

    def initial(self, thing):
        return {"full_name": thing.full_name, "phone": thing.phone, "is_active": thing.is_active}

    def save(self, form, thing):
        User.objects.filter(pk=thing.pk).update(**form.cleaned_data)
        return thing

    def success_url(self, _saved):
        return "/kit/divisions/"

    def leave_url(self, _thing):
        return "/kit/divisions/"


class RepeatDivision(Screen):
    """An act that does not look before it writes and says nothing of its own about a refusal."""

    permission = "workers.edit"

    def post(self, request, code):
        Division.objects.create(code=code, name="重复", level="village")
        return HttpResponse("written")


class NewForNobody(FormScreen):
    """What it writes is refused only when the whole is to be kept: its person is not there (any more)."""

    title = "标签"
    permission = "workers.edit"
    form_class = AccountForm

    def save(self, form, _thing):
        return GroupMembership.objects.create(worker_id=0, group="disabled", source="manual")

    def success_url(self, _saved):
        return "/kit/divisions/"


def villages(user, text, limit):
    found = within_scope(user).filter(level="village", name__contains=text)
    return [screens.Choice(row.code, row.name, row.code) for row in found[:limit]]


def village_label(user, value):
    return within_scope(user).filter(code=value).values_list("name", flat=True).first() or ""


def secret_of(user, pk):
    if pk != 7 or not user.division_prefix.startswith("520527"):
        raise NotFound("not_found", "没有这条记录。")
    return "529999199001011234"


REGISTERED = (
    screens.MenuEntry(
        section="workers", label="区划一览", url_name="kit_divisions", permission="workers.view", phone=20
    ),
    screens.MenuEntry(section="system", label="谁也看不到", url_name="kit_divisions", permission=NOBODY),
    screens.MenuEntry(section="system", label="没有这个网址", url_name="kit_missing"),
    screens.MenuEntry(
        section="stations", label="只给站上", url_name="kit_new", phone=0, phone_roles=frozenset({"station_staff"})
    ),
    screens.SearchSource(
        name="kit_villages",
        label="村庄",
        permission="workers.view",
        search=lambda user, text, limit: [
            screens.Hit(v.label, f"/kit/division/{v.value}/", v.hint) for v in villages(user, text, limit)
        ],
    ),
    screens.ChoiceSource(name="kit-villages", search=villages, label=village_label, permission="workers.view"),
    screens.Reveal(name="divisions.division.secret", permission="workers.reveal", fetch=secret_of),
    screens.Todo(name="kit_none", source=lambda _user: [screens.TodoRow("没有的事", 0, "/none/")]),
    screens.Todo(name="kit_some", order=1, source=lambda _user: [screens.TodoRow("待确认的导入", 2, "/some/")]),
    screens.Todo(
        name="kit_late", order=2, source=lambda _user: [screens.TodoRow("超期回访", 9, "/late/", urgent=True)]
    ),
    screens.Todo(name="kit_hidden", permission=NOBODY, source=lambda _user: [screens.TodoRow("看不到的事", 1, "/no/")]),
    screens.HomeNumbers(
        name="kit_numbers",
        permission="statistics.read",
        source=lambda _user: [
            screens.NumberTile(label="省外务工", value="41,203", unit="人", url="/people/", state="stale")
        ],
    ),
)
CURVE = Chart(
    key="curve",
    kind="step",
    title="九成留下",
    points=[0, 30, 90],
    point_label="天数",
    percent=True,
    series=(
        Series("留岗", [100, 95.5, None], [100, 90, None], [100, 99, None]),
        Series("在观察", [1200, 800, 10], table_only=True),
    ),
)
FLOWS = Chart(key="flows", kind="sankey", title="去了哪里", unit="人", flows=(Flow("古达乡", "东莞", 320),))
BULLETS = Chart(
    key="goals",
    kind="bullet",
    title="目标",
    point_label="指标",
    unit="人",
    bullets=(Bullet("输出", 1220, 1100), Bullet("无", 3, 0)),
    urls=("/out/",),
)

urlpatterns = [
    path("kit/divisions/", Divisions.as_view(), name="kit_divisions"),
    path("kit/division/<str:code>/", DivisionDetail.as_view(), name="kit_division"),
    path("kit/new/", New.as_view(), name="kit_new"),
    path("kit/account/<int:pk>/", EditAccount.as_view(), name="kit_account"),
    path("kit/repeat/<str:code>/", RepeatDivision.as_view(), name="kit_repeat"),
    path("kit/nobody/", NewForNobody.as_view(), name="kit_nobody"),
    path("", include(project)),
]
