"""The brake of a roster: too many of its new people look like people registered already (lessons of merging by hand).

One wrong column — numbers shifted by a row, another county's numbers — registers a township twice. Such a file is told at
its check and written only when somebody says that it is right all the same.
"""

from typing import Any, Final

from django.conf import settings

from core.workbooks.sheets import Fetch

SHOWN: Final = 20
BODY: Final = "left({}.id_number, 17)"
ALIKE: Final = tuple(
    "SELECT s.seq FROM {rows} s JOIN {plan} p USING (seq) JOIN workers_worker t ON t.name_key = s.name_key AND "
    + same
    + " WHERE p.action = 'created'"
    for same in (
        "substr(t.id_number, 7, 8) = substr(s.id_number, 7, 8)",
        "t.phone = s.phone",
        # The same but for one digit: three keys leave out where it may lie, as in workers.doubles.finding.
        "left(t.id_number, 10) = left(s.id_number, 10) AND t.village_code = s.village_code",
        "right(left(t.id_number, 17), 7) = right(left(s.id_number, 17), 7)",
    )
)
"""New rows that have the name of somebody registered and the same birth date, phone, village and birth year, or day and order."""


def doubtful_rows(fetch: Fetch) -> dict[str, Any]:
    """What somebody must weigh before the roster is written: {} when nothing is odd.

    Odd are at least ``IMPORT_DOUBLES_LEAST`` new people and ``IMPORT_DOUBLES_PERCENT`` of them.
    """
    created = fetch("SELECT count(*) FROM {plan} WHERE action = 'created'")[0][0]
    if created < settings.IMPORT_DOUBLES_LEAST:
        return {}
    found = fetch(
        f"WITH alike AS ({' UNION '.join(ALIKE)}) SELECT count(*) OVER (), s.sheet, s.row FROM alike JOIN {{rows}} s USING (seq)"
        f" ORDER BY seq LIMIT {SHOWN}"
    )
    alike = found[0][0] if found else 0
    percent = alike * 100 // created
    if alike < settings.IMPORT_DOUBLES_LEAST or percent < settings.IMPORT_DOUBLES_PERCENT:
        return {}
    message = (
        f"要新增的{created}人里有{alike}人（{percent}%）与已登记的人姓名相同，出生日期、电话或证件号码相近，很可能是同一人的号码填错。"
        "请先核对身份证号码一列有没有错行或填错；确认无误后勾选“已核对”再导入。"
    )
    rows = [{"sheet": sheet, "row": row} for _count, sheet, row in found]
    return {"code": "doubles", "message": message, "alike": alike, "created": created, "rows": rows}
