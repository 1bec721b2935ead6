"""``python -m bench.listing_probe``: asks the pages of the worker list, through the whole middleware, one at a time.

Prints the names of its questions as JSON; then, for each name it reads, the milliseconds the answer took.
"""

import json
import re
import sys
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import django

from bench.figures import seconds
from bench.listing_questions import county_questions, township_questions

if TYPE_CHECKING:
    from core.accounts.models import User

ADDRESS = "/workers/"
NEXT = re.compile(r'href="([^"]*[?&;]after=[^"]*)"')


def main() -> None:
    """Ask what standard input names."""
    django.setup()
    from bench.people import county_clerk, township_clerk  # noqa: PLC0415 - needs Django's apps

    words = words_of_somebody()
    county, township = Asker(county_clerk()), Asker(township_clerk(words["township"]))
    following = NEXT.search(county.ask("").decode())
    if following is None:
        sys.exit("the first page of the list leads to no second one")
    second = unescape(following[1]).rpartition("?")[2]
    asked = {name: (county, query) for name, query in county_questions(words, second)}
    asked |= {name: (township, query) for name, query in township_questions(words)}
    print(json.dumps(list(asked)), flush=True)
    for line in sys.stdin:
        asker, query = asked[line.strip()]
        took, _ = seconds(lambda: asker.ask(query))  # noqa: B023 - called at once
        print(1000 * took, flush=True)


class Asker:
    """Somebody signed in."""

    def __init__(self, user: "User") -> None:
        from django.test import Client  # noqa: PLC0415 - needs Django's settings

        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def ask(self, query: str) -> bytes:
        """The list's page of that query string."""
        response = self.client.get(f"{ADDRESS}?{query}")
        if response.status_code != 200:  # noqa: PLR2004 - the one answer that counts
            sys.exit(f"{ADDRESS}?{query} answered {response.status_code}")
        return response.content


def words_of_somebody() -> dict[str, str]:
    """What fills the questions."""
    from django.utils.timezone import localdate  # noqa: PLC0415 - needs Django's settings

    from core.divisions.queries import names_of  # noqa: PLC0415 - needs Django's apps
    from workers.models import Worker  # noqa: PLC0415 - as above

    someone = Worker.objects.filter(name_key__gte="m", phone__isnull=False).order_by("name_key", "id")[0]
    township = someone.village_code[:9]
    places = names_of({someone.village_code, township})
    syllables = re.findall("[a-z]+", someone.name_key)
    return {
        "township": township,
        "village": someone.village_code,
        "township_name": places[township],
        "village_name": places[someone.village_code],
        "recent": str(localdate() - timedelta(days=60)),
        "past": str(localdate() - timedelta(days=300)),
        "name": someone.name,
        "surname": someone.name[0],
        "letter": someone.name_initials[0],
        "two": someone.name_initials[:2],
        "initials": someone.name_initials,
        "syllable": syllables[0],
        "spelled": "".join(syllables),
        "id_number": someone.id_number,
        "id_begun": someone.id_number[:10],
        "last4": someone.id_last4,
        "phone": someone.phone or "",
        "phone_begun": (someone.phone or "")[:3],
    }


if __name__ == "__main__":
    main()
