"""The layers of the package: what may know of what."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "graph_service"
LAYERS = (
    {"errors", "settings", "resources", "identity", "vocabulary", "formats"},
    {"reading"},
    {"graph"},
    {"ingest", "asking"},
    {"web"},
)
"""From the bottom up; every other module belongs to the command line, which may know all."""
NAMES = ("words", "reading", "graph", "jobs", "web", "command line")
STORES = {
    f"graph/{name}.py"
    for name in ("store", "snapshots", "engine", "scribe", "effects", "emptier", "emptying", "worker")
}
"""The store and its workers: those that may name the engine's own."""
PAIRED = {"graph/nursery.py", "graph/cradle.py"}
"""They share a pair of sockets, to hand over pipes; it leads nowhere else."""
WEB = {"flask", "werkzeug", "jinja2", "waitress"}
NETWORK = {"http", "urllib.request", "socket", "socketserver", "ssl", "SPARQLWrapper"} | WEB

MODULES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")
}
EACH = pytest.mark.parametrize("module", sorted(MODULES))


def _layer(part: str) -> int:
    """Return the layer of a first-level module or package, counted from the bottom."""
    return next((height for height, parts in enumerate(LAYERS) if part in parts), len(LAYERS))


def _part(module: str) -> str:
    return module.split("/")[0].removesuffix(".py")


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield what is imported anywhere in a module, functions included, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports within the package are absolute"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _parts(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the first-level modules of the package that a module imports, with the line."""
    known = {_part(module) for module in MODULES}
    for name, line in _imports(tree):
        package, _, rest = name.partition(".")
        part = rest.split(".")[0]
        if package == "graph_service" and part in known:
            yield part, line


@EACH
def test_imports_point_down(module: str) -> None:
    """A module imports from its own layer and those below it."""
    own = _layer(_part(module))
    wrong = [f"line {n}: {p} ({NAMES[_layer(p)]})" for p, n in _parts(MODULES[module]) if _layer(p) > own]
    assert not wrong, f"{module} is of the layer {NAMES[own]}"


def test_every_layer_has_its_modules() -> None:
    """The parts that layers are made of exist, so that none is watched in vain."""
    parts = {_part(module) for module in MODULES}
    assert set().union(*LAYERS) <= parts
    assert set(MODULES) >= STORES


@EACH
def test_reading_does_not_know_the_graph(module: str) -> None:
    """Nothing in reading imports the graph, its engine, or what lies above."""
    if _part(module) == "reading":
        names = {name for name, _ in _imports(MODULES[module])}
        assert not [n for n in names if n.startswith(("graph_service.graph", "pyoxigraph", "rdflib"))]


@EACH
def test_only_web_knows_flask(module: str) -> None:
    """Flask and what comes with it stay in web; reading and graph know no network at all."""
    barred = {"web": set(), "reading": NETWORK, "graph": NETWORK}.get(_part(module), WEB)
    barred = barred - {"socket"} if module in PAIRED else barred
    wrong = [
        f"line {line}: {name}"
        for name, line in _imports(MODULES[module])
        if any(f"{name}.".startswith(f"{package}.") for package in barred)
    ]
    assert not wrong


@EACH
def test_only_the_store_names_the_engines_store(module: str) -> None:
    """No module but graph/store and its workers names pyoxigraph's Store."""
    if module in STORES:
        return
    engine = {"pyoxigraph"} | {
        alias.asname
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "pyoxigraph" and alias.asname
    }
    named = [
        node.lineno
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.Attribute) and node.attr == "Store"
        if isinstance(node.value, ast.Name) and node.value.id in engine
    ]
    imported = [n for name, n in _imports(MODULES[module]) if name == "pyoxigraph.Store"]
    assert not named + imported, f"{module} names the engine's store in these lines"
