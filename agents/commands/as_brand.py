"""Texts as one brand of a configuration hears them, for the commands that score and measure: `--brand`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from agents.commands.common import UsageError, add_config, configuration
from agents.commands.reader import Read, Reader
from agents.config.tree import suggestion
from pipeline.match import config_version
from pipeline.understand.brand import BrandRules
from pipeline.understand.text import SCORED_CHARS, fold
from schemas.mention import Lang, Understanding


def add_brand(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--brand",
        metavar="ID",
        help="as this brand of the configuration hears it: its words and what its labels taught",
    )
    add_config(parser)


def as_brand(reader: Reader, args: argparse.Namespace) -> Reader:
    """The reader that `args` ask for. Raises UsageError where there is no such brand, ConfigError for a wrong file."""
    if args.brand is None:
        return reader
    config = configuration(args)
    brands = {brand.id: brand for brand in config.brands}
    if args.brand not in brands:
        known = suggestion(args.brand, list(brands), f"brands are {', '.join(brands)}")
        raise UsageError(f"there is no brand {args.brand!r}; {known}")
    return _AsBrand(reader, BrandRules(brands[args.brand], config_version(config), reader.mind.version))


class _AsBrand(Reader):
    """Another reader's models, with a brand's rules behind them."""

    def __init__(self, models: Reader, own: BrandRules) -> None:
        super().__init__(models.mind, models._seconds, models._budget)
        self._own = own

    def fresh(self) -> Reader:
        return _AsBrand(self, self._own)

    def read(self, texts: Sequence[str], declared: Sequence[Lang | None]) -> Read:
        return [
            (lang, self._heard(text, lang, said))
            for text, (lang, said) in zip(texts, super().read(texts, declared), strict=True)
        ]

    def _heard(self, text: str, lang: Lang | None, said: Understanding) -> Understanding:
        language = lang.value if lang else None
        folded = fold(text[:SCORED_CHARS])
        return self._own.apply(said, folded, lambda part: self.mind.feeling(part, language), language)
