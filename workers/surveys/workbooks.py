"""入户走访表: the village's pack as a workbook — last answers to correct on paper or screen, and to import back."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, NullIf

from core.accounts.models import User
from core.divisions.expressions import NameOf, name_above
from core.formats.values import LABOUR_STATUS
from core.history.models import Event
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Check, Column, Reference, Sheet, Target, register
from workers.models import Worker
from workers.surveys.answers import AMOUNTS, ASKED, FILED, LABELS, TABLE, WORK_PLACE, as_answer, file_at, meet, of_file
from workers.surveys.gate import MOVES, Act
from workers.surveys.models import CHANNEL, Survey, SurveyClash, VisitTask
from workers.surveys.queries import TOWNSHIP

_VERSION: Final = (
    "(SELECT count(*) FROM history_event e WHERE e.\"table\" = 'workers_worker' AND e.row_id = p.worker_id"
    " AND e.last_id = e.row_id AND e.kind = 'U')"
)
_FILE: Final = ", ".join(f"('{name}', s.{name}::text, nullif(w.{name}::text, ''))" for name in FILED)
_CHANGES: Final = (
    "(SELECT coalesce(jsonb_object_agg(x.name, x.said), '{}') FROM workers_worker w CROSS JOIN LATERAL"
    f" (VALUES {_FILE}, ('{WORK_PLACE}', s.{WORK_PLACE}::text, NULL)) AS x(name, said, known)"
    " WHERE w.id = p.worker_id AND x.said IS NOT NULL AND x.said IS DISTINCT FROM x.known)"
)
_ANSWERS: Final = (
    "(SELECT jsonb_object_agg(x.name, coalesce(x.said, x.known)) FROM workers_worker w CROSS JOIN LATERAL"
    f" (VALUES {_FILE}, ('{WORK_PLACE}', s.{WORK_PLACE}::text, NULL)) AS x(name, said, known) WHERE w.id = p.worker_id)"
)
_AT_THE_DOOR: Final = ", ".join(f"'{state}'" for state in MOVES[Act.MEET].source)


def _answer_columns() -> tuple[Column, ...]:
    found: list[Column] = []
    for name in ASKED:
        heading, path = LABELS[name], f"said_{name}"
        if name == "labour_status":
            found.append(c.choice(heading, name, LABOUR_STATUS, export=path))
        elif name == "phone":
            found.append(c.phone(heading, name, export=path))
        elif name in AMOUNTS:
            found.append(c.amount(heading, name, export=path))
        else:
            found.append(c.text(heading, name, export=path))
    return tuple(found)


@register
class SurveysSheet(Sheet):
    """What people of a village answered. A blank cell is no answer; a cell as the file has it is no change.

    档案版本 says which state of the person's file the workbook was made from: where the file was changed since, a cell the
    surveyor left alone changes nothing, and one both changed is listed to be settled, as on the phone.
    """

    kind = "surveys"
    title = "入户走访表"
    section = "劳动力"
    list_url_name = ""
    permission = "surveys.write"
    columns = (
        c.text("活动名称", "campaign", required=True, compared=False, longest=100, example="2026年冬季全面走访", export="campaign"),
        *(c.name(export="name"), c.id_number(export="id_number")),
        *(
            c.text(heading, field, compared=False, export=path, extra=False)
            for heading, field, path in (
                ("乡镇", "township", "township_name"),
                ("村", "village", "village_name"),
                ("组", "group_name", "group_name"),
                ("户主姓名", "head_name", "household__head_name"),
            )
        ),
        c.date_("走访日期", "visited_on", required=True, export="said_on"),
        c.choice("走访方式", "channel", CHANNEL, compared=False, export="said_by"),
        *_answer_columns(),
        c.integer("档案版本", "version", compared=False, note="请勿修改", export="version"),
    )  # fmt: skip
    references = (
        Reference(
            into="task_id",
            find="SELECT t.id FROM surveys_visittask t JOIN surveys_campaign a ON a.id = t.campaign_id"
            " JOIN workers_worker w ON w.id = p.worker_id WHERE a.name = s.campaign"
            " AND (t.household_id = w.household_id OR t.household_id IS NULL AND t.contact_id = w.id) ORDER BY t.id LIMIT 1",
            when="s.campaign IS NOT NULL AND p.worker_id IS NOT NULL",
            blame="活动名称",
            message="没有这次走访活动，或此人家里没有入户任务。",
        ),
    )
    checks = (
        Check(
            sql="SELECT p.seq, '这一户已提交或活动已结束，不能再导入；要改请先退回。' AS message FROM {plan} p"
            " JOIN {rows} s USING (seq) JOIN surveys_visittask t ON t.id = p.task_id JOIN surveys_campaign a ON a.id = t.campaign_id"
            f" WHERE a.state <> 'open' OR t.state NOT IN ({_AT_THE_DOOR})",
            blame="活动名称",
            code="locked",
        ),
        Check(
            sql="SELECT p.seq, '走访日期不能早于活动开始的日期。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " JOIN surveys_visittask t ON t.id = p.task_id JOIN surveys_campaign a ON a.id = t.campaign_id"
            " WHERE s.visited_on < a.starts_on",
            blame="走访日期",
            code="date",
        ),
        Check(
            sql="SELECT p.seq, '此人在' || to_char(k.visited_on, 'YYYY-MM-DD') || '又走访过，较早的这一行不再导入。' AS message"
            " FROM {plan} p JOIN {rows} s USING (seq) JOIN surveys_survey k ON k.task_id = p.task_id AND k.worker_id = p.worker_id"
            " WHERE s.visited_on < k.visited_on",
            blame="走访日期",
            code="older",
        ),
    )
    key = ("s.id_number", "s.campaign")
    key_heading = "身份证号码"
    key_words = "身份证号码和活动名称"
    target = Target(
        table="surveys_survey",
        key="t.task_id = p.task_id AND t.worker_id = p.worker_id",
        fixed={
            "task_id": "p.task_id",
            "worker_id": "p.worker_id",
            **dict.fromkeys(("name", "id_number", "relation"), "''"),
            "surveyor_id": "(SELECT k.surveyor_id FROM surveys_visittask k WHERE k.id = p.task_id)",
        },
        values={"visited_on": "s.visited_on", "answers": _ANSWERS, "changes": _CHANGES},
    )
    notes = (
        "只改有变化的内容，填上走访日期；没有走访日期的行不能导入。",
        "档案版本用来核对导出之后别人改过的内容，请勿修改。",
    )

    def before_write(self, batch: Batch) -> None:
        """Tasks nobody was given become the sender's, so that every survey has its surveyor."""
        batch.run(
            "UPDATE surveys_visittask t SET surveyor_id = %(sender)s, assigned_on = current_date, updated_at = now()"
            " WHERE t.surveyor_id IS NULL"
            " AND t.id IN (SELECT p.task_id FROM {plan} p WHERE p.action IN ('created', 'updated', 'unchanged'))",
            {"sender": batch.user.pk},
        )

    def after_write(self, batch: Batch) -> None:
        """The households are visited; what was changed meanwhile is settled or listed."""
        self._look_again(batch)
        batch.run(
            "INSERT INTO surveys_doorvisit (task_id, user_id, visited_on, channel, outcome, note)"
            " SELECT DISTINCT ON (p.task_id, s.visited_on) p.task_id, %(sender)s, s.visited_on, coalesce(s.channel, '上门'), 'met', ''"
            " FROM {rows} s JOIN {plan} p USING (seq) WHERE p.action IN ('created', 'updated') AND NOT EXISTS (SELECT"
            " FROM surveys_doorvisit d WHERE d.task_id = p.task_id AND d.visited_on = s.visited_on AND d.outcome = 'met')"
            " ORDER BY p.task_id, s.visited_on, p.seq",
            {"sender": batch.user.pk},
        )
        batch.run(
            "UPDATE surveys_visittask t SET state = %(visited)s, reason = '', visited_on = least(t.visited_on, x.first),"
            " channel = x.channel, updated_at = now()"
            " FROM (SELECT p.task_id, min(s.visited_on) AS first, coalesce(max(s.channel), '上门') AS channel FROM {rows} s"
            " JOIN {plan} p USING (seq) WHERE p.action IN ('created', 'updated') GROUP BY p.task_id) x WHERE t.id = x.task_id",
            {"visited": str(MOVES[Act.MEET].target)},
        )

    def _look_again(self, batch: Batch) -> None:
        """Rows made from an older state of the file: what its change explains is none of the surveyor's."""
        stale = batch.fetch(
            f"SELECT p.target_id, p.worker_id, s.version, {', '.join(f's.{name}' for name in ASKED)}"
            " FROM {rows} s JOIN {plan} p USING (seq)"
            f" WHERE p.action IN ('created', 'updated') AND s.version IS NOT NULL AND s.version < {_VERSION}"
        )
        people = Worker.objects.in_bulk([row[1] for row in stale])
        for survey_id, worker_id, version, *cells in stale:
            worker = people[worker_id]
            told = {name: as_answer(name, cell) for name, cell in zip(ASKED, cells, strict=True)}
            given = {name: value for name, value in told.items() if value is not None}
            found = meet(given, file_at(worker.pk, version, now=vars(worker)), of_file(vars(worker)))
            Survey.objects.filter(pk=survey_id).update(answers=found.answers, changes=found.changes)
            SurveyClash.objects.filter(survey=survey_id).delete()
            SurveyClash.objects.bulk_create(
                [
                    SurveyClash(
                        survey_id=survey_id,
                        field=one.field,
                        base=one.base or "",
                        theirs=one.theirs or "",
                        mine=one.mine or "",
                    )
                    for one in found.clashes
                ]
            )

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Worker]:
        """The people of the households the list shows, in the order of the walk, with their last answers."""
        from workers.surveys.filters import listed  # noqa: PLC0415 - filters are built once all apps are loaded

        return pack_rows(user, listed(user, query))


def pack_rows(user: User, tasks: QuerySet[VisitTask]) -> QuerySet[Worker]:
    """The people of the tasks' households as rows of the sheet: of each the latest of the tasks."""
    own = Q(household=OuterRef("household")) | Q(household__isnull=True, contact=OuterRef("pk"))
    task = VisitTask.objects.filter(own, pk__in=tasks.values("pk")).order_by("-campaign__starts_on", "-pk")
    survey = Survey.objects.filter(worker=OuterRef("pk"), task=OuterRef("task")).order_by("-pk")
    changes = Event.objects.filter(table=TABLE, row_id=OuterRef("pk"), last_id=F("row_id"), kind="U").order_by()
    at = Survey.objects.filter(worker=OuterRef("pk"), answers__has_key=WORK_PLACE).order_by("-visited_on", "-pk")
    found: dict[str, Any] = {
        "campaign": Subquery(task.values("campaign__name")[:1]),
        "place": Subquery(task.values("place")[:1]),
        "said_on": Subquery(survey.values("visited_on")[:1]),
        "said_by": NullIf(Subquery(task.values("channel")[:1]), Value("")),
        "township_name": name_above("village_code", TOWNSHIP),
        "village_name": NameOf("village_code"),
        "version": Coalesce(Subquery(changes.values("row_id").annotate(n=Count("id")).values("n")), 0),
        f"said_{WORK_PLACE}": Subquery(at.annotate(at=KT(f"answers__{WORK_PLACE}")).values("at")[:1]),
        **{f"said_{name}": Coalesce(KT(f"pending__{name}"), Cast(name, TextField())) for name in FILED},
    }
    rows = Worker.objects.visible_to(user).annotate(task=Subquery(task.values("pk")[:1])).filter(task__isnull=False)
    rows = rows.annotate(pending=Subquery(survey.values("changes")[:1])).annotate(**found)
    return rows.order_by("village_code", F("place"), "pk")
