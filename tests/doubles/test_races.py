"""A file is mended while it goes into another one; further races of merges stand with the kit of pairs."""

import pytest

from tests import people
from tests.journeys import place_divisions, worker
from tests.racing import at_once, kinds
from workers.doubles.services import merge_workers
from workers.services import add_tag, change_worker


@pytest.mark.django_db(transaction=True)
def test_a_file_mended_meanwhile_is_mended_or_gone():
    place_divisions()
    kept, gone = worker("张国强"), worker("张国强")
    user = people.county_clerk()
    outcomes = at_once(
        lambda: merge_workers(user=user, kept_id=kept.pk, merged_id=gone.pk),
        lambda: change_worker(user=user, worker=gone, facts={"skill": "电工"}),
    )
    assert kinds(outcomes) in (["done", "done"], ["done", "worker"])
    outcomes = at_once(lambda: add_tag(user=user, worker=gone, group="disabled", valid_from="2025-01-01"))
    assert kinds(outcomes) == ["worker"]
