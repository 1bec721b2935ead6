"""What tests say about an import, and the people they say it about."""

from tests.workers.rosters import Line

NUMBERS = (
    "529999199001010019", "529999199001010027", "529999198506150135", "529999198506150143",
)  # fmt: skip
MAN, WOMAN, OLDER_MAN, OLDER_WOMAN = NUMBERS


def line(name="张国强", number=MAN, **cells):
    """A line with the least a roster must say, and what is given."""
    return Line({"姓名": name, "身份证号码": number, "乡镇": "古达乡", "村": "大寨村", **cells})


def counts(source):
    """The counts of an import that are not 0."""
    return {name: value for name, value in source.full_counts.items() if value}


def told(source, level="error"):
    """(row, column, code) of the faults of one level, in file order."""
    found = source.faults.filter(level=level).order_by("seq", "id")
    return [(fault.row, fault.column, fault.code) for fault in found]


def messages(source):
    """The sentences of all faults, in file order."""
    return list(source.faults.order_by("seq", "id").values_list("message", flat=True))
