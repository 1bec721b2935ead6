"""Pages of returns: the list, one of them, the weekly monitoring after the festival."""

from employment.returnees.views.monitoring import Monitoring
from employment.returnees.views.returns import EditReturn, NewReturn, ReturneeList, WithdrawReturn

__all__ = ["EditReturn", "Monitoring", "NewReturn", "ReturneeList", "WithdrawReturn"]
