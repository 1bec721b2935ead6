"""What is said about a cell that cannot be taken, or that is taken with a doubt (formats.md §2)."""

from typing import Final, Literal, NamedTuple, get_args

FaultCode = Literal[
    "id_length",
    "id_checksum",
    "id_birth_date",
    "id_rounded",
    "name_missing",
    "name_mismatch",
    "division_unknown",
    "division_ambiguous",
    "required",
    "choice",
    "date",
    "number",
    "conflict_in_file",
    "unknown_worker",
    "unknown_reference",
    "overlap",
    "out_of_scope",
    "duplicate",
    "over_capacity",
    "amount_mismatch",
    "locked",
]
NoticeCode = Literal["name_mismatch", "sex_mismatch", "phone", "card", "credit_code", "under_age"]

FAULT_CODES: Final[tuple[str, ...]] = get_args(FaultCode)
NOTICE_CODES: Final[tuple[str, ...]] = get_args(NoticeCode)


class CellFault(ValueError):
    """A cell that cannot be taken: a refusal code of formats.md §2 and one plain Chinese sentence."""

    def __init__(self, code: FaultCode, message: str) -> None:
        super().__init__(code, message)
        self.code: FaultCode = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class CellNotice(NamedTuple):
    """A doubt about a cell that is taken all the same: a warning code of formats.md §1 and a Chinese sentence."""

    code: NoticeCode
    message: str
