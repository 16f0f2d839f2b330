"""How well documents are read: what is found in them against gold, layer by layer."""
