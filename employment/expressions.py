"""Database expressions of the employment tables: what words of a job ask for, or tell (migrations import them)."""

from typing import Final

from django.db import models
from django.db.models import Func

AGE: Final = r"\s*(?:周岁|岁)"
TO: Final = "[-—–~～至到]"
NOT_MERELY: Final = r"(?![^，,;；。、\s]{0,3}\s?优先)"
"""女性优先, 大专优先 and 35岁以下优先 ask for nothing."""
RANGE_FROM: Final = rf"([0-9]{{2}})(?:{AGE})?\s*{TO}\s*[0-9]{{2}}{AGE}{NOT_MERELY}"
RANGE_TO: Final = rf"[0-9]{{2}}(?:{AGE})?\s*{TO}\s*([0-9]{{2}}){AGE}{NOT_MERELY}"
AT_LEAST: Final = rf"([0-9]{{2}}){AGE}[(（]?[及含]?[)）]?以上{NOT_MERELY}"
AT_MOST: Final = rf"([0-9]{{2}}){AGE}[(（]?[及含]?[)）]?(?:以下|以内|之内){NOT_MERELY}"
OF_AGE: Final = (r"年满\s*([0-9]{2})(?![0-9])", rf"满\s*([0-9]{{2}}){AGE}")
NOT_OVER: Final = (rf"不超过\s*([0-9]{{2}}){AGE}", r"年龄[^，,;；。、0-9]{0,4}不超过\s*([0-9]{2})(?![0-9])")
"""满 and 不超过 tell of hours, weights and months as well: 每天不超过10小时, 体重不超过120斤, 满12个月有奖金."""

SEASONAL: Final = "季节|采摘|摘辣椒|摘棉|拾花|采棉|采茶|摘茶|砍甘蔗|收甘蔗|收割|采收"
"""Kinds of work that last a season (domain.md §1: chilli picking in Gansu, cotton in Xinjiang). Indexes are made of it."""

WOMAN: Final = "(?<![子儿])女"
"""子女 and 儿女 are children, of either sex."""
SCHOOLS: Final = ("小学", "初中", "高中|中专|中技|技校|职高|中职", "大专|专科|高职", "本科|大学", "研究生|硕士|博士")
"""Words of education, from the lowest: the place + 1 is the rank."""


class RequiredSex(Func):
    """男 or 女 where the words ask for one of them, "" where both or none may come; 优先 is no requirement."""

    template = (
        f"CASE WHEN %(expressions)s ~ '男{NOT_MERELY}' AND %(expressions)s !~ '{WOMAN}' THEN '男'"
        f" WHEN %(expressions)s ~ '{WOMAN}{NOT_MERELY}' AND %(expressions)s !~ '男' THEN '女' ELSE '' END"
    )
    output_field = models.CharField(max_length=1)
    arity = 1


class RequiredAge(Func):
    """The two digits the first of the patterns finds that finds any, NULL where none does.

    A post may ask women and men for other ages (女18-45岁，男18-50岁): the wider bound then holds, so that nobody is
    ruled out who might be meant; whoever picks sees the words.
    """

    output_field = models.SmallIntegerField()
    arity = 1
    patterns: tuple[str, ...] = ()
    wider: str = ""

    @property
    def template(self) -> str:  # type: ignore[override]
        """Up to three findings a pattern."""
        found = ", ".join(f"{self.wider}({_findings(pattern)})" for pattern in self.patterns)
        return f"coalesce({found})::smallint"


def _findings(pattern: str) -> str:
    return ", ".join(f"regexp_substr(%(expressions)s, '{pattern}', 1, {place}, 'c', 1)" for place in (1, 2, 3))


class RequiredAgeFrom(RequiredAge):
    """The youngest age asked for: 18-45岁, 18周岁以上, 年满18; 优先 is no requirement."""

    wider = "least"
    patterns = (RANGE_FROM, AT_LEAST, *OF_AGE)


class RequiredAgeTo(RequiredAge):
    """The oldest age asked for: 18-45岁, 45岁以下, 年龄不超过45; 优先 is no requirement."""

    wider = "greatest"
    patterns = (RANGE_TO, AT_MOST, *NOT_OVER)


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
