"""Writing: updates and graph store requests, done by a process of their own.

The server only ever holds a read-only view. `job` says what is to be done, `process` is the child
that does it with the home's writer, `desk` is the server's side: who may write, one write at a
time, limits. A write that overruns them, or crashes the engine, costs that process; the graph stays
as it was.
"""
