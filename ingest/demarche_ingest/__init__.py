"""From documents and seeds to RDF."""
