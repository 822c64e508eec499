"""What is said with much between: attributes, appositions, dates, adverbs and quotation marks hide nothing from the rules."""

import pytest

from graph_service.reading.claims import Document, Entity
from graph_service.reading.plainer import plainer
from graph_service.reading.stages import prepare, read


def said_in(text: str) -> set[str]:
    """Return the claims of a text between things, as `subject relation object`."""
    claims = read(Document(text, published="2024-05")).claims
    return {f"{c.subject.name} {c.relation} {c.object.name}" for c in claims if isinstance(c.object, Entity)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("刀片电池基地由比特迪旗下的重庆屿锂电池有限公司运营。", "重庆屿锂电池有限公司 operates 刀片电池基地"),
        ("区内的“中国声谷”由工信部与安徽省政府共建。", "工信部 builds 中国声谷"),
        ("安徽屿江龙桥工业园区（筹）则并入安徽屿江高新技术产业开发区。", "安徽屿江龙桥工业园区 mergedInto 安徽屿江高新技术产业开发区"),
        (
            "屿岳生物科技有限公司把给自己供反应袋的上海澄屿科技有限公司介绍到药谷考察。",
            "屿岳生物科技有限公司 introduced 上海澄屿科技有限公司",
        ),
    ],
)  # fmt: skip
def test_what_stands_between_hides_nothing(text: str, said: str) -> None:
    assert said in said_in(text)


def test_a_plainer_passage_leads_to_the_same_text() -> None:
    passage = next(iter(prepare(Document("江屿高新区的“中国声谷”由工信部与安徽省政府共建。"))))
    plain = plainer(passage)
    assert plain is not None
    assert len(plain.code) < len(passage.code)
    for offset, number in plain.index.items():
        mention = plain.mentions[number]
        assert plain.at[offset] == mention.start
        assert plain.words(offset, offset + 1).startswith(passage.unit.text[mention.start : mention.end])


def test_there_is_nothing_to_cut_from_plain_words() -> None:
    passage = next(iter(prepare(Document("江屿高新区位于苏州。"))))
    assert plainer(passage) is None
