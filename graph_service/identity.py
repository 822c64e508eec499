"""IRIs of everything in the data: ASCII, deterministic, never a blank node.

An entity's IRI is `{base}{kind}/{pinyin-slug}-{hash8}`; the hash is of its identity key, so a rebuild gives
the same IRI and two spellings of one key can never meet by accident of their slugs.
"""

import hashlib
import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin


def digest(*parts: str) -> str:
    """Return 16 hexadecimal digits of the SHA-256 of the parts, kept apart by a unit separator."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """Return a name in the form in which names are compared: NFKC, no white space, no quotation marks."""
    text = unicodedata.normalize("NFKC", name)
    return "".join(c for c in text if not c.isspace() and c not in "“”\"'‘’「」")


@lru_cache(maxsize=65_536)
def slug(name: str, most: int = 40) -> str:
    """Return the name in pinyin, lower-case ASCII letters, digits and single hyphens; `x` if none is left."""
    syllables = lazy_pinyin(unicodedata.normalize("NFKC", name), errors="default")
    words = ["".join(c for c in s.lower() if c.isascii() and c.isalnum()) for s in syllables]
    kept = "-".join(w for w in words if w)[:most].strip("-")
    return kept or "x"


def hyphenated(kind: str) -> str:
    """Return a class name as it stands in IRIs: `CompanyGroup` becomes `company-group`."""
    return "".join(f"-{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(kind))


def entity_iri(base: str, kind: str, name: str, key: str) -> str:
    """Return the IRI of an entity of this kind whose identity is `key` and whose name makes the slug."""
    return f"{base}{hyphenated(kind)}/{slug(name)}-{digest(kind, key)[:8]}"


def node_iri(base: str, kind: str, *key: str) -> str:
    """Return the IRI of a node without a name (claim, event, observation, quantity, sentence) by its key."""
    return f"{base}{hyphenated(kind)}/{digest(kind, *key)}"


def document_iri(base: str, document: str) -> str:
    """Return the IRI of the document with this identifier."""
    return f"{base}document/{document}"


def document_graph(base: str, document: str) -> str:
    """Return the IRI of the graph that holds a document's sentences and claims."""
    return f"{base}graph/doc/{document}"


def prospects_graph(base: str) -> str:
    """Return the IRI of the graph of plans, targets, forecasts and possibilities."""
    return f"{base}graph/prospects"


def derived_graph(base: str) -> str:
    """Return the IRI of the graph that lists what rules derived, from which claims."""
    return f"{base}graph/derived"


def reviews_graph(base: str) -> str:
    """Return the IRI of the graph of the decisions in force: verdicts on claims, entities that are one or are not."""
    return f"{base}graph/reviews"


def reference_graph(base: str) -> str:
    """Return the IRI of the graph of what the bundled tables say, such as the segments of industry chains."""
    return f"{base}graph/reference"


def proposals_graph(base: str) -> str:
    """Return the IRI of the graph of what may be the same, with the keys that names are found by."""
    return f"{base}graph/proposals"
