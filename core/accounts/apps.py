"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, what their role lets them do, whose data they see, their tokens, and the log of what they opened."""

    name = "core.accounts"
    label = "accounts"
    verbose_name = "账号与权限"
