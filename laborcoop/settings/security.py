"""Who gets in and what a browser may do: sign-in, sessions, headers (domain.md §6.9)."""

import secrets

from csp.constants import NONE, SELF

from core.accounts import policy
from laborcoop import env
from laborcoop.settings.base import VAR
from laborcoop.settings.services import EMBEDDED_POSTGRES


def _generated_secret() -> str:
    # Kept, or every restart would sign everybody out; written aside and linked, so that two first starts agree on one.
    file = VAR / "secret_key"
    if not file.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text(encoding="ascii")


# An installation with its own database is a real one: its secret is given, not made up.
SECRET_KEY = env.secret("SECRET_KEY", generate=_generated_secret if EMBEDDED_POSTGRES else None)

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
# The rules of passwords are core.accounts.passwords: the command line and the pages share them.
AUTH_PASSWORD_VALIDATORS: list[dict[str, str]] = []

AXES_FAILURE_LIMIT = policy.SIGN_IN_FAILURES
AXES_COOLOFF_TIME = policy.LOCKED_FOR
AXES_RESET_ON_SUCCESS = True
# Attempts while locked do not prolong it: the page promises half an hour, and a stranger must not keep an account closed.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# Each by itself: five failures of one account, or from one address.
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in our own append-only access log
AXES_USERNAME_CALLABLE = "core.accounts.lockout.counted_name"
AXES_LOCKOUT_CALLABLE = "core.accounts.lockout.locked_out"

SESSION_COOKIE_AGE = int(policy.IDLE_LIMIT.total_seconds())
# What a person does starts the half hour anew (core.accounts.middleware), what a page polls does not; closing the
# browser ends the session.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")

# HTTPS=1 when a proxy in front terminates TLS and sets X-Forwarded-Proto, as deploy/nginx.conf does.
HTTPS = env.flag("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
# Asked inside of the container, where there is no TLS.
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# How many proxies of ours append to X-Forwarded-For (laborcoop.proxy).
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, least=0, most=5)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
