"""What every crawl of a test makes of its own, made once for all of them (tests/crawling.py)."""

import babel.core
import rapidfuzz.fuzz
import trafilatura
import warcio.warcwriter

from diplonews import site
from diplonews.infer import gazetteer, language

LOADED = (babel.core, rapidfuzz.fuzz, trafilatura, warcio.warcwriter)

gazetteer.gazetteer()
language._identifier(site.LANGUAGES)
