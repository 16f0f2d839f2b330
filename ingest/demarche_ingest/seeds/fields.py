"""Field types of the claims format: identifiers, controlled values, dates.

The allowed values come from `terms`, so the published JSON Schema and the vocabularies agree.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from demarche_ingest import times
from demarche_ontology import terms


class Record(BaseModel):
    """Base of all records: frozen, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
    """The text under a field is its description in the published JSON Schema."""


class OneOf:
    """Metadata of a string type limited to some values, with them in its JSON Schema."""

    def __init__(self, values: tuple[str, ...], what: str) -> None:
        self.values, self.what = values, what

    @classmethod
    def scheme(cls, name: str) -> OneOf:
        """Limit to the notations of a controlled list."""
        return cls(terms.SCHEMES[name], f"value of the list {name!r}")

    def _check(self, value: str) -> str:
        if value not in self.values:
            raise ValueError(f"{value!r} is no {self.what}; one of {', '.join(self.values)}")
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.values)}


def _calendar_day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is not a day of the calendar (YYYY-MM-DD)") from None
    return value


def _edtf(value: str) -> str:
    times.parse(value)
    return value


def _wrapped(check: Callable[[Any], Any]) -> BeforeValidator:
    return BeforeValidator(check)


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=120)]
"""A local name: lower-case ASCII letters, digits and single hyphens."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
ClaimName = Annotated[str, StringConstraints(pattern=r"^claim-[0-9a-f]{16}$")]
"""Local name of a claim's IRI."""

Day = Annotated[date, _wrapped(_calendar_day), WithJsonSchema({"type": "string", "format": "date"})]
Edtf = Annotated[
    str, AfterValidator(_edtf), Field(examples=["2014-05-29", "2014-05", "2014-05-30/.."])
]
Sentence = Annotated[str, StringConstraints(min_length=3, max_length=600, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]

Voice = Annotated[str, OneOf.scheme("voice")]
Certainty = Annotated[str, OneOf.scheme("certainty")]
Polarity = Annotated[str, OneOf.scheme("polarity")]
Modality = Annotated[str, OneOf.scheme("modality")]
Basis = Annotated[str, OneOf.scheme("basis")]
Stance = Annotated[str, OneOf.scheme("stance")]
Category = Annotated[str, OneOf.scheme("category")]
Context = Annotated[str, OneOf.scheme("context")]
MembershipStatus = Annotated[str, OneOf.scheme("membership")]
Obligation = Annotated[str, OneOf.scheme("obligation")]
Territorial = Annotated[str, OneOf.scheme("territorial")]
DateBasis = Annotated[str, OneOf.scheme("date-basis")]
Comparator = Annotated[str, OneOf.scheme("comparator")]
Attribute = Annotated[str, OneOf.scheme("attribute")]
PartKind = Annotated[str, OneOf.scheme("part")]
Predicate = Annotated[str, OneOf(terms.RELATION_PREDICATES, "relation")]


class When(Record):
    """When something held or was said: an EDTF expression and what it rests on."""

    edtf: Edtf
    """The date as EDTF, as partial as its source: 2014-05-29, 2014-05, 2014-05-30/.., 2014~."""
    basis: DateBasis = "stated"
    """Whether the text states the date, it is worked out from the text, or the coder gives it."""
    note: Line | None = None
    """Why a date was inferred or curated."""
