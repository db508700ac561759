"""The version of a configuration: the same values, the same version, on every machine."""

from __future__ import annotations

from msgspec.structs import replace

from schemas.codec import encode
from schemas.config import Config
from schemas.ids import stable_id


def config_version(config: Config) -> str:
    """`cfg_<26 hex digits>` of the encoded configuration; the order of a source's options does not matter."""
    sources = [replace(source, options=dict(sorted(source.options.items()))) for source in config.sources]
    return stable_id("cfg", encode(replace(config, sources=sources)).decode())
