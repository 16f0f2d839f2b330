"""Twenty invented reports as a researcher might have them, about regions that the seeds leave out.

Plain text, HTML and tables lie in `files/`; the Word files are written from the texts below, since
what a word processor saves cannot be read in a diff.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

FILES = Path(__file__).parent / "files"

WORD = {
    "communique-fisheries": (
        "Communique on Fisheries",
        "Jakarta Courier, 3 August 2031",
        "Indonesia and Malaysia signed an agreement on fisheries in Jakarta.",
        "Malaysia promised to release the boats. The Philippines welcomed the agreement.",
    ),
    "note-pipeline": (
        "Kenya and Tanzania Discuss Pipeline",
        "Dodoma Gazette, 11 August 2031",
        "Kenya and Tanzania held talks on the pipeline.",
        "Tanzania asked Kenya to share the costs. Uganda opposes the plan.",
    ),
    "memo-harbour": (
        "Togo Closes Harbour",
        "Lome Messenger, 19 August 2031",
        "Togo closed the harbour to ships from Benin.",
        "Benin condemned the decision. Ghana urged Togo to reopen the harbour.",
    ),
    "letter-tariff": (
        "Bolivia Lifts Tariff",
        "La Paz Journal, 28 August 2031",
        "Bolivia lifted the sanctions against Chile.",
        "Chile thanked Bolivia. Peru praised Bolivia for the decision.",
    ),
}
"""Paragraphs of each Word file: title, outlet and day, text."""

_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def write_files(folder: Path) -> Path:
    """Write the twenty files into a folder; returns it."""
    shutil.copytree(FILES, folder)
    for name, paragraphs in WORD.items():
        _write_docx(folder / f"{name}.docx", paragraphs)
    return folder


def _write_docx(path: Path, paragraphs: tuple[str, ...]) -> None:
    body = "".join(f"<w:p><w:r><w:t>{escape(one)}</w:t></w:r></w:p>" for one in paragraphs)
    content = f'<w:document xmlns:w="{_NAMESPACE}"><w:body>{body}</w:body></w:document>'
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", _TYPES)
        file.writestr("_rels/.rels", _RELATIONS)
        file.writestr("word/document.xml", content)
