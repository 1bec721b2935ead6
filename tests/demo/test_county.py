"""The demo county shows every queue at work: employers with codes, some registered twice, a list of another office half settled."""

import pytest

from core.formats.credit_code import credit_code_notice
from core.history.models import Operation
from demo.loading import load_demo
from employment.models import DeclaredJob, Employer, EmployerPair
from tests.journeys import place_divisions
from workers.comparisons.models import Comparison, Difference

pytestmark = pytest.mark.django_db


def test_employers_and_the_comparison_bench():
    place_divisions()
    load_demo(scale=400)
    codes = list(Employer.objects.filter(credit_code__isnull=False).values_list("credit_code", flat=True))
    assert [credit_code_notice(code) for code in codes if credit_code_notice(code)] == []
    assert len(codes) > Employer.objects.count() / 2
    twins = Employer.objects.filter(stub=True)
    pairs = EmployerPair.objects.filter(state="open")
    assert {pair.second_id for pair in pairs} == set(twins.values_list("pk", flat=True))
    assert DeclaredJob.objects.filter(employer__in=twins).exists()
    made = Comparison.objects.get()
    there = Difference.objects.filter(comparison=made, kind="there")
    assert (made.state, there.filter(state="done").exists()) == ("done", True)
    assert Difference.objects.filter(comparison=made, kind="unknown", state="open").count() == 2
    assert Operation.objects.filter(action="comparisons.accept").count() == 1
