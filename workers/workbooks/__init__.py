"""The registry's sheets: 劳动力花名册 and 人员类别台账."""

from core.workbooks.sheets import PersonTable, register_people
from workers.workbooks.group_tags import GroupTagsSheet
from workers.workbooks.people import visible_ids
from workers.workbooks.workers import WorkersSheet

register_people(PersonTable(table="workers_worker", visible_ids=visible_ids, former="doubles_workeralias"))

__all__ = ["GroupTagsSheet", "WorkersSheet"]
