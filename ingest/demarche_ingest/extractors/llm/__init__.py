"""Claims proposed by a language model behind any endpoint of OpenAI's chat protocol.

Off unless configured. What a document says is data for the model, never instructions to us: a
reply is read by a schema, its quotations are looked up letter by letter, and the gate judges what
is left.
"""
