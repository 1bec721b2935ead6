"""Which 组织方式 goes with whom: a broker's people went out by a broker, unless the state or a station organised it."""

from typing import Final

from core.formats.values import CHANNEL

_GOVERNMENT, _STATION, _AGENCY, _BROKER, _COMPANY, *_ = CHANNEL.codes
CHANNEL_OF: Final = {"broker": _BROKER, "agency": _AGENCY, "company": _COMPANY, "coop": _COMPANY}
"""Kind of organiser → 组织方式 of whom it took out."""
ALONGSIDE: Final = (_GOVERNMENT, _STATION)
"""组织方式 under which an organiser may have done the work all the same."""


def channel_with(kind: str, channel: str) -> str:
    """The 组织方式 of a job told with an organiser of that kind: what was written where the two go together."""
    return channel if channel in ALONGSIDE else CHANNEL_OF[kind]


def _case(kind: str) -> str:
    whens = " ".join(f"WHEN '{code}' THEN '{word}'" for code, word in CHANNEL_OF.items())
    return f"CASE {kind} {whens} END"


def channel_sql(kind: str, channel: str) -> str:
    """SQL expression of ``channel_with``; both arguments are SQL."""
    alongside = ", ".join(f"'{word}'" for word in ALONGSIDE)
    return f"CASE WHEN {channel} IN ({alongside}) THEN {channel} ELSE {_case(kind)} END"
