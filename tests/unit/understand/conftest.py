"""The packaged model, loaded once, and the way to the shared data."""

import os
from pathlib import Path

import msgspec
import pytest

from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.kinds import MentionKind, Op
from schemas.mention import Lang, Mention, RawRef

SHARED = Path(os.environ.get("ESCUCHA_SHARED", Path(__file__).parents[3].parent / "shared"))


@pytest.fixture(scope="session")
def model_files():
    return packaged_model()


@pytest.fixture(scope="session")
def tier0(model_files):
    return Tier0(model_files)


@pytest.fixture(scope="session")
def mention():
    def make(text=None, lang=None, kind=MentionKind.POST, title=None, quoted_text=None):
        return Mention(
            schema_version=1,
            op=Op.UPSERT,
            uid="test:1",
            version="1",
            network="test",
            received_at="2026-11-22T12:00:00.000Z",
            raw=RawRef(format="test"),
            kind=kind,
            text=text,
            title=title,
            quoted_text=quoted_text,
            lang=Lang(lang, "declared") if lang else None,
        )

    return make


@pytest.fixture(scope="session")
def understood(tier0, mention):
    """Language and understanding of one text."""

    def one(text=None, lang=None, **rest):
        return tier0.understand([mention(text, lang, **rest)])[0]

    return one


@pytest.fixture(scope="session")
def shared_rows():
    def rows(name, split):
        path = SHARED / "data" / name / split / f"{split}.jsonl"
        if not path.exists():
            pytest.skip(f"labelled data is not at {path}: set ESCUCHA_SHARED")
        return [msgspec.json.decode(line) for line in path.read_bytes().split(b"\n") if line]

    return rows
