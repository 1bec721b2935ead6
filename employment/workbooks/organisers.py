"""劳务带头人和机构台账, and 带出人员花名册: whom they took out (domain.md §1)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.db.models import Case, CharField, F, QuerySet, Value, When

from core.accounts.models import User
from core.formats.values import ORGANISER_KIND, ORGANISER_LEVEL
from core.workbooks import columns as c
from core.workbooks.sheets import (
    Batch,
    Check,
    Derived,
    Fetch,
    Found,
    Reference,
    RowContext,
    Sheet,
    Target,
    register,
)
from employment.models import DeclaredJob, Organiser
from employment.organisers.homes import find_home
from employment.organisers.rules import channel_sql
from employment.organisers.taken import claim_named
from employment.queries import place_path
from employment.rebuilding import rebuild_spells
from employment.workbooks.employments import overlapping_jobs, workers_of_operation, written_workers
from employment.workbooks.named import create_stubs, employer_reference

TITLE: Final = ("带头人或机构名称", "带头人姓名", "机构名称", "带出人")
_WORDS: Final = " ".join(f"WHEN '{code}' THEN '{word}'" for code, word in ORGANISER_KIND.pairs)
KIND_WORD: Final = f"CASE o.kind {_WORDS} END"
NARROW: Final = "length(%(user_scope)s) > 7"
"""SQL: the sender looks after a township, no county."""
NEXT_NEW: Final = (
    "SELECT r.type, r.title, min(r.{0}) FROM {{rows}} r WHERE r.{0} IS NOT NULL AND NOT EXISTS ({1}) GROUP BY 1, 2"
)
CODED: Final = NEXT_NEW.format("credit_code", "SELECT FROM employment_organiser k WHERE k.credit_code = r.credit_code")
NUMBERED: Final = NEXT_NEW.format(
    "id_number",
    "SELECT FROM employment_organiser k JOIN workers_worker w ON w.id = k.worker_id WHERE w.id_number = r.id_number",
)
BARE: Final = "SELECT o.id FROM employment_organiser o WHERE o.kind = s.type AND o.name = s.title"
UNTOLD: Final = f"{BARE} AND o.credit_code IS NULL AND o.worker_id IS NULL"
FIND: Final = f"""CASE
WHEN s.type <> 'broker' AND s.credit_code IS NOT NULL THEN coalesce(
  (SELECT o.id FROM employment_organiser o WHERE o.credit_code = s.credit_code),
  CASE WHEN (s.type, s.title, s.credit_code) IN ({CODED}) THEN ({UNTOLD}) END)
WHEN s.type = 'broker' AND s.id_number IS NOT NULL THEN coalesce(
  (SELECT o.id FROM employment_organiser o WHERE o.worker_id = p.person_id),
  CASE WHEN (s.type, s.title, s.id_number) IN ({NUMBERED}) THEN ({UNTOLD}) END)
ELSE coalesce(({UNTOLD}), ({BARE} ORDER BY o.id LIMIT 1)) END"""
"""The organiser of that credit code or person; else the one of that kind and name of which neither is known yet."""

PERSON: Final = """coalesce((SELECT w.id FROM workers_worker w WHERE w.id_number = s.id_number),
 (SELECT a.worker_id FROM doubles_workeralias a WHERE a.id_number = s.id_number ORDER BY a.id DESC LIMIT 1))"""
"""The person of that number, today or before two registrations were merged."""

STORED: Final = "FROM {plan} p JOIN {rows} s USING (seq) JOIN employment_organiser o ON o.id = p.organiser_id"
STAGED: Final = "FROM {plan} p JOIN {rows} s USING (seq)"


def _home(_context: RowContext) -> Callable[[str | None], str | None]:
    return lambda path: find_home(path) if path else None


def _not_taken(field: str, heading: str, applies: str, why: str) -> Check:
    """A cell that its row's kind does not have: told, and left out."""
    return Check(
        sql=f"SELECT p.seq, '{why}，未登记此项。' AS message {STAGED} WHERE s.{field} IS NOT NULL AND NOT ({applies})",
        blame=heading,
        code="choice",
        warning=True,
    )


BROKER, FIRM = "s.type = 'broker'", "s.type <> 'broker'"


@register
class OrganisersSheet(Sheet):
    """Labour brokers and leaders, agencies, labour companies and co-operatives."""

    kind = "organisers"
    title = "劳务带头人和机构台账"
    section = "就业"
    list_url_name = "employment:organisers"
    permission = "employment.edit"
    person = False
    columns = (
        c.text("名称", "title", required=True, aliases=TITLE, example="张国强", export="name"),
        c.choice("类型", "type", ORGANISER_KIND, required=True, aliases=("带头人或机构类型",), export="kind_word"),
        c.choice("级别", "level", ORGANISER_LEVEL, aliases=("认定级别",), export="level"),
        c.credit_code(export="credit_code"),
        c.text(
            "许可证号", "licence_no", longest=100, as_text=True, aliases=("人力资源服务许可证", "人力资源服务许可证号"), export="licence_no"
        ),
        c.date_("许可证有效期至", "licence_until", future=True, aliases=("许可证有效期", "有效期至"), export="licence_until"),
        c.id_number(required=False, export="own_number"),
        c.text("所在地", "home", required=True, compared=False, example="古达乡大寨村", export="place_path"),
        c.phone(export="phone"),
        c.date_("认定日期", "recognised_on", aliases=("认定时间",), export="recognised_on"),
        c.date_("终止日期", "ended_on", future=True, aliases=("终止时间", "退出日期"), export="ended_on"),
        c.text("备注", "note", export="note"),
    )  # fmt: skip
    derived = (Derived(field="place_code", sql="text", sources=("home",), make=_home, blame="所在地"),)
    references = (
        Reference(
            into="person_id",
            find=PERSON,
            when=f"{BROKER} AND s.id_number IS NOT NULL",
            blame="身份证号码",
            message="登记库中没有这个身份证号码对应的人员，请先登记，或留空。",
        ),
        Reference(into="organiser_id", find=FIND, when="s.type IS NOT NULL AND s.title IS NOT NULL", optional=True),
    )
    checks = (
        Check(
            sql=f"SELECT p.seq, '这个所在地不在您的管辖范围内，不能由您导入。' AS message {STAGED}"
            f" WHERE s.place_code NOT LIKE %(user_scope)s AND {NARROW}",
            blame="所在地",
            code="out_of_scope",
        ),
        Check(
            sql=f"SELECT p.seq, '“' || s.title || '”不在您的管辖范围内，不能由您修改。' AS message {STORED}"
            f" WHERE o.place_code NOT LIKE %(user_scope)s AND {NARROW}",
            blame="名称",
            code="out_of_scope",
        ),
        Check(
            sql=f"SELECT p.seq, '此人不在您的管辖范围内，不能由您导入。' AS message {STAGED}"
            " JOIN workers_worker w ON w.id = p.person_id WHERE w.village_code NOT LIKE %(user_scope)s",
            blame="身份证号码",
            code="out_of_scope",
        ),
        Check(
            sql=f"SELECT p.seq, '名称与登记库中此身份证号码的姓名不一致。' AS message {STAGED} JOIN workers_worker w"
            " ON w.id = p.person_id WHERE w.village_code LIKE %(user_scope)s AND replace(w.name, '·', '') <> replace(s.title, '·', '')",
            blame="名称",
            code="name_mismatch",
        ),
        Check(
            sql=f"SELECT p.seq, '已登记为' || {KIND_WORD} || '，类型不能由导入更改。' AS message {STORED} WHERE o.kind <> s.type",
            blame="类型",
            code="duplicate",
        ),
        Check(
            sql="SELECT p.seq, '有几个同类型同名的，请填写统一社会信用代码，劳务经纪人填写身份证号码。' AS message "
            f"{STAGED} WHERE CASE WHEN {BROKER} THEN s.id_number ELSE s.credit_code END IS NULL AND NOT EXISTS ({UNTOLD})"
            f" AND (SELECT count(*) FROM ({BARE}) same) > 1",
            blame="名称",
            code="duplicate",
        ),
        Check(
            sql=f"SELECT p.seq, '填写许可证有效期时，请同时填写许可证号。' AS message {STAGED}"
            f" LEFT JOIN employment_organiser o ON o.id = p.organiser_id WHERE {FIRM} AND s.licence_until IS NOT NULL"
            " AND s.licence_no IS NULL AND coalesce(o.licence_no, '') = ''",
            blame="许可证号",
            code="required",
        ),
        Check(
            sql=f"SELECT p.seq, '终止日期应晚于认定日期。' AS message {STAGED} LEFT JOIN employment_organiser o ON o.id = p.organiser_id"
            " WHERE coalesce(s.ended_on, o.ended_on) <= coalesce(s.recognised_on, o.recognised_on)",
            blame="终止日期",
            code="date",
        ),
        _not_taken("level", "级别", BROKER, "只有劳务经纪人分级别"),
        _not_taken("id_number", "身份证号码", BROKER, "机构不对应某个人"),
        _not_taken("credit_code", "统一社会信用代码", FIRM, "劳务经纪人是个人，没有信用代码"),
        _not_taken("licence_no", "许可证号", FIRM, "劳务经纪人是个人，没有许可证"),
        _not_taken("licence_until", "许可证有效期至", FIRM, "劳务经纪人是个人，没有许可证"),
    )
    key = (
        "s.type",
        f"coalesce('#' || p.organiser_id, CASE WHEN {BROKER} THEN s.id_number ELSE s.credit_code END, s.title)",
    )
    key_heading = "名称"
    key_words = "带头人或机构"
    merged_down = ("所在地", "类型")
    target = Target(
        table="employment_organiser",
        key="t.id = p.organiser_id",
        fixed={"kind": "s.type"},
        values={
            "name": "s.title",
            "level": f"CASE WHEN {BROKER} THEN s.level END",
            "credit_code": f"CASE WHEN {FIRM} THEN s.credit_code END",
            "licence_no": f"CASE WHEN {FIRM} THEN s.licence_no END",
            "licence_until": f"CASE WHEN {FIRM} THEN s.licence_until END",
            "worker_id": "p.person_id",
            "place_code": "s.place_code",
            "phone": "s.phone",
            "recognised_on": "s.recognised_on",
            "ended_on": "s.ended_on",
            "note": "s.note",
        },
    )
    notes = (
        "劳务经纪人（带头能人）填写姓名、级别，在登记库中有档案的填写身份证号码；机构填写统一社会信用代码、许可证号和有效期。",
        "所在地写到村、乡镇或县，如：古达乡大寨村；县外的机构写到县，如：广东省广州市番禺区。",
    )

    def after_write(self, batch: Batch) -> None:
        """Journeys under their names become theirs."""
        rows = batch.fetch(
            "SELECT DISTINCT s.title FROM {plan} p JOIN {rows} s USING (seq) WHERE p.action IN ('created', 'updated')"
        )
        claim_named([name for (name,) in rows])

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Organiser]:
        """Organisers as the list page filters them; the numbers of brokers whom the user sees."""
        from employment.organisers.filters import organisers  # noqa: PLC0415 - filters import models only once apps are ready

        own = Case(When(user.scope_q("worker__village_code"), then=F("worker__id_number")), output_field=CharField())
        return organisers(user, query).annotate(
            kind_word=_kind_word("kind"), place_path=place_path("place_code"), own_number=own
        )


def _kind_word(path: str) -> Case:
    whens = [When(**{path: code}, then=Value(word)) for code, word in ORGANISER_KIND.pairs]
    return Case(*whens, default=Value(""), output_field=CharField())


PLACE: Final = c.place("目的地", "destination", into="place_code", required=True, export="place_path")
IF_NEW: Final = "CASE WHEN p.action = 'created' THEN s.{} END"
NAME, CODE = "s.employer_name", "s.credit_code"
NAMED: Final = f"""(SELECT CASE WHEN count(*) = 1 THEN min(o.id) END FROM employment_organiser o
 LEFT JOIN workers_worker w ON w.id = o.worker_id WHERE o.kind = s.type AND o.name = s.title
 AND (s.organiser_number IS NULL OR s.organiser_number IN (o.credit_code, w.id_number))
 AND (o.place_code LIKE %(user_scope)s OR length(o.place_code) <= 6 OR NOT {NARROW}))"""
JOB: Final = f"{STAGED} JOIN employment_organiser o ON o.id = p.organiser_id LEFT JOIN employment_declaredjob t"
SAME_JOB: Final = "t.worker_id = p.worker_id AND t.start_on = s.start_on"


@register
class TakenOutSheet(Sheet):
    """Whom an organiser took out: written onto the job that begins that day, or as a new one."""

    kind = "taken_out"
    title = "带出人员花名册"
    section = "就业"
    list_url_name = "employment:jobs"
    permission = "employment.edit"
    columns = (
        c.text("名称", "title", required=True, aliases=TITLE, example="张国强", export="organiser__name"),
        c.choice("类型", "type", ORGANISER_KIND, required=True, aliases=("带头人或机构类型",), export="kind_word"),
        c.text(
            "带出人证件号码",
            "organiser_number",
            as_text=True,
            compared=False,
            longest=60,
            example="91520000MA0000000W",
            note="名称相同时才填：经纪人的身份证号码，机构的统一社会信用代码",
            extra=True,
        ),
        c.name(export="worker__name"),
        c.id_number(export="worker__id_number"),
        c.date_("外出日期", "start_on", required=True, aliases=("外出时间", "带出日期"), export="start_on"),
        *PLACE.columns,
        c.text("务工企业", "employer_name", aliases=("务工单位", "工作单位"), export="employer__name"),
        c.credit_code(export="employer__credit_code"),
        c.text("工种(岗位)", "job_title", export="job_title"),
    )
    derived = (PLACE.derived,)
    references = (
        Reference(
            into="organiser_id",
            find=NAMED,
            when="s.title IS NOT NULL AND s.type IS NOT NULL",
            blame="名称",
            message="没有登记这个带头人或机构（名称和类型都要一致），请先导入劳务带头人和机构台账；有几个同名的，请加一列“带出人证件号码”。",
        ),
        employer_reference(NAME, CODE),
    )
    checks = (
        Check(
            sql=f"SELECT p.seq, '此人' || s.start_on || '外出已登记由“' || h.name || '”带出，有误请先更正那条务工记录。' AS message {JOB}"
            f" ON {SAME_JOB} JOIN employment_organiser h ON h.id = t.organiser_id WHERE h.id <> o.id",
            blame="名称",
            code="duplicate",
        ),
        Check(
            sql=f"SELECT p.seq, '“' || o.name || '”已于' || o.ended_on || '终止，之后不能再带人外出。' AS message {JOB} ON {SAME_JOB}"
            " WHERE o.ended_on <= s.start_on",
            blame="外出日期",
            code="date",
        ),
        Check(
            sql=f"SELECT p.seq, '在本省务工的，目的地请写到县（区）。' AS message {JOB} ON {SAME_JOB}"
            " WHERE t.id IS NULL AND length(s.place_code) < 6 AND s.place_code LIKE left(%(user_scope)s, 2) || '%%'",
            blame="目的地",
            code="required",
        ),
        Check(
            sql="SELECT p.seq, '务工台账的组织方式为“' || t.channel || '”，将改为“'"
            f" || {channel_sql('o.kind', 't.channel')} || '”。' AS message {JOB} ON {SAME_JOB}"
            f" WHERE t.channel <> '' AND t.channel <> {channel_sql('o.kind', 't.channel')}",
            blame="名称",
            code="choice",
            warning=True,
        ),
    )
    key = ("s.id_number", "s.start_on")
    key_heading = "外出日期"
    key_words = "身份证号码和外出日期"
    merged_down = ("名称", "类型")
    target = Target(
        table="employment_declaredjob",
        key=SAME_JOB,
        fixed={
            "worker_id": "p.worker_id",
            "start_on": "s.start_on",
            "place_code": "s.place_code",
            "employer_id": "p.employer_id",
            "job_title": "s.job_title",
            "end_reason": "''",
            "channel": channel_sql("s.type", "''"),
        },
        values={"organiser_id": "p.organiser_id"},
        merged={"channel": channel_sql("s.type", "t.channel")},
    )
    notes = (
        "务工台账中已有此人这一天外出的记录时，只写上带出人和组织方式，其他内容以台账为准；没有时新登记一条。",
        "名称和类型要与劳务带头人和机构台账一致。",
    )

    def find_faults(self, fetch: Fetch) -> Iterable[Found]:
        """Rows that begin before a written end of an earlier start (``overlap``)."""
        yield from overlapping_jobs(fetch, "外出日期", written_end="NULL::date")

    def before_write(self, batch: Batch) -> None:
        """Store the employers nobody knew of whom new jobs tell."""
        create_stubs(batch, IF_NEW.format("employer_name"), IF_NEW.format("credit_code"))

    def after_write(self, batch: Batch) -> None:
        """Derive the spells of everybody the file names."""
        rebuild_spells(worker_ids=written_workers(batch), progress=batch.progress)

    def touched_workers(self, cursor: Any, operation_id: str) -> list[int]:
        """Persons of the rows the operation wrote."""
        return workers_of_operation(cursor, "employment_declaredjob", operation_id)

    def after_undo(self, batch_workers: list[int], progress: Any) -> None:
        """Derive their spells anew."""
        rebuild_spells(worker_ids=batch_workers, progress=progress)

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[DeclaredJob]:
        """Rows of 务工台账 that name their organiser, as the list page filters them."""
        from employment.filters import declared_jobs  # noqa: PLC0415 - filters import models only once apps are ready

        found = declared_jobs(user, query).filter(organiser__isnull=False)
        return found.annotate(kind_word=_kind_word("organiser__kind"), place_path=place_path("place_code"))
