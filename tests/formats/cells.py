"""Every kind of cell a workbook reader may hand over, and what a reader of cells makes of one."""

from hypothesis import strategies as st

from core.formats.faults import CellFault

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text("0123456789０１２.-/年月日万元,，￥ xX√", max_size=20),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


def outcome(parser, raw, **options):
    """The value a parser gives, or the code of its refusal, told apart: ("value", v) or ("fault", code)."""
    try:
        return "value", parser(raw, **options)
    except CellFault as fault:
        return "fault", fault.code
