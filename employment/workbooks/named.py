"""Employers that other sheets name: found by credit code, else by name; unknown ones become stubs when written."""

from core.history.services import operation
from core.workbooks.sheets import Batch, Reference

FIND = """CASE WHEN {code} IS NOT NULL THEN (SELECT e.id FROM employment_employer e WHERE e.credit_code = {code})
ELSE (SELECT e.id FROM employment_employer e WHERE e.name = {name} ORDER BY e.credit_code IS NULL DESC, e.id LIMIT 1) END"""

NO_CODE = "NULL::text"


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
    naming = "FROM {rows} s JOIN {plan} p USING (seq) WHERE p.action IN ('created', 'updated') AND " + new_employer(
        name, code
    )
    with operation(user=batch.user, action="employers.stub"):
        batch.run(
            f"UPDATE employment_employer e SET credit_code = n.code, updated_at = now() FROM (SELECT DISTINCT ON ({name}) {name} AS name,"
            f" {code} AS code {naming} AND {code} IS NOT NULL ORDER BY {name}, {code}) n WHERE e.name = n.name AND e.credit_code IS NULL"
        )
        _find(batch, name, code)
        # Firms with a code first: a row that gives the name alone means the firm of that name another row gives a code.
        for rows in (f"{code} IS NOT NULL", f"{code} IS NULL"):
            batch.run(
                "INSERT INTO employment_employer (name, credit_code, place_code, industry, contact, phone, key_employer, stub)"
                f" SELECT DISTINCT ON (coalesce({code}, {name})) coalesce({name}, {code}), {code}, '', '', '', '', false, true"
                f" {naming} AND {rows} ORDER BY coalesce({code}, {name}), {name}"
            )
            _find(batch, name, code)


def _find(batch: Batch, name: str, code: str) -> None:
    batch.run(
        f"UPDATE {{plan}} p SET employer_id = {FIND.format(name=name, code=code)} FROM {{rows}} s"
        f" WHERE p.seq = s.seq AND p.action IN ('created', 'updated') AND {new_employer(name, code)}"
    )
