"""The parts of `bench/endpoint.py`: data, cases, servers, load, report."""
