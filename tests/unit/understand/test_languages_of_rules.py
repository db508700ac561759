"""Rules are Spanish and English: they are not read into a third language, where only a question mark speaks."""

import pytest

from pipeline.understand.reading import NOTHING, read_in
from pipeline.understand.text import fold


@pytest.mark.parametrize("language", ["pt", "it", "ja", "pt-BR"])
def test_rules_of_two_languages_are_not_read_into_a_third(language):
    assert read_in(language, fold("La app non funziona, pero genial"), -1) == NOTHING
    assert read_in(language, fold("Ma funziona?")).intents == ("question",)
    assert read_in(language, "https://example.org/?q=1") == NOTHING


@pytest.mark.parametrize("language", [None, "es", "en", "es-MX", "EN"])
def test_rules_are_read_in_their_languages_and_where_none_is_known(language):
    assert read_in(language, "la app no carga").intents == ("complaint",)
