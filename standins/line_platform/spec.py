"""Holds requests against LINE's own OpenAPI files, when a folder with them is at hand."""

import re
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from standins.line_platform.messaging.answers import Problem

REFERENCE = "#/components/schemas/"


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """Make discriminated bases choose exactly the subtype they name.

    As published a base accepts any value of its discriminator; each reference to a base becomes
    a chain of if/then over the names, so that an unknown name is refused and a known one is held
    to its own schema (and the reason of a refusal is the subtype's, not "none of 20 matched").
    """
    schemas: dict[str, Any] = document["components"]["schemas"]
    bases = {
        name: schema["discriminator"]
        for name, schema in schemas.items()
        if schema.get("discriminator", {}).get("mapping")
    }
    _redirect(document, bases, inside_all_of=False)
    for name, discriminator in bases.items():
        schemas[f"{name}Chosen"] = _chosen(discriminator)
    _allow_null(document)
    return document


def _chosen(discriminator: dict[str, Any]) -> dict[str, Any]:
    tag, mapping = discriminator["propertyName"], discriminator["mapping"]
    cases = [
        {
            "if": {"properties": {tag: {"const": value}}, "required": [tag]},
            "then": {"$ref": reference},
        }
        for value, reference in mapping.items()
    ]
    known = {
        "type": "object",
        "required": [tag],
        "properties": {tag: {"enum": list(mapping)}},
    }
    return {"allOf": [known, *cases]}


def _redirect(node: Any, bases: dict[str, Any], inside_all_of: bool) -> None:
    """Point references at the strict form, except where a subtype inherits from its base."""
    if isinstance(node, list):
        for one in node:
            _redirect(one, bases, inside_all_of)
    elif isinstance(node, dict):
        name = str(node.get("$ref", "")).removeprefix(REFERENCE)
        if name in bases and not inside_all_of:
            node["$ref"] = f"{REFERENCE}{name}Chosen"
        for key, value in node.items():
            if key != "discriminator":
                _redirect(value, bases, key == "allOf")


def _allow_null(node: Any) -> None:
    """OpenAPI 3.0 writes `nullable`, JSON Schema a list of types."""
    if isinstance(node, list):
        for one in node:
            _allow_null(one)
    elif isinstance(node, dict):
        if node.get("nullable") is True and isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
        for value in node.values():
            _allow_null(value)


def place(error: ValidationError) -> str:
    """Where an error lies, written as LINE writes it: `messages[0].text`."""
    text = ""
    for part in error.absolute_path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".") or "$"


class Specification:
    """One OpenAPI file made strict."""

    def __init__(self, file: Path) -> None:
        # A safe loader either way; the C one is ten times faster.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.document = strict(yaml.load(file.read_text("utf-8"), Loader=loader))
        self._paths = [
            (re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(path))), path)
            for path in self.document["paths"]
        ]
        self._validators: dict[str, Draft202012Validator] = {}

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """The operation of a method and path; paths without parameters win."""
        matches = [name for pattern, name in self._paths if pattern.fullmatch(path)]
        matches.sort(key=lambda name: name.count("{"))
        for name in matches:
            found = self.document["paths"][name].get(method.lower())
            if found is not None:
                return dict(found)
        return None

    def problems(self, method: str, path: str, body: Any) -> list[Problem]:
        """What the specification says against a JSON request body."""
        operation = self.operation(method, path)
        if operation is None:
            return [Problem("Unknown operation", path)]
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return [] if schema is None else self._check(f"{method} {path}", schema, body)

    def answer_problems(self, method: str, path: str, status: int, body: Any) -> list[Problem]:
        """What the specification says against a JSON answer."""
        operation = self.operation(method, path) or {"responses": {}}
        answer = operation["responses"].get(str(status))
        if answer is None:
            return [Problem(f"Status {status} is not documented", path)]
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        return [] if schema is None else self._check(f"{method} {path} {status}", schema, body)

    def schema_problems(self, name: str, body: Any) -> list[Problem]:
        """What a named schema, in its strict form where it is a base, says against a value."""
        schemas = self.document["components"]["schemas"]
        chosen = f"{name}Chosen" if f"{name}Chosen" in schemas else name
        return self._check(chosen, {"$ref": REFERENCE + chosen}, body)

    def _check(self, key: str, schema: dict[str, Any], body: Any) -> list[Problem]:
        validator = self._validators.get(key)
        if validator is None:
            whole = {**schema, "components": self.document["components"]}
            validator = self._validators[key] = Draft202012Validator(whole)
        return [Problem(one.message[:200], place(one)) for one in validator.iter_errors(body)]


def load(folder: str | None) -> Specification | None:
    """The Messaging API's specification in a folder, or None when there is none."""
    file = Path(folder) / "messaging-api.yml" if folder else None
    return Specification(file) if file is not None and file.is_file() else None
