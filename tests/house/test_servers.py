"""The embedded servers start once, survive what kills their users, keep their data and stop with the last user."""

import os
import signal
import stat
import tempfile
from pathlib import Path

import pytest
import redis

from core.servers import ServerFault, destroy, ensure_postgres, postgres_address, redis_address
from core.servers.places import AWAY_ROOT, socket_folder
from core.servers.processes import processes_in
from tests.house.server_site import NOBODY, ServerSite, wait_for

ENSURE_AND_WAIT = """
    ensure_postgres(var)
    ensure_redis(var)
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(params=["self", "nobody"])
def site(request):
    """Once as the user who runs the tests, once as nobody where root may change to it."""
    account = NOBODY if request.param == "nobody" else None
    if account and os.geteuid() != 0:
        pytest.skip("only root can run a program as someone else")
    folder = Path(tempfile.mkdtemp(prefix="lc-"))
    folder.chmod(0o755)
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    made = ServerSite(folder / "var", account)
    yield made
    made.destroy()
    folder.rmdir()


def test_first_use_creates_both_and_the_last_clean_exit_stops_them(site):
    first = site.start(ENSURE_AND_WAIT)
    assert first.stdout.readline() == "ready\n"
    assert site.ask("select current_database(), current_setting('listen_addresses')") == [("laborcoop", "")]
    second = site.start(ENSURE_AND_WAIT)
    assert second.stdout.readline() == "ready\n"
    postmaster = site.postmasters()

    first.communicate(timeout=120)
    assert site.postmasters() == postmaster
    second.communicate(timeout=120)
    assert site.servers() == []


def test_runs_unprivileged_and_keeps_others_out(site):
    process = site.start(ENSURE_AND_WAIT)
    process.stdout.readline()
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in site.servers()}.isdisjoint({0})
    for folder in (site.var / "postgres", site.var / "redis", site.var / "sockets"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    process.communicate(timeout=120)


def test_concurrent_first_starts_make_one_server(site):
    starters = [site.start(ENSURE_AND_WAIT) for _ in range(4)]
    assert [starter.stdout.readline() for starter in starters] == ["ready\n"] * 4
    assert len(site.postmasters()) == 1
    for starter in starters:
        starter.communicate(timeout=120)
    assert site.servers() == []


def test_kill_9_of_the_starter_leaves_the_server_to_the_next(site):
    starter = site.start(ENSURE_AND_WAIT)
    starter.stdout.readline()
    postmaster = site.postmasters()
    starter.kill()
    starter.communicate(timeout=120)
    assert site.postmasters() == postmaster
    site.run("ensure_postgres(var)")
    assert site.servers() == []


def test_kill_9_of_the_postmaster_loses_nothing(site):
    user = site.start(ENSURE_AND_WAIT)
    user.stdout.readline()
    site.ask("create table kept as select 7 as n")
    (killed,) = site.postmasters()
    os.kill(killed, signal.SIGKILL)

    again = site.start(ENSURE_AND_WAIT)
    assert again.stdout.readline() == "ready\n"
    assert site.ask("select n from kept") == [(7,)]
    assert site.postmasters() != [killed]
    for process in (user, again):
        process.communicate(timeout=120)
    assert site.servers() == []


def test_kill_9_of_redis_keeps_what_is_on_disk(site):
    user = site.start(ENSURE_AND_WAIT)
    user.stdout.readline()
    with redis.Redis.from_url(redis_address(site.var).url(0)) as client:
        client.set("kept", "7")
    wait_for(lambda: b"kept" in (site.var / "redis/appendonly.aof").read_bytes())
    (killed,) = processes_in(site.var / "redis")
    os.kill(killed, signal.SIGKILL)

    site.run("ensure_redis(var)")
    with redis.Redis.from_url(redis_address(site.var).url(0)) as client:
        assert client.get("kept") == b"7"
    user.communicate(timeout=120)
    assert site.servers() == []


def test_a_pid_file_that_names_a_living_stranger_does_not_hinder(site):
    site.run("ensure_postgres(var)")
    pid_file = site.var / "postgres/data/postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n0\n5432\n\n\n\n")
    site.run("print(ensure_postgres(var).name)")
    assert site.servers() == []


def test_a_lost_socket_is_made_again(site):
    user = site.start(ENSURE_AND_WAIT)
    user.stdout.readline()
    for socket in (site.var / "sockets").iterdir():
        socket.unlink()
    site.run("ensure_postgres(var); ensure_redis(var)")
    assert site.ask("select 1") == [(1,)]
    assert len(site.postmasters()) == 1
    user.communicate(timeout=120)
    assert site.servers() == []


def test_a_forked_child_does_not_stop_the_servers_of_its_parent(site):
    site.run("""
        import os
        ensure_postgres(var)
        if os.fork() == 0:
            ensure_postgres(var)
            sys.exit(0)
        os.wait()
        from core.servers import postgres
        assert postgres.state(var) is postgres.State.UP
    """)
    assert site.servers() == []


def test_a_deep_var_gets_a_short_socket_folder(tmp_path):
    deep = tmp_path / ("深" * 20) / ("y" * 40)
    folder = socket_folder(deep)
    assert folder == socket_folder(deep)
    assert len(os.fsencode(folder / ".s.PGSQL.5432")) < 50
    site = ServerSite(deep)
    try:
        site.run(f"assert ensure_postgres(var).host == {str(folder)!r}")
    finally:
        site.destroy()
    assert not folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root steps down to an account that may be shut out")
def test_root_below_a_closed_folder_keeps_the_data_where_the_account_can_go(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    site = ServerSite(closed / "var")
    try:
        site.run("ensure_postgres(var); ensure_redis(var)")
        assert (closed / "var/postgres").readlink().parent == AWAY_ROOT
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert site.run("print(ensure_postgres(var).name)") == "laborcoop\n"
        away = (closed / "var/postgres").readlink()
    finally:
        site.destroy()
    assert not away.exists()


def test_a_folder_without_programs_is_refused_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("LABORCOOP_PG_BIN", str(tmp_path))
    try:
        with pytest.raises(ServerFault, match="LABORCOOP_PG_BIN"):
            ensure_postgres(tmp_path / "var")
    finally:
        destroy(tmp_path / "var")


def test_an_address_is_known_before_anything_starts(tmp_path):
    address = postgres_address(tmp_path / "var")
    assert (address.name, address.port) == ("laborcoop", 5432)
    assert not (tmp_path / "var").exists()
