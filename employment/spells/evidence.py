"""What is told about one person's work: rows of 务工台账, 到岗 and follow-up visits (formats.md §1.1, §1.4)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

# A division path of 2, 4, 6, 9 or 12 digits; a prefix contains what it begins. None or "" = not known.
Place = str | None

# Whatever names an employer as one record: its id, or its credit code else its name. None = not known.
EmployerKey = int | str | None

# 组织方式 that make a spell an organised one (formats.md §1.1, domain.md §1.2).
ORGANISED_CHANNELS = frozenset({"政府组织", "协作站推荐", "人力资源机构", "劳务经纪人", "劳务公司(合作社)"})


class ArrivalKind(StrEnum):
    """Who recorded the 到岗: the dispatch roster (乘车花名册) or the job-seeking register (求职登记)."""

    TRIP = "trip"
    REFERRAL = "referral"


class VisitStatus(StrEnum):
    """What a follow-up visit found (domain.md §3.4); the values are those of 回访台账.就业状态."""

    EMPLOYED_SAME = "原岗位在岗"
    EMPLOYED_OTHER = "转岗在岗"
    LEFT_SEEKING = "离岗求职"
    RETURNED_HOME = "返乡"
    UNREACHABLE = "失联"


@dataclass(frozen=True, slots=True)
class Declared:
    """A row of 务工台账: at work from `start` (外出时间), no longer on `end` (返回时间; None: nothing written).

    `confirmed_to` is the row's 最近确认日期, `wage` yuan a month. Raises ValueError where `end` is not after `start`
    (an import refuses such a row as `date`).
    """

    start: date
    end: date | None
    place: Place
    employer_key: EmployerKey
    wage: Decimal | None
    channel: str
    contract: bool | None
    insured: bool | None
    confirmed_to: date | None
    source_id: int
    job_title: str = ""

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            message = f"返回时间{self.end}不晚于外出时间{self.start}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A 到岗: a passenger with 签到 and 到岗日期, or a referral with 结果 到岗.

    The caller leaves out what is no 到岗 (状态 未录用). `natural_key` is what formats.md §1.3 calls the row's key
    without person and date (batch and vehicle; fair, employer and post): it puts several 到岗 of one day in an order
    that does not depend on which file came first, as ids would.
    """

    day: date
    place: Place
    employer_key: EmployerKey
    kind: ArrivalKind
    source_id: int
    job_title: str = ""
    natural_key: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A follow-up visit; `employer_key`, `employer_name` are its 当前单位, `wage` yuan a month, "" no station."""

    day: date
    status: VisitStatus
    employer_key: EmployerKey
    employer_name: str
    wage: Decimal | None
    station_code: str
    source_id: int
    contract: bool | None = None
    insured: bool | None = None


Evidence = Declared | Arrival | Visit
