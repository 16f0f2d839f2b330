"""Queries run in processes of their own: a query that overruns its limits costs one of them.

::

    server (asyncio) ── pool ──┬── nursery: one commit in memory ── fork ── reader, reader, …
                               └── or: readers that open the commit on disk, spawned

`wire` is what they say to each other. `reader` and `nursery` run in the children and import
little more than the engine, `dumping` reads a commit for a nursery and imports nothing else; `pool`
runs in the server.
"""
