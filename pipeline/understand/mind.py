"""Tier 0 on texts: language, sentiment, emotion, intents, aspects and flags, by linear heads and by rules, a batch at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from pipeline.understand.asking import NO_FORM, asks, forms
from pipeline.understand.counted import count
from pipeline.understand.faults import ModelFault
from pipeline.understand.flags import with_constructive
from pipeline.understand.heads import Heads, Learned, Wants, probabilities
from pipeline.understand.language import Tongues
from pipeline.understand.litotes import assert_litotes
from pipeline.understand.manifest import hold_against, manifest_of
from pipeline.understand.package import MANIFEST, Manifest, model_version
from pipeline.understand.pieces import Pieces
from pipeline.understand.reading import Reading, read_in, spotter
from pipeline.understand.table import Table
from pipeline.understand.text import SCORED_CHARS, fold
from schemas.kinds import Aspect, Flag, Intent, Polarity
from schemas.mention import Feeling, Judged, Lang, Sentiment, Understanding

LANGUAGE_FILE = "language.bin"
_REMEDY = "Reinstall the package, or train again: python -m pipeline.understand.train DATA_DIR"
_FELT = {Polarity.NEGATIVE: -1, Polarity.POSITIVE: 1}
_FITS = {Intent.COMPLAINT: Polarity.NEGATIVE, Intent.PRAISE: Polarity.POSITIVE}
_JUDGED = {-1: Polarity.NEGATIVE, 0: Polarity.UNSURE, 1: Polarity.POSITIVE}


class Mind:
    """What texts say. `version` names the weights exactly."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """`files` as `package.packaged_model` reads them. Raises ModelFault when one is missing, damaged or unknown."""
        manifest = read_manifest(files)
        tables = {name: Table(files[name], name) for name in sorted(manifest.files)}
        self.version = manifest.version
        self._tongues = Tongues(tables.pop(LANGUAGE_FILE, None))
        self._heads = Heads(tables.values())
        self._pieces = Pieces()
        # Half a second that the first mention would wait for, and tens of thousands of objects that live as long.
        spotter()
        self.languages = self._heads.languages

    def read(self, texts: Sequence[str], declared: Sequence[Lang | None]) -> list[tuple[Lang | None, Understanding]]:
        """Language and understanding of each text as written, in order. Nothing of one text reaches another."""
        return self.read_folded(texts, [fold(text[:SCORED_CHARS]) for text in texts], declared)

    def read_folded(
        self,
        texts: Sequence[str],
        folded: Sequence[str],
        declared: Sequence[Lang | None],
        signatures: Sequence[list[int]] | None = None,
    ) -> list[tuple[Lang | None, Understanding]]:
        """The same where the texts have been folded already. `signatures` are put into what is understood."""
        counted = count(self._pieces, [assert_litotes(one) for one in folded])
        languages = self._tongues.identify(texts, counted, declared)
        learned = self._heads.read(counted, [lang.value if lang else None for lang in languages])
        return [
            (lang, self._joined(one, read_in(lang.value if lang else None, words, _felt(one)), words, keys))
            for lang, one, words, keys in zip(languages, learned, folded, signatures or [[]] * len(folded), strict=True)
        ]

    def feeling(self, folded: str, language: str | None) -> Sentiment | None:
        """The sentiment of a folded text in a language, read again for a brand whose words are taken out of it."""
        learned = self._heads.read(count(self._pieces, [assert_litotes(folded)]), [language])[0]
        return None if learned is None else self._sentiment(learned, False)

    def _sentiment(self, learned: Learned, mixed: bool) -> Sentiment:
        return Sentiment(learned.polarity, learned.negative, learned.neutral, learned.positive, self.version, mixed)

    def shares(self, texts: Sequence[str], declared: Sequence[Lang | None]) -> list[dict[str, dict[str, float]]]:
        """Calibrated probabilities of every label of every head, by head, for those who measure; empty where nothing is read."""
        counted = count(self._pieces, [assert_litotes(fold(text[:SCORED_CHARS])) for text in texts])
        languages = self._tongues.identify(texts, counted, declared)
        found: list[dict[str, dict[str, float]]] = [{} for _ in texts]
        for table, numbers in self._heads.groups(counted, [lang.value if lang else None for lang in languages]):
            for name, (head, rows) in probabilities(table, counted.part(numbers)).items():
                for number, row in zip(numbers.tolist(), rows.tolist(), strict=True):
                    found[number][name] = dict(zip(head.labels, row, strict=True))
        return found

    def _joined(self, learned: Learned | None, rules: Reading, folded: str, keys: Sequence[int]) -> Understanding:
        sentiment = emotion = None
        intents = rules.intents
        if learned is not None:
            sentiment = self._sentiment(learned, rules.mixed)
            if learned.emotion is not None:
                emotion = Feeling(learned.emotion, learned.emotion_probability, self.version)
            doubted = learned.doubted if "?" in folded else ()
            intents = _either(
                learned.intents,
                learned.likely,
                doubted,
                rules.intents,
                learned.polarity,
                Flag.IRONY in rules.flags,
                _asks(learned, rules, folded),
            )
        return Understanding(
            sentiment=sentiment,
            intents=list(intents),
            emotion=emotion,
            aspects=[Judged(Aspect(one.aspect), _JUDGED[one.sign], one.term) for one in rules.aspects],
            flags=list(with_constructive(rules.flags, intents)),
            trace=list(rules.trace),
            signature=list(keys),
        )


def _felt(learned: Learned | None) -> int | None:
    return None if learned is None else _FELT.get(learned.polarity)


def _asks(learned: Learned, rules: Reading, folded: str) -> bool | None:
    """Whether it is a question, by words, rules and form together; None where no head has learnt that."""
    if learned.asking is None:
        return None
    odds, weights = learned.asking
    ruled = Intent.QUESTION in rules.intents
    return asks(odds, forms(folded, ruled) if ruled or "?" in folded else NO_FORM, weights)


@lru_cache(maxsize=4096)
def _either(
    learned: Wants,
    likely: Wants,
    doubted: Wants,
    rules: Wants,
    polarity: Polarity,
    ironic: bool,
    asked: bool | None,
) -> Wants:
    """What the heads or the rules find, in the contract's order, without what the heads are sure is not meant.

    Heads read words: of irony they know nothing. What is but likely counts where the rules find nothing and it fits the
    sentiment (measured: rules or heads alone are worse, docs/model-card.md).
    """
    if ironic:
        return rules
    added = () if rules else [one for one in likely if _FITS.get(one, polarity) is polarity]
    found = {*rules, *learned, *added}.difference(doubted)
    if asked is not None:
        (found.add if asked else found.discard)(Intent.QUESTION)
    return tuple(intent for intent in Intent if intent in found)


def read_manifest(files: Mapping[str, bytes]) -> Manifest:
    """The manifest, after every file has been held against it. Raises ModelFault."""
    manifest = manifest_of(files, Manifest, "model", _REMEDY)
    if manifest.version != model_version(manifest.release, manifest.files):
        raise ModelFault(f"The model's {MANIFEST} names a version that its hashes do not give", _REMEDY)
    hold_against(files, manifest.files, "model", _REMEDY)
    return manifest
