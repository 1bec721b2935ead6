"""Everybody's accounts and the access log, for those who look after them."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.accounts import services
from core.accounts.actions import action_choices
from core.accounts.forms import AccountForm
from core.accounts.models import AccessLog, User
from core.accounts.views.signing import address_of
from core.divisions.queries import names_of
from core.errors import DomainError, NotAllowed

ROWS = 100


def _with(permission):
    """Only for signed-in people who hold the permission; others get 403."""

    def decorate(view):
        @login_required
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.can(permission):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except NotAllowed as error:
                raise PermissionDenied(error.message) from error

        return guarded

    return decorate


def _day(text):
    try:
        return parse_date(text)
    except ValueError:
        return None


@_with("accesslog.view")
def access_log(request):
    """Lines of one's area, newest first; filters and place stay in the address."""
    rows = AccessLog.objects.visible_to(request.user).select_related("user")
    name, action, day = (request.GET.get(key, "").strip() for key in ("user", "action", "day"))
    if name:
        rows = rows.filter(username=name)
    if action:
        rows = rows.filter(action=action)
    on = _day(day)
    if on:
        rows = rows.filter(at__date=on)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:  # noqa: PLR2004 - digits of a bigint
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-id")[: ROWS + 1])
    query = request.GET.copy()
    if len(found) > ROWS:
        found = found[:ROWS]
        query["before"] = str(found[-1].pk)
    else:
        query = None
    context = {"title": _("访问日志"), "lines": found, "user_name": name, "action": action, "day": day, "older": query}
    context["actions"] = action_choices()
    return render(request, "accounts/access_log.html", context)


@_with("users.manage")
def users(request):
    """Accounts of one's area by role and name."""
    rows = list(User.objects.visible_to(request.user).order_by("-is_active", "role", "username"))
    names = names_of({code for user in rows for code in (user.scope_division, *user.scope_villages)})
    for user in rows:
        places = [names[code] for code in (user.scope_villages or [user.scope_division]) if code in names]
        user.scope_text = "、".join(places or [*user.scope_stations, *user.scope_institutions])
    return render(request, "accounts/users.html", {"title": _("用户"), "users": rows})


def _form_page(request, form, *, account=None, made=None, password=None):
    title = _("用户 %(name)s") % {"name": account.username} if account else _("新建用户")
    context = {"title": title, "form": form, "account": account, "made": made, "password": password}
    return render(request, "accounts/user_form.html", context, status=422 if form.errors else 200)


def _refused(form, error):
    names = {"station": "stations", "institution": "institutions"}
    field = names.get(error.field, error.field)
    form.add_error(field if field in form.fields else None, error.message)


@_with("users.manage")
@never_cache
def new_user(request):
    """Make an account; the generated password is on the page that answers and nowhere else."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        person = {key: data[key] for key in ("username", "full_name", "phone", "role")}
        try:
            made = services.create_user(**person, scope=form.scope, by=request.user, ip=address_of(request))
        except DomainError as error:
            _refused(form, error)
        else:
            return _form_page(request, AccountForm(), made=made.user, password=made.password)
    return _form_page(request, form)


@_with("users.manage")
def edit_user(request, pk):
    """What an account may do and whose data it sees."""
    account = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    stored = {
        "username": account.username,
        "full_name": account.full_name,
        "phone": account.phone,
        "role": account.role,
        "division": "、".join(account.scope_villages or filter(None, [account.scope_division])),
        "stations": "、".join(account.scope_stations),
        "institutions": "、".join(account.scope_institutions),
    }
    form = AccountForm(request.POST or None, initial=stored)
    form.fields["username"].disabled = True
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        person = {key: data[key] for key in ("full_name", "phone", "role")}
        try:
            services.change_account(user=account, scope=form.scope, by=request.user, ip=address_of(request), **person)
        except DomainError as error:
            _refused(form, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("accounts:users")
    return _form_page(request, form, account=account)


@_with("users.manage")
@never_cache
@require_POST
def reset_user(request, pk):
    """A new generated password, shown once."""
    account = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    password = services.reset_password(user=account, by=request.user, ip=address_of(request))
    context = {"title": _("密码已重置"), "made": account, "password": password}
    return render(request, "accounts/password_reset.html", context)


@_with("users.manage")
@require_POST
def switch_user(request, pk):
    """Close an account or open it again."""
    account = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    services.set_active(
        user=account,
        active=request.POST.get("active") == "1",
        by=request.user,
        reason=request.POST.get("reason", ""),
        ip=address_of(request),
    )
    messages.success(request, _("已启用。") if account.is_active else _("已停用。"))
    return redirect("accounts:users")
