"""What a mention says: language, sentiment, intents and a near-duplicate signature, each from its own text alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from pipeline.understand.faults import ModelFault
from pipeline.understand.features import prepare_folded
from pipeline.understand.intents import intents_in
from pipeline.understand.language import identifier, identify
from pipeline.understand.linear import Linear
from pipeline.understand.package import MANIFEST, Manifest, model_version
from pipeline.understand.sentiment import SentimentScorer
from pipeline.understand.signature import band_keys_folded
from pipeline.understand.text import SCORED_CHARS, fold
from schemas.kinds import MentionKind
from schemas.mention import Lang, Mention, Understanding

__all__ = ["ModelFault", "Tier0"]

_REMEDY = "Reinstall the package, or train again: python -m pipeline.understand.train DATA_DIR"


class Tier0:
    """The always-on tier: microseconds a mention, calibrated, abstaining. `version` names the weights exactly."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """`files` as `package.packaged_model` reads them. Raises ModelFault when one is missing, damaged or unknown."""
        manifest = _read_manifest(files)
        models = [Linear(files[name], name) for name in sorted(manifest.files)]
        self.version = manifest.version
        self._scorer = SentimentScorer(models, self.version)
        self.languages = self._scorer.languages
        identifier()

    def understand(self, mentions: Sequence[Mention]) -> list[tuple[Lang | None, Understanding]]:
        """Language and understanding of each mention, in order. Nothing of one mention reaches another."""
        texts = [said(mention) for mention in mentions]
        # A repost repeats somebody's words: no opinion of its own, but it belongs to their cluster.
        words = [text or mention.quoted_text or "" for text, mention in zip(texts, mentions, strict=True)]
        folded = [fold(text[:SCORED_CHARS]) for text in words]
        signatures = band_keys_folded(folded)
        return [self._one(*said) for said in zip(mentions, texts, folded, signatures, strict=True)]

    def _one(self, mention: Mention, text: str, folded: str, signature: list[int]) -> tuple[Lang | None, Understanding]:
        if not text:
            return mention.lang, Understanding(signature=signature)
        language = identify(text, mention.lang)
        tokens = prepare_folded(folded)
        return language, Understanding(
            sentiment=self._scorer.score(tokens, language.value if language else None),
            intents=intents_in(folded, tokens),
            signature=signature,
        )


def said(mention: Mention) -> str:
    """The author's own words: title and text; none for a repost."""
    if mention.kind == MentionKind.REPOST:
        return ""
    return "\n".join(part for part in (mention.title, mention.text) if part and not part.isspace())


def _read_manifest(files: Mapping[str, bytes]) -> Manifest:
    if MANIFEST not in files:
        raise ModelFault(f"The model has no {MANIFEST}", _REMEDY)
    try:
        manifest = msgspec.json.decode(files[MANIFEST], type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise ModelFault(f"The model's {MANIFEST} is not readable: {fault}", _REMEDY) from None
    if manifest.version != model_version(manifest.release, manifest.files):
        raise ModelFault(f"The model's {MANIFEST} names a version that its hashes do not give", _REMEDY)
    for name, expected in manifest.files.items():
        if name not in files:
            raise ModelFault(f"Model file {name} is missing", _REMEDY)
        if sha256(files[name]).hexdigest() != expected:
            raise ModelFault(f"Model file {name} is not the one that {MANIFEST} names", _REMEDY)
    return manifest
