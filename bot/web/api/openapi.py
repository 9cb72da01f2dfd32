"""The description of the API, made out of the routes and their shapes: it cannot say otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.web.api.answering import KEY, MOST_BYTES
from bot.web.api.routing import Route
from bot.web.api.shapes import ErrorOut

Json: TypeAlias = dict[str, Any]
Mode: TypeAlias = Literal["validation", "serialization"]
References: TypeAlias = Mapping[Any, Json]  # a model and its mode -> where it is described

VERSION = "1"
_REF = "#/components/schemas/{model}"
_ABOUT = """\
Every answer is JSON; every error has the same form, its message in the language of
`Accept-Language` (pt, en, es). Amounts are exact decimals with a dot, days are `2026-12-31`,
moments are UTC. A list goes on with `cursor`. A request that changes something may carry an
`Idempotency-Key`: repeated within 24 hours it is answered as the first time, and nothing happens
twice."""
_WRONG = {
    "400": "The body is no JSON; or, as plain text, this cannot be read as HTTP at all.",
    "401": "No token, or none that stands.",
    "403": "The token may not do this.",
    "404": "There is no such thing.",
    "409": "It stands otherwise by now, or the key was used for another request.",
    "413": f"The body is larger than {MOST_BYTES // 1024} KiB.",
    "415": "The body is not `application/json`.",
    "422": "It cannot be done as asked; `field` names what to correct.",
    "429": "Too many; `Retry-After` says in how many seconds to come again.",
    "500": "Our own failure; try again later.",
}
_OF_BODIES = {"413", "415"}


def described(routes: Sequence[Route]) -> Json:
    """The whole description, OpenAPI 3.1."""
    schemas, references = _schemas(routes)
    paths: Json = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, references)
    return {
        "openapi": "3.1.0",
        "info": {"title": "EmDia", "version": VERSION, "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _schemas(routes: Sequence[Route]) -> tuple[Json, References]:
    wanted: dict[tuple[type[BaseModel], Mode], None] = {(ErrorOut, "serialization"): None}
    for route in routes:
        wanted[route.answer, "serialization"] = None
        if body := route.shapes.get("body"):
            wanted[body, "validation"] = None
    references, defined = models_json_schema(list(wanted), ref_template=_REF)
    return defined["$defs"], references


def _operation(route: Route, references: References) -> Json:
    told: Json = {
        "operationId": route.run.__name__,
        "tags": [route.path.split("/")[1]],
        "summary": " ".join((route.run.__doc__ or "").split()),
        "description": f"Needs the scope `{route.scope}`; {route.rate.a_minute} a minute.",
        "parameters": list(_parameters(route)),
        "responses": {
            str(route.status): _answer("Done.", references[route.answer, "serialization"]),
            **{
                status: _failure(status, why, references[ErrorOut, "serialization"])
                for status, why in _WRONG.items()
                if "body" in route.shapes or status not in _OF_BODIES
            },
        },
    }
    if body := route.shapes.get("body"):
        schema = references[body, "validation"]
        told["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return told


def _parameters(route: Route) -> Iterator[Json]:
    if "number" in route.shapes:
        schema = {"type": "integer", "minimum": 1, "maximum": 10**15 - 1}
        yield {"name": "number", "in": "path", "required": True, "schema": schema}
    if query := route.shapes.get("query"):
        whole = query.model_json_schema(ref_template=_REF)
        for name, schema in whole["properties"].items():
            about = schema.pop("description", "")
            inlined = _inlined(schema, whole.get("$defs", {}))
            yield {"name": name, "in": "query", "description": about, "schema": inlined}
    if route.writes:
        schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
        yield {"name": KEY, "in": "header", "schema": schema}


def _inlined(schema: Any, defined: Mapping[str, Json]) -> Any:
    """A parameter stands for itself; it is never null, only left out."""
    if isinstance(schema, list):
        return [_inlined(one, defined) for one in schema if one != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(defined[schema["$ref"].rsplit("/", 1)[1]], defined)
    told = {
        name: _inlined(value, defined)
        for name, value in schema.items()
        if not (name == "default" and value is None) and name != "title"
    }
    if len(told.get("anyOf", ())) == 1:
        (only,) = told.pop("anyOf")
        return {**only, **told}
    return told


def _answer(why: str, schema: Json) -> Json:
    return {"description": why, "content": {"application/json": {"schema": schema}}}


def _failure(status: str, why: str, schema: Json) -> Json:
    told = _answer(why, schema)
    if status == "400":  # whatever the server itself refuses never comes to us
        told["content"]["text/plain"] = {"schema": {"type": "string"}}
    if status == "429":
        seconds = {"type": "integer", "minimum": 1}
        told["headers"] = {"Retry-After": {"required": True, "schema": seconds}}
    return told
