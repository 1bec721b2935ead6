"""Pages of accounts."""

from core.accounts.views.administration import access_log, edit_user, new_user, reset_user, switch_user, users
from core.accounts.views.own import change_password, issue_token, me, revoke_token
from core.accounts.views.signing import SignIn, SignOut

__all__ = [
    "SignIn",
    "SignOut",
    "access_log",
    "change_password",
    "edit_user",
    "issue_token",
    "me",
    "new_user",
    "reset_user",
    "revoke_token",
    "switch_user",
    "users",
]
