"""The roles as data: what each may do and by what its data are bounded (domain.md §2).

A permission is a dotted word, ``workers.view``. Holding one means holding everything below it: ``workers.reveal``
covers ``workers.reveal.phone``. ``*`` holds every permission but those of ``SYSTEM_ONLY``; ``*.view`` holds the verb in
every app. An app above may name a permission of its own without touching this file: roles that hold ``*`` or ``*.verb``
have it at once, and ``grant`` gives it to others.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import lazy
from django.utils.translation import get_language


class ScopeKind(StrEnum):
    """By what the rows a user sees are bounded."""

    DIVISION = "division"  # the person's village, by code prefix
    STATIONS = "stations"  # persons those stations follow
    INSTITUTIONS = "institutions"  # the institutions' own classes or exams
    DESTINATION = "destination"  # persons who work in that area now
    NOTHING = "nothing"  # no business data at all


SYSTEM_ONLY = frozenset({"users.manage", "users.policy"})
"""Kept from ``*``: the three administrators are separate from the business and from each other (domain.md §6.9)."""


@dataclass(frozen=True, slots=True)
class Role:
    """One role: names, the kind of its scope, its permissions."""

    code: str
    name_zh: str
    name_en: str
    scope_kind: ScopeKind
    permissions: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        """Its name in the language of the page."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh

    def holds(self, permission: str) -> bool:
        """Whether the role may do ``permission``."""
        granted = self.permissions | _GRANTED.get(self.code, frozenset())
        if permission in granted:
            return True
        if permission in SYSTEM_ONLY:
            return False
        app, _, verb = permission.partition(".")
        parts = permission.split(".")
        above = {".".join(parts[:n]) for n in range(2, len(parts))}
        return "*" in granted or f"*.{verb}" in granted or f"{app}.*" in granted or bool(above & granted)


_GRANTED: dict[str, frozenset[str]] = {}


def grant(role_code: str, *permissions: str) -> None:
    """Give a role permissions named by an app above core, from that app's ``ready()``; KeyError: no such role."""
    _GRANTED[ROLES[role_code].code] = _GRANTED.get(role_code, frozenset()) | frozenset(permissions)


def _role(code: str, name_zh: str, name_en: str, kind: ScopeKind, permissions: AbstractSet[str]) -> Role:
    return Role(code, name_zh, name_en, kind, frozenset(permissions))


_COUNTY_READING = frozenset({
    "workers.view", "employment.view", "dispatch.view", "training.view", "stations.view", "subsidies.view",
    "reports.view", "reports.run", "statistics.read", "statistics.people",
})  # fmt: skip

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        _role("county_admin", "县级管理员", "County administrator", ScopeKind.DIVISION, {"*", "users.manage"}),
        _role("registry_officer", "劳动力信息岗", "Registry officer", ScopeKind.DIVISION, _COUNTY_READING | {
            "workers.edit", "workers.merge", "workers.reveal", "workers.export", "employment.edit", "visits.write",
            "imports.write", "imports.register", "tokens.manage",
        }),
        _role("training_officer", "培训岗", "Training officer", ScopeKind.DIVISION, _COUNTY_READING | {
            "training.edit", "training.decide", "workers.reveal", "workers.export", "imports.write", "tokens.manage",
        }),
        _role("dispatch_officer", "转移就业岗", "Dispatch officer", ScopeKind.DIVISION, _COUNTY_READING | {
            "employment.edit", "dispatch.edit", "dispatch.board", "stations.edit", "visits.write", "workers.reveal",
            "workers.export", "imports.write", "tokens.manage",
        }),
        _role("startup_officer", "创业指导岗", "Start-up officer", ScopeKind.DIVISION, _COUNTY_READING | {
            "startup.view", "startup.edit", "workers.reveal", "imports.write", "tokens.manage",
        }),
        _role("subsidy_reviewer", "业务复核岗", "Subsidy reviewer", ScopeKind.DIVISION, _COUNTY_READING | {
            "subsidies.review", "workers.reveal", "imports.write",
        }),
        _role("subsidy_approver", "审批岗", "Subsidy approver", ScopeKind.DIVISION, _COUNTY_READING | {
            "subsidies.approve", "workers.reveal",
        }),
        _role("finance_officer", "财务岗", "Finance officer", ScopeKind.DIVISION, {
            "workers.view", "workers.reveal.card", "workers.export", "subsidies.view", "subsidies.pay", "reports.view",
            "reports.run", "statistics.read", "imports.write",
        }),
        _role("township_officer", "乡镇（街道）人社中心", "Township officer", ScopeKind.DIVISION, _COUNTY_READING | {
            "workers.edit", "workers.reveal", "workers.export", "employment.edit", "dispatch.board", "visits.write",
            "subsidies.submit", "imports.write", "imports.register", "tokens.manage",
        }),
        _role("village_assistant", "村级劳务专干", "Village assistant", ScopeKind.DIVISION, {
            "workers.view", "workers.edit", "workers.reveal", "employment.view", "dispatch.view", "dispatch.board",
            "visits.write", "subsidies.submit", "statistics.read",
        }),
        _role("station_staff", "驻外劳务协作站", "Station staff", ScopeKind.STATIONS, {
            "workers.view", "workers.reveal.phone", "employment.view", "stations.view", "dispatch.view",
            "dispatch.board", "visits.write", "cases.view", "cases.edit", "imports.write", "reports.view",
            "reports.run",
        }),
        _role("provider", "定点培训机构", "Training institution", ScopeKind.INSTITUTIONS, {
            "training.view", "training.teach", "imports.write",
        }),
        _role("evaluator", "评价机构", "Evaluator", ScopeKind.INSTITUTIONS, {
            "training.view", "training.assess", "imports.write",
        }),
        _role("partner_bureau", "结对地区人社部门", "Partner bureau", ScopeKind.DESTINATION, {
            "workers.view", "employment.view", "stations.view", "reports.view", "statistics.read",
        }),
        _role("auditor", "审计", "Auditor", ScopeKind.DIVISION, {
            "*.view", "*.read", "statistics.people", "jobs.view_all", "exports.request",
        }),
        _role("system_admin", "系统管理员", "System administrator", ScopeKind.NOTHING, {
            "users.manage", "jobs.view_all",
        }),
        _role("security_admin", "安全管理员", "Security administrator", ScopeKind.NOTHING, {"users.policy"}),
        _role("log_admin", "审计管理员", "Log administrator", ScopeKind.NOTHING, {"accesslog.view"}),
    )
}  # fmt: skip


def _name(code: str) -> str:
    return ROLES[code].name


_name_when_shown = lazy(_name, str)


def role_choices() -> list[tuple[str, str]]:
    """(code, name in the language of the page) of every role, in the table's order."""
    return [(code, _name_when_shown(code)) for code in ROLES]
