"""Values as RDF terms, in the one spelling that the engine keeps: what is stored equals what was made."""

import calendar
import re
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote, unquote

import pyoxigraph as ox

from graph_service.vocabulary import RDF, UNIT, XSD, ZG, local

TYPE = ox.NamedNode(RDF + "type")
SUBJECT, PREDICATE, OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
DEFAULT = ox.DefaultGraph()

_QUDT = {
    "CNY": "CCY_CNY", "USD": "CCY_USD", "EUR": "CCY_EUR", "HKD": "CCY_HKD", "JPY": "CCY_JPY",
    "GBP": "CCY_GBP", "KRW": "CCY_KRW", "TWD": "CCY_TWD", "SGD": "CCY_SGD", "NUM": "NUM",
    "FRACTION": "FRACTION", "PERCENT": "PERCENT", "M2": "M2", "KM2": "KiloM2", "HA": "HA", "M3": "M3",
    "KM": "KiloM", "M": "M",
    "CM": "CentiM", "MM": "MilliM", "MICROM": "MicroM", "NM": "NanoM", "TONNE": "TON_Metric", "KG": "KiloGM",
    "G": "GM", "W": "W", "KW": "KiloW", "MW": "MegaW", "GW": "GigaW", "KWH": "KiloW-HR", "MWH": "MegaW-HR",
    "GWH": "GigaW-HR", "KV": "KiloV", "YEAR": "YR", "MONTH": "MO", "WEEK": "WK", "DAY": "DAY", "HOUR": "HR",
    "MINUTE": "MIN", "SECOND": "SEC",
}  # fmt: skip
_UNITS = {name: UNIT + qudt for name, qudt in _QUDT.items()} | {"PERSON": ZG + "PersonUnit", "MU": ZG + "Mu"}
"""Units of claims to IRIs: QUDT's where it has the unit; any other name is minted below `zg:Unit-`."""
_NAMES = {iri: name for name, iri in reversed(_UNITS.items())}

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DATE_TYPES = (XSD + "gYear", XSD + "gYearMonth", XSD + "date")


@lru_cache(maxsize=4096)
def zg(name: str) -> ox.NamedNode:
    """Return the term of the ontology with this local name."""
    return ox.NamedNode(ZG + name)


def zh(text: str) -> ox.Literal:
    """Return words of a Chinese text."""
    return ox.Literal(text, language="zh")


def whole(number: int) -> ox.Literal:
    """Return an xsd:integer (the engine keeps none of the types derived from it)."""
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))


def decimal(number: float) -> ox.Literal:
    """Return an xsd:decimal as the engine writes it: no exponent, no closing zeros."""
    text = format(Decimal(repr(float(number))), "f")
    short = (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    return ox.Literal("0" if short == "-0" else short, datatype=ox.NamedNode(XSD + "decimal"))


def moment(date: str) -> ox.Literal:
    """Return `YYYY`, `YYYY-MM` or `YYYY-MM-DD` as xsd:gYear, xsd:gYearMonth or xsd:date."""
    return ox.Literal(date, datatype=ox.NamedNode(_DATE_TYPES[date.count("-")]))


def period(date: str) -> tuple[str, str] | None:
    """Return the first and the last day of a date as far as it is said; None where there is no such date."""
    match = _DATE.fullmatch(date)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    if not year or not 1 <= (month or 1) <= 12:
        return None
    last = calendar.monthrange(year, month or 12)[1]
    if day is not None and not 1 <= day <= last:
        return None
    return f"{year:04}-{month or 1:02}-{day or 1:02}", f"{year:04}-{month or 12:02}-{day or last:02}"


def day(date: str) -> ox.Literal:
    """Return a day `YYYY-MM-DD` as xsd:date."""
    return ox.Literal(date, datatype=ox.NamedNode(_DATE_TYPES[2]))


def unit(name: str) -> ox.NamedNode:
    """Return the IRI of a unit of claims (`CNY`, `M2`); ASCII for any name."""
    known = _UNITS.get(name.upper())
    return ox.NamedNode(known or f"{ZG}Unit-{ascii_part(name)}")


def unit_name(iri: str) -> str:
    """Return the name that claims use for the unit of an IRI; of any other unit the end of its IRI."""
    return _NAMES.get(iri) or unquote(local(iri).removeprefix("Unit-"))


def ascii_part(text: str) -> str:
    """Return text that can stand in an IRI: ASCII letters and digits kept, all else percent-encoded."""
    return quote(text, safe="")


def source(text: str) -> ox.NamedNode | ox.Literal:
    """Return where a document comes from: an IRI in ASCII where it is one, else words."""
    if re.fullmatch(r"(?:https?|ftp|file|urn|doi|info):[^\s<>\"{}|\\^`]+", text):
        return ox.NamedNode(quote(text, safe=":/?#[]@!$&'()*+,;=%~-._"))
    return zh(text)
