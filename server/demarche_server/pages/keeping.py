"""Links of a page that is looked at as of a release lead on to pages as of that release.

What a page says need not know of it: the parameter is put into the finished page, wherever an
address of this server stands in a link, in a form, or in a `data-…` attribute for scripts, and
begins with a slash or a question mark. An address that names a version itself is left alone, and
what is marked `data-as-it-is`.

The pages come from templates that escape what they are given, so that a tag in them is a tag, and
ends at the first ">".
"""

from __future__ import annotations

import re
from typing import Final

from markupsafe import escape

from demarche_server.protocol import Version

_TAG: Final = re.compile(r"<[a-z][^>]*>")
_ADDRESS: Final = re.compile(r'(?P<name>\s(?:href|src|data-[a-z-]+)=")([^"]*)')
_FORM: Final = re.compile(r"<form\b[^>]*>(?P<within>.*?)</form>", re.DOTALL)
_NAMED: Final = re.compile(r"(?:\?|&amp;|&)(?:release|commit)=")
_CHOOSES: Final = re.compile(r'\sname="(?:release|commit)"')
AS_IT_IS: Final = "data-as-it-is"


def keep(html: str, version: Version, root: str) -> str:
    """Return a page with its local links and forms naming a version.

    root: the path below which a proxy puts the server.
    """
    query = str(escape(version.query))

    def address(found: re.Match[str]) -> str:
        return found["name"] + _named(found[2], query, root)

    def tag(found: re.Match[str]) -> str:
        text = found[0]
        return text if AS_IT_IS in text else _ADDRESS.sub(address, text)

    return _FORM.sub(lambda found: _form(found, version), _TAG.sub(tag, html))


def _named(address: str, query: str, root: str) -> str:
    local = address.startswith(("/", "?")) and not address.startswith("//")
    if not local or _NAMED.search(address) or address.startswith(f"{root}/static/"):
        return address
    path, mark, fragment = address.partition("#")
    return f"{path}{'&amp;' if '?' in path else '?'}{query}{mark}{fragment}"


def _form(found: re.Match[str], version: Version) -> str:
    """Return a form with the version among its fields, unless it chooses one itself."""
    opening = found[0][: found.start("within") - found.start()]
    if AS_IT_IS in opening or _CHOOSES.search(found["within"]):
        return found[0]
    name, value = version.pair
    field = f'<input type="hidden" name="{name}" value="{escape(value)}">'
    return f"{opening}{field}{found['within']}</form>"
