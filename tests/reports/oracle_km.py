"""Kaplan–Meier by definition, as the oracle for retention curves computed in SQL.

Durations are whole days. Survival and Greenwood's sum are exact fractions; only the band leaves them, and that through
40 digits of decimals. Ties: who is censored on a day is still at risk on it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

# The 0.975 quantile of the standard normal distribution: a 95 % band.
Z_95 = Decimal("1.959963984540054235524594430520551527955550857")
PRECISION = 40


@dataclass(frozen=True)
class Step:
    """One day on which somebody left: the curve has `survival` from `day` on.

    `greenwood` is Σ d / (n (n − d)) up to and with this day, so that Var S = S² · greenwood. `low`, `high` bound the
    survival by log(−log S) ± z · √greenwood / |log S|. All three are None where everybody at risk left (S = 0).
    """

    day: int
    at_risk: int
    left: int
    survival: Fraction
    greenwood: Fraction | None
    low: Decimal | None
    high: Decimal | None

    @property
    def standard_error(self) -> Decimal | None:
        """√Var S after Greenwood."""
        if self.greenwood is None:
            return None
        with localcontext(prec=PRECISION):
            return _decimal(self.survival) * _decimal(self.greenwood).sqrt()


def kaplan_meier(durations: Sequence[int], left: Sequence[bool]) -> list[Step]:
    """The steps of the curve: `durations` in days, `left` whether the spell ended then (else censored).

    Raises ValueError where the two differ in length or a duration is negative.
    """
    if len(durations) != len(left) or any(duration < 0 for duration in durations):
        raise ValueError("durations and left must be of one length, durations not negative")
    leaving = Counter(day for day, gone in zip(durations, left, strict=True) if gone)
    steps = []
    survival, greenwood = Fraction(1), Fraction(0)
    for day in sorted(leaving):
        at_risk = sum(1 for duration in durations if duration >= day)
        gone = leaving[day]
        survival *= Fraction(at_risk - gone, at_risk)
        if at_risk == gone:
            steps.append(Step(day, at_risk, gone, survival, None, None, None))
            break
        greenwood += Fraction(gone, at_risk * (at_risk - gone))
        steps.append(Step(day, at_risk, gone, survival, greenwood, *band(survival, greenwood)))
    return steps


def band(survival: Fraction, greenwood: Fraction) -> tuple[Decimal, Decimal]:
    """The log-log 95 % band at a survival strictly between 0 and 1."""
    with localcontext(prec=PRECISION):
        value = _decimal(survival)
        spread = Z_95 * _decimal(greenwood).sqrt() / abs(value.ln())
        return value ** spread.exp(), value ** (-spread).exp()


def survival_at(steps: Sequence[Step], day: int) -> Fraction:
    """The share still there after `day`; 1 before the first step."""
    passed = [step.survival for step in steps if step.day <= day]
    return passed[-1] if passed else Fraction(1)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
