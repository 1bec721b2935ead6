import json

from django.template import Context, Template

from tests.web.reading import Reader
from tests.web.site import BULLETS, CURVE, FLOWS


def drawn(chart):
    reader = Reader()
    reader.feed(Template("{% load web %}{% chart chart %}").render(Context({"chart": chart})))
    return reader.root


def table(root):
    return [[cell.text for cell in row.all() if cell.tag in {"th", "td"}] for row in root.one("table").all("tr")]


def test_the_table_under_a_curve_holds_band_and_numbers_at_risk():
    assert table(drawn(CURVE)) == [
        ["天数", "留岗", "下限", "上限", "在观察"],
        ["0", "100.00%", "100.00%", "100.00%", "1,200"],
        ["30", "95.50%", "90.00%", "99.00%", "800"],
        ["90", "—", "—", "—", "10"],
    ]


def test_the_picture_leaves_out_what_is_for_the_table_only():
    spec = json.loads(drawn(CURVE).one(data_chart=True).attrs["data-chart"])
    assert (spec["kind"], spec["points"], [series["label"] for series in spec["series"]], spec["unit"]) == (
        "step",
        [0, 30, 90],
        ["留岗"],
        "%",
    )


def test_flows_and_targets_have_their_tables():
    assert table(drawn(FLOWS)) == [["从", "到", "人"], ["古达乡", "东莞", "320"]]
    assert table(drawn(BULLETS)) == [
        ["指标", "完成", "目标", "完成率"],
        ["输出", "1,220", "1,100", "110.91%"],
        ["无", "3", "0", "—"],
    ]


def test_a_point_leads_to_what_is_behind_it():
    links = [(link.text, link.attrs["href"]) for link in drawn(BULLETS).one("table").all("a")]
    assert links == [("输出", "/out/")]


def test_the_picture_is_named_for_those_who_do_not_see_it():
    root = drawn(CURVE)
    assert (root.one(role="img").attrs["aria-label"], root.one("caption").text) == ("九成留下", "九成留下")
