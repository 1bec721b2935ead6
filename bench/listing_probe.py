"""``python -m bench.listing_probe``: asks the pages of the worker list, through the whole middleware, one at a time.

Prints the names of its questions as JSON; then, for each name it reads, the milliseconds the answer took.
"""

import json
import re
import sys
from collections.abc import Iterator
from html import unescape

import django

from bench.figures import seconds

ADDRESS = "/workers/"
RARE = "筛选一乡镇的四项 / four filters, one township"
"""So few of a million answer it that the planner reads too many names to find 50 of them."""
NEXT = re.compile(r'href="([^"]*[?&;]after=[^"]*)"')


def main() -> None:
    """Ask what standard input names."""
    django.setup()
    from django.test import Client  # noqa: PLC0415 - needs Django's apps

    from bench.people import county_clerk  # noqa: PLC0415 - as above

    client = Client(SERVER_NAME="localhost")
    client.force_login(county_clerk(), backend="django.contrib.auth.backends.ModelBackend")

    def ask(query: str) -> bytes:
        response = client.get(f"{ADDRESS}{query}")
        if response.status_code != 200:  # noqa: PLR2004 - the one answer that counts
            sys.exit(f"{ADDRESS}{query} answered {response.status_code}")
        return response.content

    asked = dict(questions(ask("").decode()))
    print(json.dumps(list(asked)), flush=True)
    for line in sys.stdin:
        query = asked[line.strip()]
        took, _ = seconds(lambda: ask(query))  # noqa: B023 - called at once
        print(1000 * took, flush=True)


def questions(first_page: str) -> Iterator[tuple[str, str]]:
    """(name, query string) of what is asked; the words are those of somebody in the middle of the register."""
    from core.divisions.queries import children_of, names_of, root_division  # noqa: PLC0415 - needs Django's apps
    from workers.models import Worker  # noqa: PLC0415 - as above

    someone = Worker.objects.filter(name_key__gte="m", phone__isnull=False).order_by("name_key", "id")[0]
    places = names_of({someone.village_code, someone.village_code[:9]})
    township = children_of(root_division())[0][0]
    following = NEXT.search(first_page)
    if following is None:
        sys.exit("the first page of the list leads to no second one")
    yield "第一页 / first page", ""
    yield "下一页 / next page", f"?{unescape(following[1]).rpartition('?')[2]}"
    yield "按乡镇排序 / sorted by township", "?sort=township"
    yield "搜索姓名 / search: name", f"?q={someone.name}"
    yield "搜索姓氏 / search: surname", f"?q={someone.name[0]}"
    yield "搜索首字母 / search: initials", f"?q={someone.name_initials}"
    yield "搜索证件后四位 / search: last four", f"?q={someone.id_last4}"
    yield "搜索电话 / search: phone", f"?q={someone.phone}"
    yield "搜索村 / search: village", f"?q={places[someone.village_code]}"
    yield "筛选乡镇、就业状态 / township, status", f"?township={township}&labour_status=未就业"
    yield "筛选人员类别 / key group", "?group=monitored"
    yield "筛选性别、年龄段、意向 / sex, age, wish", "?sex=女&age_band=25-34&intention=省外"
    yield RARE, f"?township={township}&sex=女&age_band=25-34&group=lifted_poverty"
    yield "筛选意向、搜索姓氏 / wish, surname", f"?intention=省外&q={someone.name[0]}"


if __name__ == "__main__":
    main()
