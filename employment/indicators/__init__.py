"""What employment counts; facts and dimensions of spells are shared with the apps above."""

from employment.indicators import brands, households, places, returnees
from employment.indicators.market import ARRIVAL_READS
from employment.indicators.spells import (
    CHANNEL_DIMENSION,
    COVERS,
    CURRENT,
    DESTINATIONS,
    EMPLOYER,
    EMPLOYERS,
    OUTSIDE,
    PAST_SPELLS,
    READS,
    SCOPE,
    SPELLS,
    SPELLS_AS_OF,
)

__all__ = [
    "ARRIVAL_READS",
    "CHANNEL_DIMENSION",
    "COVERS",
    "CURRENT",
    "DESTINATIONS",
    "EMPLOYER",
    "EMPLOYERS",
    "OUTSIDE",
    "PAST_SPELLS",
    "READS",
    "SCOPE",
    "SPELLS",
    "SPELLS_AS_OF",
    "brands",
    "households",
    "places",
    "returnees",
]
