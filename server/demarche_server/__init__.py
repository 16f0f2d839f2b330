"""The SPARQL endpoint and its pages."""
