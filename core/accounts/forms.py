"""Forms of sign-in, passwords, tokens and accounts: they read input; the rules are in services."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts import passwords
from core.accounts.models import ApiToken, User
from core.accounts.roles import role_choices
from core.accounts.services import Scope
from core.errors import DomainError
from core.formats.text import split_values


class SignInForm(AuthenticationForm):
    """Name and password."""

    error_messages = {  # noqa: RUF012 - an instance variable in Django's declaration
        "invalid_login": gettext_lazy("用户名或密码不正确。连续5次失败将锁定30分钟。"),
        "inactive": gettext_lazy("该账号已停用，请联系管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = gettext_lazy("用户名")
        self.fields["password"].label = gettext_lazy("密码")

    def confirm_login_allowed(self, user: Any) -> None:  # noqa: ANN401 - Django's stubs name its own User
        """Asked only after the right password: an account nobody used for 90 days is refused with its reason."""
        super().confirm_login_allowed(user)
        if isinstance(user, User) and passwords.is_dormant(user):
            raise ValidationError(_("该账号90天未使用，已停用，请联系管理员重置密码。"), code="dormant")


class PasswordForm(forms.Form):
    """The present password and a new one, twice."""

    current = forms.CharField(
        label=gettext_lazy("当前密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=gettext_lazy("新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "至少10位，包含大写字母、小写字母、数字、符号中的三类，不能包含用户名，不能与最近5次相同。"
        ),
    )
    again = forms.CharField(
        label=gettext_lazy("再次输入新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """The second must equal the first."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new"):
            raise ValidationError(_("两次输入的新密码不一致。"), code="differs")
        return again


class TokenForm(forms.Form):
    """What a new token is for, what it may do, how long."""

    name = forms.CharField(label=gettext_lazy("用途"), max_length=60)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("权限范围"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=gettext_lazy("有效天数"), min_value=1, max_value=3650, initial=365)


class ListField(forms.CharField):
    """Several codes in one box, separated by 、 , ; or blanks."""

    def clean(self, value: object) -> tuple[str, ...]:
        """As a tuple."""
        return tuple(split_values(super().clean(value)))


class AccountForm(forms.Form):
    """An account: who, what role, whose data."""

    username = forms.CharField(label=gettext_lazy("用户名"), max_length=64)
    full_name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=20, required=False)
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=lambda: [("", "—"), *role_choices()])
    division = ListField(
        label=gettext_lazy("区划范围"),
        required=False,
        help_text=gettext_lazy(
            "区划代码；留空为全部范围。结对地区人员填其所在区的代码；村级劳务专干可以填同一乡镇的几个村，用顿号分开。"
        ),
    )
    stations = ListField(
        label=gettext_lazy("所属协作站"), required=False, help_text=gettext_lazy("站点编号，多个用顿号分开。")
    )
    institutions = ListField(
        label=gettext_lazy("所属机构"), required=False, help_text=gettext_lazy("机构名称，多个用顿号分开。")
    )

    @property
    def scope(self) -> Scope:
        """Whose data, of a valid form."""
        scope: Scope = self.cleaned_data["scope"]
        return scope

    def clean(self) -> dict[str, Any]:
        """Where several divisions are named, they are villages of one township."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        more = {name: data[name] for name in ("stations", "institutions") if name in data}
        try:
            data["scope"] = Scope.of_divisions(data.get("division", ()), **more)
        except DomainError as error:
            self.add_error("division", error.message)
        return data
