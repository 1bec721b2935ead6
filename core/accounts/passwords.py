"""Password rules of domain.md §6.9 and passwords made by the platform."""

import secrets
import string
from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts import policy
from core.accounts.models import User
from core.errors import DomainError

# Without 0 O 1 l I: people copy these from paper.
_LETTERS_AND_DIGITS = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))
_SIGNS = "@#%+=?"


def faults_of(password: str, *, username: str) -> list[str]:
    """Every rule the password breaks, each as a sentence; empty when it may be used. History is not looked at."""
    faults = []
    if len(password) < policy.PASSWORD_MIN_LENGTH:
        faults.append(_("密码至少 %(count)d 位。") % {"count": policy.PASSWORD_MIN_LENGTH})
    classes = [
        any(char.islower() for char in password),
        any(char.isupper() for char in password),
        any(char.isdigit() for char in password),
        any(not char.isalnum() for char in password),
    ]
    if sum(classes) < policy.PASSWORD_MIN_CLASSES:
        faults.append(_("密码须包含大写字母、小写字母、数字、符号中的三类。"))
    folded, name = password.casefold(), username.casefold()
    if name and (name in folded or name[::-1] in folded):
        faults.append(_("密码不能包含用户名。"))
    return faults


def check_rules(password: str, *, username: str, field: str = "password") -> None:
    """Raise DomainError ``password_weak`` with every broken rule."""
    faults = faults_of(password, username=username)
    if faults:
        raise DomainError("password_weak", "".join(faults), field=field, details=faults)


def check_not_reused(user: User, password: str, *, field: str = "password") -> None:
    """Raise DomainError ``password_reused`` for the present password or one of the last five."""
    hashes = user.password_records.order_by("-id").values_list("password", flat=True)[: policy.PASSWORDS_REMEMBERED]
    if any(check_password(password, known) for known in {user.password, *hashes} if known):
        message = _("不能使用最近 %(count)d 次用过的密码。") % {"count": policy.PASSWORDS_REMEMBERED}
        raise DomainError("password_reused", message, field=field)


def generate() -> str:
    """A password of 14 signs that keeps the rules and is easy to copy from paper."""
    while True:
        chars = [secrets.choice(_LETTERS_AND_DIGITS) for _n in range(12)]
        for _n in range(2):
            chars.insert(1 + secrets.randbelow(len(chars) - 1), secrets.choice(_SIGNS))
        password = "".join(chars)
        if not faults_of(password, username=""):
            return password


def must_change(user: User, at: datetime | None = None) -> bool:
    """Whether the user may do nothing else before choosing a new password: a first one, a reset one, or one too old."""
    return user.must_change_password or (at or timezone.now()) - user.password_changed_at > policy.PASSWORD_LIFETIME


def is_dormant(user: User, at: datetime | None = None) -> bool:
    """Whether nobody has used the account for so long that it may not sign in (a reset password wakes it)."""
    used = [user.created_at, user.password_changed_at, user.last_login, user.last_seen]
    return (at or timezone.now()) - max(moment for moment in used if moment) > policy.DORMANT_AFTER
