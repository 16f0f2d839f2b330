"""A graph in memory as columns of numbers, and plain queries answered from them.

The engine takes one solution of a join after another. Where a query joins, counts or orders what
thousands of triples hold, whole columns at a time are ten times as quick (Boncz, Zukowski and Nes,
MonetDB/X100: Hyper-Pipelining Query Execution, CIDR 2005). What is answered here is a part of
SPARQL on purpose: triple patterns with filters, grouped and counted, ordered and cut; everything
else, and everything that is not sure to be the same as the engine's answer, is the engine's.

`terms` and `graph` hold the columns, `planning` reads a query, `solving` finds its solutions,
`narrowing` filters them, `shaping` groups, orders and cuts them, `rendering` writes them down.
`looking` finds texts in literals. `lookups` has what is asked about one subject, which a program
does a thousand times.
"""

from demarche_server.columns.answering import Answer, Columns
from demarche_server.columns.graph import ColumnGraph

__all__ = ["Answer", "ColumnGraph", "Columns"]
