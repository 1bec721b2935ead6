"""Employers that other sheets name: found by credit code, else by name; unknown ones become stubs when written."""

from core.history.services import operation
from core.workbooks.sheets import Batch, Reference
from employment.names import bare_sql

ONCE_CODED = "(SELECT a.employer_id FROM employment_employeralias a WHERE a.credit_code = {code})"
ONCE_NAMED = f"""(SELECT a.employer_id FROM employment_employeralias a WHERE {bare_sql("a.name")} = {bare_sql("{name}")}
 ORDER BY a.name = {{name}} DESC, a.id DESC LIMIT 1)"""
"""The employer kept when the one of that code or name was merged into it; asked once nobody bears it any more."""

KNOWN_AS = f"""(SELECT e.id FROM employment_employer e WHERE {bare_sql("e.name")} = {bare_sql("{name}")}
 ORDER BY e.credit_code IS NULL DESC, e.name = {{name}} DESC, e.id LIMIT 1)"""
"""The employer of that name: one without a code first, then one written just so."""

FIND = f"""CASE WHEN {{code}} IS NOT NULL
THEN coalesce((SELECT e.id FROM employment_employer e WHERE e.credit_code = {{code}}), {ONCE_CODED})
ELSE coalesce({KNOWN_AS}, {ONCE_NAMED}) END"""

NO_CODE = "NULL::text"

_TOLD = bare_sql("s.employer_name")

FIRM = f"""CASE WHEN s.credit_code IS NULL
THEN coalesce({KNOWN_AS.format(name="s.employer_name")}, {ONCE_NAMED.format(name="s.employer_name")})
ELSE coalesce((SELECT e.id FROM employment_employer e WHERE e.credit_code = s.credit_code), {ONCE_CODED.format(code="s.credit_code")},
 CASE WHEN ({_TOLD}, s.credit_code) IN (SELECT {bare_sql("o.employer_name")}, min(o.credit_code) FROM {{rows}} o
   WHERE o.credit_code IS NOT NULL AND NOT EXISTS (SELECT FROM employment_employer k WHERE k.credit_code = o.credit_code) GROUP BY 1)
 THEN (SELECT e.id FROM employment_employer e WHERE {bare_sql("e.name")} = {_TOLD} AND coalesce(e.credit_code, '') = ''
   ORDER BY e.name = s.employer_name DESC, e.id LIMIT 1) END)
END"""

FIRM_REFERENCE = Reference(into="employer_id", find=FIRM, when="s.employer_name IS NOT NULL", optional=True)
"""The employer of rows whose key it is part of: the one ``create_firms`` will give the row, known before anything is written.

"No code yet" is written so that the index of names is the one to answer by, whatever the planner knows of codes that are NULL.
So a row with a new credit code means the firm of that name that has none yet (of several codes the lowest takes it).
"""

FIRM_KEY = f"""CASE WHEN p.employer_id IS NOT NULL THEN '#' || p.employer_id WHEN s.credit_code IS NOT NULL THEN '@' || s.credit_code
ELSE coalesce('@' || min(s.credit_code) FILTER (WHERE p.employer_id IS NULL) OVER (PARTITION BY {_TOLD}), '=' || {_TOLD})
END"""
"""What makes two rows of a file name one employer, for a sheet with 企业名称 and 统一社会信用代码.

The code is part of it and so no longer compared (``compared=False``): rows that differ only in leaving it out are repeated.
"""

NEW_CODE = "s.credit_code IS NOT NULL AND EXISTS (SELECT FROM employment_employer e WHERE e.id = p.employer_id AND e.credit_code IS NULL)"
"""SQL condition: the row tells the credit code of a firm that has none yet."""


def employer_reference(name: str, code: str = NO_CODE) -> Reference:
    """The employer a row names, as ``p.employer_id``; ``name`` and ``code`` are SQL over ``s``."""
    return Reference(
        into="employer_id",
        find=FIND.format(name=name, code=code),
        when=f"coalesce({code}, {name}) IS NOT NULL",
        optional=True,
    )


def new_employer(name: str, code: str = NO_CODE) -> str:
    """SQL condition: the row names an employer nobody stored yet, so writing it changes something."""
    return f"p.employer_id IS NULL AND coalesce({code}, {name}) IS NOT NULL"


def create_stubs(batch: Batch, name: str, code: str = NO_CODE) -> None:
    """Store the employers the good rows name and nobody knows, then point the plan at them.

    They belong to an operation of their own: undoing this import must not take away a firm that others name by now. A
    stub without a credit code is given the code a row writes beside its name.
    """
    told = bare_sql(name)
    # A repeated row may tell the code that the first one leaves out.
    naming = (
        "FROM {rows} s JOIN {plan} p USING (seq) WHERE (p.action IN ('created', 'updated') OR p.repeated) AND "
        + new_employer(name, code)
    )
    with operation(user=batch.user, action="employers.stub"):
        batch.run(
            f"UPDATE employment_employer e SET credit_code = n.code, updated_at = now() FROM (SELECT DISTINCT ON ({told}) {told} AS name,"
            f" {code} AS code {naming} AND {code} IS NOT NULL ORDER BY {told}, {code}) n WHERE e.id = (SELECT k.id"
            f" FROM employment_employer k WHERE {bare_sql('k.name')} = n.name AND k.credit_code IS NULL ORDER BY k.id LIMIT 1)"
        )
        _find(batch, name, code)
        # Firms with a code first: a row that gives the name alone means the firm of that name another row gives a code.
        for rows in (f"{code} IS NOT NULL", f"{code} IS NULL"):
            batch.run(
                "INSERT INTO employment_employer (name, credit_code, place_code, industry, contact, phone, key_employer, stub)"
                f" SELECT DISTINCT ON (coalesce({code}, {told})) coalesce({name}, {code}), {code}, '', '', '', '', false, true"
                f" {naming} AND {rows} ORDER BY coalesce({code}, {told}), {name}"
            )
            _find(batch, name, code)


def create_firms(batch: Batch) -> None:
    """Give firms the credit codes that the good rows tell, then store those nobody knows; for ``FIRM_REFERENCE``."""
    with operation(user=batch.user, action="employers.stub"):
        batch.run(
            "UPDATE employment_employer e SET credit_code = s.credit_code, updated_at = now() FROM {rows} s JOIN {plan} p USING (seq)"
            " WHERE p.employer_id = e.id AND (p.action IN ('created', 'updated') OR p.repeated)"
            " AND e.credit_code IS NULL AND s.credit_code IS NOT NULL"
        )
    create_stubs(batch, "s.employer_name", "s.credit_code")


def _find(batch: Batch, name: str, code: str) -> None:
    batch.run(
        f"UPDATE {{plan}} p SET employer_id = {FIND.format(name=name, code=code)} FROM {{rows}} s"
        f" WHERE p.seq = s.seq AND (p.action IN ('created', 'updated') OR p.repeated) AND {new_employer(name, code)}"
    )
