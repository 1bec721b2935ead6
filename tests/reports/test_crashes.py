"""Kill -9 of Redis or of the worker while a report is computed: it completes, with one result and one workbook."""

import signal

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def alone(site):
    """Each test begins without workers, reports and waiting runs."""
    site.release()
    site.kill_workers()
    site.forget_reports()


def nothing_twice(site, *report_ids):
    """The reports asked for are all there is, each with its answer and the one workbook its digest speaks of."""
    assert [site.result(report_id) for report_id in report_ids] == [(site.count, site.count)] * len(report_ids)
    assert site.workbooks() == site.digests()
    assert sorted(site.digests()) == sorted(f"report-{report_id}.xlsx" for report_id in report_ids)


def test_redis_killed_while_a_report_runs(site):
    site.hold("stations_station", reading=True)
    report_id = site.request()
    site.start_worker("prefork")
    site.wait_for_somebody_at("stations_station")
    site.kill_redis()
    assert (site.run_of(report_id)[0], site.result(report_id)) == ("running", None)
    site.release()
    site.start_worker("prefork")  # as the supervisor does: a worker may go down with its broker
    site.wait_until_done(report_id)
    next_id = site.request()
    site.wait_until_done(next_id)
    nothing_twice(site, report_id, next_id)


def test_redis_killed_with_a_report_in_its_queue(site):
    report_id = site.request()
    site.kill_redis()
    site.start_worker()
    site.wait_until_done(report_id)
    nothing_twice(site, report_id)


@pytest.mark.parametrize(
    ("table", "reading"),
    [("stations_station", True), ("reports_reportrun", False)],
    ids=["while computing", "while storing"],
)
def test_a_worker_killed_in_the_middle_of_a_report(site, table, reading):
    report_id = site.request()
    site.hold(table, reading=reading)
    worker = site.start_worker()
    site.wait_for_somebody_at(table)
    worker.kill()
    site.release()
    assert (site.run_of(report_id), site.result(report_id)) == (("running", 1), None)
    site.start_worker()
    site.wait_until_done(report_id)
    assert site.run_of(report_id) == ("done", 2)
    nothing_twice(site, report_id)


def test_a_worker_that_slept_through_its_lease_changes_nothing_any_more(site):
    report_id = site.request()
    site.hold("stations_station", reading=True)
    sleeper = site.start_worker()
    site.wait_for_somebody_at("stations_station")
    sleeper.send_signal(signal.SIGSTOP)
    site.release()
    site.wait_until_idle()  # the server has found the members for it
    with site.one_less():
        successor = site.start_worker()
        site.wait_until_done(report_id)
        successor.kill()
        kept = site.digests()
        sleeper.send_signal(signal.SIGCONT)
        next_id = site.request()
        site.wait_until_done(next_id)  # the sleeper takes it once it has ended its old attempt
    assert (site.run_of(report_id), site.result(report_id)) == (("done", 2), (site.count - 1, site.count - 1))
    assert {name: digest for name, digest in site.digests().items() if name in kept} == kept
    assert site.workbooks() == site.digests()


def test_the_command_killed_in_the_middle_of_its_report(site, tmp_path):
    site.hold("stations_station", reading=True)
    command = site.start_command(tmp_path / "稳岗报告.xlsx")
    site.wait_for_somebody_at("stations_station")
    command.kill()
    site.release()
    [(report_id,)] = site.ask("SELECT id::text FROM reports_reportrun")
    assert site.result(report_id) is None
    site.start_worker()
    site.wait_until_done(report_id)
    nothing_twice(site, report_id)
