"""`/openapi.json`: every address that is not SPARQL Protocol, as OpenAPI 3.1; `/openapi`: the same for people.

Addresses and methods are those of the app itself. What each is for, takes and gives stands in `described/`, a file for
each blueprint and in it an entry for each of its functions; the parameters of named queries stand in the queries.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, Flask, Response, current_app
from werkzeug.routing import Rule

from graph_service.graph.named import NamedQueries, NamedQuery
from graph_service.graph.store import GraphStore
from graph_service.vocabulary import MODALITIES
from graph_service.web.pages import language, render
from graph_service.web.responses import HTML, JSON, as_json, negotiate, tagged

PROTOCOL = frozenset({"sparql", "update", "graphs"})
"""The blueprints of SPARQL Protocol, whose service description says what they do."""
_FOLDER = Path(__file__).parent / "described"
_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
_SAFE = frozenset({"HEAD", "OPTIONS"})
_ALWAYS = (400, 406, 429, 503)
"""Problems that any request may meet."""
_QUERIES = "queries.run"
_MODALITIES = {"type": "string", "enum": list(MODALITIES)}
_TYPES: Mapping[str, Mapping[str, Any]] = {"modality": _MODALITIES, "integer": {"type": "integer"}}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}, "text/html": {}}

Entry = Mapping[str, Any]


def blueprint(store: GraphStore, named: NamedQueries) -> Blueprint:
    """Return the routes of the description.

    Args:
        store: gives the state that pages and tags name.
        named: queries, each of which has an address of its own.
    """
    routes = Blueprint("openapi", __name__)

    @routes.get("/openapi.json")
    def described() -> Response:
        media_type = negotiate((JSON,))
        return tagged(store.snapshot(), media_type, lambda: as_json(document(current_app, named, language())))

    @routes.get("/openapi")
    def page() -> Response:
        media_type = negotiate((HTML,))
        return tagged(store.snapshot(), media_type, lambda: _page(document(current_app, named, language())))

    return routes


@lru_cache(maxsize=64)
def entries(name: str) -> Entry:
    """Return what is said of the functions of a blueprint; nothing where there is no file of it."""
    path = _FOLDER / f"{name}.yaml"
    return dict(yaml.safe_load(path.read_text("utf-8"))) if path.is_file() else {}


def undescribed(app: Flask) -> list[str]:
    """Return the functions of addresses that nothing is said of, and what is said of functions that are not there."""
    endpoints = {rule.endpoint for rule in _rules(app)}
    said = {f"{path.stem}.{name}" for path in _FOLDER.glob("*.yaml") for name in entries(path.stem)}
    shared = {f"shared.{name}" for name in entries("shared")}
    return sorted(endpoints ^ (said - shared))


def document(app: Flask, named: NamedQueries, tongue: str) -> dict[str, Any]:
    """Return the description of an app, in a language."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in _rules(app):
        for path, method, said in _operations(rule, named, tongue):
            paths.setdefault(path, {})[method] = said
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ZoneGraph",
            "version": version("zonegraph"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": entries("shared")["schemas"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _rules(app: Flask) -> list[Rule]:
    rules = [rule for rule in app.url_map.iter_rules() if "." in rule.endpoint]
    return [rule for rule in rules if rule.endpoint.partition(".")[0] not in PROTOCOL]


def _operations(rule: Rule, named: NamedQueries, tongue: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the address, the method and what is said of it; of named queries, of each of them."""
    blueprint_name, _, function = rule.endpoint.partition(".")
    said = entries(blueprint_name).get(function, {})
    for method in sorted((rule.methods or set()) - _SAFE):
        if rule.endpoint == _QUERIES:
            for query in named:
                yield f"/queries/{query.name}", method.lower(), _query(query, said, tongue)
        else:
            name = f"{blueprint_name}-{function}"
            operation = {"operationId": name + rule.rule.partition("/.")[2][:5], "tags": [blueprint_name]}
            operation.update(_said(said, rule.arguments, tongue))
            yield _VARIABLE.sub(r"{\1}", rule.rule), method.lower(), operation


def _said(said: Entry, within: set[str], tongue: str) -> dict[str, Any]:
    """Return an operation as OpenAPI has it.

    Args:
        said: its entry.
        within: parameters that are part of the address.
        tongue: language.
    """
    operation: dict[str, Any] = {
        "summary": said.get(tongue, ""),
        "parameters": [_parameter(n, p, n in within, tongue) for n, p in _parameters(said).items()],
        "responses": _responses(said, tongue),
    }
    if "body" in said:
        operation["requestBody"] = {"required": True, "content": _content(said["body"])}
    if said.get("token"):
        operation["security"] = [{"token": []}]
    return operation


def _parameters(said: Entry) -> dict[str, Entry]:
    shared = entries("shared")["parameters"]
    return {**said.get("parameters", {}), **{name: shared[name] for name in said.get("use", ())}}


def _parameter(name: str, said: Entry, within: bool, tongue: str) -> dict[str, Any]:
    found = {
        "name": name, "in": "path" if within else "query", "description": said[tongue],
        "required": within or bool(said.get("required")), "schema": said["schema"],
    }  # fmt: skip
    return {**found, "example": said["example"]} if "example" in said else found


def _responses(said: Entry, tongue: str) -> dict[str, Any]:
    words = entries("shared")["problems"]
    found: dict[str, Any] = {}
    if "gives" in said:
        answer: dict[str, Any] = {"description": said[tongue]}
        found[str(said.get("status", 200))] = (
            {**answer, "content": _content(said["gives"])} if said["gives"] else answer
        )
        if "status" not in said and "body" not in said:
            found["304"] = {"description": "unchanged"}
    for status in said.get("leads", ()):
        found[str(status)] = {
            "description": "→ Location",
            "headers": {"Location": {"schema": {"type": "string"}}},
        }
    problems = {*_ALWAYS, *said.get("problems", ()), *((401, 403) if said.get("token") else ())}
    for status in sorted(problems):
        found[str(status)] = {"description": words[status][tongue], "content": _PROBLEM}
    return found


def _content(said: Mapping[str, Any]) -> dict[str, Any]:
    return {media_type: {"schema": schema} if schema else {} for media_type, schema in said.items()}


# ---- Named queries -------------------------------------------------------------------------------


def _query(query: NamedQuery, said: Entry, tongue: str) -> dict[str, Any]:
    """Return the operation of a named query, with the parameters and columns of its header."""
    operation = _said(said, set(), tongue)
    own = [
        {
            "name": p.name, "in": "query", "description": p.labels[tongue], "required": p.required,
            "schema": dict(_TYPES.get(p.type, {"type": "string"})), "example": p.example,
        }
        for p in query.parameters
    ]  # fmt: skip
    operation.update(
        operationId=f"query-{query.name}", tags=["queries"], summary=query.titles[tongue],
        description=query.descriptions[tongue], parameters=[*own, *operation["parameters"]],
    )  # fmt: skip
    rows = {column.name: {"description": column.labels[tongue]} for column in query.columns}
    answer = operation["responses"]["200"]
    content = {**answer["content"], JSON: {"schema": _answer(rows)}}
    operation["responses"] = {**operation["responses"], "200": {**answer, "content": content}}
    return operation


def _answer(columns: Mapping[str, Any]) -> dict[str, Any]:
    row = {"type": "object", "required": list(columns), "properties": columns}
    return {
        "type": "object",
        "required": ["query", "parameters", "columns", "rows", "snapshot"],
        "properties": {"rows": {"type": "array", "items": row}, "snapshot": {"type": "string"}},
    }


# ---- For people ----------------------------------------------------------------------------------


def _page(said: Mapping[str, Any]) -> str:
    groups: dict[str, list[tuple[str, str, Any]]] = {}
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    return render("openapi.html", groups=groups, info=said["info"])
