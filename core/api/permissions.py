"""What the asker may do: a token needs the scope and its user the permission; a browser's user needs the permission."""

from typing import TYPE_CHECKING

from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.accounts.models import ApiToken, User

if TYPE_CHECKING:
    from rest_framework.views import APIView


class Nobody(BasePermission):
    """What holds where nothing is declared: an endpoint that forgot its RequireScope is closed, not open."""

    def has_permission(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002 - DRF's signature
        """Never."""
        return False


class RequireScope(BasePermission):
    """``permission_classes = [RequireScope("registry:read", "workers.view")]``; methods beyond GET may ask for others:

    ``RequireScope("registry:read", "visits.view", write=("imports:write", "visits.write"))``.
    """

    def __init__(
        self, scope: str, permission: str | None = None, *, write: tuple[str, str | None] | None = None
    ) -> None:
        self.read = (scope, permission)
        self.write = write or self.read

    def __call__(self) -> "RequireScope":
        """DRF makes its permissions by calling them: a declared one is already made."""
        return self

    def has_permission(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002 - DRF's signature
        """PermissionDenied names what is missing; false (401) when nobody is signed in."""
        user = request.user
        if not isinstance(user, User):
            return False
        scope, permission = self.read if request.method in {"GET", "HEAD", "OPTIONS"} else self.write
        if isinstance(request.auth, ApiToken) and scope not in request.auth.scopes:
            raise exceptions.PermissionDenied(f"令牌没有“{scope}”权限范围。")
        if permission is not None and not user.can(permission):
            raise exceptions.PermissionDenied("您没有进行此操作的权限。")
        return True


def may_see_people(request: Request, permission: str = "workers.reveal") -> bool:
    """Whether identities go out in full: only to a token with people:read whose user may reveal them."""
    token = request.auth
    return isinstance(token, ApiToken) and ApiToken.Scope.PEOPLE_READ in token.scopes and token.user.can(permission)
