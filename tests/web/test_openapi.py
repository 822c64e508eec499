"""`/openapi.json` says what there is, all of it, and what it says is so."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from graph_service.graph.named import load
from graph_service.web.openapi import undescribed
from tests.web.conftest import HTML, TOKEN

_EXAMPLES = 6
_CHECKS = [
    schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip


def test_everything_that_has_an_address_is_described(client: FlaskClient) -> None:
    """A function without an entry in `web/described/` stands here, and an entry without a function."""
    assert undescribed(client.application) == []


def test_paths_and_methods_are_those_of_the_app(client: FlaskClient) -> None:
    said = client.get("/openapi.json").json
    assert said["openapi"] == "3.1.0"  # type: ignore[index]
    paths = said["paths"]  # type: ignore[index]
    assert {"get", "post"} == set(paths["/documents"])
    assert {"get", "delete"} == set(paths["/documents/{identifier}"])
    assert "/sparql" not in paths
    identifiers = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(identifiers) == len(set(identifiers))


def test_every_named_query_has_its_parameters_and_columns(client: FlaskClient) -> None:
    paths = client.get("/openapi.json?lang=en").json["paths"]  # type: ignore[index]
    for query in load():
        said = paths[f"/queries/{query.name}"]["get"]
        assert said["summary"] == query.titles["en"]
        own = {p["name"]: p for p in said["parameters"]}
        assert all(own[p.name]["required"] == p.required for p in query.parameters)
        rows = said["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["rows"]
        assert rows["items"]["required"] == [column.name for column in query.columns]


def test_writes_need_the_token_and_errors_are_problems(client: FlaskClient) -> None:
    said = client.get("/openapi.json").json
    taking = said["paths"]["/documents"]["post"]  # type: ignore[index]
    assert taking["security"] == [{"token": []}]
    assert {"201", "401", "403", "413", "415", "422"} <= set(taking["responses"])
    assert said["components"]["securitySchemes"]["token"]["scheme"] == "bearer"  # type: ignore[index]
    for methods in said["paths"].values():  # type: ignore[index]
        for operation in methods.values():
            assert "application/problem+json" in operation["responses"]["400"]["content"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_has_every_address(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/openapi?lang={lang}", headers=HTML).text
    for path in client.get("/openapi.json").json["paths"]:  # type: ignore[index]
        assert f"<code>{path}</code>" in page


def _schema(client: FlaskClient) -> schemathesis.schemas.BaseSchema:
    return schemathesis.openapi.from_wsgi("/openapi.json", client.application)


def _operations(schema: schemathesis.schemas.BaseSchema) -> Iterator[schemathesis.schemas.APIOperation]:  # type: ignore[type-arg]
    found: Any
    for found in schema.get_all_operations():
        operation = found.ok()
        assert operation is not None
        yield operation


def test_every_answer_is_one_that_is_described(writing: FlaskClient) -> None:
    """Made-up requests, always the same, to every address: no server error, nothing that is not described."""
    for operation in _operations(_schema(writing)):
        cases = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)

        @settings(
            max_examples=_EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=cases)
        def check(case: Any) -> None:
            headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": "identity"}
            case.call_and_validate(headers=headers, checks=_CHECKS)

        check()
