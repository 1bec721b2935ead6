"""How places are written on pages of employment: as the own county reads them."""

import pytest

from core.divisions.services import CARRIED_LIST, load_divisions
from employment.queries import place_names

pytestmark = pytest.mark.django_db


def test_what_both_lie_in_is_left_out(settings):
    settings.ROOT_DIVISION = "520527"
    load_divisions(path=CARRIED_LIST)
    assert place_names(["520527", "5205", "520502", "520115", "440113", "441900", "52", ""]) == {
        "520527": "赫章县",
        "5205": "毕节市",
        "520502": "七星关区",
        "520115": "贵阳市 观山湖区",
        "440113": "广东省 广州市 番禺区",
        "441900": "广东省 东莞市",
        "52": "贵州省",
        "": "",
    }
