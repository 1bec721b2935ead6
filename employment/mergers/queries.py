"""Which employer a former registration has become."""

from employment.mergers.services import EMPLOYERS

current_employer_id = EMPLOYERS.now
