"""Run the W3C suites and print the pass counts: `python -m conformance [SERVER] [NAME …]`.

With names, only the tests with one of them in their label are run, and each failure is shown in
full.
"""

from __future__ import annotations

import argparse
import sys

from conformance.expectations import complaints, counts, expected_failures
from conformance.others import Others
from conformance.running import SERVICES, run_all
from conformance.servers import SERVERS
from conformance.suites import HERE, cases


def main(arguments: list[str]) -> int:
    """Return 0 if everything went as expected, 1 if not, 2 if the suites are not here."""
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    parser.add_argument("server", choices=sorted(SERVERS), nargs="?", default="demarche")
    parser.add_argument("names", nargs="*")
    asked = parser.parse_args(arguments)
    if not HERE.is_dir():
        print(f"the W3C SPARQL suites are not in {HERE}", file=sys.stderr)
        return 2
    chosen = [case for case in cases() if _is_asked_for(case.label, asked.names)]
    with Others(SERVICES) as others, SERVERS[asked.server](others) as target:
        failed = run_all(chosen, target, others)
    if asked.names:
        for iri, why in failed.items():
            print(f"{iri}\n  {why}")
    for suite, passed, total in counts(chosen, failed):
        print(f"{suite:20}{passed:6}{total:6}")
    print(f"{'all':20}{len(chosen) - len(failed):6}{len(chosen):6}")
    if asked.names:
        return int(bool(failed))
    wrong = complaints(chosen, failed, expected_failures(asked.server))
    print("\n".join(wrong), file=sys.stderr)
    return int(bool(wrong))


def _is_asked_for(label: str, names: list[str]) -> bool:
    return not names or any(name in label for name in names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
