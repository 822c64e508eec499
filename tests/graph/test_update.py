"""The dataset of a request becomes part of its update."""

import pyoxigraph as ox
import pytest

from graph_service.errors import QueryError
from graph_service.graph.update import with_dataset

EX = "http://example.org/"
PREFIX = f"PREFIX ex: <{EX}> "
DATA = f"""
<{EX}here> <{EX}p> "1" .
<{EX}there> <{EX}p> "2" <{EX}g> .
<{EX}elsewhere> <{EX}p> "3" <{EX}h> .
"""


def short(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph) -> str:
    """Return what a term is called without its namespace."""
    value = getattr(term, "value", "")
    return "a" if value.endswith("#type") else str(value).removeprefix(EX)


def run(update: str, using: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> set[str]:
    """Run an update with a dataset and return what the store holds then."""
    store = ox.Store()
    store.load(DATA, format=ox.RdfFormat.N_QUADS)
    store.update(with_dataset(PREFIX + update, [EX + u for u in using], [EX + n for n in named]))
    return {" ".join(map(short, (q.subject, q.predicate, q.object, q.graph_name))).strip() for q in store}


BEFORE = {"here p 1", "there p 2 g", "elsewhere p 3 h"}


def test_without_a_dataset_an_update_stays_as_it_is() -> None:
    """Not one character changes."""
    assert with_dataset("USINGex:g nonsense {", [], []) == "USINGex:g nonsense {"


@pytest.mark.parametrize(
    ("update", "using", "named", "gone", "new"),
    [
        ("INSERT { ?s a ex:T } WHERE { ?s ex:p ?o }", ("g",), (), set(), {"there"}),
        ("INSERT { ?s a ex:T } WHERE { ?s ex:p ?o }", ("g", "h"), (), set(), {"there", "elsewhere"}),
        ("INSERT { ?s a ex:T } WHERE { ?s ex:p ?o }", (), ("g",), set(), set()),
        ("INSERT { ?s a ex:T } WHERE { GRAPH ?g { ?s ex:p ?o } }", (), ("h",), set(), {"elsewhere"}),
        ("INSERT { ?s a ex:T } WHERE { GRAPH ?g { ?s ex:p ?o } }", ("g",), (), set(), set()),
        ("DELETE { GRAPH ex:g { ?s ex:p ?o } } where { ?s ex:p ?o }", ("g",), (), {"there p 2 g"}, set()),
        ("DELETE WHERE { GRAPH ex:g { ?s ?p ?o } }", (), ("g",), {"there p 2 g"}, set()),
        ("DELETE WHERE { GRAPH ex:g { ?s ?p ?o } }", ("h",), (), set(), set()),
        ("DELETE WHERE { ?s ?p ?o }", ("g",), (), set(), set()),
        ("DELETE # why\nWHERE{ex:here ?p ?o} ; CLEAR GRAPH ex:h", (), ("g",), {"elsewhere p 3 h"}, set()),
        ("CLEAR DEFAULT ; DROP GRAPH ex:g", ("h",), (), {"here p 1", "there p 2 g"}, set()),
        (
            "INSERT { ?s a ex:T } WHERE { ?s ex:p ?o } ; DELETE { GRAPH ex:h { ?s ?p ?o } } WHERE { ?s ?p ?o }",
            ("h",), (), {"elsewhere p 3 h"}, {"elsewhere"},
        ),
        (
            "INSERT { ?s a ex:T } WHERE { { SELECT ?s WHERE { ?s ex:p ?o FILTER(?o != 'WHERE {') } } }",
            ("g",), (), set(), {"there"},
        ),
    ],
)  # fmt: skip
def test_every_where_sees_the_graphs_of_the_request(
    update: str, using: tuple[str, ...], named: tuple[str, ...], gone: set[str], new: set[str]
) -> None:
    """Patterns see them alone; what is written to is as the update says."""
    assert run(update, using, named) == (BEFORE - gone) | {f"{s} a T" for s in new}


@pytest.mark.parametrize(
    "update",
    [
        "WITH ex:g DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT { ?s a ex:T } USING ex:g WHERE { ?s ?p ?o }",
        "INSERT { ?s a ex:T } USING NAMED ex:g WHERE { ?s ?p ?o }",
        "CLEAR ALL ; with<http://e/g>DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "WITHex:g DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT { ?s a ex:T } USINGex:g WHERE { ?s ?p ?o }",
        "INSERT { ?s a ex:T } USINGNAMEDex:g WHERE { ?s ?p ?o }",
        "INSERT { ?s a ex:T } USINGNAMED<http://e/g> WHERE { ?s ?p ?o }",
        "DELETEWHERE { ?s ?p ?o }",
    ],
)
def test_an_update_with_a_dataset_of_its_own_is_refused(update: str) -> None:
    """Also where it runs keywords into names, which the engine understands."""
    ox.Store().update(PREFIX + update)
    with pytest.raises(QueryError):
        with_dataset(PREFIX + update, [EX + "h"], [])


def test_what_follows_a_keyword_may_be_a_name() -> None:
    """Prefixed names stand after GRAPH, TO and their like."""
    update = "COPY ex:g TO ex:h ; ADD SILENT ex:g TO DEFAULT ; CREATE GRAPH ex:i ; DROP GRAPH ex:g"
    assert run(update, ("h",)) == {"here p 1", "there p 2", "there p 2 h"}


@pytest.mark.parametrize("name", ["nonsense", "http://e/a b", "http://e/> WHERE {} ; CLEAR ALL #"])
def test_a_graph_must_be_named_by_an_iri(name: str) -> None:
    """Nothing can be slipped into the update by the name of a graph."""
    with pytest.raises(QueryError, match="not an IRI"):
        with_dataset("DELETE WHERE { ?s ?p ?o }", [name], [])
    with pytest.raises(QueryError, match="not an IRI"):
        with_dataset("DELETE WHERE { ?s ?p ?o }", [], [name])
