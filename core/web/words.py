"""Words of closed lists in the language of the page; what is stored, workbooks and the API keep the bureau's own.

A list, a page or a form shows the word as it is stored: 返岗专列. Whoever reads in English reads its English.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from core.web.texts import Text

WORDS: Final[dict[str, Promise]] = {
    "是": pgettext_lazy("value", "是"),
    "否": pgettext_lazy("value", "否"),
    "户主": pgettext_lazy("value", "户主"),
    # key groups, and why somebody is hard to employ
    "脱贫人口": pgettext_lazy("value", "脱贫人口"),
    "监测对象": pgettext_lazy("value", "监测对象"),
    "易地搬迁": pgettext_lazy("value", "易地搬迁"),
    "低保": pgettext_lazy("value", "低保"),
    "特困人员": pgettext_lazy("value", "特困人员"),
    "残疾人": pgettext_lazy("value", "残疾人"),
    "就业困难人员": pgettext_lazy("value", "就业困难人员"),
    "零就业家庭": pgettext_lazy("value", "零就业家庭"),
    "两后生": pgettext_lazy("value", "两后生"),
    "退役军人": pgettext_lazy("value", "退役军人"),
    "高校毕业生": pgettext_lazy("value", "高校毕业生"),
    "脱贫不稳定户": pgettext_lazy("value", "脱贫不稳定户"),
    "边缘易致贫户": pgettext_lazy("value", "边缘易致贫户"),
    "突发严重困难户": pgettext_lazy("value", "突发严重困难户"),
    "大龄": pgettext_lazy("value", "大龄"),
    "残疾": pgettext_lazy("value", "残疾"),
    "连续失业1年以上": pgettext_lazy("value", "连续失业1年以上"),
    "失地": pgettext_lazy("value", "失地"),
    "其他": pgettext_lazy("value", "其他"),
    # what a survey says about work
    "省外务工": pgettext_lazy("value", "省外务工"),
    "省内务工": pgettext_lazy("value", "省内务工"),
    "县内就业": pgettext_lazy("value", "县内就业"),
    "灵活就业": pgettext_lazy("value", "灵活就业"),
    "未就业": pgettext_lazy("value", "未就业"),
    "在校": pgettext_lazy("value", "在校"),
    "丧失劳动能力": pgettext_lazy("value", "丧失劳动能力"),
    "死亡": pgettext_lazy("value", "死亡"),
    "迁出": pgettext_lazy("value", "迁出"),
    "省外": pgettext_lazy("value", "省外"),
    "县外省内": pgettext_lazy("value", "县外省内"),
    "县内": pgettext_lazy("value", "县内"),
    "未登记": pgettext_lazy("value", "未登记"),
    # skills
    "学徒工": pgettext_lazy("value", "学徒工"),
    "初级工（五级）": pgettext_lazy("value", "初级工（五级）"),
    "中级工（四级）": pgettext_lazy("value", "中级工（四级）"),
    "高级工（三级）": pgettext_lazy("value", "高级工（三级）"),
    "技师（二级）": pgettext_lazy("value", "技师（二级）"),
    "高级技师（一级）": pgettext_lazy("value", "高级技师（一级）"),
    "特级技师": pgettext_lazy("value", "特级技师"),
    "首席技师": pgettext_lazy("value", "首席技师"),
    "职业技能等级证书": pgettext_lazy("value", "职业技能等级证书"),
    "专项职业能力证书": pgettext_lazy("value", "专项职业能力证书"),
    "培训合格证书": pgettext_lazy("value", "培训合格证书"),
    "职业资格证书": pgettext_lazy("value", "职业资格证书"),
    "特种作业操作证": pgettext_lazy("value", "特种作业操作证"),
    "民航无人机执照": pgettext_lazy("value", "民航无人机执照"),
    "其他证书": pgettext_lazy("value", "其他证书"),
    # how people went out, and why they came back
    "政府组织": pgettext_lazy("value", "政府组织"),
    "协作站推荐": pgettext_lazy("value", "协作站推荐"),
    "人力资源机构": pgettext_lazy("value", "人力资源机构"),
    "人力资源服务机构": pgettext_lazy("value", "人力资源服务机构"),
    "劳务经纪人": pgettext_lazy("value", "劳务经纪人"),
    "劳务公司(合作社)": pgettext_lazy("value", "劳务公司(合作社)"),
    "劳务公司": pgettext_lazy("value", "劳务公司"),
    "劳务合作社": pgettext_lazy("value", "劳务合作社"),
    "亲友介绍": pgettext_lazy("value", "亲友介绍"),
    "自主外出": pgettext_lazy("value", "自主外出"),
    "季节结束": pgettext_lazy("value", "季节结束"),
    "企业停工裁员": pgettext_lazy("value", "企业停工裁员"),
    "工资待遇": pgettext_lazy("value", "工资待遇"),
    "身体原因": pgettext_lazy("value", "身体原因"),
    "家庭原因": pgettext_lazy("value", "家庭原因"),
    "节假日返乡": pgettext_lazy("value", "节假日返乡"),
    "回乡创业就业": pgettext_lazy("value", "回乡创业就业"),
    # vehicles and passengers
    "返岗专列": pgettext_lazy("value", "返岗专列"),
    "包车": pgettext_lazy("value", "包车"),
    "自驾": pgettext_lazy("value", "自驾"),
    "飞机": pgettext_lazy("value", "飞机"),
    "接驳": pgettext_lazy("value", "接驳"),
    "途中离开": pgettext_lazy("value", "途中离开"),
    "未录用": pgettext_lazy("value", "未录用"),
    "已返回": pgettext_lazy("value", "已返回"),
    # vacancies, fairs, referrals
    "协作站": pgettext_lazy("value", "协作站"),
    "结对人社": pgettext_lazy("value", "结对人社"),
    "企业申报": pgettext_lazy("value", "企业申报"),
    "访企拓岗": pgettext_lazy("value", "访企拓岗"),
    "直播带岗": pgettext_lazy("value", "直播带岗"),
    "线下": pgettext_lazy("value", "线下"),
    "线上": pgettext_lazy("value", "线上"),
    "直播": pgettext_lazy("value", "直播"),
    "本县": pgettext_lazy("value", "本县"),
    "结对地区": pgettext_lazy("value", "结对地区"),
    "乡镇": pgettext_lazy("value", "乡镇"),
    "推荐": pgettext_lazy("value", "推荐"),
    "意向": pgettext_lazy("value", "意向"),
    "签约": pgettext_lazy("value", "签约"),
    "到岗": pgettext_lazy("value", "到岗"),
    "拒绝": pgettext_lazy("value", "拒绝"),
    # workplaces, brands
    "就业帮扶车间": pgettext_lazy("value", "就业帮扶车间"),
    "一县一企基地": pgettext_lazy("value", "一县一企基地"),
    "公益性岗位": pgettext_lazy("value", "公益性岗位"),
    "零工市场": pgettext_lazy("value", "零工市场"),
    "零工驿站": pgettext_lazy("value", "零工驿站"),
    "公共实训基地": pgettext_lazy("value", "公共实训基地"),
    "正常": pgettext_lazy("value", "正常"),
    "停用": pgettext_lazy("value", "停用"),
    "撤销": pgettext_lazy("value", "撤销"),
    "国家级": pgettext_lazy("value", "国家级"),
    "省级": pgettext_lazy("value", "省级"),
    "市级": pgettext_lazy("value", "市级"),
    "县级": pgettext_lazy("value", "县级"),
    # stations and visits
    "山海心连之家": pgettext_lazy("value", "山海心连之家"),
    "分站": pgettext_lazy("value", "分站"),
    "共建": pgettext_lazy("value", "共建"),
    "购买服务": pgettext_lazy("value", "购买服务"),
    "自建": pgettext_lazy("value", "自建"),
    "7日": pgettext_lazy("value", "7日"),
    "30日": pgettext_lazy("value", "30日"),
    "90日": pgettext_lazy("value", "90日"),
    "180日": pgettext_lazy("value", "180日"),
    "电话": pgettext_lazy("value", "电话"),
    "微信": pgettext_lazy("value", "微信"),
    "上门": pgettext_lazy("value", "上门"),
    "到企": pgettext_lazy("value", "到企"),
    "到站": pgettext_lazy("value", "到站"),
    "原岗位在岗": pgettext_lazy("value", "原岗位在岗"),
    "转岗在岗": pgettext_lazy("value", "转岗在岗"),
    "离岗求职": pgettext_lazy("value", "离岗求职"),
    "返乡": pgettext_lazy("value", "返乡"),
    "失联": pgettext_lazy("value", "失联"),
    "满意": pgettext_lazy("value", "满意"),
    "基本满意": pgettext_lazy("value", "基本满意"),
    "不满意": pgettext_lazy("value", "不满意"),
    # what a task is doing
    "检查": pgettext_lazy("value", "检查"),
    "核对": pgettext_lazy("value", "核对"),
    "比对": pgettext_lazy("value", "比对"),
    "写入": pgettext_lazy("value", "写入"),
    "导出": pgettext_lazy("value", "导出"),
    "读取": pgettext_lazy("value", "读取"),
    "登记": pgettext_lazy("value", "登记"),
    "登记户": pgettext_lazy("value", "登记户"),
    "登记人员类别": pgettext_lazy("value", "登记人员类别"),
    "推算就业记录": pgettext_lazy("value", "推算就业记录"),
    "统计节点": pgettext_lazy("value", "统计节点"),
    "绘制曲线": pgettext_lazy("value", "绘制曲线"),
    "冻结": pgettext_lazy("value", "冻结"),
}

SEXES: Final[dict[str, Promise]] = {"男": pgettext_lazy("value", "男"), "女": pgettext_lazy("value", "女")}
"""Apart from the others: 女 is also what a household calls its daughter."""


def spoken(text: Text) -> str:
    """A word of a closed list in the language of the page; any other text as it is."""
    word = str(text)
    said = WORDS.get(word)
    return word if said is None else str(said)


def spoken_sex(word: str) -> str:
    """A sex in the language of the page; other text as ``spoken``."""
    return str(SEXES[word]) if word in SEXES else spoken(word)
