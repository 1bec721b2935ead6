"""A county of a few townships and villages, with the troubles real lists have: nationality words, namesakes, two kinds of one stem."""

from core.divisions.models import LEVEL_BY_LENGTH, Division

NAMES = {
    "52": "贵州省",
    "5201": "贵阳市",
    "520113": "白云区",
    "5205": "毕节市",
    "520527": "赫章县",
    "520527105": "野马川镇",
    "520527105200": "中坝村村民委员会",
    "520527105201": "新田村村民委员会",
    "520527105001": "双山社区居委会",
    "520527205": "珠市彝族乡",
    "520527205200": "核桃村村民委员会",
    "520527205201": "韭菜坪村村民委员会",
    "520527219": "古达苗族彝族乡",
    "520527219200": "大寨村村民委员会",
    "520527219201": "和平村村民委员会",
    "520527219202": "新田村村民委员会",
    "520527219203": "中心村村民委员会",
    "520527219001": "中心社区居民委员会",
    "5227": "黔南布依族苗族自治州",
    "522731": "惠水县",
    "522731100": "涟江街道办事处",
    "522731100001": "城北社区居委会",
    "44": "广东省",
    "4401": "广州市",
    "440111": "白云区",
    "440113": "番禺区",
    "4419": "东莞市",
    "441900": "东莞市",
    "4420": "中山市",
    "442000": "中山市",
    "33": "浙江省",
    "3307": "金华市",
    "330782": "义乌市",
    "31": "上海市",
    "3101": "市辖区",
    "310115": "浦东新区",
    "50": "重庆市",
    "5001": "市辖区",
    "5002": "县",
    "500235": "云阳县",
    "21": "辽宁省",
    "2102": "大连市",
    "210202": "中山区",
    "22": "吉林省",
    "2202": "吉林市",
}
COUNTY = "520527"


def store_divisions(names=None):
    """Put the divisions into the database."""
    Division.objects.bulk_create(
        Division(code=code, name=name, level=LEVEL_BY_LENGTH[len(code)]) for code, name in (names or NAMES).items()
    )


def villages():
    """(township name, village code, village name) of the county's villages."""
    return [
        (NAMES[code[:9]], code, name) for code, name in NAMES.items() if len(code) == 12 and code.startswith(COUNTY)
    ]
