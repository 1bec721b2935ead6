"""Who came home for the Spring Festival, and who means to go out again (节前返乡监测, domain.md §3.1)."""

from typing import ClassVar, Self

from django.db import models

from core.accounts.models import User
from core.history.models import BusinessRow
from workers.models import Worker


class ReturneeQuerySet(models.QuerySet["Returnee"]):
    """Returns of the persons one sees."""

    def visible_to(self, user: User) -> Self:
        """Rows of persons in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))


class Returnee(BusinessRow):
    """A row of 节前返乡监测表: a person came home on ``returned_on`` and does or does not mean to go out again.

    A fact beside the job spells: it never makes or ends one (formats.md §1.4 rule 4).
    """

    worker = models.ForeignKey(Worker, models.PROTECT, verbose_name="劳动力", related_name="returns", db_index=False)
    returned_on = models.DateField("返乡日期")
    plans_out = models.BooleanField("计划外出")
    leaves_on = models.DateField("计划外出日期", null=True, blank=True)
    from_place = models.CharField("原务工地", max_length=200, blank=True, default="", db_default="")

    objects = ReturneeQuerySet.as_manager()

    class Meta:
        verbose_name = "返乡监测"
        verbose_name_plural = "返乡监测"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "returned_on"],
                name="returnee_once_a_day",
                violation_error_message="此人同一返乡日期已有记录。",
            ),
        ]
        indexes: ClassVar = [models.Index("returned_on", "id", name="returnee_by_day")]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.returned_on}"
