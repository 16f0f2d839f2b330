"""The form of a model's reply: what it is asked for, and what is taken of what comes."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from demarche_ingest.seeds.fields import (
    Attribute,
    Basis,
    Category,
    Certainty,
    Comparator,
    MembershipStatus,
    Modality,
    Polarity,
    Predicate,
    Stance,
)

_FENCE: Final = re.compile(r"\A\s*```[a-z]*\s*\n(.*)\n\s*```\s*\Z", re.DOTALL)
MOST_CLAIMS: Final = 200
"""Claims of one reply; a reply of more is none that a question of some twenty sentences has."""

_Optional = BeforeValidator(lambda value: None if value == "" else value)
"""Many models write "" where the schema says null."""


class _Part(BaseModel):
    """Base of all parts of a reply: what is not known is an error, so that nothing is half read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EventReply(_Part):
    """What happened, with who took part by id or words."""

    category: Category
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    affected: tuple[str, ...]


class RelationReply(_Part):
    """A relation; status only of a membership."""

    subject: str
    predicate: Predicate
    object: str
    status: Annotated[MembershipStatus | None, _Optional]


class AttributeReply(_Part):
    """A number or a few words that a thing is given."""

    subject: str
    attribute: Attribute
    number: Annotated[float | None, Field(allow_inf_nan=False)]
    unit: Annotated[str | None, _Optional, Field(max_length=300)]
    comparator: Annotated[Comparator | None, _Optional]
    text: Annotated[str | None, _Optional, Field(max_length=300)]


class StanceReply(_Part):
    """Who takes which side on what."""

    actor: str
    on_behalf_of: Annotated[str | None, _Optional]
    position: str = Field(min_length=3, max_length=200)
    value: Stance


class ClaimReply(_Part):
    """One claim of a reply, of which nothing is believed yet."""

    sentence: int
    quote: str = Field(min_length=1)
    speaker: str
    statement: str
    polarity: Polarity
    certainty: Certainty
    modality: Modality
    presupposed: bool
    basis: Basis
    date: str
    confidence: float = Field(ge=0, le=1)
    event: EventReply | None
    relation: RelationReply | None
    attribute: AttributeReply | None
    stance: StanceReply | None

    @model_validator(mode="after")
    def _one_content(self) -> ClaimReply:
        given = [one for one in (self.event, self.relation, self.attribute, self.stance) if one]
        if len(given) != 1:
            raise ValueError(f"{len(given)} of event, relation, attribute and stance are given")
        return self


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a reply, in the strict form that endpoints ask for.

    Every key is required, and what strict modes do not know (lengths, bounds) is left to us.
    """
    found = ClaimReply.model_json_schema()
    parts = {name: _strict(part) for name, part in found.pop("$defs").items()}
    claims = {"type": "array", "items": {"$ref": "#/$defs/ClaimReply"}}
    return {
        "type": "object",
        "properties": {"claims": claims},
        "required": ["claims"],
        "additionalProperties": False,
        "$defs": {**parts, "ClaimReply": _strict(found)},
    }


_LEFT_OUT: Final = frozenset(
    {"title", "description", "default", "minLength", "maxLength", "minimum", "maximum"}
)


def _strict(part: Any) -> Any:
    if isinstance(part, list):
        return [_strict(one) for one in part]
    if not isinstance(part, dict):
        return part
    if "properties" in part:
        properties = {name: _strict(one) for name, one in part["properties"].items()}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    return {key: _strict(value) for key, value in part.items() if key not in _LEFT_OUT}


def read_reply(text: str) -> tuple[list[ClaimReply], list[str]]:
    """Return the claims of a reply, and what is wrong with those that have not the form asked for.

    Raises ValueError, with a sentence, where the reply as a whole is no list of claims.
    """
    fenced = _FENCE.match(text)
    try:
        value = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the reply is no JSON: {error}") from None
    listed = value.get("claims") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        raise ValueError('the reply is no object with a list "claims"')
    if len(listed) > MOST_CLAIMS:
        raise ValueError(f"the reply has {len(listed)} claims, more than {MOST_CLAIMS}")
    claims: list[ClaimReply] = []
    wrong: list[str] = []
    for number, one in enumerate(listed, start=1):
        try:
            claims.append(ClaimReply.model_validate(one))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            wrong.append(f"claim {number}{f', {where}' if where else ''}: {first['msg']}")
    return claims, wrong
