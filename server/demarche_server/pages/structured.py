"""What pages say to search engines: JSON-LD in the words of schema.org, inert inside HTML."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

CONTEXT: Final = "https://schema.org"
_ESCAPED: Final = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
"""What could end the element, or begin another or an entity: as JSON writes it by number."""


def script(data: Mapping[str, Any]) -> Markup:
    """Return a data block, which browsers never run (HTML, 4.12.1); nothing for no data."""
    if not data:
        return Markup()
    text = json.dumps({"@context": CONTEXT, **data}, ensure_ascii=False, separators=(",", ":"))
    return Markup('<script type="application/ld+json">{}</script>').format(
        Markup(text.translate(_ESCAPED))  # noqa: S704 - nothing is left that could end it
    )


def filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return data without what is empty."""
    return {name: value for name, value in data.items() if value}
