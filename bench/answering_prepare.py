"""``python -m bench.answering_prepare``: a token and the questions of the statistics line, as JSON."""

import json
from datetime import timedelta

import django


def main() -> None:
    """Issue the token; name one question for the county and one for each township of it."""
    django.setup()
    from django.utils import timezone  # noqa: PLC0415 - needs Django's apps

    from bench.people import county_clerk  # noqa: PLC0415 - as above
    from core.accounts.models import ApiToken  # noqa: PLC0415 - as above
    from core.accounts.services import issue_token  # noqa: PLC0415 - as above
    from core.divisions.queries import children_of, root_division  # noqa: PLC0415 - as above

    token = issue_token(user=county_clerk(), name="bench", scopes=[ApiToken.Scope.STATISTICS_READ], days=1)
    last_year = (timezone.localdate() - timedelta(days=365)).year
    asked = {root_division(): "township", **{code: "village" for code, _name in children_of(root_division())}}
    paths = [
        f"/api/v1/statistics/LDB_TOTAL/?period={last_year}&division={division}&by={by}"
        for division, by in asked.items()
    ]
    print(json.dumps({"token": token.text, "paths": paths}))


if __name__ == "__main__":
    main()
