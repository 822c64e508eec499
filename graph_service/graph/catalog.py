"""What the dataset is, for programs: VoID and DCAT 3, computed from the graph and from the dumps that there are.

VoID (https://www.w3.org/TR/void/): datasets, partitions by class and property, dumps. DCAT 3
(https://www.w3.org/TR/vocab-dcat-3/): the dataset with its versions and distributions, and the services.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph.census import Census
from graph_service.graph.press import Dump
from graph_service.graph.store import Snapshot
from graph_service.vocabulary import DCT, PROV, RDF, SCHEMA, SKOS, XSD, ZG

VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
SPDX = "http://spdx.org/rdf/terms#"
FOAF = "http://xmlns.com/foaf/0.1/"
IANA = "https://www.iana.org/assignments/media-types/"
PREFIXES = {
    "void": VOID,
    "dcat": DCAT,
    "spdx": SPDX,
    "dct": DCT,
    "prov": PROV,
    "xsd": XSD,
    "zg": ZG,
    "foaf": FOAF,
}
VOCABULARY_LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
"""Of the software and of the ontology, which states it too."""

_TITLES = {
    "all": ("开发区知识图谱", "Knowledge graph of development zones"),
    "facts": ("事实", "Facts"),
    "prospects": ("计划、目标与可能", "Plans, targets and possibilities"),
    "evidence": ("各文献的句子与断言", "Sentences and claims of documents"),
}
_DESCRIPTIONS = {
    "all": (
        "从开发区、园区、企业的中文报道读出的事实、计划与证据，每条都有原句。",
        "Facts and plans read from Chinese reports on development zones, parks and companies, each with its sentences.",
    ),
    "facts": ("文献说已经如此的事，各陈述一次。", "What documents say is so, each fact once."),
    "prospects": (
        "计划、目标、预测与可能，不与事实相混。",
        "Plans, targets, forecasts and possibilities, apart from facts.",
    ),
    "evidence": (
        "每篇文献一个图：句子及其位置，断言及其依据；另有推导记录与参考表。",
        "A graph for each document: sentences with their places, claims with their evidence; and records of derivations.",
    ),
}
_RIGHTS = (
    "各文献的权利归其出处；数据为其中所述事实的结构化表述。",
    "The rights in each document are those of its source; the data state what it says in a structured form.",
)
_VOCABULARIES = (ZG, SKOS, PROV, DCT, SCHEMA)
_Node = ox.NamedNode | ox.BlankNode
_Term = _Node | ox.Literal


@dataclass(frozen=True, slots=True)
class Site:
    """Where the service is: `root` is its address, ending in `/`; `updates` whether somebody may write."""

    root: str
    updates: bool = False


def describe(snapshot: Snapshot, census: Census, dumps: Iterable[Dump], site: Site) -> list[ox.Triple]:
    """Return the description of the dataset.

    Args:
        snapshot: the state of the graph.
        census: its figures (`census.count`).
        dumps: files that have been made of it.
        site: where all this is.
    """
    return [
        *_whole(snapshot, census, site),
        *_parts(snapshot, census, site),
        *_services(site),
        *_files(dumps, site),
    ]


def dataset_iri(root: str, name: str) -> ox.NamedNode:
    """Return what a dataset is called: `…/dataset#facts`; everything is `…/dataset#all`."""
    return ox.NamedNode(f"{root}dataset#{name}")


def dataset(site: Site, name: str) -> ox.NamedNode:
    """Return what a dataset of a service is called."""
    return dataset_iri(site.root, name)


def _whole(snapshot: Snapshot, census: Census, site: Site) -> Iterator[ox.Triple]:
    """Yield the description itself, and the dataset of everything with its version."""
    about, whole = ox.NamedNode(f"{site.root}dataset"), dataset(site, "all")
    published = _time(snapshot.published)
    yield from _typed(about, VOID + "DatasetDescription", DCAT + "Catalog")
    yield _said(about, FOAF + "primaryTopic", whole)
    yield _said(about, DCAT + "dataset", whole)
    yield from _named(about, _TITLES["all"], _DESCRIPTIONS["all"])
    yield _said(about, FOAF + "homepage", ox.NamedNode(site.root))
    yield from _typed(whole, VOID + "Dataset", DCAT + "Dataset")
    yield from _named(whole, _TITLES["all"], _DESCRIPTIONS["all"])
    yield _said(whole, DCAT + "landingPage", ox.NamedNode(site.root))
    yield _said(whole, DCT + "modified", published)
    yield _said(whole, DCAT + "version", ox.Literal(snapshot.id))
    yield _said(
        whole, PROV + "wasAttributedTo", ox.NamedNode(f"{snapshot.base}agent/rules-{version('zonegraph')}")
    )
    yield _said(whole, VOID + "triples", _number(census["quads"]))
    yield _said(whole, VOID + "documents", _number(census["evidence"]["documents"]))
    yield _said(whole, VOID + "uriSpace", ox.Literal(snapshot.base))
    yield _said(whole, VOID + "sparqlEndpoint", ox.NamedNode(f"{site.root}sparql"))
    yield _said(whole, DCT + "conformsTo", ox.NamedNode(ZG.rstrip("#")))
    for language in ("zh", "en"):
        yield _said(
            whole, DCT + "language", ox.NamedNode(f"http://id.loc.gov/vocabulary/iso639-1/{language}")
        )
    for vocabulary in _VOCABULARIES:
        yield _said(whole, VOID + "vocabulary", ox.NamedNode(vocabulary))
    if census["example"]:
        yield _said(whole, VOID + "exampleResource", ox.NamedNode(census["example"]))
    yield from _rights(whole, site)


def _rights(whole: ox.NamedNode, site: Site) -> Iterator[ox.Triple]:
    """Yield what may be done: the licence of the vocabulary, and whose the documents are."""
    ontology = ox.NamedNode(ZG.rstrip("#"))
    yield _said(ontology, DCT + "license", ox.NamedNode(VOCABULARY_LICENCE))
    statement = ox.NamedNode(f"{site.root}dataset#rights")
    yield _said(whole, DCT + "rights", statement)
    yield from _typed(statement, DCT + "RightsStatement")
    for text, language in zip(_RIGHTS, ("zh", "en"), strict=True):
        yield _said(statement, DCT + "description", ox.Literal(text, language=language))


def _parts(snapshot: Snapshot, census: Census, site: Site) -> Iterator[ox.Triple]:
    """Yield facts, prospects and evidence as subsets, with their figures."""
    whole = dataset(site, "all")
    for name in ("facts", "prospects", "evidence"):
        node, figures = dataset(site, name), census[name]
        yield _said(whole, VOID + "subset", node)
        yield _said(whole, DCT + "hasPart", node)
        yield from _typed(node, VOID + "Dataset", DCAT + "Dataset")
        yield from _named(node, _TITLES[name], _DESCRIPTIONS[name])
        yield _said(node, DCT + "modified", _time(snapshot.published))
        yield _said(node, VOID + "triples", _number(figures["triples"]))
        if name != "evidence":
            yield from _figures(node, name, figures, site)
    graph = ox.NamedNode(identity.prospects_graph(snapshot.base))
    yield _said(dataset(site, "prospects"), DCT + "source", graph)


def _figures(node: ox.NamedNode, name: str, figures: Census, site: Site) -> Iterator[ox.Triple]:
    yield _said(node, VOID + "distinctSubjects", _number(figures["subjects"]))
    yield _said(node, VOID + "distinctObjects", _number(figures["objects"]))
    yield _said(node, VOID + "classes", _number(len(figures["classes"])))
    yield _said(node, VOID + "properties", _number(len(figures["properties"])))
    kinds = (("class", "entities", figures["classes"]), ("property", "triples", figures["properties"]))
    for kind, counted, numbers in kinds:
        for iri, number in numbers.items():
            part = ox.NamedNode(f"{site.root}dataset#{name}-{kind}-{identity.digest(iri)}")
            yield _said(node, f"{VOID}{kind}Partition", part)
            yield _said(part, VOID + kind, ox.NamedNode(iri))
            yield _said(part, VOID + counted, _number(number))


def _services(site: Site) -> Iterator[ox.Triple]:
    """Yield the SPARQL endpoint and the named queries as data services."""
    about = ox.NamedNode(f"{site.root}dataset")
    for name in ("sparql", "queries", *(("update",) if site.updates else ())):
        service = ox.NamedNode(f"{site.root}{name}#service")
        yield _said(about, DCAT + "service", service)
        yield from _typed(service, DCAT + "DataService")
        yield from _named(service, (name, name))
        yield _said(service, DCAT + "endpointURL", ox.NamedNode(f"{site.root}{name}"))
        yield _said(service, DCAT + "servesDataset", dataset(site, "all"))
    described = ox.NamedNode(f"{site.root}sparql#service")
    yield _said(described, DCAT + "endpointDescription", ox.NamedNode(f"{site.root}sparql"))


def _files(dumps: Iterable[Dump], site: Site) -> Iterator[ox.Triple]:
    """Yield the dumps as distributions: address, media type, size, checksum; those of RDF also as VoID's dumps."""
    for dump in dumps:
        address = ox.NamedNode(f"{site.root}exports/{dump.name}")
        node, whose = ox.NamedNode(f"{address.value}#distribution"), dataset(site, dump.dataset)
        check = ox.NamedNode(f"{address.value}#checksum")
        yield _said(whose, DCAT + "distribution", node)
        yield from _typed(node, DCAT + "Distribution")
        yield _said(node, DCT + "title", ox.Literal(dump.name))
        yield _said(node, DCAT + "accessURL", ox.NamedNode(f"{site.root}exports/"))
        yield _said(node, DCAT + "downloadURL", address)
        yield _said(node, DCAT + "mediaType", ox.NamedNode(IANA + dump.format.media_type.partition(";")[0]))
        if dump.coding:
            yield _said(node, DCAT + "compressFormat", ox.NamedNode(IANA + dump.media_type))
        size = ox.Literal(str(dump.size), datatype=ox.NamedNode(XSD + "nonNegativeInteger"))
        yield _said(node, DCAT + "byteSize", size)
        yield _said(node, DCT + "modified", _time(dump.date))
        yield _said(node, SPDX + "checksum", check)
        yield from _typed(check, SPDX + "Checksum")
        yield _said(check, SPDX + "algorithm", ox.NamedNode(SPDX + "checksumAlgorithm_sha256"))
        digest = ox.Literal(dump.sha256, datatype=ox.NamedNode(XSD + "hexBinary"))
        yield _said(check, SPDX + "checksumValue", digest)
        if dump.format.rdf is not None:
            yield _said(whose, VOID + "dataDump", address)


# ---- Terms ---------------------------------------------------------------------------------------


def _said(subject: _Node, predicate: str, value: _Term) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), value)


def _typed(subject: _Node, *classes: str) -> Iterator[ox.Triple]:
    yield from (_said(subject, RDF + "type", ox.NamedNode(name)) for name in classes)


def _named(
    subject: _Node, titles: tuple[str, str], descriptions: tuple[str, str] | None = None
) -> Iterator[ox.Triple]:
    """Yield title and description in Chinese and English; one without a language where both are one."""
    for predicate, texts in (("title", titles), ("description", descriptions)):
        if texts is not None and texts[0] == texts[1]:
            yield _said(subject, DCT + predicate, ox.Literal(texts[0]))
        elif texts is not None:
            for text, language in zip(texts, ("zh", "en"), strict=True):
                yield _said(subject, DCT + predicate, ox.Literal(text, language=language))


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))


def _time(seconds: float) -> ox.Literal:
    text = datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "dateTime"))
