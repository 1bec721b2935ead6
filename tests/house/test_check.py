"""The checks themselves: what is asked once, and what again."""

from datetime import date

import pytest

from scripts.check import LINT, TESTS, within_a_day

DAY, NEXT = date(2026, 12, 31), date(2027, 1, 1)
AGAIN = (*TESTS.command, "--last-failed")


@pytest.mark.parametrize(
    ("check", "days", "statuses", "asked", "status"),
    [
        (TESTS, [DAY, DAY], [0], [TESTS.command], 0),
        (TESTS, [DAY, DAY], [1], [TESTS.command], 1),
        (TESTS, [DAY, NEXT], [0], [TESTS.command], 0),
        (TESTS, [DAY, NEXT], [1, 0], [TESTS.command, AGAIN], 0),
        (TESTS, [DAY, NEXT], [1, 1], [TESTS.command, AGAIN], 1),
        (LINT[0], [DAY, NEXT], [1], [LINT[0].command], 1),
    ],
    ids=["green", "red", "green over midnight", "red for the date", "red for good", "no test"],
)
def test_only_what_failed_over_midnight_is_asked_again(check, days, statuses, asked, status):
    days, statuses, found = iter(days), iter(statuses), []

    def run(command):
        found.append(command)
        return next(statuses)

    assert (within_a_day(check, run, lambda: next(days)), found) == (status, asked)
