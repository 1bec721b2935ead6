"""What a person keeps about a list page: the columns they chose and the filters they saved."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class ListLayout(models.Model):
    """The columns one person chose to see on one list page (显示列)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="用户")
    list_key = models.CharField("列表", max_length=60)
    columns = models.JSONField("显示列", default=list)

    class Meta:
        verbose_name = "显示列"
        verbose_name_plural = "显示列"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "list_key"],
                name="list_layout_once",
                violation_error_message="每人每个列表只有一份显示列设置。",
            )
        ]

    def __str__(self) -> str:
        return self.list_key


class SavedView(models.Model):
    """A named set of filters and sorting of one list (常用筛选); a shared one is seen by all who see the list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="用户")
    list_key = models.CharField("列表", max_length=60)
    name = models.CharField("名称", max_length=30)
    query = models.CharField("条件", max_length=2000)
    shared = models.BooleanField("共享", default=False)

    class Meta:
        verbose_name = "常用筛选"
        verbose_name_plural = "常用筛选"
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "list_key", "name"],
                name="saved_view_name_once",
                violation_error_message="已有同名的常用筛选。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="saved_view_named", violation_error_message="请给常用筛选起个名称。"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["list_key"], name="saved_view_by_list")]

    def __str__(self) -> str:
        return self.name
