"""Kill -9 of a worker, of PostgreSQL, of Redis: the import completes, no row is lost and none is stored twice."""

import os
import signal

import pytest

from tests.house.server_site import wait_for
from tests.workbooks_files.makers import book

pytestmark = pytest.mark.slow
ROWS = 300


@pytest.fixture(autouse=True)
def alone(site):
    """Each test begins without workers, firms and waiting runs."""
    site.release()
    site.kill_workers()
    site.forget_employers()
    site.ask("UPDATE jobs_job SET state = 'cancelled' WHERE state IN ('queued', 'running')")


@pytest.fixture
def path(tmp_path):
    rows = [[f"番禺{n}厂", "广东省广州市番禺区", n] for n in range(ROWS)]
    return book(tmp_path / "企业.xlsx", ("企业", [["企业名称", "所在地", "规模(人)"], *rows]))


def test_a_worker_killed_while_checking(site, path):
    site.hold("workbooks_importfault")
    import_id = site.hand_in(path)
    worker = site.start_worker()
    site.wait_for_somebody_at("workbooks_importfault")
    worker.kill()
    site.release()
    assert site.state(import_id) == "checking"
    site.start_worker()
    site.wait_until(import_id, "ready")
    assert site.count(import_id, "created") == ROWS
    assert site.ask("SELECT attempt FROM jobs_job WHERE kind = 'imports.check' ORDER BY created_at DESC LIMIT 1") == [
        (2,)
    ]


def test_a_worker_killed_while_writing(site, path):
    import_id = site.checked(path)
    site.hold("employment_employer")
    site.confirm(import_id)
    worker = site.start_worker()
    site.wait_for_somebody_at("employment_employer")
    worker.kill()
    site.release()
    wait_for(lambda: site.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(0,)])
    assert (site.state(import_id), site.employers()) == ("importing", (0, 0))
    site.start_worker()
    site.wait_until(import_id, "done")
    assert site.employers() == (ROWS, ROWS)
    assert site.ask("SELECT count(*) FROM history_operation WHERE action = 'imports.employers'")[0][0] == 1


def test_postgresql_killed_while_writing(site, path):
    import_id = site.checked(path)
    site.hold("employment_employer")
    site.confirm(import_id)
    worker = site.start_worker()
    site.wait_for_somebody_at("employment_employer")
    worker.send_signal(signal.SIGSTOP)  # else it may have begun anew, and ended, before anybody has looked
    for pid in site.postmasters():
        os.kill(pid, signal.SIGKILL)
    site.release()
    site.python("User.objects.count()")  # whoever connects next brings the server back
    assert (site.state(import_id), site.employers()) == ("importing", (0, 0))
    worker.send_signal(signal.SIGCONT)
    site.wait_until(import_id, "done")
    assert site.employers() == (ROWS, ROWS)


def test_redis_killed_with_a_run_in_its_queue(site, path):
    import_id = site.hand_in(path)
    site.kill_redis()
    site.start_worker()
    site.wait_until(import_id, "ready")
    assert site.count(import_id, "rows") == ROWS


@pytest.mark.parametrize(
    ("table", "left", "end"),
    [("workbooks_importfault", "checking", "ready"), ("employment_employer", "importing", "done")],
)
def test_the_command_killed_in_the_middle(site, path, table, left, end):
    site.hold(table)
    command = site.start_command(path)
    site.wait_for_somebody_at(table)
    command.kill()
    site.release()
    import_id = site.newest()
    assert (site.state(import_id), site.employers()) == (left, (0, 0))
    site.start_worker()
    site.wait_until(import_id, end)
    stored = ROWS if end == "done" else 0
    assert (site.count(import_id, "created"), site.employers()) == (ROWS, (stored, stored))


def test_the_command_at_work_is_let_alone(site, path):
    site.hold("employment_employer")
    command = site.start_command(path)
    site.wait_for_somebody_at("employment_employer")
    site.start_worker()
    site.do("jobs.rescue()")
    site.release()
    assert command.wait(timeout=180) == 0
    assert (site.state(site.newest()), site.employers()) == ("done", (ROWS, ROWS))
    runs = "SELECT kind, state, attempt FROM jobs_job WHERE params ->> 'import' = %s ORDER BY created_at"
    assert site.ask(runs, site.newest()) == [("imports.check", "done", 1), ("imports.write", "done", 1)]
