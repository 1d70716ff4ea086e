"""Near-duplicates, exactly: what comparing every text with every other by rapidfuzz would give, no more, no less.

Two texts are near-duplicates at a threshold t when `fuzz.ratio(normalize(a), normalize(b)) >= 100 * t`. Bounds that can
only err towards keeping a pair leave few candidates (bounds.py has the proofs), and what they leave is settled by
`fuzz.ratio` with that very comparison, so that no rounding of ours has a say. Texts are code points here: every script
is treated alike, and lone surrogates are let be.
"""

from unpack_core.neardup.components import groups
from unpack_core.neardup.index import FetchSignatures, FetchTexts, Index, join, matches
from unpack_core.neardup.text import REVISION, normalize, signature
from unpack_core.neardup.verify import Scored
from unpack_core.neardup.within import Progress, pairs

__all__ = [
    "REVISION",
    "FetchSignatures",
    "FetchTexts",
    "Index",
    "Progress",
    "Scored",
    "groups",
    "join",
    "matches",
    "normalize",
    "pairs",
    "signature",
]
