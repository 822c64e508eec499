"""The older tests of the Graph Store HTTP Protocol: HTTP traces in prose, one after the other on one store.

The W3C has put `graph-store-protocol` in their place, which sets right what these have wrong: payloads that
lack their last full stop, a graph that is to be deleted but was never put, and one answer that does not follow
from the requests before it. So payloads are completed, that graph is put, and an answer is compared with what
the requests before it say; the trace must say the same, save the one.
"""

import re
import textwrap
from dataclasses import dataclass, field

import pyoxigraph as ox

from tests.conformance.manifests import NEEDED, RDFS, Node, entries
from tests.conformance.server import Answer, Server
from tests.conformance.test_graph_store import graph

pytestmark = NEEDED
TESTS = entries("http-rdf-update/manifest.ttl")
_STATUS = re.compile(r"(\d{3}) ")
_WRONG = "get_of_post__existing_graph"
_TURTLE = "text/turtle"


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response: its first line, its headers but the host, its body."""

    start: str
    headers: dict[str, str]
    body: str


@dataclass
class Model:
    """What the requests so far say that the graphs hold, by the address of each."""

    graphs: dict[str, list[ox.Triple]] = field(default_factory=dict)

    def follow(self, method: str, address: str, payloads: list[str]) -> None:
        """Take note of a request that writes."""
        if method in {"PUT", "DELETE"}:
            self.graphs.pop(address, None)
        for payload in payloads:
            parsed = ox.parse(payload, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
            self.graphs.setdefault(address, []).extend(quad.triple for quad in parsed)

    def holds(self, address: str) -> ox.Dataset:
        """Return a graph in canonical form."""
        found = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in self.graphs[address])
        found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return found


def messages(test: Node, known: dict[str, str]) -> tuple[Message, Message]:
    """Return the request and the response of a trace."""
    trace = next(c.value for c in test.all(RDFS + "comment") if "#### Request" in c.value)
    for there, here in known.items():
        trace = trace.replace(there, here)
    request, _, response = trace.partition("#### Response")
    return message(request.replace("#### Request", "")), message(response)


def message(text: str) -> Message:
    """Return what a part of a trace says."""
    head, _, body = textwrap.dedent(text.strip("\n")).strip().partition("\n\n")
    start, *lines = head.splitlines()
    named = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in named if name != "Host"}
    return Message(start, headers, body)


def completed(turtle: str) -> str:
    """Return a payload that ends as Turtle ends."""
    return turtle if turtle.rstrip().endswith(".") else turtle.rstrip() + " .\n"


def parts(request: Message) -> list[str]:
    """Return the Turtle of a request, completed: its body, or the files of its form."""
    boundary = request.headers.get("content-type", "").partition("boundary=")[2]
    if not boundary:
        return [completed(request.body)] if request.body.strip() else []
    found = request.body.split(f"--{boundary}")[1:-1]
    return [completed(part.partition("\n\n")[2]) for part in found]


def body(request: Message) -> str:
    """Return the body of a request with its Turtle completed, and with the line ends of forms in a form."""
    boundary = request.headers.get("content-type", "").partition("boundary=")[2]
    if not boundary:
        return "".join(parts(request))
    heads = [part.strip("\n").partition("\n\n")[0] for part in request.body.split(f"--{boundary}")[1:-1]]
    lines = [f"--{boundary}\n{h}\n\n{p}\n" for h, p in zip(heads, parts(request), strict=True)]
    return ("".join(lines) + f"--{boundary}--\n").replace("\n", "\r\n")


def test_the_manifest_has_all_its_tests() -> None:
    """Eighteen traces."""
    assert len(TESTS) == 18


def test_the_traces_can_be_followed(server: Server) -> None:
    """Each status and each graph is the one of the trace."""
    root = f"{server.url}graphs"
    known = {"http://$HOST$/$GRAPHSTORE$": root, "$GRAPHSTORE$": "/graphs", "$HOST$": server.authority}
    kept = f"{root}/person/2.ttl"
    model = Model({kept: []})
    server.write("PUT", "/graphs/person/2.ttl", {"Content-Type": _TURTLE}, b"<> a <> .")
    wrong = []
    for test in TESTS:
        request, response = messages(test, known)
        method, target, _ = request.start.split()
        answer = server.write(method, target, request.headers, body(request).encode())
        if "location" in answer.headers and "$NEWPATH$" in response.headers.get("location", ""):
            known["$NEWPATH$"] = answer.headers["location"].replace(server.url, "/")
            target = known["$NEWPATH$"]
        address = target.partition("graph=")[2] or server.url + target.lstrip("/")
        model.follow(method, address, parts(request))
        compare(test, answer, response)
        if response.body:
            assert graph(answer.body, answer.media_type) == model.holds(address), test.name
            if graph(response.body.encode(), _TURTLE) != model.holds(address):
                wrong.append(test.name)
    assert wrong == [_WRONG]


def compare(test: Node, answer: Answer, response: Message) -> None:
    """Compare status and media type with those of the trace."""
    status = _STATUS.match(response.start)
    assert status
    assert answer.status == int(status[1]), (test.name, answer)
    if "content-type" in response.headers:
        assert answer.headers["content-type"] == response.headers["content-type"]
