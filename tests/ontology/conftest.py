"""What the tests of the ontology share: its files as rdflib graphs, read once."""

from pathlib import Path

import pytest
import rdflib

from graph_service.resources import resource


def _parse(*paths: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path)
    return graph


@pytest.fixture(scope="session")
def ontology() -> rdflib.Graph:
    """Return the terms alone."""
    return _parse(resource("ontology", "zonegraph.ttl"))


@pytest.fixture(scope="session")
def schemes() -> rdflib.Graph:
    """Return all concept schemes in one graph."""
    return _parse(*sorted(resource("ontology", "schemes").glob("*.ttl")))


@pytest.fixture(scope="session")
def shapes() -> rdflib.Graph:
    """Return all shapes in one graph."""
    return _parse(*sorted(resource("ontology", "shapes").glob("*.ttl")))
