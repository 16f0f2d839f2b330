"""Linked data: every IRI of the project answers on the server's own host.

`/id/kazakhstan` on this server stands for `https://w3id.org/demarche/id/kazakhstan`: the path below
the project's base is the path below the server's root. The plain path names the thing and leads
(303) to a document about it; the document's path ends in a suffix (`.html`, `.ttl`, …).
"""
