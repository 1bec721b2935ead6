"""Organised dispatch (有组织输出): batches, vehicles, passengers (domain.md §3.3)."""

from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now

from core.accounts.models import User
from core.history.models import BusinessRow
from employment.models import Employer, Organiser, serves_part_of_county, serves_whole_county
from workers.models import Worker


class BatchQuerySet(models.QuerySet["Batch"]):
    """Journeys one has to do with."""

    def visible_to(self, user: User) -> Self:
        """Those with a vehicle the user sees."""
        return self.filter(models.Exists(Trip.objects.visible_to(user).filter(batch=models.OuterRef("pk"))))


class Batch(BusinessRow):
    """One organised journey (批次), of one or many vehicles."""

    code = models.CharField("批次编号", max_length=60, unique=True)
    name = models.CharField("批次名称", max_length=200)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = "出行批次"
        verbose_name_plural = "出行批次"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TripQuerySet(models.QuerySet["Trip"]):
    """Vehicles one has to do with."""

    def visible_to(self, user: User) -> Self:
        """The county sees every vehicle; others those that carry somebody of theirs, and townships all yet to leave."""
        if serves_whole_county(user):
            return self
        carrying = models.Exists(Passenger.objects.visible_to(user).filter(trip=models.OuterRef("pk")))
        ahead = Q(departs_at__gte=Now()) if serves_part_of_county(user) else Q(pk__in=())
        return self.filter(ahead | carrying)


class Trip(BusinessRow):
    """One vehicle of a batch (车次): a train, a coach, a car of a self-drive group, a plane, a shuttle."""

    class Mode(models.TextChoices):
        TRAIN = "返岗专列", "返岗专列"
        BUS = "包车", "包车"
        SELF_DRIVE = "自驾", "自驾"
        PLANE = "飞机", "飞机"
        SHUTTLE = "接驳", "接驳"

    batch = models.ForeignKey(Batch, models.PROTECT, verbose_name="批次", related_name="trips", db_index=False)
    vehicle = models.CharField("车次（车牌号）", max_length=60)
    mode = models.CharField("出行方式", max_length=10, choices=Mode.choices)
    departs_at = models.DateTimeField("出发时间")
    from_place = models.CharField("出发地", max_length=200)
    destination_code = models.CharField("目的地", max_length=12)
    seats = models.IntegerField("座位数")
    organiser = models.CharField("组织单位", max_length=200, blank=True, default="")
    # Whose name 组织单位 bears, where exactly one registered organiser bears it (dispatch.organisers).
    organised_by = models.ForeignKey(
        Organiser, models.PROTECT, null=True, editable=False, verbose_name="带出机构", related_name="trips"
    )
    leader = models.CharField("领队", max_length=200, blank=True, default="")
    leader_phone = models.CharField("领队电话", max_length=100, blank=True, default="")

    objects = TripQuerySet.as_manager()

    class Meta:
        verbose_name = "车次"
        verbose_name_plural = "车次"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "vehicle"],
                name="trip_vehicle_once_a_batch",
                violation_error_message="该批次已有这个车次。",
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=0), name="trip_seats_not_negative", violation_error_message="座位数不能为负数。"
            ),
        ]
        indexes: ClassVar = [models.Index("departs_at", name="trip_by_departure")]

    def __str__(self) -> str:
        return self.vehicle


class PassengerQuerySet(models.QuerySet["Passenger"]):
    """Passengers of the persons one sees."""

    def visible_to(self, user: User) -> Self:
        """Rows of persons in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))


class Passenger(BusinessRow):
    """One person's place on one vehicle, and what became of the journey.

    ``boarded`` (签到), ``arrived`` (到达签收) and ``at_post_on`` (到岗日期) are facts; 到岗 is evidence of a job spell
    unless the ``outcome`` says 未录用.
    """

    class Outcome(models.TextChoices):
        LEFT_EN_ROUTE = "途中离开", "途中离开"
        NOT_HIRED = "未录用", "未录用"
        RETURNED = "已返回", "已返回"

    trip = models.ForeignKey(Trip, models.PROTECT, verbose_name="车次", related_name="passengers", db_index=False)
    worker = models.ForeignKey(Worker, models.PROTECT, verbose_name="劳动力", related_name="journeys")
    seat = models.CharField("车厢/座位号", max_length=20, blank=True, default="")
    # Seats are read in the order (seat_length, seat): 2 before 10, 1车05 before 12车01.
    seat_length = models.GeneratedField(expression=Length("seat"), output_field=models.IntegerField(), db_persist=True)
    phone = models.CharField("联系电话", max_length=100, blank=True, default="")
    boarding_point = models.CharField("上车地点", max_length=200, blank=True, default="")
    destination_code = models.CharField("目的地", max_length=12, blank=True, default="")
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, blank=True, verbose_name="务工企业")
    job_title = models.CharField("岗位", max_length=200, blank=True, default="")
    emergency_name = models.CharField("紧急联系人", max_length=200, blank=True, default="")
    emergency_phone = models.CharField("紧急联系人电话", max_length=100, blank=True, default="")
    boarded = models.BooleanField("签到", null=True, blank=True)
    arrived = models.BooleanField("到达签收", null=True, blank=True)
    at_post_on = models.DateField("到岗日期", null=True, blank=True)
    outcome = models.CharField("状态", max_length=10, choices=Outcome.choices, blank=True, default="")

    objects = PassengerQuerySet.as_manager()

    class Meta:
        verbose_name = "乘车人"
        verbose_name_plural = "乘车人"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["trip", "worker"],
                name="passenger_once_a_trip",
                violation_error_message="此人已在这个车次的名单上。",
            ),
            # No unique index: those cannot wait until two passengers have changed seats.
            ExclusionConstraint(
                name="passenger_seat_once",
                expressions=[("trip", RangeOperators.EQUAL), ("seat", RangeOperators.EQUAL)],
                condition=~Q(seat=""),
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message="该座位已有人。",
            ),
            models.CheckConstraint(
                condition=Q(at_post_on__isnull=True) | Q(boarded=True),
                name="passenger_at_post_has_boarded",
                violation_error_message="没有签到的人不能登记到岗。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("at_post_on", name="passenger_at_post", condition=Q(at_post_on__isnull=False)),
            models.Index(OpClass("destination_code", name="text_pattern_ops"), name="passenger_by_destination"),
        ]

    def __str__(self) -> str:
        return f"{self.trip_id} {self.worker_id}"


class CheckIn(BusinessRow):
    """One tick at the coach door (签到): who said when whether somebody is aboard.

    ``client_ref`` is the sender's own number of the tick: sent twice, stored once. ``boarded`` None takes a tick back.
    """

    passenger = models.ForeignKey(Passenger, models.PROTECT, verbose_name="乘车人", related_name="check_ins")
    boarded = models.BooleanField("签到", null=True)
    happened_at = models.DateTimeField("签到时间")
    user = models.ForeignKey(User, models.PROTECT, verbose_name="登记人", related_name="+")
    client_ref = models.UUIDField("终端流水号", null=True, blank=True, unique=True)

    class Meta:
        verbose_name = "签到记录"
        verbose_name_plural = "签到记录"

    def __str__(self) -> str:
        return f"{self.passenger_id} {self.happened_at}"
