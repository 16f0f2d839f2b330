"""Files of any kind become texts: immutable, hashed, with what the file says of itself."""

from demarche_ingest.documents.model import (
    Batch,
    Container,
    Details,
    Limits,
    Page,
    Source,
    Wishes,
    Zone,
)
from demarche_ingest.documents.reading import FORMATS, Format, read_data, read_files

__all__ = [
    "FORMATS",
    "Batch",
    "Container",
    "Details",
    "Format",
    "Limits",
    "Page",
    "Source",
    "Wishes",
    "Zone",
    "read_data",
    "read_files",
]
