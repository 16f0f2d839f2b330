"""From seed records to RDF triples, as docs/model.md lays them out."""
