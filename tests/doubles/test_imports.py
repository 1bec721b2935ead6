"""Imports and doubles: numbers of merged registrations lead on, a roster full of likely doubles waits, finding follows."""

import pytest

from core.errors import Conflict
from core.formats.identity import check_digit
from core.jobs import services as jobs
from core.jobs.models import Job
from core.workbooks import services
from core.workbooks.models import Import
from employment.models import DeclaredJob
from tests import people
from tests.journeys import checked, counts, faults, imported
from tests.journeys import worker as register
from tests.people import api_client_for, client_for
from tests.workers.checks import MAN, WOMAN, line
from tests.workers.rosters import people as lines_of
from workers.doubles.models import PossibleDouble
from workers.doubles.services import merge_workers, undo_merge
from workers.models import Worker

pytestmark = pytest.mark.django_db


def merged(kept, gone):
    return merge_workers(user=people.county_clerk(), kept_id=kept.pk, merged_id=gone.pk)


def job_row(number, name="张国强", start="2025-02-10"):
    return {"姓名": name, "身份证号码": number, "务工省": "广东省", "外出时间": start}


class TestFormerNumbers:
    @pytest.fixture
    def two(self, divisions):
        kept, gone = register("张国强"), register("张国祥")
        return kept, gone, merged(kept, gone)

    def test_rows_come_to_the_person_kept_with_a_warning(self, two):
        kept, gone, _made = two
        source = imported("employments", [job_row(gone.id_number, "张国祥")])
        assert counts(source) == {"rows": 1, "created": 1, "warnings": 1}
        assert faults(source, "warning") == [(2, "身份证号码", "former_number")]
        assert DeclaredJob.objects.get().worker == kept

    def test_a_roster_registers_nobody_anew(self, two, take, roster):
        kept, gone, _made = two
        source = take(roster(line("张国祥", gone.id_number, 技能特长="电工")))
        assert counts(source) == {"rows": 1, "updated": 1, "warnings": 1}
        kept.refresh_from_db()
        assert (Worker.objects.count(), kept.skill, kept.name) == (1, "电工", "张国强")

    def test_another_name_than_either_is_refused(self, two):
        source = checked("employments", [job_row(two[1].id_number, "李四光")])
        assert faults(source) == [(2, "姓名", "name_mismatch")]

    def test_both_numbers_in_one_file_are_one_person(self, two):
        kept, gone, _made = two
        rows = [job_row(kept.id_number), job_row(gone.id_number, "张国祥")]
        assert counts(checked("employments", rows)) == {"rows": 2, "created": 1, "repeated": 1, "warnings": 1}

    def test_taken_back_between_check_and_writing_the_row_is_whose_it_was(self, two):
        _kept, gone, made = two
        source = checked("employments", [job_row(gone.id_number, "张国祥")])
        services.confirm_import(source=source, rows="good", start=False)
        undo_merge(user=people.county_clerk(), merge=made)
        written = services.write_import(source=source, progress=services.Silent())
        assert (DeclaredJob.objects.get().worker_id, counts(written)) == (gone.pk, {"rows": 1, "created": 1})

    def test_merged_between_check_and_writing_the_row_comes_to_the_person_kept(self, divisions):
        kept, gone = register("张国强"), register("张国祥")
        source = checked("employments", [job_row(gone.id_number, "张国祥")])
        services.confirm_import(source=source, rows="good", start=False)
        merged(kept, gone)
        services.write_import(source=source, progress=services.Silent())
        assert DeclaredJob.objects.get().worker == kept

    def test_outside_the_scope_the_row_is_refused_and_tells_nothing(self, two):
        source = checked("employments", [job_row(two[1].id_number, "张国祥")], user=people.stranger())
        assert faults(source) == [(2, "身份证号码", "out_of_scope")]
        assert faults(source, "warning") == []


def shifted(lines):
    """The same people, each with the number of somebody born the same day and never registered."""
    return [one.with_cells(身份证号码=_next(one.cells["身份证号码"])) for one in lines]


def _next(number):
    body = f"{number[:14]}{(int(number[14:17]) + 500) % 1000:03}"
    return body + check_digit(body + "0")


class TestTheBrake:
    def test_a_roster_of_people_who_look_registered_waits(self, take, check, roster):
        lines = lines_of(40, seed=1)
        take(roster(*lines))
        source = check(roster(*shifted(lines)))
        assert (source.state, source.doubts["alike"], source.doubts["created"]) == ("ready", 40, 40)
        assert len(source.doubts["rows"]) == 20
        with pytest.raises(Conflict) as refusal:
            services.confirm_import(source=source, rows="good", start=False)
        assert (refusal.value.code, Worker.objects.count()) == ("doubtful", 40)
        services.confirm_import(source=source, rows="good", start=False, doubts_weighed=True)
        services.write_import(source=source, progress=services.Silent())
        assert Worker.objects.count() == 80

    def test_new_people_and_the_same_file_again_do_not_wait(self, take, check, roster):
        lines = lines_of(40, seed=1)
        take(roster(*lines))
        assert check(roster(*lines)).doubts == {}
        assert check(roster(*lines_of(40, seed=2))).doubts == {}

    def test_a_few_do_not_stop_it(self, take, check, roster, settings):
        lines = lines_of(40, seed=1)
        take(roster(*lines))
        mixed = roster(*shifted(lines[:25]), *lines_of(300, seed=3))
        assert check(mixed).doubts == {}
        settings.IMPORT_DOUBLES_PERCENT = 5
        assert check(mixed).doubts["alike"] == 25

    def test_page_and_program_ask_and_take_the_answer(self, take, check, roster):
        lines = lines_of(40, seed=1)
        take(roster(*lines))
        source = check(roster(*shifted(lines)))
        page = client_for(people.county_clerk()).get(f"/imports/{source.pk}/").content.decode()
        assert ("已核对，不是重复登记" in page, source.doubts["message"] in page) == (True, True)
        program = api_client_for(people.county_clerk())
        address = f"/api/v1/imports/{source.pk}/"
        assert program.get(address).json()["doubts"]["alike"] == 40
        refused = program.post(f"{address}confirm/", {"rows": "good"}, format="json")
        assert (refused.status_code, refused.json()["field"]) == (409, "doubts_weighed")
        taken = program.post(f"{address}confirm/", {"rows": "good", "doubts_weighed": True}, format="json")
        assert taken.status_code == 202
        assert Import.objects.get(pk=source.pk).state == "importing"


class TestFinding:
    def test_a_roster_is_followed_by_a_search_for_whom_it_wrote(self, take, roster):
        register("张国强", village="520527219200")
        register("李四光")
        take(roster(line("李四光", WOMAN)))
        run = Job.objects.get(kind="doubles.find")
        jobs.run(job_id=run.pk)
        run.refresh_from_db()
        assert (run.state, run.result) == ("done", {"pairs": 0})
        Worker.objects.filter(name="张国强").update(phone="13800000001")
        take(roster(line("张国强", MAN, 联系电话="13800000001")))
        jobs.run(job_id=Job.objects.get(kind="doubles.find", state="queued").pk)
        assert [pair.reasons for pair in PossibleDouble.objects.all()] == [["name_phone"]]

    def test_nothing_written_nothing_looked_for(self, take, roster):
        take(roster(line()))
        take(roster(line()))
        assert Job.objects.filter(kind="doubles.find").count() == 1
