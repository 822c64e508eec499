"""What named queries take: parameters of some types, and the terms that a user's words for them become."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from graph_service.errors import UsageError
from graph_service.graph.labels import ontology_labels
from graph_service.graph.terms import decimal
from graph_service.vocabulary import MODALITIES, XSD, ZG, local, vocabulary

TYPES = ("entity", "relation", "concept", "words", "modality", "integer", "number", "flag")
"""What a parameter can be."""

Bound = Mapping[str, ox.NamedNode | ox.Literal]
"""Terms by the variable that takes them."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a named query takes.

    Attributes:
        name: as users write it.
        type: one of `TYPES`.
        required: whether the query means nothing without it.
        labels: by language.
        example: a value to show.
        kind: class that an entity is of, to choose among things of one name.
        binds: the variable that takes it.
        default: what it is where nothing is given; empty: nothing.
        least: smallest whole number allowed; None: any.
        most: largest whole number allowed; None: any.
    """

    name: str
    type: str
    required: bool
    labels: Mapping[str, str]
    example: str
    kind: str
    binds: str
    default: str = ""
    least: int | None = None
    most: int | None = None

    def term(self, text: str) -> ox.NamedNode | ox.Literal | None:
        """Return the term that words stand for, where they are no name of a thing; None: as if nothing was said.

        Raises:
            UsageError: they stand for none.
        """
        return _TERMS[self.type](self, text)


def _modality(parameter: Parameter, text: str) -> ox.NamedNode:
    if text not in MODALITIES:
        raise UsageError(
            f"{parameter.name}={text} is not a modality", f"Choose one of {', '.join(MODALITIES)}."
        )
    return ox.NamedNode(ZG + MODALITIES[text])


def _relation(parameter: Parameter, text: str) -> ox.NamedNode:
    if text.startswith(("http://", "https://")):
        return _iri(text)
    for relation in vocabulary().relations.values():
        if text == relation.name or text in relation.labels.values():
            return ox.NamedNode(ZG + relation.name)
    raise UsageError(
        f"{parameter.name}={text} is not a relation",
        "Give a name such as relocatedTo, a label such as 迁至, or an IRI.",
    )


def _integer(parameter: Parameter, text: str) -> ox.Literal:
    try:
        number = int(text)
    except ValueError as error:
        raise UsageError(
            f"{parameter.name}={text} is not a whole number", "Write digits, such as 3."
        ) from error
    least, most = parameter.least, parameter.most
    if (least is not None and number < least) or (most is not None and number > most):
        allowed = f"{'' if least is None else least}–{'' if most is None else most}"
        raise UsageError(f"{parameter.name}={number} is out of bounds", f"Give a number within {allowed}.")
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD + "integer"))


def _number(parameter: Parameter, text: str) -> ox.Literal:
    try:
        return decimal(float(text.replace(",", "")))
    except (ValueError, ArithmeticError) as error:
        raise UsageError(f"{parameter.name}={text} is not a number", "Write digits, such as 1.5.") from error


def _concept(parameter: Parameter, text: str) -> ox.NamedNode:
    if text.startswith(("http://", "https://")):
        return _iri(text)
    for iri, labels in ontology_labels().items():
        if text in (local(iri), *labels.values()):
            return ox.NamedNode(iri)
    raise UsageError(
        f"{parameter.name}={text} is no concept of the ontology",
        f"Give a label such as {parameter.example}, or an IRI; /ontology has them all.",
    )


def _words(_parameter: Parameter, text: str) -> ox.Literal:
    return ox.Literal(text)


def _flag(parameter: Parameter, text: str) -> ox.Literal | None:
    if text.lower() in _NO:
        return None
    if text.lower() in _YES:
        return ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))
    raise UsageError(f"{parameter.name}={text} is neither yes nor no", "Give yes or no.")


def _iri(text: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not an IRI", "Percent-encode what an IRI may not hold.") from error


_YES, _NO = ("yes", "true", "1", "on", "是"), ("no", "false", "0", "off", "否")
_TERMS: Mapping[str, Callable[[Parameter, str], ox.NamedNode | ox.Literal | None]] = {
    "modality": _modality,
    "relation": _relation,
    "concept": _concept,
    "integer": _integer,
    "number": _number,
    "words": _words,
    "flag": _flag,
}
