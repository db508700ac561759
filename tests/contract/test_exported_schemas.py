"""The exported contract says what the code says, and what the code writes is valid under it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import inspect as mi

from schemas import export
from schemas.asyncapi import FLOW, TICKED
from schemas.codec import decode, encode
from schemas.headers import TICK, cloud_event
from schemas.kinds import Stage
from schemas.topics import CONFIG, RAW, TOPICS

SCHEMAS = Path(export.__file__).parent
TYPES = export.value_types()
unhurried = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def values(kind: mi.Type) -> st.SearchStrategy[Any]:
    """Any value of a msgspec type, its constraints kept."""
    match kind:
        case mi.StructType():
            fields = {field.name: values(field.type) for field in kind.fields}
            return st.builds(kind.cls, **fields)
        case mi.UnionType():
            return st.one_of([values(one) for one in kind.types])
        case mi.IntType():
            return st.integers(-(2**53) if kind.ge is None else kind.ge, 2**53)
        case mi.FloatType():
            return st.floats(kind.ge, kind.le, allow_nan=False, allow_infinity=False)
        case mi.StrType():
            if kind.pattern is not None:
                return st.from_regex(kind.pattern.removesuffix("$"), fullmatch=True)
            return st.text(st.characters(codec="utf-8"), min_size=kind.min_length or 0, max_size=12)
        case mi.ListType():
            return st.lists(values(kind.item_type), max_size=2)
        case mi.TupleType():
            return st.tuples(*map(values, kind.item_types))
        case mi.DictType():
            return st.dictionaries(values(kind.key_type), values(kind.value_type), max_size=2)
        case mi.EnumType():
            return st.sampled_from(kind.cls)
        case mi.LiteralType():
            return st.sampled_from(kind.values)
        case mi.BytesType():
            return st.binary(max_size=12)
        case mi.BoolType():
            return st.booleans()
        case mi.NoneType():
            return st.none()
    raise AssertionError(f"the contract has a type that this test does not know: {kind}")


def validator(schema: Any) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(scope="module")
def document() -> Any:
    return yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text("utf-8"))


def resolve(document: Any, ref: str) -> Any:
    node = document
    for part in ref.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_the_exported_files_are_those_of_the_code() -> None:
    assert export.differences(SCHEMAS) == []
    assert export.main(["--check"]) == 0


def test_the_check_names_each_file_that_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export.main(["--dir", str(tmp_path)]) == 0
    assert export.main(["--check", "--dir", str(tmp_path)]) == 0
    (tmp_path / "json" / "social.mention.json").write_text("{}")
    (tmp_path / "json" / "social.gone.json").write_text("{}")
    (tmp_path / "asyncapi.yaml").unlink()
    assert export.main(["--check", "--dir", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "social.mention.json: differs" in told
    assert "social.gone.json: of no event type" in told
    assert "asyncapi.yaml: missing" in told
    assert export.main(["--dir", str(tmp_path)]) == 0
    assert export.differences(tmp_path) == []


@pytest.mark.parametrize("event", TYPES)
def test_every_value_comes_back_from_its_bytes_and_is_valid_under_its_schema(event: str) -> None:
    kind = TYPES[event]
    valid = validator(json.loads((SCHEMAS / "json" / f"{event}.json").read_text("utf-8")))

    @unhurried
    @given(values(mi.type_info(kind)))
    def holds(value: Any) -> None:
        data = encode(value)
        assert decode(kind, data) == value
        assert encode(decode(kind, data)) == data
        valid.validate(json.loads(data))

    holds()


@pytest.mark.parametrize("event", TYPES)
def test_a_schema_refuses_what_the_decoder_refuses_for_want_of_a_field(event: str) -> None:
    kind = TYPES[event]
    valid = validator(json.loads((SCHEMAS / "json" / f"{event}.json").read_text("utf-8")))
    required = [field.encode_name for field in msgspec.structs.fields(kind) if field.required]
    assert required
    with pytest.raises(ValueError, match=required[0]):
        decode(kind, b"{}")
    assert not valid.is_valid({})


def test_the_document_is_asyncapi_3(document: Any) -> None:
    assert document["asyncapi"] == "3.0.0"
    assert set(document) <= {
        "asyncapi",
        "id",
        "info",
        "servers",
        "defaultContentType",
        "channels",
        "operations",
        "components",
    }
    assert {"title", "version"} <= set(document["info"])
    server = document["servers"]["kafka"]
    assert {"host", "protocol"} <= set(server)
    assert all("{" + name + "}" in server["host"] for name in server["variables"])


def test_every_reference_in_the_document_leads_somewhere(document: Any) -> None:
    seen = 0

    def walk(node: Any) -> None:
        nonlocal seen
        if isinstance(node, dict):
            ref = node.get("$ref")
            if isinstance(ref, str):
                seen += 1
                assert set(node) == {"$ref"}
                if ref.startswith("#/"):
                    assert resolve(document, ref) is not None
                else:
                    assert (SCHEMAS / ref).is_file()
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(document)
    assert seen > 50


def test_every_channel_is_its_topic(document: Any) -> None:
    assert list(document["channels"]) == list(TOPICS)
    for name, channel in document["channels"].items():
        topic, kafka = TOPICS[name], channel["bindings"]["kafka"]
        settings_ = kafka["topicConfiguration"]
        assert channel["address"] == kafka["topic"] == name
        assert kafka["partitions"] == topic.partitions
        assert settings_["cleanup.policy"] == [topic.cleanup]
        assert settings_["retention.ms"] == (-1 if topic.retention is None else topic.retention)
        assert set(channel["messages"]) == {topic.event} | ({TICK} if name in TICKED else set())


def test_every_operation_names_its_channels_own_messages(document: Any) -> None:
    for operation in document["operations"].values():
        assert operation["action"] in ("send", "receive")
        channel = resolve(document, operation["channel"]["$ref"])
        own = {f"{operation['channel']['$ref']}/messages/{name}" for name in channel["messages"]}
        assert {message["$ref"] for message in operation["messages"]} == own


def test_every_stage_is_in_the_flow_and_every_topic_has_a_sender() -> None:
    assert set(FLOW) == {str(stage) for stage in Stage}
    sent = {name for _, names in FLOW.values() for name in names}
    assert sent | {CONFIG} == set(TOPICS)


def test_our_headers_are_those_the_document_describes(document: Any) -> None:
    extra = (("network", "x"), ("source", "x-1"), ("backfill", "1"), ("batch", "b"))
    for topic in TOPICS.values():
        headers = cloud_event(
            id="1",
            source="/a",
            type=topic.event,
            time="2026-11-22T12:00:00.000Z",
            extra=extra if topic.name == RAW else (),
        )
        message = document["components"]["messages"][topic.event]
        valid = validator(message["headers"])
        told = {name: value.decode() for name, value in headers}
        valid.validate(told)
        assert set(told) <= set(message["headers"]["properties"])
        assert not valid.is_valid({**told, "ce_type": "other"})


def test_a_raw_event_is_described_as_the_bytes_it_is(document: Any) -> None:
    payload = document["components"]["messages"][TOPICS[RAW].event]["payload"]["schema"]
    assert "verbatim" in payload["description"]
    assert validator(payload).is_valid("anything")
    assert not (SCHEMAS / "json" / "social.raw.json").exists()
