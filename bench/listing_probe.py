"""``python -m bench.listing_probe``: asks the pages of the worker list, through the whole middleware, one at a time.

Prints its questions as JSON, (group, name) each; then, for each number of one it reads, the milliseconds the answer took.
"""

import json
import re
import sys
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

import django

from bench.figures import seconds
from bench.listing_questions import PAGE, questions
from core.formats.masking import holds_number

if TYPE_CHECKING:
    from core.accounts.models import User

HEADER = "X-Sought"
NEXT = re.compile(r'href="([^"]*[?&;]after=[^"]*)"')


def main() -> None:
    """Ask what standard input names."""
    django.setup()
    from bench.people import readers  # noqa: PLC0415 - needs Django's apps

    words = words_of_somebody()
    askers = {name: Asker(user) for name, user in readers(words["township"], words["village"]).items()}
    following = NEXT.search(askers["county"].ask(f"{PAGE}?").decode())
    if following is None:
        sys.exit("the first page of the list leads to no second one")
    asked = list(questions(words, unescape(following[1]).rpartition("?")[2]))
    print(json.dumps([(one.group, one.name) for one in asked]), flush=True)
    for line in sys.stdin:
        one = asked[int(line)]
        took, _ = seconds(lambda: askers[one.reader].ask(one.address))  # noqa: B023 - called at once
        print(1000 * took, flush=True)


@dataclass
class Asker:
    """Somebody signed in."""

    user: "User"

    def __post_init__(self) -> None:
        from django.test import Client  # noqa: PLC0415 - needs Django's settings

        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")

    def ask(self, address: str) -> bytes:
        """The answer at that address; a number of a person is sent as the page sends it, in a header."""
        headers = {}
        path, _, query = address.partition("?")
        asked = dict(parse_qsl(query))
        if path == PAGE and holds_number(asked.get("q", "")):
            headers = {HEADER: quote(asked.pop("q")), "HX-Request": "true"}
            address = f"{path}?{urlencode(asked)}"
        response = self.client.get(address, headers=headers)
        if response.status_code != 200:  # noqa: PLR2004 - the one answer that counts
            sys.exit(f"{address} answered {response.status_code}: {response.content[:200]!r}")
        return response.content


def words_of_somebody() -> dict[str, str]:
    """What fills the questions."""
    from django.utils.timezone import localdate  # noqa: PLC0415 - needs Django's settings

    from core.divisions.queries import names_of  # noqa: PLC0415 - needs Django's apps
    from employment.models import Employer, Organiser  # noqa: PLC0415 - as above
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
        "household": str(someone.household_id),
        # One of the few with many people, and one that is busy at either size.
        "firm": Employer.objects.order_by("pk").values_list("name", flat=True)[0],
        "leader": Organiser.objects.order_by("pk").values_list("name", flat=True)[0],
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
