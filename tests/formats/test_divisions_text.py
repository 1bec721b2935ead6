"""Division names as people write them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.divisions_text import NATIONALITIES, NameIndex, name_parts, without_nationalities
from tests.formats.cells import CELLS

TOWNS = NameIndex(
    [
        ("520527100", "妈姑镇"),
        ("520527103", "六曲河镇"),
        ("520527200", "古达苗族彝族乡"),
        ("520527201", "可乐彝族苗族乡"),
        ("520527202", "白石乡"),
        ("520527203", "白石彝族乡"),
        ("520527001", "白果街道"),
        ("520527002", "汉阳街道办事处"),
    ]
)
VILLAGES = NameIndex(
    [
        ("201", "大坪村村民委员会"),
        ("001", "大坪社区居民委员会"),
        ("202", "新村村村民委员会"),
        ("203", "河边村村民委员会"),
        ("002", "龙泉社区居民委员会"),
        ("204", "民族村村民委员会"),
        ("205", "岩脚村委会"),
        ("206", "岩脚村民委员会"),
        ("003", "甘龙居民委员会"),
    ]
)
COUNTIES = NameIndex(
    [
        ("520628", "松桃苗族自治县"),
        ("520203", "六枝特区"),
        ("520204", "水城区"),
        ("622926", "东乡族自治县"),
        ("150723", "鄂伦春自治旗"),
        ("150724", "鄂温克族自治旗"),
        ("410104", "管城回族区"),
        ("451031", "隆林各族自治县"),
        ("620826", "静宁县"),
    ]
)
PROVINCES = NameIndex(
    [
        ("44", "广东省"),
        ("45", "广西壮族自治区"),
        ("15", "内蒙古自治区"),
        ("65", "新疆维吾尔自治区"),
        ("54", "西藏自治区"),
        ("22", "吉林省"),
        ("11", "北京市"),
        ("81", "香港特别行政区"),
    ]
)


def test_there_are_56_nationalities():
    assert len(set(NATIONALITIES)) == len(NATIONALITIES) == 56


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("古达苗族彝族乡", "古达乡"),
        ("三都水族自治县", "三都自治县"),
        ("三道水土家族苗族乡", "三道水乡"),
        ("黎明关水族乡", "黎明关乡"),
        ("黔东南苗族侗族自治州", "黔东南自治州"),
        ("积石山保安族东乡族撒拉族自治县", "积石山自治县"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江自治县"),
        ("隆林各族自治县", "隆林自治县"),
        ("广西壮族自治区", "广西自治区"),
        ("新疆维吾尔自治区", "新疆自治区"),
        ("内蒙古自治区", "内蒙古自治区"),
        ("巴音郭楞蒙古自治州", "巴音郭楞自治州"),
        ("克孜勒苏柯尔克孜自治州", "克孜勒苏自治州"),
        ("梅里斯达斡尔族区", "梅里斯区"),
        ("东乡族自治县", "东乡自治县"),
        ("鄂伦春自治旗", "鄂伦春自治旗"),
        ("民族村", "民族村"),
        ("河边村", "河边村"),
    ],
)
def test_nationality_words_go_and_the_place_stays(name, plain):
    assert without_nationalities(name) == plain


@pytest.mark.parametrize(
    ("name", "kind", "stem"),
    [
        ("大坪村村民委员会", "村", "大坪"),
        ("大坪村民委员会", "村", "大坪"),
        ("大坪村委会", "村", "大坪"),
        ("大坪村", "村", "大坪"),
        ("龙泉社区居民委员会", "社区", "龙泉"),
        ("龙泉居委会", "社区", "龙泉"),
        ("白果街道办事处", "街道", "白果"),
        ("松桃苗族自治县", "县", "松桃"),
        ("六枝特区", "特区", "六枝"),
        ("大坪", "", "大坪"),
        ("村", "", "村"),
    ],
)
def test_a_name_is_taken_apart_into_kind_and_stem(name, kind, stem):
    parts = name_parts(name)
    assert (parts.kind, parts.stem) == (kind, stem)


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("古达苗族彝族乡", ("520527200",)),
        ("古达乡", ("520527200",)),
        (" 古 达 乡 ", ("520527200",)),
        ("古达", ("520527200",)),
        ("古达彝族苗族乡", ("520527200",)),
        ("古达乡人民政府", ("520527200",)),
        ("古达镇", ("520527200",)),
        ("白果街道办事处", ("520527001",)),
        ("白果办事处", ("520527001",)),
        ("汉阳街道", ("520527002",)),
        ("白石乡", ("520527202",)),
        ("白石彝族乡", ("520527203",)),
        ("白石", ("520527202", "520527203")),
        ("520527100", ("520527100",)),
        (520527100.0, ("520527100",)),
        ("达依乡", ()),
        (None, ()),
        ("", ()),
    ],
)
def test_a_township_is_found_by_the_names_people_write(written, codes):
    assert TOWNS.match(written) == codes
    assert TOWNS.match(written) == codes


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("大坪村村民委员会", ("201",)),
        ("大坪村", ("201",)),
        ("大坪村委会", ("201",)),
        ("大坪村民委员会", ("201",)),
        ("大坪社区", ("001",)),
        ("大坪居委会", ("001",)),
        ("大坪居民委员会", ("001",)),
        ("大坪社区居委会", ("001",)),
        ("大坪", ("001", "201")),
        ("新村", ("202",)),
        ("新村村", ("202",)),
        ("新村村委会", ("202",)),
        ("河边社区", ("203",)),
        ("龙泉村", ("002",)),
        ("民族村", ("204",)),
        ("岩脚村委会", ("205",)),
        ("岩脚村", ("205", "206")),
        ("甘龙社区", ("003",)),
        ("小坪村", ()),
        ("村", ()),
    ],
)
def test_the_first_tier_with_a_match_decides_and_two_in_it_are_both_told(written, codes):
    assert VILLAGES.match(written) == codes


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("松桃县", "520628"),
        ("松桃自治县", "520628"),
        ("松桃", "520628"),
        ("六枝", "520203"),
        ("水城县", "520204"),
        ("东乡县", "622926"),
        ("东乡", "622926"),
        ("鄂伦春旗", "150723"),
        ("鄂温克旗", "150724"),
        ("管城区", "410104"),
        ("隆林县", "451031"),
    ],
)
def test_counties_are_found_by_their_short_names(written, code):
    assert COUNTIES.match(written) == (code,)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *(("广东", "44"), ("广西", "45"), ("广西自治区", "45"), ("内蒙古", "15"), ("新疆", "65"), ("西藏", "54")),
        *(("吉林", "22"), ("北京", "11"), ("香港", "81")),
    ],
)
def test_provinces_are_found_by_their_short_names(written, code):
    assert PROVINCES.match(written) == (code,)


def test_a_path_without_separators_begins_with_a_name():
    assert list(PROVINCES.leading("广东广州番禺")) == [(("44",), "广州番禺")]
    assert list(PROVINCES.leading("广东省广州市")) == [(("44",), "广州市"), (("44",), "省广州市")]
    assert list(PROVINCES.leading("吉林吉林市")) == [(("22",), "吉林市")]
    assert list(PROVINCES.leading("番禺")) == []


NAMES = st.lists(
    st.builds(
        "{}{}{}".format,
        st.text("大小坪新河龙", min_size=1, max_size=3),
        st.sampled_from(["", "苗族", "布依族苗族"]),
        st.sampled_from(["", "村", "社区", "村村民委员会", "居民委员会", "乡", "镇", "街道"]),
    ),
    min_size=1,
    max_size=8,
)


@given(NAMES)
def test_an_official_name_finds_its_own_codes_and_no_others(names):
    entries = [(str(code), name) for code, name in enumerate(names, 100)]
    index = NameIndex(entries)
    for name in names:
        assert index.match(name) == tuple(code for code, other in entries if other == name)


@given(NAMES, st.sampled_from(["", "村", "村委会", "社区", "居委会"]))
def test_a_bare_or_other_suffix_never_finds_a_name_of_another_stem(names, suffix):
    index = NameIndex((str(code), name) for code, name in enumerate(names, 100))
    assert index.match("山" + names[0] + suffix) == ()


@given(CELLS)
def test_any_cell_is_matched_without_an_error(raw):
    assert TOWNS.match(raw) == ()


def test_the_beginnings_of_a_very_long_text_are_found_at_once():
    index = NameIndex([("44", "广东省"), ("4401", "广州市")])
    started = time.process_time()
    assert list(index.leading("广东" + "长" * 30_000)) == [(("44",), "长" * 30_000)]
    assert list(index.leading("长" * 30_000)) == []
    assert time.process_time() - started < 1
