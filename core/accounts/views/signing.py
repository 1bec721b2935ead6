"""Signing in and out."""

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse

from core.accounts.forms import SignInForm
from core.accounts.middleware import start_session
from core.accounts.models import User
from core.accounts.services import log_access


def address_of(request: HttpRequest) -> str | None:
    """Where the request came from; laborcoop.proxy has seen to proxies."""
    return request.META.get("REMOTE_ADDR") or None


class SignIn(LoginView):
    """The sign-in page; five failures lock the account and the address (django-axes)."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        """In: start the idle clock, speak the person's language, write the line."""
        response = super().form_valid(form)
        user = form.get_user()
        start_session(self.request)
        if user.language and settings.LANGUAGE_COOKIE_NAME not in self.request.COOKIES:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        log_access(user=user, action="accounts.sign_in", ip=address_of(self.request))
        return response

    def form_invalid(self, form):
        """Not in: write the line under the name that was typed."""
        name = str(form.data.get("username", "")).strip()
        known = User.objects.filter(username__iexact=name).first() if name else None
        log_access(user=known, username=name, action="accounts.sign_in", ip=address_of(self.request), succeeded=False)
        return super().form_invalid(form)


class SignOut(LogoutView):
    """POST only."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Out, with a line."""
        if isinstance(request.user, User):
            log_access(user=request.user, action="accounts.sign_out", ip=address_of(request))
        return super().post(request, *args, **kwargs)
