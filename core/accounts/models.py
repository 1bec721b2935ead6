"""Accounts: who may do what with whose data; their API tokens; the log of what was opened (domain.md §2, §6.9)."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.actions import action_name
from core.accounts.roles import ROLES, Role, ScopeKind, role_choices
from core.accounts.scope import places_condition, scope_condition


class UserQuerySet(models.QuerySet["User"]):
    """Accounts, and who may see them."""

    def visible_to(self, viewer: "User") -> "UserQuerySet":
        """Accounts of the viewer's own area; an administrator without business data sees all."""
        area = viewer.area
        return self.filter(scope_division__startswith=area) if area else self


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Finds accounts by name whatever the case it is typed in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of that name; raises User.DoesNotExist."""
        found: User = self.alias(folded=Lower("username")).get(folded=(username or "").strip().lower())
        return found


class User(AbstractBaseUser):
    """A real person's account (账号实名，一人一号): a role says what they may do, a scope whose data they see.

    ``scope_division`` is a division code and covers everything below it; "" is the whole area this installation serves.
    Where ``scope_villages`` names villages of that township, it covers those alone: a village assistant of several.
    ``scope_stations`` and ``scope_institutions`` hold their codes for the roles bounded by those.
    """

    username = models.CharField(
        "用户名",
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[\w.@-]{2,64}\Z", "用户名应为2至64个字母、汉字、数字或 . _ @ - 。")],
    )
    full_name = models.CharField("姓名", max_length=60, blank=True, default="")
    role = models.CharField("角色", max_length=30, choices=role_choices)
    scope_division = models.CharField("区划范围", max_length=12, blank=True, default="")
    scope_villages = ArrayField(
        models.CharField(max_length=12), verbose_name="所负责的村", default=list, blank=True, db_default=[]
    )
    scope_stations = ArrayField(models.CharField(max_length=40), verbose_name="所属协作站", default=list, blank=True)
    scope_institutions = ArrayField(models.CharField(max_length=100), verbose_name="所属机构", default=list, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True, default="")
    language = models.CharField("语言", max_length=10, blank=True, default="")
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须修改密码", default=False)
    password_changed_at = models.DateTimeField("密码修改时间", default=timezone.now)
    last_seen = models.DateTimeField("最近使用", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", db_default=Now(), editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["role"]

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("username"), name="user_username_any_case", violation_error_message="该用户名已被使用。"
            ),
            models.CheckConstraint(
                condition=Q(scope_division__regex=r"^(|\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$"),
                name="user_scope_division_shape",
                violation_error_message="区划范围应为2、4、6、9或12位区划代码。",
            ),
            models.CheckConstraint(
                condition=Q(scope_villages=[]) | Q(role="village_assistant", scope_division__regex=r"^\d{9}$"),
                name="user_villages_of_one_township",
                violation_error_message="只有村级劳务专干可以负责同一乡镇的几个村。",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def role_definition(self) -> Role:
        """The role's entry in the table; a role that is no longer there may do nothing."""
        return ROLES.get(self.role) or Role(self.role, self.role, self.role, ScopeKind.NOTHING)

    @property
    def scope_kind(self) -> ScopeKind:
        """By what this user's rows are bounded."""
        return self.role_definition.scope_kind

    @property
    def division_prefix(self) -> str:
        """The division whose figures are this user's own: the scope of a division role, else the whole area served.

        Never bound rows of persons by this alone: use ``scope_q``, which knows station, institution and partner users.
        """
        if self.scope_kind is ScopeKind.DIVISION and self.scope_division:
            return self.scope_division
        return str(settings.ROOT_DIVISION)

    @property
    def divisions(self) -> tuple[str, ...]:
        """The divisions that bound a division role: one, or several villages of one township."""
        return tuple(self.scope_villages) or (self.division_prefix,)

    def covers(self, code: str) -> bool:
        """Whether the place lies in one of ``divisions``; who is bounded by something else is not asked."""
        return code.startswith(self.divisions)

    def places_q(self, field: str) -> Q:
        """Condition that keeps rows of places in one of ``divisions``; ``field`` is the path to the place's code."""
        return places_condition(self, field)

    @property
    def area(self) -> str:
        """The division whose accounts and log lines this user may look after; "" is everything."""
        root = str(settings.ROOT_DIVISION)
        if self.scope_kind is ScopeKind.NOTHING or root.startswith(self.division_prefix):
            return ""
        return self.division_prefix

    def can(self, permission: str) -> bool:
        """Whether the role holds ``permission`` (see core.accounts.roles) and the account is in use."""
        return self.is_active and self.role_definition.holds(permission)

    def scope_q(self, field: str = "village_code", *, person: str | None = None) -> Q:
        """Condition that keeps the rows of persons this user sees.

        ``field`` is the path to the person's village code, ``person`` the path to the worker's id; left out it is
        guessed from ``field``: ``village_code`` → ``pk``, ``worker__village_code`` → ``worker_id``.
        """
        if person is None:
            parent = field.rpartition("__")[0]
            person = f"{parent}_id" if parent else "pk"
        return scope_condition(self, field=field, person=person)


class PasswordRecord(models.Model):
    """A password an account had, hashed: the last five may not come back (domain.md §6.9)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="password_records", db_index=False)
    password = models.CharField(max_length=128)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "历史密码"
        verbose_name_plural = "历史密码"
        indexes: ClassVar = [models.Index(fields=["user", "-id"], name="password_record_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at}"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Which tokens still open a door."""

    def live(self, at: datetime | None = None) -> "ApiTokenQuerySet":
        """Neither revoked nor expired at that moment (now by default)."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at or timezone.now())


class ApiToken(models.Model):
    """A program's key to the API: acts as its user, for some scopes, until a date. Only its SHA-256 is kept."""

    class Scope(models.TextChoices):
        STATISTICS_READ = "statistics:read", _("读取统计数据")
        IMPORTS_WRITE = "imports:write", _("提交和确认导入")
        REGISTRY_READ = "registry:read", _("读取台账（身份信息脱敏）")
        PEOPLE_READ = "people:read", _("查看完整身份信息")

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name="用户")
    name = models.CharField("用途", max_length=60)
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope), verbose_name="权限范围")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, verbose_name="签发人")
    created_at = models.DateTimeField("签发时间", db_default=Now(), editable=False)
    expires_at = models.DateTimeField("有效期至")
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "接口令牌"
        verbose_name_plural = "接口令牌"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0),
                name="api_token_has_scope",
                violation_error_message="令牌至少要有一个权限范围。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_live(self) -> bool:
        """Neither revoked nor expired now."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class AccessLogQuerySet(models.QuerySet["AccessLog"]):
    """Lines, and who may read them."""

    def visible_to(self, viewer: User) -> "AccessLogQuerySet":
        """Lines of accounts of the viewer's own area; those without an account (unknown names) only to who sees all."""
        area = viewer.area
        return self.filter(user__scope_division__startswith=area) if area else self


class AccessLog(models.Model):
    """One line per act that must be answered for later: sign-ins, data shown in full, exports, account changes.

    Append-only: a database trigger refuses UPDATE and DELETE (domain.md §6.9).
    """

    at = models.DateTimeField("时间", db_default=Now(), editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, verbose_name="操作人", db_index=False)
    username = models.CharField("用户名", max_length=64, blank=True, default="")
    action = models.CharField("动作", max_length=60)
    object_type = models.CharField("对象类型", max_length=60, blank=True, default="")
    object_id = models.CharField("对象", max_length=200, blank=True, default="")
    count = models.PositiveIntegerField("行数", default=1)
    reason = models.CharField("事由", max_length=200, blank=True, default="")
    ip = models.GenericIPAddressField("IP地址", null=True, blank=True)
    succeeded = models.BooleanField("成功", default=True)
    detail = models.JSONField("详情", default=dict, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = "访问日志"
        verbose_name_plural = "访问日志"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="access_log_by_user"),
            models.Index(fields=["object_type", "object_id", "-id"], name="access_log_of_object"),
            models.Index(fields=["action", "-id"], name="access_log_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.username} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the line once; a second save raises TypeError, as the database would refuse it."""
        if not self._state.adding:
            message = "访问日志只能追加，不能修改。"
            raise TypeError(message)
        super().save(*args, **kwargs)

    @property
    def action_name(self) -> str:
        """What was done, in words."""
        return action_name(self.action)
