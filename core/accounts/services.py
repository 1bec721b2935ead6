"""Acts on accounts: create, change and reset passwords, close, issue and revoke tokens, write the access log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts import passwords, policy, tokens
from core.accounts.models import AccessLog, ApiToken, PasswordRecord, User
from core.accounts.roles import ROLES, ScopeKind
from core.divisions.models import Division
from core.errors import DomainError, NotAllowed

TOWNSHIP, VILLAGE = 9, 12
VILLAGE_ASSISTANT: Final = "village_assistant"
"""Who may look after several villages of a township."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account just made, and its password: the only moment it is known."""

    user: User
    password: str


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token just issued, and its text: the only moment it is known."""

    token: ApiToken
    text: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data an account sees: a division code (several villages: that of their township), stations, institutions."""

    division: str = ""
    stations: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()

    @classmethod
    def of_divisions(cls, codes: Iterable[str], **more: tuple[str, ...]) -> "Scope":
        """One division, or several villages of one township, which is then the division.

        Raises ``DomainError`` for several that are anything else.
        """
        first, *others = dict.fromkeys(codes) or ("",)
        if not others:
            return cls(first, **more)
        villages = (first, *others)
        townships = {code[:TOWNSHIP] for code in villages}
        if len(townships) > 1 or any(len(code) != VILLAGE for code in villages):
            raise DomainError("divisions", _("几个区划应为同一乡镇的村（12位代码）。"), field="division")
        return cls(first[:TOWNSHIP], villages=villages, **more)

    @property
    def divisions(self) -> tuple[str, ...]:
        """The divisions as they were named."""
        return self.villages or ((self.division,) if self.division else ())


def log_access(
    *,
    user: User | None,
    action: str,
    object_type: str = "",
    object_id: object = "",
    count: int = 1,
    reason: str = "",
    ip: str | None = None,
    succeeded: bool = True,
    username: str = "",
    detail: Mapping[str, object] | None = None,
) -> AccessLog:
    """Append a line to the access log: who did ``action`` to which object (or to how many), why, from where."""
    return AccessLog.objects.create(
        user=user,
        username=(username or (user.username if user else ""))[:64],
        action=action,
        object_type=object_type,
        object_id=str(object_id)[:200],
        count=count,
        reason=reason[:200],
        ip=ip or None,
        succeeded=succeeded,
        detail=dict(detail or {}),
    )


def check_may_manage(by: User | None, *, role: str, division: str) -> None:
    """Raise NotAllowed unless ``by`` may manage accounts of that role and division; None is the command line.

    The three administrators' accounts are managed by a system administrator or the command line only, so that nobody
    of the business makes their own overseer (domain.md §6.9).
    """
    if by is None:
        return
    target = ROLES.get(role)
    if target and target.scope_kind is ScopeKind.NOTHING and by.scope_kind is not ScopeKind.NOTHING:
        raise NotAllowed("system_role", _("系统、安全、审计管理员账号由系统管理员管理。"), field="role")
    if not by.can("users.manage"):
        raise NotAllowed("not_allowed", _("您没有管理账号的权限。"))
    if by.scope_kind is ScopeKind.DIVISION and by.scope_division and not division.startswith(by.scope_division):
        raise NotAllowed("out_of_scope", _("不能管理您区划范围以外的账号。"), field="division")


def _check_not_own(user: User, by: User | None) -> None:
    if by is not None and by.pk == user.pk:
        raise NotAllowed("own_account", _("不能管理自己的账号，请由其他管理员办理。"))


def check_scope(role: str, scope: Scope) -> None:
    """Raise DomainError unless the scope suits the role: a known role and division, stations for station staff …"""
    if role not in ROLES:
        raise DomainError("role_unknown", _("没有这个角色：%(role)s。") % {"role": role}, field="role")
    known = set(Division.objects.filter(code__in=scope.divisions).values_list("code", flat=True))
    for code in scope.divisions:
        if code not in known:
            message = _("没有这个区划代码：%(code)s。") % {"code": code}
            raise DomainError("division_unknown", message, field="division")
    if scope.villages and role != VILLAGE_ASSISTANT:
        raise DomainError("divisions", _("只有村级劳务专干可以负责同一乡镇的几个村。"), field="division")
    kind = ROLES[role].scope_kind
    if kind is ScopeKind.STATIONS and not scope.stations:
        raise DomainError("required", _("协作站人员须指定所属协作站。"), field="station")
    if kind is ScopeKind.INSTITUTIONS and not scope.institutions:
        raise DomainError("required", _("机构人员须指定所属机构。"), field="institution")
    if kind is ScopeKind.DESTINATION and not scope.division:
        raise DomainError("required", _("结对地区人员须指定其所在区划。"), field="division")


@transaction.atomic
def create_user(
    *,
    username: str,
    role: str,
    scope: Scope,
    full_name: str = "",
    phone: str = "",
    password: str | None = None,
    must_change: bool = True,
    by: User | None = None,
    ip: str | None = None,
) -> NewAccount:
    """Make an account; without ``password`` one is generated.

    Raises DomainError on a taken or malformed name, an unknown role or division, a scope that does not suit the role, a
    weak password; NotAllowed when ``by`` may not manage accounts there.
    """
    check_may_manage(by, role=role, division=scope.division)
    check_scope(role, scope)
    username = username.strip()
    if password is None:
        password = passwords.generate()
    user = User(
        username=username,
        role=role,
        full_name=full_name.strip(),
        phone=phone.strip(),
        scope_division=scope.division,
        scope_villages=list(scope.villages),
        scope_stations=list(scope.stations),
        scope_institutions=list(scope.institutions),
        must_change_password=must_change,
    )
    passwords.check_rules(password, username=username)
    user.set_password(password)
    try:
        user.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        taken = User.objects.filter(username__iexact=username).exists()
        message = _("用户名“%(name)s”已被使用。") % {"name": username} if taken else messages[0]
        shown = "username" if taken or field == "__all__" else field
        raise DomainError("taken" if taken else "invalid", message, field=shown) from error
    user.save()
    PasswordRecord.objects.create(user=user, password=user.password)
    log_access(user=by, action="accounts.create", object_type="user", object_id=username, ip=ip, detail={"role": role})
    return NewAccount(user, password)


def _set_password(user: User, password: str, *, must_change: bool) -> None:
    user.set_password(password)
    user.must_change_password = must_change
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    PasswordRecord.objects.create(user=user, password=user.password)


@transaction.atomic
def change_password(*, user: User, current: str, new: str, ip: str | None = None) -> None:
    """The user's own change; raises DomainError on a wrong current password, a weak or a reused new one."""
    if not user.check_password(current):
        raise DomainError("password_wrong", _("当前密码不正确。"), field="current")
    passwords.check_rules(new, username=user.username, field="new")
    passwords.check_not_reused(user, new, field="new")
    _set_password(user, new, must_change=False)
    log_access(user=user, action="accounts.change_password", object_type="user", object_id=user.username, ip=ip)


@transaction.atomic
def reset_password(*, user: User, by: User | None, ip: str | None = None) -> str:
    """Give the account a generated password that must be changed at the first sign-in; wakes a dormant account."""
    _check_not_own(user, by)
    check_may_manage(by, role=user.role, division=user.scope_division)
    password = passwords.generate()
    _set_password(user, password, must_change=True)
    log_access(user=by, action="accounts.reset_password", object_type="user", object_id=user.username, ip=ip)
    return password


@transaction.atomic
def set_active(*, user: User, active: bool, by: User | None, reason: str = "", ip: str | None = None) -> None:
    """Close an account (离岗停用) or open it again; closing revokes its tokens. Nobody closes their own."""
    _check_not_own(user, by)
    check_may_manage(by, role=user.role, division=user.scope_division)
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        user.api_tokens.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
    action = "accounts.activate" if active else "accounts.deactivate"
    log_access(user=by, action=action, object_type="user", object_id=user.username, reason=reason, ip=ip)


@transaction.atomic
def change_account(
    *, user: User, role: str, scope: Scope, full_name: str, phone: str, by: User | None, ip: str | None = None
) -> None:
    """Change what an account may do and whose data it sees; the log line keeps what it was before."""
    _check_not_own(user, by)
    check_may_manage(by, role=user.role, division=user.scope_division)
    check_may_manage(by, role=role, division=scope.division)
    check_scope(role, scope)
    before = {
        "role": user.role,
        "division": user.scope_division,
        "villages": user.scope_villages,
        "stations": user.scope_stations,
        "institutions": user.scope_institutions,
    }
    user.role, user.full_name, user.phone = role, full_name.strip(), phone.strip()
    user.scope_division, user.scope_villages = scope.division, list(scope.villages)
    user.scope_stations, user.scope_institutions = list(scope.stations), list(scope.institutions)
    user.save(
        update_fields=[
            "role", "full_name", "phone", "scope_division", "scope_villages", "scope_stations", "scope_institutions",
        ]
    )  # fmt: skip
    log_access(
        user=by, action="accounts.change", object_type="user", object_id=user.username, ip=ip, detail={"before": before}
    )


@transaction.atomic
def issue_token(
    *, user: User, name: str, scopes: Iterable[str], days: int, by: User | None = None, ip: str | None = None
) -> IssuedToken:
    """Issue an API token for ``user``, valid for ``days`` (1–3650); its text is returned once and kept only as a hash.

    Raises DomainError on an unknown or missing scope and on a number of days out of range.
    """
    wanted = list(dict.fromkeys(scope.strip() for scope in scopes if scope.strip()))
    unknown = [scope for scope in wanted if scope not in ApiToken.Scope.values]
    if unknown or not wanted:
        known = "、".join(ApiToken.Scope.values)
        message = _("权限范围应为：%(known)s。") % {"known": known}
        raise DomainError("scope_unknown", message, field="scopes")
    if not 1 <= days <= policy.TOKEN_MAX_DAYS:
        raise DomainError("days", _("有效天数应在1至%(most)d之间。") % {"most": policy.TOKEN_MAX_DAYS}, field="days")
    text = tokens.make()
    token = ApiToken.objects.create(
        user=user,
        name=name.strip() or _("接口令牌"),
        prefix=text.prefix,
        digest=text.digest,
        scopes=wanted,
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    log_access(
        user=by or user,
        action="tokens.issue",
        object_type="token",
        object_id=text.prefix,
        ip=ip,
        detail={"scopes": wanted},
    )
    return IssuedToken(token, str(text))


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User | None, ip: str | None = None) -> None:
    """Take a token back; a web process that has just looked it up may honour it for 5 seconds more."""
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        log_access(user=by, action="tokens.revoke", object_type="token", object_id=token.prefix, ip=ip)
