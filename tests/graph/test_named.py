"""Named queries: what they take, what they find, and what the bundled ones promise."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph_service.errors import NotFoundError, QueryError, UsageError
from graph_service.graph.labels import AmbiguityError, Entities, UnknownNameError, ontology_labels, warm_up
from graph_service.graph.mapping import map_reading
from graph_service.graph.named import NamedQueries, load, parse
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.reading.claims import Date, Entity, Words
from tests.graph.factory import (
    BASE,
    HEGUANG,
    HONOURS,
    LAB,
    LINJIANG,
    NANSHAN,
    PARK,
    YUANXING,
    Draft,
    group,
    money,
    put,
    relocation_story,
)  # fmt: skip

COLUMNS = {
    "co-relocated-suppliers": "company supplier size origin destination introducedBy modality sentence document",
    "relocations": "who size origin destination reason modality sentence document",
    "referrals": "introducedBy introduced size modality sentence document",
    "zone-industries": "industry category sentence document",
    "tenants": "organisation type role sentence document",
    "figures": "indicator value unit bound min max year modality text sentence document",
    "incubated": "incubated size named sentence document",
    "awards": "recipient award awardedBy sentence document",
    "renewals": "site by method area formerState sentence document",
    "prospects": "subject relation object modality sentence document",
    "evidence": "predicate object modality speaker rule sentence document start end",
    "chain": "segment position feedsInto companies",
    "chain-gaps": "segment position",
    "upstream": "company via steps",
    "paths": "path",
    "contradictions": "entity indicator year valueA documentA valueB documentB",
}
PARAMETERS = {
    "co-relocated-suppliers": "company", "relocations": "from? to? modality?", "referrals": "by?",
    "zone-industries": "zone", "tenants": "place industry?", "figures": "entity indicator? year?", "incubated": "lab", "awards": "entity?",
    "renewals": "place?", "prospects": "entity? modality?", "evidence": "subject predicate? object?",
    "chain": "industry", "chain-gaps": "industry place", "upstream": "company depth?", "paths": "from to length?",
    "contradictions": "entity?",
}  # fmt: skip


@pytest.fixture(scope="module")
def named() -> NamedQueries:
    """The bundled queries."""
    return load()


@pytest.fixture
def story(store: GraphStore) -> Snapshot:
    """Firms that moved and may move, a laboratory with what it incubates, an award, a renewed site, an industry."""
    moves = relocation_story()
    maybe = moves.claims[5].evidence[0]
    moves.claim(HEGUANG, "introduced", group(2, "story-2-1", "企业"), maybe, modality="possible")
    return put(store, moves.reading(), _zone().reading())


def _zone() -> Draft:
    draft = Draft(title="园区近况", published="2023")
    hatched, site = group(4, "zone-1-1", "4家企业"), Entity("老纺织厂", "Facility")
    hatches = draft.sentence("镜湖实验室孵化了包括远星传感有限公司在内的4家企业。")
    renewed = draft.sentence("远星传感有限公司以退二进三方式改造了老纺织厂，那里原是闲置车间。")
    won = draft.sentence("远星传感有限公司获省科技进步奖。")
    leads = draft.sentence("镜湖智能产业园以机器视觉为未来产业，远星传感有限公司在园内，是龙头企业。")
    industry, award = Entity("机器视觉", "Industry"), Entity("省科技进步奖", "Award")
    draft.claim(LAB, "incubates", hatched, hatches).claim(YUANXING, "memberOf", hatched, hatches)
    draft.claim(YUANXING, "renewed", site, renewed).claim(site, "renewalMethod", Words("退二进三"), renewed)
    draft.claim(site, "formerState", Words("闲置车间"), renewed)
    draft.claim(YUANXING, "awarded", award, won)
    draft.claim(award, "awardedBy", Entity("省政府", "GovernmentBody"), won)
    draft.claim(PARK, "leadingIndustry", industry, leads)
    draft.claim(industry, "industryCategory", Entity("未来产业", "IndustryCategory"), leads)
    draft.claim(YUANXING, "locatedIn", PARK, leads).claim(
        YUANXING, "hasRole", Entity("龙头企业", "Role"), leads
    )
    return draft.claim(PARK, "partOf", LINJIANG, leads)


def ask(
    named: NamedQueries, snapshot: Snapshot, query: str, columns: str, **given: str
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a query in some of its columns, entities by their labels."""
    for row in named.run(snapshot, query, given).as_json()["rows"]:
        values = (row[column] for column in columns.split())
        yield tuple(value["label"] if isinstance(value, dict) else value for value in values)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_bundled_query_keeps_the_contract(named: NamedQueries, name: str) -> None:
    """Parameters and columns of the contracts are there; titles and labels in both languages."""
    query = named.get(name)
    taken = [p.name if p.required else f"{p.name}?" for p in query.parameters]
    assert [one for one in taken if one in PARAMETERS[name].split()] == PARAMETERS[name].split()
    assert not {p.name for p in query.parameters if p.required} - set(PARAMETERS[name].split())
    given = [column.name for column in query.columns]
    assert [column for column in given if column in COLUMNS[name].split()] == COLUMNS[name].split()
    assert "modality" in given or not {"sentence"} & set(given)
    assert all(query.titles[language] and query.descriptions[language] for language in ("zh", "en"))


def test_suppliers_that_moved_along_come_with_those_that_may(named: NamedQueries, story: Snapshot) -> None:
    """Two upstream firms moved, introduced by the company; two more may; each has its own sentence."""
    columns = "company supplier size origin destination introducedBy modality sentence"
    moved, may = ask(named, story, "co-relocated-suppliers", columns, company="和光科技")
    name = HEGUANG.name
    first = "和光科技从南山市迁到镜湖智能产业园,还介绍了两个上游企业迁址到临江市。"
    assert moved == (name, "上游企业", 2, None, LINJIANG.name, name, "actual", first)
    assert may == (name, "企业", 2, None, LINJIANG.name, name, "possible", "还有两家企业也可能搬过来。")


def test_relocations_are_narrowed_by_place_and_modality(named: NamedQueries, story: Snapshot) -> None:
    """A destination takes in the places inside it, an origin is matched alone."""
    found = list(ask(named, story, "relocations", "who origin destination"))
    assert (HEGUANG.name, NANSHAN.name, PARK.name) in found
    assert len(found) == 3
    assert len(list(ask(named, story, "relocations", "who", to="临江市"))) == 3
    assert list(ask(named, story, "relocations", "who", to=PARK.name)) == [(HEGUANG.name,)]
    assert list(ask(named, story, "relocations", "who", **{"from": NANSHAN.name})) == [(HEGUANG.name,)]
    assert list(ask(named, story, "relocations", "who", modality="possible")) == [("企业",)]


def test_figures_come_with_unit_bound_and_year(named: NamedQueries, story: Snapshot) -> None:
    """超500亿元 in 2022 is more than 50 billion yuan."""
    (row,) = ask(
        named, story, "figures", "indicator value unit bound min max year modality text", entity="镜湖产业园"
    )
    assert row == ("产值", 50_000_000_000, "CNY", ">", 50_000_000_000, None, 2022, "actual", "超500亿元")


@pytest.mark.parametrize(
    ("query", "given", "columns", "row"),
    [
        ("referrals", {"by": "和光科技"}, "introduced size modality", ("上游企业", 2, "actual")),
        ("tenants", {"place": "镜湖智能产业园"}, "organisation type role", (YUANXING.name, "企业", "龙头企业")),
        ("tenants", {"place": "临江市"}, "organisation type", (HEGUANG.name, "企业")),
        ("incubated", {"lab": "镜湖实验室"}, "incubated size", ("4家企业", 4)),
        ("awards", {}, "recipient award awardedBy", (YUANXING.name, "省科技进步奖", "省政府")),
        ("renewals", {}, "site by method formerState", ("老纺织厂", YUANXING.name, "退二进三", "闲置车间")),
        ("zone-industries", {"zone": "镜湖智能产业园"}, "industry category", ("机器视觉", "未来产业")),
        ("prospects", {"modality": "possible"}, "subject relation object", ("企业", "迁至", "临江市")),
        ("evidence", {"subject": "和光科技", "predicate": "迁自"}, "object rule start", (NANSHAN.name, "test.relocatedFrom", 0)),
    ],
)  # fmt: skip
def test_each_query_finds_what_the_documents_say(
    named: NamedQueries,
    story: Snapshot,
    query: str,
    given: dict[str, str],
    columns: str,
    row: tuple[object, ...],
) -> None:
    """The row is among the answers."""
    assert row in list(ask(named, story, query, columns, **given))


def test_known_members_of_a_group_are_a_list_of_entities(named: NamedQueries, story: Snapshot) -> None:
    """Of the four firms one is named."""
    (row,) = named.run(story, "incubated", {"lab": "镜湖实验室"}).as_json()["rows"]
    assert [member["label"] for member in row["named"]] == [YUANXING.name]


def test_a_paragraph_that_is_printed_twice_is_one_row(named: NamedQueries, store: GraphStore) -> None:
    """The repetition is evidence, not another answer."""
    draft = Draft()
    first = draft.sentence("和光科技迁到临江市。")
    again = draft.sentence("和光科技迁到临江市。", duplicate_of=first.start)
    snapshot = put(store, draft.claim(HEGUANG, "relocatedTo", LINJIANG, first, again).reading())
    assert list(ask(named, snapshot, "relocations", "who sentence")) == [
        (HEGUANG.name, "和光科技迁到临江市。")
    ]
    assert (
        len(list(ask(named, snapshot, "evidence", "sentence", subject="和光科技", predicate="relocatedTo")))
        == 2
    )


def test_a_sentence_that_the_layout_broke_is_put_together(named: NamedQueries, store: GraphStore) -> None:
    """Both halves are evidence of one claim, and one sentence of the row."""
    draft = Draft()
    head, tail = "和光科技已经从南山市迁", "到临江市。"
    start = len(head) + 1
    pieces = (draft.sentence(head, continued_by=start), draft.sentence(tail))
    snapshot = put(store, draft.claim(HEGUANG, "relocatedTo", LINJIANG, *pieces).reading())
    assert list(ask(named, snapshot, "relocations", "sentence")) == [(head + tail,)]


def test_labels_are_in_the_language_asked_for(named: NamedQueries, story: Snapshot) -> None:
    """Relations and kinds have English labels, names stay as they are."""
    given = {"subject": "和光科技", "predicate": "relocatedTo"}
    result = named.run(story, "evidence", given, "en")
    assert result.columns[0] == {"name": "predicate", "label": "relation"}
    assert result.as_json()["rows"][0]["predicate"]["label"] == "relocated to"


def test_names_are_found_however_they_are_written(named: NamedQueries, story: Snapshot) -> None:
    """Width of letters, white space and quotation marks do not count."""
    assert list(ask(named, story, "figures", "text", entity=" “镜湖 产业园” ")) == [("超500亿元",)]


def test_the_kind_of_a_parameter_chooses_among_things_of_one_name(
    named: NamedQueries, store: GraphStore
) -> None:
    """A company is not asked for by the name of its product."""
    draft = Draft()
    here = draft.sentence("远星有限公司研制远星传感器。")
    draft.claim(
        Entity("远星有限公司", "Company", names=("远星",)), "develops", Entity("远星", "Product"), here
    )
    snapshot = put(store, draft.reading())
    assert list(ask(named, snapshot, "co-relocated-suppliers", "company", company="远星")) == []
    with pytest.raises(AmbiguityError) as caught:
        named.run(snapshot, "figures", {"entity": "远星"})
    assert {choice.kind for choice in caught.value.choices} == {"Company", "Product"}


def test_names_are_read_anew_when_the_graph_changes(named: NamedQueries, store: GraphStore) -> None:
    """What was unknown before a commit is known after it."""
    with pytest.raises(UnknownNameError):
        named.run(store.snapshot(), "figures", {"entity": "镜湖产业园"})
    draft = Draft()
    draft.claim(PARK, "outputValue", money(1.0, "1元"), draft.sentence("产值1元。"))
    assert named.run(put(store, draft.reading()), "figures", {"entity": "镜湖产业园"}).rows


def test_a_name_that_nothing_has_comes_with_near_ones(named: NamedQueries, story: Snapshot) -> None:
    """The nearest by pairs of characters, as it is written in the documents."""
    with pytest.raises(UnknownNameError) as caught:
        named.run(story, "figures", {"entity": "镜湖智能园"})
    assert caught.value.near[0] == PARK.name


@pytest.mark.parametrize(
    ("query", "given", "error", "says"),
    [
        ("nothing", {}, NotFoundError, "relocations"),
        ("figures", {}, UsageError, "entity"),
        ("figures", {"entity": "  "}, UsageError, "entity"),
        ("relocations", {"whence": "x"}, UsageError, "whence"),
        ("relocations", {"modality": "Possible"}, UsageError, "possible"),
        ("evidence", {"subject": "和光科技", "predicate": "nonsense"}, UsageError, "relocatedTo"),
        ("figures", {"entity": "https://example.org/nothing"}, NotFoundError, "nothing"),
        ("figures", {"entity": "https://example org/"}, UsageError, "IRI"),
    ],
)
def test_what_cannot_be_asked_says_what_can(
    named: NamedQueries, story: Snapshot, query: str, given: dict[str, str], error: type[Exception], says: str
) -> None:
    """The error names the choices."""
    with pytest.raises(error) as caught:
        named.run(story, query, given)
    assert says in str(caught.value)


def test_a_parameter_is_never_text_of_the_query(named: NamedQueries, story: Snapshot) -> None:
    """Braces and quotation marks of a user stay a name that nothing has."""
    with pytest.raises(UnknownNameError):
        named.run(story, "figures", {"entity": '"} DROP ALL; { "'})


HEADER = "#+ summary: 甲 / A\n#+ description: |\n#+   甲。\n#+   A.\n#+ tags: [names]\n#+ place: 1\n#+ budget: point\n"
COLUMN = "#+ columns:\n#+   - {name: a, zh: 甲, en: A}\n"
TAKES = "#+ parameters:\n#+   - {name: a, type: words, required: true, zh: 甲, en: A, example: a}\n"
WHOLE = HEADER + TAKES + COLUMN


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        ((WHOLE, ""), 1, "lines"),
        (("#+ summary: 甲 / A", "#+ summary: [甲 / A"), 2, "YAML"),
        (("summary: 甲 / A", "summary: 甲"), 1, "summary"),
        (("#+   A.\n", ""), 1, "description"),
        (("tags: [names]", "tags: [nomes]"), 1, "nomes"),
        (("#+ tags: [names]\n", ""), 1, "tags"),
        (("place: 1", "place: x"), 1, "whole number"),
        (("budget: point", "budget: hour"), 1, "hour"),
        (("#+ budget: point\n", "#+ budget: point\n#+ chort: {label: a}\n"), 1, "chort"),
        (("#+ budget: point\n", "#+ budget: point\n#+ chart: {label: b}\n"), 8, "no column"),
        ((COLUMN, "#+ columns: []\n"), 1, "column"),
        (("{name: a, zh: 甲, en: A}", "{name: a, zh: 甲}"), 11, "en is missing"),
        (("{name: a, zh: 甲, en: A}", "{name: b, zh: 甲, en: A}"), 11, "?b"),
        (("{name: a, zh: 甲, en: A}", "{name: a, zh: 甲, en: A, list: no}"), 11, "list"),
        (("type: words", "type: place"), 9, "place"),
        (("required: true", "required: perhaps"), 9, "required"),
        (("name: a, type", "name: c, type"), 9, "?c"),
        (("type: words", "type: entity, kind: Firm"), 9, "Firm"),
        (("example: a", "example: "), 9, "example"),
        (("example: a", "example: a, defoult: b"), 9, "defoult"),
        ((TAKES, "#+ parameters: a\n"), 1, "no list"),
        ((TAKES, "#+ parameters: [a]\n"), 1, "keys and values"),
    ],
)  # fmt: skip
def test_a_header_with_a_fault_is_refused(change: tuple[str, str], line: int, says: str) -> None:
    """File, line and what is wrong stand in the message."""
    assert parse("sound", WHOLE + "SELECT ?a {}").columns
    assert change[0] in WHOLE
    with pytest.raises(QueryError) as caught:
        parse("broken", WHOLE.replace(*change) + "SELECT ?a {}")
    assert str(caught.value).startswith(f"broken.rq, line {line}: ")
    assert says in str(caught.value)


def test_lines_stand_where_their_parameter_is_given() -> None:
    """`# if` and `# unless` at the end of a line; of a parameter that must be given, or is none, they are a fault."""
    takes = TAKES.replace("required: true", "required: false")
    body = "SELECT ?a {\n ?a ?b ?c .  # if a\n ?a ?d ?e .  # unless a\n}\n"
    query = parse("narrowed", WHOLE.replace(TAKES, takes) + body)
    assert query.written({}) == "SELECT ?a {\n ?a ?d ?e .  # unless a\n}\n"
    assert query.written({"a": ox.Literal("x")}) == "SELECT ?a {\n ?a ?b ?c .  # if a\n}\n"
    for header in (WHOLE, WHOLE.replace(TAKES, "")):
        with pytest.raises(QueryError, match="# if a"):
            parse("broken", header + body)


def test_queries_of_other_folders_are_loaded(tmp_path: Path, story: Snapshot) -> None:
    """A parameter of words and one of a whole number are bound as literals."""
    parameters = "#+ parameters:\n" + "".join(
        f"#+   - {{name: {n}, type: {t}, required: false, zh: 甲, en: A, example: 1}}\n"
        for n, t in (("n", "integer"), ("w", "words"))
    )
    columns = "#+ columns: [{name: sum, zh: 和, en: sum}, {name: w, zh: 词, en: word}]\n"
    (tmp_path / "sum.rq").write_text(HEADER + parameters + columns + "SELECT (?n + 1 AS ?sum) ?w {}", "utf-8")
    queries = load(tmp_path)
    assert queries.run(story, "sum", {"n": "4", "w": "园"}).as_json()["rows"] == [{"sum": 5, "w": "园"}]
    with pytest.raises(UsageError, match="whole number"):
        queries.run(story, "sum", {"n": "four"})


def test_dates_and_lists_are_values_too(named: NamedQueries, store: GraphStore) -> None:
    """A date is words, an award list is an entity."""
    draft = Draft()
    opened = draft.sentence("镜湖实验室2023年1月揭牌，并入选省级创新平台名单。")
    draft.claim(LAB, "openedIn", Date("2023-01", "2023年1月"), opened).claim(LAB, "memberOf", HONOURS, opened)
    snapshot = put(store, draft.reading())
    found = list(ask(named, snapshot, "evidence", "predicate object", subject="镜湖实验室"))
    assert ("启用时间", "2023-01") in found
    assert ("成员属于", HONOURS.name) in found


def test_the_bundled_base_does_not_matter(named: NamedQueries) -> None:
    """Queries name no graph of one base, so a store with another base answers as well."""
    quads = map_reading(relocation_story().reading(), "urn:x:base/").quads
    snapshot = Snapshot.of(quads, "urn:x:base/")
    assert BASE not in snapshot.base
    assert len(named.run(snapshot, "relocations", {}).rows) == 3


def test_a_name_as_it_is_spelt_needs_no_list_of_names(store: GraphStore) -> None:
    """It is looked up by the index, whatever the language; only other spellings need all names of the graph."""
    snapshot = put(store, relocation_story().reading())
    known = Entities()
    for name in (HEGUANG.name, f"「{HEGUANG.name}」"):
        assert known.find(snapshot, name).value == HEGUANG.iri(BASE)
    assert known._snapshot is None
    with pytest.raises(UnknownNameError):
        known.find(snapshot, "没有这样的企业")
    assert known._snapshot == snapshot.id


def test_what_the_first_question_waits_for_is_made_beforehand(
    monkeypatch: pytest.MonkeyPatch, store: GraphStore
) -> None:
    ontology_labels.cache_clear()
    snapshot = store.snapshot()
    warm_up(snapshot)
    assert ontology_labels.cache_info().currsize == 1
    monkeypatch.setattr(snapshot, "path", "nowhere")  # so that it cannot be opened once more
    assert not list(snapshot.quads(ox.NamedNode("urn:nobody"), None, None, None))
