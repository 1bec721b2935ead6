"""Database expressions of the employment tables: what words of a job ask for, or tell (migrations import them)."""

from typing import Final

from django.db import models
from django.db.models import Func

AGE: Final = r"\s*(?:周岁|岁)"
TO: Final = "[-—–~～至到]"
RANGE_FROM: Final = rf"(\d\d)(?:{AGE})?\s*{TO}\s*\d\d{AGE}"
RANGE_TO: Final = rf"\d\d(?:{AGE})?\s*{TO}\s*(\d\d){AGE}"
AT_LEAST: Final = rf"(\d\d){AGE}[(（]?[及含]?[)）]?以上"
OF_AGE: Final = r"满\s*(\d\d)"
AT_MOST: Final = rf"(\d\d){AGE}[(（]?[及含]?[)）]?(?:以下|以内|之内)"
NOT_OVER: Final = r"不超过\s*(\d\d)"

SEASONAL: Final = "季节|采摘|摘辣椒|摘棉|拾花|采棉|采茶|摘茶|砍甘蔗|收甘蔗|收割|采收"
"""Kinds of work that last a season (domain.md §1: chilli picking in Gansu, cotton in Xinjiang). Indexes are made of it."""

NOT_MERELY: Final = "(?![^，,;；。、]{0,3}优先)"
"""女性优先 and 大专优先 ask for nothing."""
SCHOOLS: Final = ("小学", "初中", "高中|中专|中技|技校|职高|中职", "大专|专科|高职", "本科|大学", "研究生|硕士|博士")
"""Words of education, from the lowest: the place + 1 is the rank."""


class RequiredSex(Func):
    """男 or 女 where the words ask for one of them, "" where both or none may come; 优先 is no requirement."""

    template = (
        f"CASE WHEN %(expressions)s ~ '男{NOT_MERELY}' AND %(expressions)s !~ '女' THEN '男'"
        f" WHEN %(expressions)s ~ '女{NOT_MERELY}' AND %(expressions)s !~ '男' THEN '女' ELSE '' END"
    )
    output_field = models.CharField(max_length=1)
    arity = 1


class RequiredAge(Func):
    """The two digits one of the patterns finds first, NULL where none does."""

    output_field = models.SmallIntegerField()
    arity = 1
    patterns: tuple[str, ...] = ()

    @property
    def template(self) -> str:  # type: ignore[override]
        """One substring a pattern."""
        found = ", ".join(f"substring(%(expressions)s from '{pattern}')" for pattern in self.patterns)
        return f"coalesce({found})::smallint"


class RequiredAgeFrom(RequiredAge):
    """The youngest age asked for: 18-45岁, 18周岁以上, 年满18."""

    patterns = (RANGE_FROM, AT_LEAST, OF_AGE)


class RequiredAgeTo(RequiredAge):
    """The oldest age asked for: 18-45岁, 45岁以下, 不超过45."""

    patterns = (RANGE_TO, AT_MOST, NOT_OVER)


class RequiredSchool(Func):
    """The rank of the lowest education the words ask for (初中及以上，大专优先: 2), 0 where they ask for none."""

    template = (
        "CASE "
        + " ".join(
            f"WHEN %(expressions)s ~ '({words}){NOT_MERELY}' THEN {rank}" for rank, words in enumerate(SCHOOLS, start=1)
        )
        + " ELSE 0 END::smallint"
    )
    output_field = models.SmallIntegerField()
    arity = 1
