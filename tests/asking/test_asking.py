"""Questions are understood as the queries that answer them, and what nobody can answer is said so."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from graph_service.asking import Answered, Asking
from graph_service.asking.filling import Near
from graph_service.errors import UsageError
from graph_service.graph.store import Snapshot

HERE = Path(__file__).parent
CASES: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "questions.yaml").read_text("utf-8"))
NOTHING: list[str] = yaml.safe_load((HERE / "nothing.yaml").read_text("utf-8"))
QUESTIONS = [(name, case, question) for name, case in CASES.items() for question in case["questions"]]


def _right(asking: Asking, documents: Snapshot, answered: Answered, case: dict[str, Any]) -> bool:
    """Say whether a question became the query, with the same terms for the same parameters."""
    if answered.result is None or answered.result.query.name != case["query"]:
        return False
    wanted = asking.named.bind(documents, answered.result.query, case.get("with", {}))
    return dict(answered.result.bound) == wanted


def test_nine_questions_in_ten_are_understood_rightly(
    asking: Asking, documents: Snapshot, near: Near
) -> None:
    wrong = [
        f"{name}: {question}"
        for name, case, question in QUESTIONS
        if not _right(asking, documents, asking.ask(documents, question, near=near), case)
    ]
    assert len(wrong) * 10 <= len(QUESTIONS), wrong


@pytest.mark.parametrize("question", NOTHING)
def test_what_nobody_can_answer_is_not_answered(
    asking: Asking, documents: Snapshot, near: Near, question: str
) -> None:
    answered = asking.ask(documents, question, near=near)
    assert not answered.understood
    assert answered.alternatives


def test_an_answer_comes_in_sentences_with_what_they_rest_on(asking: Asking, documents: Snapshot) -> None:
    said = asking.ask(documents, "跟德广信一起搬来的上游企业有哪些？").as_json()
    assert said["understood"]
    assert said["query"] == "co-relocated-suppliers"
    assert said["parameters"] == {"company": "德广信"}
    assert "SELECT" in said["sparql"]
    assert [set(row) for row in said["rows"]] == [{c["name"] for c in said["columns"]}] * len(said["rows"])
    first = said["sentences"][0]
    assert "两家上游企业" in first["text"]
    assert "诸暨市" in first["text"]
    assert "介绍了两家上游企业" in first["evidence"][0]["text"]
    assert first["evidence"][0]["document"]["label"]


def test_the_language_of_the_answer_is_that_of_the_question(asking: Asking, documents: Snapshot) -> None:
    chinese = asking.ask(documents, "德广信介绍了谁？")
    english = asking.ask(documents, "Whom did 德广信 introduce?")
    assert (chinese.language, english.language) == ("zh", "en")
    assert "介绍" in chinese.sentences[0].text
    assert "introduced" in english.sentences[0].text
    assert asking.ask(documents, "德广信介绍了谁？", "en").language == "en"


def test_a_name_that_is_part_of_an_unknown_one_is_not_taken_for_it(
    asking: Asking, documents: Snapshot
) -> None:
    answered = asking.ask(documents, "诸暨天洁集团有哪些企业？")
    assert not answered.understood
    assert answered.reading is not None
    assert "天洁集团" in "".join(answered.reading.left)


@pytest.mark.parametrize(
    ("question", "query", "parameter", "name"),
    [
        ("诸暨经济开发区重点发展哪些产业？", "zone-industries", "zone", "诸暨经济开发区（高新区）"),
        (
            "Which upstream suppliers moved along with deguangxin?",
            "co-relocated-suppliers",
            "company",
            "德广信",
        ),
        ("浣江实验孵化了几家企业", "incubated", "lab", "浣江实验室"),
    ],
)
def test_the_beginning_of_a_name_and_its_pinyin_will_do(
    asking: Asking, documents: Snapshot, near: Near, question: str, query: str, parameter: str, name: str
) -> None:
    answered = asking.ask(documents, question, near=near)
    assert answered.result is not None, answered.reading
    assert answered.result.query.name == query
    assert answered.result.bound[parameter] == asking.named.entity(documents, name)


@pytest.mark.parametrize("question", ["", "  \n", "问" * 301])
def test_no_question_or_a_long_one_is_an_error_with_a_cure(
    asking: Asking, documents: Snapshot, question: str
) -> None:
    with pytest.raises(UsageError, match="question") as caught:
        asking.ask(documents, question)
    assert "Ask in one sentence" in caught.value.cure


@pytest.mark.parametrize(
    "question",
    ["\x00", "'; DROP ALL; --", "{?s ?p ?o}", "“”“”", "🏭" * 50, "a" * 300, "哪" * 300, "()[]{}|*+?\\"],
)
def test_odd_questions_are_not_understood_and_break_nothing(
    asking: Asking, documents: Snapshot, question: str
) -> None:
    assert not asking.ask(documents, question).understood


def test_every_query_can_be_asked_for_by_its_example_in_both_languages(
    asking: Asking, documents: Snapshot
) -> None:
    """The example of each form, with the examples of its parameters, is understood as this very query."""
    assert {form.query.name for form in asking.forms} == set(asking.named.queries)
    for form in asking.forms:
        for language in ("zh", "en"):
            readings = asking.read(form.text(language), asking.named.called(documents))
            assert readings, form.text(language)
            assert readings[0].form.query.name == form.query.name, form.text(language)
            assert readings[0].understood, (form.text(language), readings[0])


def test_a_query_that_needs_nothing_can_be_asked_without_a_name(asking: Asking, documents: Snapshot) -> None:
    """There is a question for each, in both languages, that names nothing and is understood as this very query."""
    for query in asking.named:
        if any(parameter.required for parameter in query.parameters):
            continue
        for language in ("zh", "en"):
            question = asking.question(query.name, {}, language)
            assert question, query.name
            readings = asking.read(question, asking.named.called(documents))
            assert readings[0].understood, (question, readings[0])
            assert readings[0].form.query.name == query.name, (question, readings[0].form.query.name)
