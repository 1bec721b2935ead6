"""What a constraint says to whoever was slower."""

import pytest
from django.db import IntegrityError, transaction

from core.accounts.models import User
from core.api.errors import answer
from core.history.collisions import FASTER, collision
from tests import people
from workers.models import Household

pytestmark = pytest.mark.django_db
HOME = {"village_code": "520527219203", "head_name": "张国强", "group_name": "3组"}


def refused(model, **fields):
    """The database's refusal of the row."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        model.objects.create(**fields)
    return refusal.value


def test_the_constraints_own_sentence_is_told():
    Household.objects.create(**HOME)
    assert collision(refused(Household, **HOME)).message == "这个村民组里已有这位户主的家庭户。"


def test_a_constraint_without_a_sentence_asks_to_look_again():
    assert collision(refused(User, username=people.county_clerk().username)).message == FASTER


def test_a_program_reads_a_conflict():
    Household.objects.create(**HOME)
    told = answer(refused(Household, **HOME), {})
    assert (told.status_code, told.data) == (
        409,
        {"detail": "这个村民组里已有这位户主的家庭户。", "field": None, "code": "collision"},
    )
