"""人员类别台账: dated tags, those they replace, those they must not meet."""

from datetime import date

import pytest

from core.workbooks import services
from tests.workers.checks import MAN, OLDER_MAN, WOMAN, counts, line, told
from tests.workers.rosters import Line
from workers.models import GroupMembership, Worker

pytestmark = pytest.mark.django_db


def tag(name="张国强", number=MAN, group="监测对象", start="2021-05-01", **cells):
    return Line({"姓名": name, "身份证号码": number, "人员类别": group, "认定日期": start, **cells})


@pytest.fixture
def registered(take, roster):
    take(roster(line(人员类别="监测对象、脱贫人口"), line("王芳", WOMAN, 人员类别="监测对象")))


@pytest.fixture
def take_tags(take, roster, registered):
    return lambda *tags, **more: take(roster(*tags), "group_tags", **more)


def stored(group="monitored", name="张国强"):
    found = GroupMembership.objects.filter(group=group, worker__name=name).order_by("valid_from")
    return list(found.values_list("valid_from", "valid_to"))


def test_dated_tag_replaces_the_undated_one_of_its_kind_only(take_tags):
    source = take_tags(tag(终止日期="2023-01-01", 监测类别="边缘易致贫户", 来源="防返贫系统"))
    assert counts(source) == {"rows": 1, "created": 1}
    assert stored() == [(date(2021, 5, 1), date(2023, 1, 1))]
    assert (stored("lifted_poverty"), stored(name="王芳")) == ([(None, None)], [(None, None)])
    kept = GroupMembership.objects.get(group="monitored", worker__name="张国强")
    assert (kept.monitored_kind, kept.source) == ("边缘易致贫户", "防返贫系统")


def test_tag_holds_from_its_first_day_to_the_day_before_its_end(take_tags):
    take_tags(tag(终止日期="2023-01-01"))
    people = Worker.objects.filter(name="张国强")
    days = [date(2021, 4, 30), date(2021, 5, 1), date(2022, 12, 31), date(2023, 1, 1)]
    assert [people.with_group("monitored", day).exists() for day in days] == [False, True, True, False]


def test_same_row_again_is_unchanged_and_an_end_is_an_update(take_tags):
    take_tags(tag())
    assert counts(take_tags(tag())) == {"rows": 1, "unchanged": 1}
    assert counts(take_tags(tag(终止日期="2024-01-01"))) == {"rows": 1, "updated": 1}
    assert counts(take_tags(tag(终止日期=""))) == {"rows": 1, "unchanged": 1}
    assert stored() == [(date(2021, 5, 1), date(2024, 1, 1))]


def test_touching_intervals_stand_side_by_side(take_tags):
    source = take_tags(tag(start="2023-01-01"), tag(终止日期="2023-01-01"))
    assert counts(source) == {"rows": 2, "created": 2}
    assert stored() == [(date(2021, 5, 1), date(2023, 1, 1)), (date(2023, 1, 1), None)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (tag(终止日期="2023-01-01"), tag(start="2022-12-31")),
        (tag(start="2022-01-01"), tag(终止日期="2022-01-02")),
        (tag(start="2022-01-01", 终止日期="2022-02-01"), tag(start="2021-01-01", 终止日期="2022-01-02")),
    ],
)
def test_meeting_intervals_are_refused_across_imports_and_inside_one(take_tags, first, second):
    take_tags(first.with_cells(终止日期=first.cells.get("终止日期", "")))
    source = take_tags(second)
    assert told(source) == [(2, "认定日期", "overlap")]
    assert counts(source) == {"rows": 1, "refused": 1}


def test_in_one_file_the_later_start_is_refused_and_takes_no_days(take_tags):
    rows = [
        tag(start=day, 终止日期=end)
        for day, end in (("2022-06-01", "2022-12-01"), ("2022-01-01", "2022-07-01"), ("2022-11-01", ""))
    ]
    source = take_tags(*rows)
    assert told(source) == [(2, "认定日期", "overlap")]
    assert stored() == [(date(2022, 1, 1), date(2022, 7, 1)), (date(2022, 11, 1), None)]


def test_a_tag_without_a_written_end_ends_where_the_next_begins(take_tags):
    first, second, third = (
        tag(start="2023-05-01"),
        tag(start="2021-01-01"),
        tag(start="2022-01-01", 终止日期="2022-06-01"),
    )
    assert counts(take_tags(first)) == {"rows": 1, "created": 1}
    source = take_tags(second, third)
    assert counts(source) == {"rows": 2, "created": 2}
    assert stored() == [
        (date(2021, 1, 1), date(2022, 1, 1)),
        (date(2022, 1, 1), date(2022, 6, 1)),
        (date(2023, 5, 1), None),
    ]
    newest = take_tags(tag(start="2024-01-01"), first, second)
    assert counts(newest) == {"rows": 3, "created": 1, "unchanged": 2}
    assert stored()[2:] == [(date(2023, 5, 1), date(2024, 1, 1)), (date(2024, 1, 1), None)]
    services.undo_import(source=newest, user=newest.created_by)
    assert stored()[2:] == [(date(2023, 5, 1), None)]


def test_other_kinds_and_other_people_meet_nobody(take_tags):
    rows = [tag(), tag(group="低保"), tag("王芳", WOMAN)]
    assert counts(take_tags(*rows)) == {"rows": 3, "created": 3}


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"终止日期": "2021-05-01"}, ("终止日期", "date")),
        ({"认定日期": ""}, ("认定日期", "required")),
        ({"认定日期": "2099-01-01"}, ("认定日期", "date")),
        ({"人员类别": ""}, ("人员类别", "required")),
        ({"人员类别": "一般"}, ("人员类别", "required")),
        ({"人员类别": "先进人物"}, ("人员类别", "choice")),
        ({"身份证号码": OLDER_MAN}, ("身份证号码", "unknown_worker")),
        ({"姓名": "李四光"}, ("姓名", "name_mismatch")),
    ],
)
def test_refusals(take_tags, cells, fault):
    source = take_tags(tag().with_cells(**cells))
    assert told(source) == [(2, *fault)]


def test_end_may_lie_ahead(take_tags):
    assert counts(take_tags(tag(终止日期="2099-01-01"))) == {"rows": 1, "created": 1}


def test_undo_brings_the_undated_tag_back(take_tags):
    source = take_tags(tag())
    services.undo_import(source=source, user=source.created_by)
    assert stored() == [(None, None)]


def test_document_category_and_cleared_risk_are_kept_and_come_out_again(take_tags):
    source = take_tags(
        tag(group="就业困难人员", 文号="赫人社发〔2024〕3号", 就业困难类别="长期失业"),
        tag("王芳", WOMAN, 风险消除日期="2023.6.1"),
    )
    assert counts(source) == {"rows": 2, "created": 2}
    hard, cleared = GroupMembership.objects.exclude(valid_from=None).order_by("group")
    assert (hard.document, hard.category) == ("赫人社发〔2024〕3号", "连续失业1年以上")
    assert cleared.risk_cleared_on == date(2023, 6, 1)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"就业困难类别": "大龄"}, ("就业困难类别", "choice")),
        ({"group": "残疾人", "风险消除日期": "2023-01-01"}, ("风险消除日期", "choice")),
        ({"风险消除日期": "2021-01-01"}, ("风险消除日期", "date")),
    ],
)
def test_what_belongs_to_another_group_is_refused(take_tags, cells, fault):
    source = take_tags(tag(**cells))
    assert (counts(source), [one[1:] for one in told(source)]) == ({"rows": 1, "refused": 1}, [fault])
