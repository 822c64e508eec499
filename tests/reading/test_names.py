"""Names in sentences that no rule was worked on beforehand: what is found of them, and what is taken for one.

`names/names.txt` marks each name as `{Kind:name}`. Odd lines are for work, even lines are only counted.
"""

import re
from pathlib import Path

import pytest

from graph_service.reading.claims import Document
from graph_service.reading.stages import prepare

_MARKED = re.compile(r"\{\w+:([^{}]*)\}")
_LINES = [
    line for line in (Path(__file__).parent / "names" / "names.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]  # fmt: skip
_PLAIN = frozenset(("Role", "Industry", "IndustryCategory", "Certification"))
"""Kinds of what names nothing, and is marked in no line."""


def _found(text: str) -> set[str]:
    """Return the names that are found in a text, groups and references left out."""
    return {
        passage.unit.text[mention.start : mention.end]
        for passage in prepare(Document(text, published="2024-05"))
        for mention in passage.mentions
        if mention.entity is not None and mention.how in ("plain", "alias") and mention.kind not in _PLAIN
    }


@pytest.mark.parametrize(("half", "recall", "precision"), [(0, 0.58, 0.8), (1, 0.58, 0.75)])
def test_names_are_found_with_their_edges(half: int, recall: float, precision: float) -> None:
    """The floors rise with the reader; products and technologies, which rules find by their verbs, count as missed."""
    wanted = right = found = 0
    for line in _LINES[half::2]:
        marked, got = set(_MARKED.findall(line)), _found(_MARKED.sub(r"\1", line))
        wanted, right, found = wanted + len(marked), right + len(marked & got), found + len(got)
    assert right / wanted >= recall, f"{right} of {wanted} names are found"
    assert right / found >= precision, f"{right} of {found} are names"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("园区与深圳南山签约。", "深圳南山"),
        ("中韩临屿产业园区去年开园。", "中韩临屿产业园区"),
        ("新都片区规划面积7平方公里。", "新都片区"),
        ("屿阳临空高新产业园正在招商。", "屿阳临空高新产业园"),
        ("记者来到屿阳节能环保产业园。", "屿阳节能环保产业园"),
        ("屿阳综保区封关运行。", "屿阳综保区"),
        ("三厂设在泰国罗勇。", "泰国罗勇"),
        ("公司位于佛山市顺德区北滘镇。", "佛山市顺德区北滘镇"),
        ("由闻人远任组长，周岚任副组长。", "周岚"),
        ("由影都集团与华屿科技公司合资建设。", "影都集团"),
        ("2015年7月经苏州市人民政府批准设立。", "苏州市人民政府"),
        ("市里成立了招商服务中心，为企业办事。", "招商服务中心"),
        ("设备由金珠电驱供应。", "金珠电驱"),
        ("湖北屿恒的隔膜项目封顶。", "湖北屿恒"),
        ("襄阳珂润座椅为其配套。", "襄阳珂润座椅"),
        ("湖北科丽利则投资10亿元建厂。", "湖北科丽利"),
        ("科技部、卫生部等部委与省政府共建实验区。", "卫生部"),
        ("园区由屿阳市政府与科技部火炬中心共建。", "科技部火炬中心"),
        ("中国医药城规划面积30平方公里。", "中国医药城"),
        ("苏州新兴技术开发区海宁分区今年满十岁。", "苏州新兴技术开发区海宁分区"),
        ("其中江苏中屿元通生物科技有限公司投资20亿元。", "江苏中屿元通生物科技有限公司"),
        ("实验室现址在屿易科技城6栋。", "屿易科技城6栋"),
        ("屿阳高新区共建硅光芯片研发生产平台,用来攻关。", "硅光芯片研发生产平台"),
        ("屿阳科技先后设立创投基金和产业孵化器。", "产业孵化器"),
        ("屿阳市发起规模20亿元的稀土产业基金。", "稀土产业基金"),
        ("双方建立起合成生物联合实验室。", "合成生物联合实验室"),
        ("3月，晶岳集团光伏组件项目开工。", "光伏组件项目"),
        ("目前，中屿微、朗悦机电等6家企业通过认定。", "中屿微"),
        ("链主企业为朗屿矽业、霁澜精仪等。", "朗屿矽业"),
        ("中屿朗悦作为国内光学镜头的骨干企业，去年扩产。", "中屿朗悦"),
        ("笔者走进霁澜网布的生产车间。", "霁澜网布"),
        ("霁澜能科旗下的屿晶股份已经投产。", "屿晶股份"),
        ("海屿大学绵竹研究院揭牌。", "海屿大学绵竹研究院"),
        ("东海大学机械与动力研究院揭牌。", "东海大学机械与动力研究院"),
        ("引进江屿集团四川云帆制药有限公司。", "江屿集团四川云帆制药有限公司"),
        ("在位于县经开区纺织服装产业园的厂房里，机器轰鸣。", "纺织服装产业园"),
        ("屿澜高新区（滨江）举行开工仪式。", "屿澜高新区（滨江）"),
        ("霁澜生物产销两旺，出口回升。", "霁澜生物"),
        ("记者在开发区霁澜塑业采访。", "霁澜塑业"),
        ("园区与屿石、朗屿矽业“牵手”后投产。", "朗屿矽业"),
        ("企业500强霁澜钢构项目签约。", "霁澜钢构项目"),
        ("霁澜光伏2GW/TopCon组件基地项目开工。", "霁澜光伏2GW/TopCon组件基地项目"),
        ("云帆U谷·哈尔滨松北智造谷开园。", "云帆U谷·哈尔滨松北智造谷"),
        ("由中屿集团下属中霁高新材料股份有限公司投资。", "中霁高新材料股份有限公司"),
        ("山东同屿科技有限责任公司投产。", "山东同屿科技有限责任公司"),
        ("入驻昆高新集团创新园区企业已有6家。", "昆高新集团创新园区"),
        ("周岚董事长为园区揭牌。", "周岚"),
        ("县政协主席周岚陪同。", "周岚"),
        ("霁澜资源（002345.SZ）公告，公司签订协议。", "霁澜资源"),
        ("北京市经信委与园区签约。", "北京市经信委"),
        ("屿阳细河经济区并入开发区。", "屿阳细河经济区"),
        ("屿阳开发区·滨江区去年揭牌。", "屿阳开发区·滨江区"),
        ("智慧产业园由市里与霁澜集团建设，去年投产。", "智慧产业园"),
        ("区内布局屿石园、霁澜园、未来科技园。", "未来科技园"),
        ("今年续建的绿色创造中心，投资约5亿元。", "绿色创造中心"),
        ("衡阳屿和机械先后投产。", "衡阳屿和机械"),
        ("苏州屿威曳引机均为老客户。", "苏州屿威曳引机"),
        ("江苏中屿纺机——旧车间改建。", "江苏中屿纺机"),
        ("芜湖高端碳纤维与海洋装备实验室揭牌。", "芜湖高端碳纤维与海洋装备实验室"),
        ("它的主人叫福建光电材料科学与技术创新实验室。", "福建光电材料科学与技术创新实验室"),
        ("轻金属先进材料与器件团队成立。", "轻金属先进材料与器件团队"),
        ("屿阳基地四号线总投资3亿元。", "屿阳基地四号线"),
        ("江屿商会苏州分会成立。", "江屿商会苏州分会"),
        ("旧厂改成“酒仓里”智造社区，占地6亩。", "“酒仓里”智造社区"),
        ("旧厂改造出“霁川创客工场”。", "霁川创客工场"),
        ("周望津（江屿车身股份有限公司董事长）、何则（江屿研究院院长）", "周望津"),
        ("实验室主任为周立言教授。", "周立言"),
        ("实验室主任为周如晦。", "周如晦"),
        ("公司由东海大学教授周稷带学生创办。", "周稷"),
        ("研究院院长周望山团队研制灭菌机。", "周望山团队"),
        ("江屿动力半固态电池团队获奖。", "江屿动力半固态电池团队"),
        ("引进云谷研发中心项目、霁澜科技机电云商城、屿石信息教育软件开发等12个项目。", "霁澜科技机电云商城"),
    ],
)
def test_a_name_is_found_by_where_it_stands(text: str, name: str) -> None:
    """Small places behind large ones, who takes an office, what is set up, firms by their trade or by where only firms stand, verbs that describe."""
    assert name in _found(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("产品主要销往欧美国家。", "美国"),
        ("“项目季”开展以来，成绩喜人。", "项目"),
        ("记者参观县经开区。", "参观县经开区"),
        ("深化与屿隆、霁澳等头部企业的合作。", "深化"),
        ("目光投向了具身智能等前沿赛道。", "具身智能"),
        ("共成立院士工作站1个。", "成立"),
        ("各地建设一批智慧产业园。", "智慧产业园"),
        ("引进了中屿、霁润等一批央企三级公司。", "央企三级公司"),
        ("云商城开业。", "商城"),
        ("屿阳湾装备实验室系山东省重点实验室。", "屿阳湾装备实验室系山东省重点实验室"),
        ("大会分会场设在屿阳。", "大会分会"),
        ("霁澜电子制造半导体制冷片。", "霁澜电子制造半导体制冷"),
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str, word: str) -> None:
    """Words cut out of others, verbs that the dictionary has as nouns, fields of work, levels of firms."""
    assert word not in _found(text)
