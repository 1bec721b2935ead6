"""What the access log's action codes are called; an app above adds its own with ``name_action``."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NAMES: dict[str, str | Promise] = {
    "accounts.sign_in": _("登录"),
    "accounts.sign_out": _("退出登录"),
    "accounts.create": _("建立账号"),
    "accounts.change": _("变更账号"),
    "accounts.change_password": _("修改密码"),
    "accounts.reset_password": _("重置密码"),
    "accounts.activate": _("启用账号"),
    "accounts.deactivate": _("停用账号"),
    "tokens.issue": _("签发令牌"),
    "tokens.revoke": _("吊销令牌"),
    "reveal": _("查看完整信息"),
    "api.people": _("接口读取完整身份信息"),
    "export": _("申请导出"),
    "export.download": _("下载导出文件"),
    "export.granted": _("同意导出"),
    "export.refused": _("不同意导出"),
    "imports.marked": _("下载标注错误的原表"),
}


def name_action(code: str, name: str | Promise) -> None:
    """Say what a code of an app above is called."""
    _NAMES[code] = name


def action_name(code: str) -> str:
    """The name of a code; the code itself when nobody named it."""
    return str(_NAMES.get(code, code))


def action_choices() -> list[tuple[str, str]]:
    """(code, name) of every named action."""
    return [(code, str(name)) for code, name in _NAMES.items()]
