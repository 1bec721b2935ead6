"""An installation with arrivals to report on, while its processes are killed."""

import hashlib
import subprocess
import sys
from contextlib import contextmanager

from tests.house.server_site import wait_for
from tests.installation import Installation

ARRIVALS = """
import datetime as dt
from tests.reports import facts
day, coach = dt.date(2025, 2, 12), facts.trip()
for order in range({count}):
    person = facts.worker(order)
    facts.arrival(person, day, coach)
    facts.visit(person, day + dt.timedelta(days=30))
facts.derive_all()
"""

RESULT = """
SELECT (result ->> 'members')::int, (result -> 'milestones' -> 0 ->> 'still')::int
FROM reports_reportrun WHERE id = %s
"""
RUN = "SELECT j.state, j.attempt FROM jobs_job j JOIN reports_reportrun r ON r.job_id = j.id WHERE r.id = %s"


class ReportSite(Installation):
    """Retention reports of people who arrived on 12 February 2025 and were at work on day 30."""

    names = "from reports import services as reports\n"
    count = 40

    def _fill(self):
        super()._fill()
        self.python(ARRIVALS.format(count=self.count))

    def request(self):
        """Ask for the report of 2025; its id."""
        asked = "user=User.objects.get(), kind='retention', parameters={'period': '2025', 'as_of': '2025-12-31'}"
        return self.do(f"print(reports.request_report({asked}).id)")

    def start_command(self, out):
        """The command that computes the same report all by itself."""
        command = [
            sys.executable,
            "manage.py",
            "report",
            "retention",
            "period=2025",
            "as_of=2025-12-31",
            "--out",
            str(out),
        ]
        self.workers.append(subprocess.Popen(command, **{**self.process, "stdout": subprocess.DEVNULL}))
        return self.workers[-1]

    def result(self, report_id):
        """Members and people still at work on day 30; None while there is no result."""
        found = self.ask(RESULT, report_id)[0]
        return None if found[0] is None else found

    def run_of(self, report_id):
        """State of its run, and how often it was begun."""
        return self.ask(RUN, report_id)[0]

    def wait_until_done(self, report_id):
        """Rescue as beat does until its run is done."""
        self.rescue_until(lambda: self.run_of(report_id)[0] == "done")

    def wait_until_idle(self):
        """Until no statement runs any more."""
        busy = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
        wait_for(lambda: self.ask(busy) == [(0,)])

    @contextmanager
    def one_less(self):
        """Meanwhile one of the persons has arrived in another year."""
        move = "UPDATE dispatch_passenger SET at_post_on = at_post_on + %s WHERE id = (SELECT min(id) FROM dispatch_passenger)"
        self.ask(move, 365)
        yield
        self.ask(move, -365)

    def workbooks(self):
        """Digest of every workbook that lies among the results, by name."""
        folder = self.var / "files" / "results"
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*")}

    def digests(self):
        """Digest of every report's workbook as its row tells it, by name."""
        return dict(self.ask("SELECT file, digest FROM reports_reportrun"))

    def forget_reports(self):
        self.ask("UPDATE jobs_job SET state = 'cancelled' WHERE state IN ('queued', 'running')")
        self.ask("TRUNCATE reports_reportrun")
        for path in (self.var / "files" / "results").glob("*"):
            path.unlink()
