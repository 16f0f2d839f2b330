"""What the documentation says is so: commands run, answers are real, links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from demarche.audit import audit, markdown
from demarche_ontology.competency import competency_queries
from demarche_server.app import create_app
from demarche_server.run import HomeSource, config, listen
from demarche_server.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "bench" / "README.md"])


@contextmanager
def serving(home):
    """Serve the graph from this process, on a free port."""
    with listen("127.0.0.1", 0) as sock:
        server = uvicorn.Server(config(create_app(Settings(), HomeSource(home, None, Settings()))))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def endpoint(seed_home):
    with serving(seed_home) as url:
        yield url


def blocks(kind: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(text: str = README) -> list[str]:
    """The commands of the console blocks, continuation lines joined."""
    joined = "\n".join(blocks("console", text)).replace("\\\n", " ")
    return [line[2:] for line in joined.splitlines() if line.startswith("$ ")]


def local(iri: object) -> str:
    return str(getattr(iri, "value", iri)).rpartition("/")[2]


def test_the_answer_in_the_readme_is_the_answer(seed_home):
    shown = re.search(r"<!-- headline-answer -->\n(.*?)<!-- /headline", README, re.DOTALL)
    assert shown
    lines = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in shown[1].splitlines()[2:]
    ]
    (query,) = [q for q in competency_queries() if q.name == "csto-members-backing-azerbaijan"]
    with seed_home.open() as view:
        results = view.query(query.text)
        names = results.variables
        rows = [dict(zip(names, map(local, row), strict=True)) for row in results.rows()]
    columns = ("member", "position", "date", "basis", "source", "voice")
    assert lines == [
        [*(row[name] for name in columns), f"{row['start']}–{row['end']}"] for row in rows
    ]


def test_curl_gets_the_answer(endpoint):
    (command,) = [line for line in commands() if line.startswith("curl")]
    assert subprocess.run(["curl", "--version"], capture_output=True, check=False).returncode == 0
    words = shlex.split(command.replace("http://127.0.0.1:7878", endpoint))
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    header, *rows = done.stdout.splitlines()
    assert header == "member,position,date,basis,source,voice,claim,document,start,end"
    assert len(rows) >= 5


def test_the_python_example_runs(endpoint):
    (code,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", code.replace("http://127.0.0.1:7878", endpoint)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("https://w3id.org/demarche/id/claim-") >= 5


def test_the_demarche_commands_of_the_readme_run_in_order(seed_home, seed_texts, tmp_path):
    """In a home of their own, since one of them makes a release."""
    home = shutil.copytree(seed_home.path, tmp_path / "home", symlinks=True)
    demarche = str(Path(sys.executable).with_name("demarche"))
    subprocess.run(
        [demarche, "--home", home, "build", ROOT / "seeds"], check=True, capture_output=True
    )
    ran = []
    for command in commands():
        words = shlex.split(command)
        if Path(words[0]).name != "demarche":
            continue
        words = [demarche, *words[1:]]
        words = [str(home) if word == ".demarche" else word for word in words]
        words = [str(seed_texts) if word == "my-copies/" else word for word in words]
        if words[1] == "verify":
            words.append(str(ROOT / "seeds"))
        environment = {**os.environ, "DEMARCHE_HOME": str(home)}
        done = subprocess.run(
            words, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        ran.append(words[1])
    assert len(ran) >= 6
    assert (tmp_path / "reference.ttl").stat().st_size > 1000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_makefile_knows_what_the_documentation_names():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        for command in re.findall(r"`make ([a-z ]+)`", page.read_text(encoding="utf-8")):
            assert set(command.split()) <= targets, f"{page.name}: make {command}"


def test_the_audit_in_the_documentation_is_that_of_the_seeds(seed_home):
    page = (ROOT / "docs" / "neutrality.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- audit -->\n(.*?)\n<!-- /audit", page, re.DOTALL)
    assert shown
    with seed_home.open() as view:
        assert shown[1].splitlines() == list(markdown(audit(view)))
