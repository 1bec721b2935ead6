"""What a constraint, or a broken ring of writers, says to whoever was slower."""

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from core.accounts.models import User
from core.api.errors import answer
from core.errors import Conflict
from core.history.collisions import FASTER, TOGETHER, Overtaken, collision, collisions_told
from core.history.services import operation
from tests import people
from tests.racing import at_once, in_a_ring, kinds
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


@pytest.fixture
def homes(transactional_db):
    return [Household.objects.create(**{**HOME, "head_name": name}) for name in ("甲", "乙", "丙")]


def lock_all(homes):
    for home in homes:
        Household.objects.select_for_update().get(pk=home.pk)


def broken_ring(homes):
    """PostgreSQL's refusal to let the one go on who closed a ring of writers."""
    with in_a_ring(*homes), pytest.raises(OperationalError) as refusal, transaction.atomic():
        lock_all(homes)
    return refusal.value


class TestRings:
    def test_whoever_had_to_give_way_is_asked_to_try_again(self, homes):
        told = collision(broken_ring(homes))
        assert (type(told), told.code, told.message) == (Overtaken, "overtaken", TOGETHER)

    def test_a_program_reads_a_conflict(self, homes):
        told = answer(broken_ring(homes), {})
        assert (told.status_code, told.data) == (409, {"detail": TOGETHER, "field": None, "code": "overtaken"})

    def test_an_act_raises_the_conflict_and_leaves_nothing(self, homes):
        def act():
            with operation(user=None, action="test.act"):
                Household.objects.filter(pk=homes[0].pk).update(head_name="丁")
                lock_all(homes[1:])

        with in_a_ring(*homes), pytest.raises(Overtaken):
            act()
        assert Household.objects.get(pk=homes[0].pk).head_name == "甲"

    def test_an_act_inside_another_can_be_left_out(self, homes):
        with operation(user=None, action="test.outer"):
            first = Household.objects.create(**HOME)
            with in_a_ring(*homes), pytest.raises(Overtaken), operation(user=None, action="test.inner"):
                lock_all(homes)
            second = Household.objects.create(**{**HOME, "head_name": "戊"})
        assert Household.objects.filter(pk__in=[first.pk, second.pk]).count() == 2

    def test_a_lock_not_had_in_time_is_told_alike(self, homes):
        def impatient():
            with collisions_told(), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '10ms'")
                lock_all(homes)

        with transaction.atomic():
            lock_all(homes)
            assert kinds(at_once(impatient)) == ["overtaken"]


class TestWhatIsNoRefusal:
    def test_a_server_that_went_away_stays_what_it_is(self):
        lost = OperationalError("server closed the connection unexpectedly")
        assert (collision(lost), answer(lost, {})) == (None, None)
        with pytest.raises(OperationalError) as raised, collisions_told():
            raise lost
        assert raised.value is lost

    def test_a_statement_that_cannot_be_read_stays_what_it_is(self):
        with pytest.raises(DataError), collisions_told(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    def test_an_act_leaves_constraints_to_its_service(self):
        Household.objects.create(**HOME)
        with pytest.raises(IntegrityError), operation(user=None, action="test.act"):
            Household.objects.create(**HOME)
        with pytest.raises(Conflict), collisions_told(), operation(user=None, action="test.act"):
            Household.objects.create(**HOME)
