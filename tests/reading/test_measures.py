"""Figures and days that no rule of one wording has read: measures, and the later figures of a list."""

import pytest

from graph_service.reading.claims import Claim, Date, Document, Entity, Quantity
from graph_service.reading.stages import read


def _said(claim: Claim) -> str:
    """Return what a claim says in the words of the text, with the kind of a figure in brackets."""
    target = claim.object
    kind = f" [{target.kind}]" if isinstance(target, Quantity) and target.kind else ""
    words = (
        target.name
        if isinstance(target, Entity)
        else target.text
        if isinstance(target, Quantity | Date)
        else ""
    )
    return f"{claim.subject.name} {claim.relation} {words}{kind}"


def _says(text: str) -> dict[str, Claim]:
    return {_said(claim): claim for claim in read(Document(text, published="2023-06")).claims}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "江屿经济开发区产值要突破120亿元,澜城工业园突破90亿元,枣岭工业园、石港工业园各突破80亿元。",
            [
                "澜城工业园 outputValue 突破90亿元",
                "枣岭工业园 outputValue 突破80亿元",
                "石港工业园 outputValue 突破80亿元",
            ],
        ),
        (
            "江屿家具的年产能为沙发30万套、床垫50万套。",
            ["江屿家具 capacity 50万套 [床垫]"],
        ),
        (
            "江屿钢构项目总投资32亿元,一期12亿元、二期20亿元。",
            ["江屿钢构项目一期 invests 12亿元", "江屿钢构项目二期 invests 20亿元"],
        ),
        (
            "澜城高新区去年引进内资86亿元、外资1.9亿美元。",
            ["澜城高新区 invests 86亿元", "澜城高新区 invests 1.9亿美元 [外资]"],
        ),
        (
            "澜城经济开发区最初的范围不过3.2平方公里,1998年扩大到12平方公里,2010年又扩大到58平方公里。",
            [f"澜城经济开发区 area {n}平方公里" for n in ("3.2", "12", "58")],
        ),
        (
            "1998年建区时,澜城高新区面积仅2.3平方公里,如今已扩至86平方公里。",
            ["澜城高新区 area 86平方公里"],
        ),
    ],
)
def test_later_figures_of_a_list_measure_what_the_first_does(text: str, says: list[str]) -> None:
    found = _says(text)
    assert not [said for said in says if said not in found], sorted(found)


@pytest.mark.parametrize(
    "text",
    [
        "江屿钢构产值32亿元,新签约亿元以上项目12个。",
        "江屿纸业产能60万吨、耗水90万吨。",
        "江屿纸业产值6亿元、贷款2亿元。",
        "江屿电机产值6亿元,比去年的4亿元多。",
    ],
)
def test_what_measures_something_else_goes_on_nothing(text: str) -> None:
    assert not [claim for claim in _says(text).values() if claim.rule == "figure.next"]


def test_a_year_to_come_is_planned_and_sales_become_expected() -> None:
    found = _says("江屿药业2020年销售收入突破3亿元,2022年5亿元,2025年力争达到9亿元。")
    assert found["江屿药业 annualSales 5亿元"].modality == "actual"
    assert found["江屿药业 expectedSales 9亿元"].modality == "target"


def test_what_happens_on_a_day_is_told_of_what_stands_there() -> None:
    """A noun without a name right before the verb is what it is told of; nothing is looked for in other sentences."""
    assert "澜城工业园 openedIn 今年9月" in _says("澜城工业园今年9月通过综合验收后启用。")
    assert not any("openedIn" in said for said in _says("澜城工业园很大。今年9月通过综合验收的厂房启用。"))
