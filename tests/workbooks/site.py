"""An installation to import firms into, while its processes are killed or measured."""

import subprocess
import sys

from tests.installation import Installation


class ImportSite(Installation):
    """Imports of firms, without pages."""

    names = "from core.workbooks import services\nfrom core.workbooks.models import Import\n"

    def hand_in(self, path):
        """Hand a file of employers in; the import's id."""
        call = f"services.create_import(user=User.objects.get(), kind='employers', file=open({str(path)!r}, 'rb')"
        return self.do(f"print({call}, name='企业.xlsx').id)")

    def confirm(self, import_id):
        self.do(f"services.confirm_import(source=Import.objects.get(id={import_id!r}), rows='good')")

    def checked(self, path):
        """Hand a file in and check it without a worker; the import's id."""
        import_id = self.hand_in(path)
        self.do(f"jobs.run(job_id=Import.objects.get(id={import_id!r}).job_id)")
        return import_id

    def start_command(self, path):
        """The command that checks a file of employers and takes the good rows, all by itself."""
        command = [sys.executable, "manage.py", "import_workbook", "employers", str(path), "--user", "xian"]
        self.workers.append(subprocess.Popen(command, **{**self.process, "stdout": subprocess.DEVNULL}))
        return self.workers[-1]

    def newest(self):
        """The id of the newest import."""
        return self.ask("SELECT id::text FROM workbooks_import ORDER BY created_at DESC LIMIT 1")[0][0]

    def state(self, import_id):
        return self.ask("SELECT state FROM workbooks_import WHERE id = %s", import_id)[0][0]

    def count(self, import_id, name):
        """One of the import's counts."""
        return self.ask("SELECT (counts ->> %s)::int FROM workbooks_import WHERE id = %s", name, import_id)[0][0]

    def wait_until(self, import_id, state):
        """Rescue as beat does until the import is in that state."""
        self.rescue_until(lambda: self.state(import_id) == state)

    def employers(self):
        """How many firms are stored, and how many names they have."""
        return self.ask("SELECT count(*), count(DISTINCT name) FROM employment_employer")[0]

    def forget_employers(self):
        self.ask("TRUNCATE employment_employer CASCADE")
