"""Pages of the statistics."""

from core.indicators.views.figures import Catalogue, IndicatorPage, PeoplePage
from core.indicators.views.freezing import FreezeList, FreezePage

__all__ = ["Catalogue", "FreezeList", "FreezePage", "IndicatorPage", "PeoplePage"]
