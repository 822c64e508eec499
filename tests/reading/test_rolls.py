"""Lists of honours: lines of names below a head that names an award or a certificate."""

import pytest

from graph_service.reading.claims import Document, Entity
from graph_service.reading.stages import read

NOTICE = """关于公布2022年度江宁高新区优秀企业名单的通报
各有关单位:
一、工业十强企业
1.云海泵业股份有限公司
2.江宁锐科激光科技有限公司
二、优秀企业家
赵建国 云海泵业股份有限公司董事长
三、国家高新技术企业(2家)
松溪精密机械有限公司、江宁金石医药有限公司
四、有关要求
江宁云帆装备有限公司
江宁高新技术产业开发区管理委员会
2023年2月6日
"""


def said(text: str) -> set[tuple[str, str, str, str]]:
    """Return what the rolls of a text say: subject, relation, object, modality."""
    claims = (claim for claim in read(Document(text)).claims if claim.rule == "roll.honour")
    return {
        (c.subject.name, c.relation, c.object.name, c.modality)
        for c in claims
        if isinstance(c.object, Entity)
    }


def test_a_list_gives_its_head_to_each_name() -> None:
    """Awards, an award of persons, certificates; a heading that names none ends the list, and who signed has nothing."""
    assert said(NOTICE) == {
        ("云海泵业股份有限公司", "awarded", "工业十强企业", "actual"),
        ("江宁锐科激光科技有限公司", "awarded", "工业十强企业", "actual"),
        ("赵建国", "awarded", "优秀企业家", "actual"),
        ("松溪精密机械有限公司", "certifiedAs", "国家高新技术企业", "actual"),
        ("江宁金石医药有限公司", "certifiedAs", "国家高新技术企业", "actual"),
    }


def test_the_title_of_a_notice_heads_its_list() -> None:
    """What is only put up for comment is planned."""
    text = "关于拟认定第三批省级专精特新中小企业名单的公示\n名单如下:\n1.云海泵业股份有限公司\n2.松溪精密机械有限公司\n"
    assert {(who, modality) for who, _, _, modality in said(text)} == {
        ("云海泵业股份有限公司", "planned"),
        ("松溪精密机械有限公司", "planned"),
    }


@pytest.mark.parametrize(
    "line",
    ["云海泵业股份有限公司获得优秀企业称号。", "联系人:云海泵业股份有限公司", "云海泵业股份有限公司地址变更"],
)
def test_a_line_that_says_more_is_no_item(line: str) -> None:
    """Only a line that holds names and nothing else is one of a list."""
    assert said(f"关于表彰优秀企业的决定\n一、优秀企业\n{line}\n") == set()
