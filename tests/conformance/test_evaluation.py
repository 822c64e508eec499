"""Query and update evaluation over HTTP: what the engine passes in this process, the service passes too."""

import json

import pytest

from tests.conformance.evaluation import (
    KINDS,
    UPDATED,
    WRITABLE,
    Engine,
    Service,
    dataset_of,
    remote,
    request_of,
    verdict,
)
from tests.conformance.manifests import NEEDED, entries, folders
from tests.conformance.server import Server

pytestmark = NEEDED


@pytest.mark.parametrize("folder", folders(KINDS))
def test_the_service_passes_what_the_engine_passes(server: Server, folder: str) -> None:
    """Each test of a folder, but those that ask for data from other servers."""
    tried = [t for t in entries(f"{folder}/manifest.ttl") if t.kind in KINDS and not remote(t)]
    engine, service = Engine(), Service(server)
    passed = [test for test in sorted(tried, key=dataset_of) if not verdict(test, engine)]
    faults = {test.name: verdict(test, service) for test in passed}
    assert {name: fault for name, fault in faults.items() if fault} == {}


def test_what_asks_other_servers_is_refused(server: Server) -> None:
    """SERVICE and LOAD, silent or not, in queries and updates: 400 with a cure, and nothing is fetched."""
    asking = [
        t for f in folders(KINDS) for t in entries(f"{f}/manifest.ttl") if t.kind in KINDS and remote(t)
    ]
    assert asking
    for test in asking:
        text = request_of(test)
        updates = test.kind in UPDATED | WRITABLE
        kind = f"application/sparql-{'update' if updates else 'query'}"
        send = server.write if updates else server.send
        answer = send("POST", "/update" if updates else "/sparql", {"Content-Type": kind}, text.encode())
        assert answer.status == 400, test.name
        assert "SERVICE and LOAD" in json.loads(answer.body)["cure"]
