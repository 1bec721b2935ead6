"""The two registers in which one thing may stand twice, alike enough for one set of tests."""

from dataclasses import dataclass
from datetime import date
from zlib import crc32

from core.pairs.register import Register
from employment.mergers.finding import find_pairs
from employment.mergers.services import EMPLOYERS
from employment.models import DeclaredJob
from tests.journeys import employer, person, worker
from workers.doubles.finding import find_doubles
from workers.doubles.services import PERSONS


@dataclass(frozen=True)
class Kind:
    """``page`` and ``queue`` are addresses; ``clear`` is the column of a fact of an entry that a test may change."""

    register: Register
    queue: str
    merges: str
    page: str
    clear: str

    def make(self, name="甲乙"):
        """One more entry; those of one name are found alike."""
        if self.register is PERSONS:
            return worker(name, phone=f"138{crc32(name.encode()) % 10**8:08}")
        count = self.register.entries.objects.count()
        return employer(f"{'广州' * (count % 2)}{name}厂{'有限公司' * (count // 2)}", phone=f"020-{name}-{count}")

    def job(self, entry, start=date(2025, 2, 10)):
        """A row that names the entry."""
        who, firm = (entry, None) if self.register is PERSONS else (worker("务工人"), entry)
        return DeclaredJob.objects.create(worker=who, employer=firm, start_on=start, place_code="440113")

    def of_job(self, job):
        """The id of the entry that a job names."""
        return getattr(job, f"{self.register.bearer}_id")

    def sheet_row(self, entry):
        """A row of 务工台账 that names the entry."""
        if self.register is PERSONS:
            return {**person(entry), "务工省": "广东省", "外出时间": "2025-02-10"}
        return {**person(worker("务工人")), "务工省": "广东省", "务工单位": entry.name, "外出时间": "2025-02-10"}

    def find(self):
        """Search the whole register."""
        return find_doubles() if self.register is PERSONS else find_pairs()

    def address(self, *parts):
        """An address below the queue."""
        return self.queue + "".join(f"{part}/" for part in parts)


KINDS = {
    "persons": Kind(PERSONS, "/workers/doubles/", "/workers/doubles/merges/", "/workers/{}/", "skill"),
    "employers": Kind(
        EMPLOYERS,
        "/employment/employers/doubles/",
        "/employment/employers/merges/",
        "/employment/employers/{}/",
        "contact",
    ),
}
