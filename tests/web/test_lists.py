import pytest

from core.divisions.models import Division
from core.web.models import ListLayout, SavedView
from core.workbooks.models import Export
from tests import people
from tests.web import site
from tests.web.conftest import ELSEWHERE, VILLAGES
from tests.web.reading import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("divisions"), pytest.mark.urls("tests.web.site")]
URL = "/kit/divisions/"


def names(response):
    return [link.text for link in page(response).all("a", class_="row-link")]


def fragment(browser, url=URL, trigger="", **data):
    headers = {"HX-Request": "true", "HX-Target": "list", **({"HX-Trigger-Name": trigger} if trigger else {})}
    return browser.get(url, data, headers=headers)


def test_rows_outside_the_scope_are_not_listed(browser):
    shown = {name for query in ("", "?sort=-code") for name in names(browser.get(URL + query))}
    assert "外县村" not in shown
    assert page(browser.get(URL)).one(id="list-count").text == "14"


def test_a_stranger_sees_only_their_own_county():
    assert names(people.client_for(people.stranger()).get(URL)) == ["外县村"]


def test_without_the_permission_the_list_is_forbidden():
    assert people.client_for(people.with_role("log_admin")).get(URL).status_code == 403


def test_nobody_is_asked_to_sign_in_and_comes_back(client):
    assert client.get(URL + "?q=1").headers["Location"].endswith("?next=/kit/divisions/%3Fq%3D1")


def test_nobody_by_htmx_leaves_the_whole_page_for_sign_in(client):
    response = client.get(URL, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/kit/divisions/"})
    assert (response.status_code, "sign-in" in response.headers["HX-Redirect"]) == (204, True)


def test_an_offline_queue_of_nobody_is_told_401(client):
    assert client.post("/kit/new/", headers={"X-Offline-Queue": "1"}).status_code == 401


def test_filters_in_the_url_become_chips_that_lead_away_from_them(browser):
    root = page(browser.get(URL, {"level": "village", "q": "20", "kind": ["village", "county"], "sort": "-name"}))
    chips = {
        chip.text.split(" ×")[0]: chip.attrs["href"]
        for chip in root.all("a", class_="chip")
        if chip.attrs["id"] != "chip-clear"
    }
    assert list(chips) == ["搜索 20", "级别 村", "种类 县、村"] or list(chips) == ["搜索 20", "级别 村", "种类 村、县"]
    assert chips["搜索 20"] == "?level=village&kind=village&kind=county&sort=-name"
    assert chips["级别 村"] == "?q=20&kind=village&kind=county&sort=-name"
    assert root.one(id="chip-clear").attrs["href"] == URL


def test_a_range_is_one_chip_and_loses_both_ends(browser):
    Division.objects.filter(code=VILLAGES[3]).update(effective_from="2025-02-15")
    response = browser.get(URL, {"effective_from_after": "2025年2月1日", "effective_from_before": "2025.2.28"})
    chip = page(response).one("a", class_="chip")
    assert (names(response), chip.text.split(" ×")[0], chip.attrs["href"]) == (
        ["203村"],
        "启用日期 2025-02-01 – 2025-02-28",
        "?",
    )


def test_a_filter_that_cannot_be_read_says_so_and_lists_all(browser):
    response = browser.get(URL, {"level": "planet", "effective_from_after": "昨天"})
    root = page(response)
    assert response.status_code == 200
    assert "昨天" in root.one(class_="alert-warning").text
    assert root.one(id="list-count").text == "14"


def test_the_quick_filter_says_what_its_blank_choice_means(browser):
    options = page(browser.get(URL)).one("select", id="id_level").all("option")
    assert [option.text for option in options] == ["级别：全部", "县", "乡镇", "村"]


def test_sorting_by_a_heading_and_turning_it_round(browser):
    first = page(browser.get(URL, {"sort": "code"}))
    assert first.one(id="sort-code").attrs["href"] == "?sort=-code"
    heading = next(th for th in first.all("th") if th.text == "代码")
    assert heading.attrs["aria-sort"] == "ascending"
    assert names(browser.get(URL + "?sort=-code"))[0] == "211村"


def test_an_unknown_sort_falls_back_to_the_lists_own(browser):
    assert names(browser.get(URL + "?sort=password")) == names(browser.get(URL))


def test_pages_follow_each_other_and_lead_back(browser):
    seen, url = [], URL
    while url:
        root = page(browser.get(url))
        seen.append([link.text for link in root.all("a", class_="row-link")])
        following = root.all("a", id="page-next")
        last, url = url, URL + following[0].attrs["href"] if following else ""
    assert [len(rows) for rows in seen] == [5, 5, 4]
    assert [name for rows in seen for name in rows] == ["赫章县", "古达乡", *(f"{code[-3:]}村" for code in VILLAGES)]
    back = page(browser.get(last)).one("a", id="page-previous").attrs["href"]
    assert names(browser.get(URL + back)) == seen[1]


@pytest.mark.parametrize("cursor", ["x", "bm9wZQ", "WyJjb2RlLHBrIiwiXHUwMDAwIiwiMSJd", "W10", "é", "A" * 5000])
def test_a_cursor_that_cannot_be_read_gives_the_first_page(browser, cursor):
    assert names(browser.get(URL, {"after": cursor})) == names(browser.get(URL))


def test_a_nul_in_the_search_box_is_no_error(browser):
    assert browser.get(URL, {"q": "20\x00"}).status_code == 200


def test_htmx_gets_the_region_alone_with_the_address_to_show(browser):
    response = fragment(browser, level="village", q="", name="")
    root = page(response)
    assert root.all("html") == []
    assert root.one(id="list").all("a", class_="row-link") != []
    assert (response.headers["HX-Push-Url"], "HX-Target" in response.headers["Vary"]) == (f"{URL}?level=village", True)
    assert root.one(id="list-status").text == "共 12 条，本页 5 条。"
    assert root.one(id="list-count").attrs["hx-swap-oob"] == "true"


def test_typing_replaces_the_address_and_leaves_the_search_box_alone(browser):
    response = fragment(browser, trigger="q", q="203")
    assert (response.headers["HX-Replace-Url"], "HX-Push-Url" in response.headers) == (f"{URL}?q=203", False)
    assert page(response).all(id="list-search") == []


def test_going_back_in_the_browser_gets_the_whole_page(browser):
    headers = {"HX-Request": "true", "HX-Target": "list", "HX-History-Restore-Request": "true"}
    assert len(page(browser.get(URL, headers=headers)).all("html")) == 1


def test_the_first_cell_opens_the_row_and_every_cell_is_escaped(browser):
    Division.objects.filter(code=people.COUNTY).update(name="<b>x</b>")
    response = browser.get(URL)
    link = page(response).all("a", class_="row-link")[0]
    assert (link.attrs["href"], link.text) == (f"/kit/division/{people.COUNTY}/", "<b>x</b>")
    assert b"<b>x</b>" not in response.content


def test_chosen_columns_are_kept_for_the_person_alone(browser):
    browser.post(URL, {"action": "columns", "columns": ["name", "identity", "password"]})
    headings = [th.text for th in page(browser.get(URL)).all("th", scope="col")]
    assert headings == ["名称", "证件"]
    assert "529999********1234" in browser.get(URL).content.decode()
    other = page(people.client_for(people.township_clerk()).get(URL))
    assert "级别" in [th.text for th in other.all("th")]


def test_choosing_no_column_goes_back_to_the_lists_own(browser, clerk):
    ListLayout.objects.create(user=clerk, list_key="divisions", columns=["name"])
    browser.post(URL, {"action": "columns"})
    assert [th.text for th in page(browser.get(URL)).all("th", scope="col")] == ["名称", "代码", "级别", "启用", "位数"]


def test_a_saved_view_keeps_filters_and_sorting_but_not_the_page(browser):
    browser.post(f"{URL}?level=village&sort=-code&after=abc", {"action": "save_view", "name": "村庄"})
    address = f"?level=village&sort=-code&saved={SavedView.objects.get().pk}"
    assert page(browser.get(f"{URL}?level=village&sort=-code")).one("a", class_="active", href=address).text == "村庄"
    assert page(browser.get(URL + address)).one("a", class_="active", href=address).text == "村庄"
    assert browser.get(URL, {"saved": SavedView.objects.get().pk}).url == URL + address


def test_a_shared_view_is_seen_by_colleagues_who_cannot_delete_it(browser):
    browser.post(f"{URL}?level=village", {"action": "save_view", "name": "大家用", "shared": "1"})
    browser.post(f"{URL}?level=county", {"action": "save_view", "name": "自己用"})
    view = SavedView.objects.get(name="大家用")
    colleague = people.client_for(people.township_clerk())
    assert [link.text for link in page(colleague.get(URL)).all("a", class_="nav-link")] == ["全部", "大家用"]
    colleague.post(URL, {"action": "delete_view", "view_id": str(view.pk)})
    assert SavedView.objects.filter(pk=view.pk).exists()
    browser.post(URL, {"action": "delete_view", "view_id": str(view.pk)})
    assert not SavedView.objects.filter(pk=view.pk).exists()


def test_a_view_is_shared_with_ones_unit_and_those_below_it_alone():
    makers = (people.county_clerk(), people.township_clerk(), people.stranger())
    for user in makers:
        sent = {"action": "save_view", "name": user.username, "shared": "1"}
        people.client_for(user).post(f"{URL}?level=village", sent)
    village = people.with_role("village_assistant", "520527219200")
    seen = {user.username: tabs(user) for user in (*makers, village)}
    assert seen == {
        "xian": ["xian"],
        "xiang": ["xiang", "xian"],
        "wai": ["wai"],
        village.username: ["xian", "xiang"],
    }
    hidden = SavedView.objects.get(name="xiang")
    for user, answer in ((makers[0], URL), (village, f"{URL}?level=village&saved={hidden.pk}")):
        assert people.client_for(user).get(URL, {"saved": hidden.pk}).url == answer


def tabs(user):
    return [link.text for link in page(people.client_for(user).get(URL)).all("a", class_="nav-link")][1:]


def shown_headings(client, query=""):
    return [th.text for th in page(client.get(URL + query)).all("th", scope="col")]


def test_a_saved_view_brings_its_columns_to_page_and_export(browser, monkeypatch):
    browser.post(URL, {"action": "columns", "columns": ["name", "level"]})
    browser.post(f"{URL}?level=village", {"action": "save_view", "name": "村庄", "shared": "1"})
    browser.post(URL, {"action": "columns", "columns": ["name"]})
    query = f"?level=village&saved={SavedView.objects.get().pk}"
    assert (shown_headings(browser), shown_headings(browser, query)) == (["名称"], ["名称", "级别"])
    colleague = people.client_for(people.township_clerk())
    assert shown_headings(colleague, query) == ["名称", "级别"]
    monkeypatch.setattr(site.Divisions, "export_kind", "workers")
    browser.post(URL + query, {"action": "export", "purpose": "月报"})
    assert Export.objects.get().query == {"level": "village"}


def test_choosing_columns_on_a_view_changes_ones_own_view_and_not_a_colleagues(browser):
    browser.post(f"{URL}?level=village", {"action": "save_view", "name": "村庄", "shared": "1"})
    query = f"?level=village&saved={SavedView.objects.get().pk}"
    colleague = people.client_for(people.township_clerk())
    answer = colleague.post(URL + query, {"action": "columns", "columns": ["name"]})
    assert (answer.url, len(SavedView.objects.get().columns) > 1) == (f"{URL}?level=village", True)
    browser.post(URL + query, {"action": "columns", "columns": ["code"]})
    assert (shown_headings(browser, query), len(shown_headings(browser)) > 1) == (["代码"], True)


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "１"])
def test_a_view_that_is_not_there_leads_to_the_whole_list_and_says_so(browser, number):
    response = browser.get(URL, {"saved": number}, follow=True)
    assert "常用筛选" in page(response).one(id="messages").text
    assert page(response).one(id="list-count").text == "14"


@pytest.mark.parametrize("name", ["", "   ", "长" * 31])
def test_a_view_without_a_fitting_name_is_not_saved(browser, name):
    response = browser.post(URL, {"action": "save_view", "name": name}, follow=True)
    assert "名称" in page(response).one(id="messages").text
    assert SavedView.objects.count() == 0


def test_the_same_name_replaces_ones_own_view(browser):
    for level in ("village", "county"):
        browser.post(f"{URL}?level={level}", {"action": "save_view", "name": "一"})
    assert list(SavedView.objects.values_list("query", flat=True)) == ["level=county"]


def test_more_views_than_fit_are_refused(browser, clerk):
    SavedView.objects.bulk_create(SavedView(user=clerk, list_key="divisions", name=str(n), query="") for n in range(20))
    response = browser.post(URL, {"action": "save_view", "name": "再一个"}, follow=True)
    assert (SavedView.objects.count(), "20" in page(response).one(id="messages").text) == (20, True)


def test_a_bulk_action_gets_the_ticked_rows_of_the_scope(browser):
    response = browser.post(URL, {"action": "touch", "ids": [VILLAGES[0], VILLAGES[2], ELSEWHERE]}, follow=True)
    assert [VILLAGES[0], VILLAGES[2]] == site.TOUCHED
    assert page(response).one(id="messages").text == "标记了 2 条"


def test_a_bulk_action_on_all_that_match_goes_past_the_page(browser):
    browser.post(f"{URL}?level=village", {"action": "touch", "all": "1", "ids": [VILLAGES[0]]})
    assert site.TOUCHED == VILLAGES


def test_a_bulk_action_on_nothing_says_so(browser):
    response = browser.post(URL, {"action": "touch"}, follow=True)
    assert (site.TOUCHED, page(response).one(id="messages").text) == ([], "没有选中任何记录。")


@pytest.mark.parametrize("action", ["erase", "nonsense", ""])
def test_a_bulk_action_one_may_not_take_is_refused(browser, action):
    assert browser.post(URL, {"action": action, "ids": VILLAGES}).status_code == 400
    assert site.TOUCHED == []


def test_a_bulk_action_may_answer_a_page(browser):
    assert browser.post(URL, {"action": "go", "ids": VILLAGES[:1]}).content == b"elsewhere"


def test_a_list_emptied_by_filters_offers_to_clear_them(browser):
    root = page(browser.get(URL, {"q": "无此村"}))
    assert [link.attrs["href"] for link in root.one(class_="empty").all("a")] == [URL]


def test_the_print_view_shows_the_filtered_rows_without_links(browser):
    root = page(browser.get(f"{URL}?level=township&view=print"))
    rows = [[cell.text for cell in tr.all("td")] for tr in root.all("tr") if tr.all("td")]
    assert rows == [["1", "古达乡", people.TOWNSHIP, "乡镇", "", "9"]]
    assert root.all("a") == []


def test_a_print_view_that_was_cut_says_so(browser, monkeypatch):
    monkeypatch.setattr(site.Divisions, "print_size", 3)
    text = page(browser.get(f"{URL}?view=print")).text
    assert ("合计 3 条" in text, "共 14 条" in text) == (True, True)


def test_page_actions_need_their_permission(browser):
    assert [link.text for link in page(browser.get(URL)).one(class_="page-head").all("a")] == ["新增"]
    auditor = page(people.client_for(people.with_role("auditor")).get(URL))
    assert [link.text for link in auditor.one(class_="page-head").all("a")] == []


def test_a_list_nobody_writes_as_a_workbook_has_no_export(browser):
    assert browser.post(URL, {"action": "export"}).status_code == 403


@pytest.fixture
def exported(monkeypatch):
    monkeypatch.setattr(site.Divisions, "export_kind", "workers")


@pytest.mark.usefixtures("exported")
def test_an_export_takes_the_filters_and_the_columns_shown(browser, clerk):
    response = browser.post(
        f"{URL}?level=village&kind=county&kind=village&q=20&sort=-name&after=x", {"action": "export", "purpose": "月报"}
    )
    export = Export.objects.get()
    assert response.headers["Location"] == f"/tasks/{export.job_id}/"
    assert (export.kind, export.created_by, export.columns, export.full_identity) == ("workers", clerk, ["姓名"], False)
    assert export.query == {"level": "village", "kind": ["county", "village"], "q": "20"}
    assert export.conditions in {"搜索：20；级别：村；种类：县、村", "搜索：20；级别：村；种类：村、县"}


@pytest.mark.usefixtures("exported")
def test_what_the_workbook_has_no_column_for_is_said(browser):
    hint = page(browser.get(URL)).one(class_="list-tools").text
    assert "表格里没有的列不导出：代码、级别、启用、位数。" in hint


@pytest.mark.usefixtures("exported")
def test_rows_about_persons_are_not_taken_out_without_a_purpose(browser):
    field = page(browser.get(URL)).one("input", id="export-purpose")
    refused = browser.post(URL, {"action": "export", "purpose": " "}, follow=True)
    told = page(refused).one(id="messages").text
    assert ("required" in field.attrs, told, Export.objects.count()) == (True, "导出个人信息请写明用途。", 0)


@pytest.mark.usefixtures("exported")
def test_an_export_of_all_columns_in_full_needs_a_purpose(browser):
    asked = {"action": "export", "all_columns": "1", "full_identity": "1"}
    refused = browser.post(URL, asked, follow=True)
    assert ("用途" in page(refused).one(id="messages").text, Export.objects.count()) == (True, 0)
    browser.post(URL, {**asked, "purpose": "上报"})
    export = Export.objects.get()
    assert (export.columns, export.full_identity, export.purpose) == ([], True, "上报")


@pytest.mark.usefixtures("exported")
def test_who_may_not_export_has_no_button_and_is_refused():
    client = people.client_for(people.with_role("village_assistant"))
    root = page(client.get(URL))
    assert root.all("input", name="action", value="export") == []
    assert (client.post(URL, {"action": "export"}).status_code, Export.objects.count()) == (403, 0)
