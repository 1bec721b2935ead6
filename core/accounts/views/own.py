"""One's own account: password, API tokens."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.accounts import passwords, services
from core.accounts.forms import PasswordForm, TokenForm
from core.accounts.views.signing import address_of
from core.errors import DomainError


@sensitive_post_parameters("current", "new", "again")
@login_required
@never_cache
def change_password(request):
    """Choose a new password; a first, a reset or an old one sends every page here."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        current, new = form.cleaned_data["current"], form.cleaned_data["new"]
        try:
            services.change_password(user=request.user, current=current, new=new, ip=address_of(request))
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("密码已修改。"))
            return redirect("/")
    context = {"form": form, "title": _("修改密码"), "forced": passwords.must_change(request.user)}
    return render(request, "accounts/change_password.html", context)


def _me(request, form, *, issued=None, status=200):
    tokens = list(request.user.api_tokens.order_by("-id"))
    context = {
        "title": _("账号与密码"),
        "tokens": tokens,
        "form": form,
        "issued": issued,
        "may_issue": request.user.can("tokens.manage"),
        "password_until": request.user.password_changed_at + passwords.policy.PASSWORD_LIFETIME,
        "now": timezone.now(),
    }
    return render(request, "accounts/me.html", context, status=status)


@login_required
def me(request):
    """Name, role, scope, password age, tokens."""
    return _me(request, TokenForm())


@login_required
@never_cache
@require_POST
def issue_token(request):
    """A new token of one's own; its text is on the page that answers and nowhere else."""
    if not request.user.can("tokens.manage"):
        raise PermissionDenied
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _me(request, form, status=422)
    issued = services.issue_token(user=request.user, ip=address_of(request), by=request.user, **form.cleaned_data)
    return _me(request, TokenForm(), issued=issued)


@login_required
@require_POST
def revoke_token(request, pk):
    """Take one's own token back."""
    token = get_object_or_404(request.user.api_tokens, pk=pk)
    services.revoke_token(token=token, by=request.user, ip=address_of(request))
    messages.success(request, _("令牌“%(name)s”已吊销。") % {"name": token.name})
    return redirect("accounts:me")
