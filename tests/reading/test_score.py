"""Scoring: what answers a fact, what the figures are, and that they are those of the reference tool."""

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph_service.errors import UsageError
from graph_service.reading.gold import load_claims, load_facts
from graph_service.reading.score import Count, Part, Share, compare, report, score

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
TOOL = SHARED / "tools" / "score_extraction.py"

Json = dict[str, Any]
Check = Callable[[Json, Json], Part]


def fact(subject: str, relation: str, object_: str, **more: object) -> Json:
    """Return a fact as gold files have it."""
    base = {"tier": "core", "modality": "actual", "quote": f"{subject}…{object_}", "optional": False}
    return {"subject": subject, "relation": relation, "object": object_, **base, **more}


def claim(subject: Json, relation: str, object_: Json, **more: object) -> Json:
    """Return a claim as `zonegraph extract` writes it."""
    base = {"modality": "actual", "rule": "r", "evidence": [{"start": 0, "end": 2, "text": "德广"}]}
    return {"subject": subject, "relation": relation, "object": object_, **base, **more}


def thing(name: str, *names: str, kind: str = "Company") -> Json:
    """Return an entity as claims have it."""
    return {"iri": "x", "name": name, "names": list(names), "type": kind}


def write(folder: Path, facts: object, claims: list[Json]) -> tuple[Path, Path]:
    """Write a pair of files and return their paths."""
    gold, lines = folder / "gold.json", folder / "claims.jsonl"
    gold.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    lines.write_text("".join(json.dumps(c, ensure_ascii=False) + "\n" for c in claims), encoding="utf-8")
    return gold, lines


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Return how to score one claim against one fact: the part full, relaxed."""
    return lambda f, c: score([write(tmp_path, [f], [c])]).full_relaxed


def test_the_same_ends_and_relation_answer(check: Check) -> None:
    """A claim with the relation and both names of a fact is found."""
    part = check(fact("德广信", "relocatedTo", "诸暨"), claim(thing("德广信"), "relocatedTo", thing("诸暨")))
    assert part.total == Count(found=1)
    assert (part.total.precision, part.total.recall, part.total.f1) == (1.0, 1.0, 1.0)


def test_another_relation_does_not_answer(check: Check) -> None:
    """A claim of another relation is extra, and the fact is missed."""
    part = check(
        fact("德广信", "relocatedTo", "诸暨"), claim(thing("德广信"), "relocatedFrom", thing("诸暨"))
    )
    assert part.relations == {"relocatedFrom": Count(extra=1), "relocatedTo": Count(missed=1)}


@pytest.mark.parametrize(
    ("gold", "name", "same"),
    [
        ("“杭州港”二期", "杭州港二期", True),
        ("英创新材料（绍兴）有限公司", "英创新材料(绍兴) 有限公司", True),
        ("《方案》", "方案", True),
        ("智能视觉产业", "智能视觉", True),
        ("诸暨市", "诸暨", False),
        ("德广信", "泛和科技", False),
    ],
)
def test_names_are_the_same_by_seven_tenths_of_their_pairs(
    check: Check, gold: str, name: str, same: bool
) -> None:
    """Marks, widths and white space do not count; else seven tenths of the character pairs must agree."""
    part = check(fact("甲方", "alliedWith", gold), claim(thing("甲方"), "alliedWith", thing(name)))
    assert (part.total.found == 1) is same


def test_an_alias_of_the_claim_answers(check: Check) -> None:
    """Any name of the claim's term may be the fact's."""
    subject = thing("德广信", "浙江德广信电子科技有限公司")
    part = check(
        fact("浙江德广信电子科技有限公司", "locatedIn", "诸暨"), claim(subject, "locatedIn", thing("诸暨"))
    )
    assert part.total == Count(found=1)


@pytest.mark.parametrize(
    ("end", "same"),
    [
        ({"name": "两个上游企业", "type": "CompanyGroup"}, True),
        ({"name": "两个上游企业", "type": "Company", "size": 2}, True),
        ({"name": "朗迅科技", "type": "Company"}, False),
    ],
)
def test_an_unnamed_group_answers_by_being_one(check: Check, end: Json, same: bool) -> None:
    """A group without a name matches any group, whatever it is called; a named firm does not."""
    gold = fact("德广信介绍的两家", "relocatedTo", "诸暨", sAnon=True)
    assert (check(gold, claim(end, "relocatedTo", thing("诸暨"))).total.found == 1) is same


@pytest.mark.parametrize(("value", "same"), [(5e10, True), (5.04e10, True), (4.9e10, False), (None, False)])
def test_values_may_differ_by_one_in_a_hundred(check: Check, value: float | None, same: bool) -> None:
    """A value answers up to one per cent beside the fact's."""
    gold = fact("园区", "invests", "超500亿元", value=5e10, bound=">")
    part = check(gold, claim(thing("园区"), "invests", {"value": value, "bound": ">", "text": "超500亿元"}))
    assert (part.total.found == 1) is same
    assert part.bounds == Share(int(same), int(same))


@pytest.mark.parametrize(
    ("date", "same"), [("2023-01", True), ("2023-01-08", True), ("2023", True), ("2022", False), ("", False)]
)
def test_a_date_answers_by_its_prefix(check: Check, date: str, same: bool) -> None:
    """The less precise of two dates decides."""
    gold = fact("浣江实验室", "openedIn", "今年1月", date="2023-01")
    part = check(gold, claim(thing("浣江实验室"), "openedIn", {"date": date, "text": "今年1月"}))
    assert (part.total.found == 1) is same


def test_the_document_itself_answers_by_its_kind(check: Check) -> None:
    """The subject 本文 is whatever term is a Document."""
    part = check(
        fact("本文", "author", "孙俊"), claim(thing("诸暨专版", kind="Document"), "author", thing("孙俊"))
    )
    assert part.total == Count(found=1)


def test_one_claim_answers_one_fact_and_exact_names_go_first(tmp_path: Path) -> None:
    """A near name does not take the claim that another fact names exactly."""
    facts = [fact("甲方", "alliedWith", "余姚经济开发区管委会"), fact("甲方", "alliedWith", "余姚经济开发区")]
    pair = write(tmp_path, facts, [claim(thing("甲方"), "alliedWith", thing("余姚经济开发区"))])
    part = score([pair]).core_relaxed
    assert part.total == Count(found=1, missed=1)
    assert [f.object for f in part.missed] == ["余姚经济开发区管委会"]


def test_strict_takes_names_as_they_are(tmp_path: Path) -> None:
    """What only resembles the fact's name is found relaxed and not strict."""
    near = claim(thing("甲方"), "inIndustry", thing("智能视觉"))
    result = score([write(tmp_path, [fact("甲方", "inIndustry", "智能视觉产业")], [near])])
    assert result.core_relaxed.total == Count(found=1)
    assert result.core_strict.total == Count(extra=1, missed=1)


def test_an_optional_fact_counts_only_when_found(tmp_path: Path) -> None:
    """An optional fact that is missed is no fault; one that is found is one more."""
    facts = [
        fact("甲方", "locatedIn", "诸暨", optional=True),
        fact("乙方", "locatedIn", "深圳", optional=True),
    ]
    part = score([write(tmp_path, facts, [claim(thing("甲方"), "locatedIn", thing("诸暨"))])]).core_relaxed
    assert part.total == Count(found=1)
    assert part.missed == ()


def test_words_count_in_the_tier_full_only(tmp_path: Path) -> None:
    """A relation to words, found or claimed in vain, leaves the tier core as it is."""
    facts = [fact("园区", "targets", "打造视觉之城", tier="text")]
    claims = [
        claim(thing("园区"), "targets", {"text": "打造视觉之城"}),
        claim(thing("园区"), "ranked", {"text": "全国前十"}),
    ]
    result = score([write(tmp_path, facts, claims)])
    assert result.core_relaxed.total == Count()
    assert result.full_relaxed.total == Count(found=1, extra=1)


def test_a_relation_nobody_judges_is_left_out(check: Check) -> None:
    """A claim of a relation that is neither listed nor used by a fact is not extra."""
    part = check(fact("甲方", "locatedIn", "诸暨"), claim(thing("甲方"), "headcount", thing("诸暨")))
    assert part.total == Count(missed=1)


def test_recall_is_told_by_what_finding_takes(tmp_path: Path) -> None:
    """Facts are told apart by group, reference, short name and none of these."""
    full = "浙江德广信电子科技有限公司"
    facts = [
        fact(full, "alias", "德广信", quote=full, derived="alias", optional=True),
        fact(full, "relocatedFrom", "深圳", quote="德广信从深圳迁来"),
        fact(full, "relocatedTo", "诸暨", quote="该公司迁到诸暨", coref="该公司"),
        fact("两个上游企业", "relocatedTo", "诸暨", sAnon=True),
        fact(full, "locatedIn", "诸暨", quote=f"{full}在诸暨"),
    ]
    found = [
        claim(thing(full), "relocatedFrom", thing("深圳")),
        claim(thing(full), "locatedIn", thing("诸暨")),
    ]
    part = compare([(load_facts(write(tmp_path, facts, found)[0]), load_claims(tmp_path / "claims.jsonl"))],
                   words=False, strict=False)  # fmt: skip
    assert {kind: str(share) for kind, share in part.derivations.items()} == {
        "plain": "1/1", "coreference": "0/1", "alias": "1/1", "group": "0/1",
    }  # fmt: skip


def test_modality_is_judged_on_what_was_found(check: Check) -> None:
    """A found fact whose claim has another modality is found, and wrong in its modality."""
    part = check(
        fact("甲方", "locatedIn", "诸暨", modality="planned"),
        claim(thing("甲方"), "locatedIn", thing("诸暨")),
    )
    assert part.total.found == 1
    assert part.modality == Share(0, 1)


def test_modality_is_told_by_that_of_the_fact(tmp_path: Path) -> None:
    """What is planned and read as so counts against planned, not against actual."""
    facts = [fact("甲方", "locatedIn", "诸暨", modality="planned"), fact("乙方", "locatedIn", "诸暨")]
    claims = [claim(thing(name), "locatedIn", thing("诸暨")) for name in ("甲方", "乙方")]
    part = score([write(tmp_path, facts, claims)]).core_relaxed
    assert (part.modalities["planned"], part.modalities["actual"]) == (Share(0, 1), Share(1, 1))
    assert part.modality.part == 0.5


def test_precision_is_told_by_what_the_reader_took(tmp_path: Path) -> None:
    """Claims count by the derivation that their line says, right ones and extra ones."""
    facts = [fact("甲方", "locatedIn", "诸暨")]
    claims = [
        claim(thing("甲方"), "locatedIn", thing("诸暨"), derivation="alias"),
        claim(thing("甲方"), "locatedIn", thing("深圳"), derivation="alias"),
        claim(thing("甲方"), "locatedIn", thing("东莞")),
    ]
    part = score([write(tmp_path, facts, claims)]).core_relaxed
    assert part.claimed == {
        "plain": Share(0, 0), "coreference": Share(0, 0), "alias": Share(1, 2), "group": Share(0, 0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "value", "around", "expected"),
    [
        ("园区", 5e10, "园区总投资超500亿元", Share(1, 1)),
        ("别处", 5e10, "园区总投资超500亿元", Share(1, 1)),
        ("别处", 5e9, "园区总投资超500亿元", Share(0, 1)),
        ("别处", 5e10, "外资超500亿元", Share(0, 0)),
    ],
)
def test_a_figure_is_right_or_wrong_whoever_it_is_said_of(
    tmp_path: Path, subject: str, value: float, around: str, expected: Share
) -> None:
    """A figure counts where a claim has its words from the same place, under whatever subject."""
    gold = fact("园区", "invests", "超500亿元", value=5e10, bound=">", quote="园区总投资超500亿元。")
    found = {"value": value, "bound": ">", "text": "超500亿元"}
    evidence = [{"start": 0, "end": len(around), "text": around}]
    pair = write(tmp_path, [gold], [claim(thing(subject), "outputValue", found, evidence=evidence)])
    assert score([pair]).core_relaxed.values == expected


def test_evidence_must_be_the_slice_it_says(tmp_path: Path) -> None:
    """A claim without evidence, or with a piece that is not the text's, is counted as broken."""
    text = tmp_path / "text.txt"
    text.write_text("德广信迁到诸暨。\n", encoding="utf-8")
    good = claim(thing("德广信"), "relocatedTo", thing("诸暨"))
    claims = [good, {**good, "evidence": []}, {**good, "evidence": [{"start": 1, "end": 3, "text": "德广"}]}]
    pair = write(tmp_path, [fact("德广信", "relocatedTo", "诸暨")], claims)
    assert [b.claims for b in score([pair], [text]).broken] == [Share(2, 3)]
    assert report([pair], text=text).endswith(f"evidence spans that do not hold in {text}: 2 of 3 claims")


def test_nothing_at_all_scores_nothing(tmp_path: Path) -> None:
    """No facts and no claims give zeros, not a division by zero."""
    assert report([write(tmp_path, [], [])]).startswith(
        "core relaxed: P 0.000 R 0.000 F1 0.000 (found 0, extra 0, missed 0)\nmodality 0/0, bounds 0/0\n"
    )


def test_misses_are_listed_with_their_words(tmp_path: Path) -> None:
    """On request the report names every missed fact with its quote and every extra claim with its rule."""
    pair = write(
        tmp_path,
        [fact("甲方", "locatedIn", "诸暨")],
        [claim(thing("乙方"), "builds", thing("仓库"), rule="build.1")],
    )
    lines = report([pair], misses=True).splitlines()
    assert "MISSED 甲方 locatedIn 诸暨 | 甲方…诸暨" in lines
    assert "EXTRA  乙方 builds 仓库 | build.1" in lines
    assert "MISSED" not in report([pair])


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (b"", 1, "not JSON"),
        (b"[\n {\n]", 3, "not JSON"),
        (b"{}", 1, "not a JSON list"),
        (b'[\n {"subject": "a"}]', 2, "no relation"),
        (b"[\n\n 7]", 3, "not an object"),
        (b'[\n\n"\xff"]', 3, "not UTF-8"),
        (b"[" * 100_000, 1, "nested too deeply"),
    ],
)
def test_ill_formed_facts_name_file_line_and_cure(
    tmp_path: Path, content: bytes, line: int, what: str
) -> None:
    """A gold file that is not what it should be is a wrong use that says where and what to do."""
    path = tmp_path / "gold.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=what) as caught:
        load_facts(path)
    assert caught.value.detail.startswith(f"{path}, line {line}: ")
    assert caught.value.cure


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"tier": "side"}, "tier 'side' is none of core text"),
        ({"modality": None}, "no modality"),
        ({"optional": "yes"}, "neither true nor false"),
        ({"value": "many"}, "not a number"),
        ({"bound": "around"}, "bound 'around' is none of"),
        ({"quote": 3}, "quote is not words"),
    ],
)
def test_a_wrong_field_of_a_fact_is_named(tmp_path: Path, changes: Json, what: str) -> None:
    """The line is that of the fact with the wrong field, not that of the list."""
    good = fact("甲方", "locatedIn", "诸暨")
    path = write(tmp_path, [good, good | changes], [])[0]
    line = path.read_text(encoding="utf-8").split("\n").index(" {", 2) + 1
    with pytest.raises(UsageError, match=re.escape(what)) as caught:
        load_facts(path)
    assert f"line {line}: " in caught.value.detail


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "it is not JSON"),
        ("[]", "not an object"),
        ('{"relation": "locatedIn"}', "no subject"),
        ('{"subject": {}, "object": {}}', "no relation"),
        ('{"subject": {"names": "a"}, "relation": "r", "object": {}}', "names is not a list"),
        ('{"subject": {"names": [1]}, "relation": "r", "object": {}}', "names has something"),
        ('{"subject": {}, "relation": "r", "object": {"value": "x"}}', "not a number"),
        ('{"subject": {}, "relation": "r", "object": {}, "evidence": [{"start": "0"}]}', "not whole numbers"),
    ],
)
def test_ill_formed_claims_name_file_line_and_cure(tmp_path: Path, text: str, what: str) -> None:
    """A line that is no claim is a wrong use that says where and what to do."""
    path = tmp_path / "claims.jsonl"
    path.write_text(f"\n{text}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=what) as caught:
        load_claims(path)
    assert caught.value.detail.startswith(f"{path}, line 2")
    assert caught.value.cure


def test_a_missing_file_is_wrong_use(tmp_path: Path) -> None:
    """A file that is not there, or is a folder, is named with its cure."""
    with pytest.raises(UsageError, match="No such file"):
        load_facts(tmp_path / "gold.json")
    with pytest.raises(UsageError, match="directory"):
        load_claims(tmp_path)


def answers(facts: list[Json], text: str, chance: random.Random) -> list[Json]:
    """Return claims as an imperfect reader makes them of facts: some lost, blurred, doubled or wrong."""
    made = []
    for gold in facts:
        start = max(text.find(gold["quote"]), 0) + (chance.random() < 0.1)
        words = gold["quote"] if chance.random() < 0.9 else "别处"
        relation = gold["relation"] if chance.random() < 0.9 else chance.choice(facts)["relation"]
        one = claim(
            subject_of(gold, chance),
            relation,
            object_of(gold, chance),
            modality=chance.choice((gold["modality"], gold["modality"], "planned")),
            evidence=[{"start": start, "end": start + len(gold["quote"]), "text": words}],
        )
        made += [one] * chance.choice((0, 1, 1, 1, 2))
    chance.shuffle(made)
    return made


def subject_of(gold: Json, chance: random.Random) -> Json:
    """Return a subject as a reader might take it from a fact."""
    if gold.get("sAnon") and chance.random() < 0.8:
        return {"name": "若干企业", "type": "CompanyGroup", "size": 2}
    return thing(blur(gold["subject"], chance), kind="Document" if gold["subject"] == "本文" else "Company")


def object_of(gold: Json, chance: random.Random) -> Json:
    """Return an object as a reader might take it from a fact."""
    if "value" in gold:
        value = gold["value"] * chance.choice((1, 1, 1.005, 1.2))
        return {"value": value, "min": None, "bound": chance.choice("=<>~"), "text": gold["object"]}
    if "date" in gold:
        return {"date": gold["date"][: chance.choice((4, 7, 7))], "text": gold["object"]}
    if gold.get("oAnon") and chance.random() < 0.8:
        return {"name": "若干项目", "type": "ProjectGroup"}
    return thing(blur(gold["object"], chance))


def blur(name: str, chance: random.Random) -> str:
    """Return a name as it is, cut short at an end, or with a mark more."""
    return chance.choice((name, name, name, name[:-1] or name, name[2:] or name, f"“{name}”"))


def figures(output: str) -> list[list[str]]:
    """Return all that a report counts: its words and numbers, of the lines that both tools print."""
    shared = re.compile(r"(?:core|full) (?:relaxed|strict): |modality |  \w+ +P |MISSED |evidence ")
    lines = [line for line in output.splitlines() if shared.match(line)]
    return [re.findall(r"[\w.]+", re.sub(r"found|extra|missed", "", line)) for line in lines]


@pytest.mark.parametrize("seed", range(4))
def test_figures_are_those_of_the_reference_tool(tmp_path: Path, seed: int) -> None:
    """On blurred claims of all the documents there are, every figure is the one of the reference tool."""
    if not TOOL.is_file():
        pytest.skip("the reference tool is not part of the project and is not here")
    chance = random.Random(seed)
    pairs, texts = [], []
    for home, documents in (
        (SHARED / "gold", SHARED / "documents"),
        (ROOT / "data/gold", ROOT / "data/documents"),
    ):
        for gold in sorted(home.glob("*.json")):
            texts.append(documents / f"{gold.stem}.txt")
            made = answers(json.loads(gold.read_text("utf-8")), texts[-1].read_text("utf-8"), chance)
            lines = tmp_path / f"{gold.stem}.jsonl"
            lines.write_text(
                "".join(json.dumps(c, ensure_ascii=False) + "\n" for c in made), encoding="utf-8"
            )
            pairs.append((gold, lines))
    command = [sys.executable, str(TOOL), *(str(p) for pair in pairs for p in pair), "--misses"]
    run = subprocess.run(
        [*command, "--document", str(texts[0])], capture_output=True, encoding="utf-8", check=True
    )
    assert len(figures(run.stdout)) > 50
    assert figures(report(pairs, misses=True, text=texts[0])) == figures(run.stdout)
