"""Test the built wheel, not the tree: build it, install it apart, ask it the headline question.

Run by `make wheel`. Uses the locked dependencies and nothing of the checkout but `seeds/`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "demarche",
    "demarche_ingest",
    "demarche_ontology",
    "demarche_server",
    "demarche_store",
}


def run(*command: str | Path, cwd: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "DEMARCHE_HOME"}}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{command} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def check_contents(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")}
    if tops != PACKAGES:
        sys.exit(f"the wheel holds {sorted(tops)}, not {sorted(PACKAGES)}")
    for package in PACKAGES:
        if f"{package}/py.typed" not in names:
            sys.exit(f"{package}/py.typed is missing from the wheel")
    for file in ("english.npz", "card.json", "ATTRIBUTION.md"):
        if f"demarche_ingest/parsing/weights/{file}" not in names:
            sys.exit(f"the parser's {file} is missing from the wheel")
    if any("training" in name for name in names):
        sys.exit("the wheel holds what only training needs")
    for document in [
        "LICENSE",
        "LICENSE-DATA",
        *(one.name for one in (ROOT / "docs").glob("*.md")),
    ]:
        if f"demarche_server/documents/{document}" not in names:
            sys.exit(f"{document} is missing from the wheel")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", here, ROOT, cwd=here)
        (wheel,) = here.glob("*.whl")
        check_contents(wheel)
        run(sys.executable, "-m", "venv", here / "venv", cwd=here)
        python = here / "venv" / "bin" / "python"
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=here)
        run(*pip, "--no-deps", wheel, cwd=here)
        program = (
            "from demarche_server.pages.front import documents as d; print(d.document('codebook'))"
        )
        if "Codebook" not in run(python, "-c", program, cwd=here):
            sys.exit("the wheel does not find its documents")
        program = (
            "from demarche_ingest.parsing.opening import open_parser as o;"
            "from demarche_ingest.texts import Text, Span;"
            "t = Text.decode(b'The ministers met.');"
            "print([w.lemma for p in o().parse(t, [Span(0, len(t))]) for w in p.tokens])"
        )
        if "'minister', 'meet'" not in run(python, "-c", program, cwd=here):
            sys.exit("the wheel does not parse a sentence")
        demarche = here / "venv" / "bin" / "demarche"
        run(demarche, "--home", here / "home", "build", ROOT / "seeds", cwd=here)
        answer = run(
            *(demarche, "--home", here / "home", "query", "csto-members-backing-azerbaijan"),
            *("--format", "csv"),
            cwd=here,
        )
        if "id/kazakhstan" not in answer:
            sys.exit(f"the wheel's answer to the headline question is not right:\n{answer}")
        print(f"{wheel.name}: built, installed apart, answers the headline question")


if __name__ == "__main__":
    main()
