"""``/account/``: signing in and out, one's own account, everybody's accounts, the access log."""

from django.urls import path

from core.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.me, name="me"),
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("password/", views.change_password, name="change_password"),
    path("tokens/", views.issue_token, name="issue_token"),
    path("tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("log/", views.access_log, name="access_log"),
    path("users/", views.users, name="users"),
    path("users/new/", views.new_user, name="new_user"),
    path("users/<int:pk>/", views.edit_user, name="edit_user"),
    path("users/<int:pk>/reset/", views.reset_user, name="reset_user"),
    path("users/<int:pk>/active/", views.switch_user, name="switch_user"),
]
