"""Database expressions the registry's tables are made with (migrations import them)."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Func


class DateRange(Func):
    """``daterange(from, to)``: the first day counts, the last does not; a side that is NULL is open."""

    function = "DATERANGE"
    output_field = DateRangeField()
    arity = 2


class BirthDate(Func):
    """The birth date inside an ID number, immutable, so that the database can store it."""

    template = (
        "make_date(substr(%(expressions)s, 7, 4)::int,"
        " substr(%(expressions)s, 11, 2)::int, substr(%(expressions)s, 13, 2)::int)"
    )
    output_field = models.DateField()
    arity = 1
