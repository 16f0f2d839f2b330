"""What else deploy/ holds: settings, units, the container file, logrotate."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import httpx
import pytest
from deploy.proxy import DEPLOY, free_port
from server.hostile.processes import eventually

from demarche.cli.exits import Code
from demarche_ontology.terms import DEM
from demarche_server.run import GRACE_SECONDS, check_proxy_settings
from demarche_server.settings import Settings
from demarche_server.settings_file import load_settings

ROOT = DEPLOY.parent
ANALYZE = shutil.which("systemd-analyze")
SERVICE = DEPLOY / "systemd" / "demarche.service"
SETTINGS = DEPLOY / "server.toml"
NGINX = "\n".join(path.read_text() for path in sorted((DEPLOY / "nginx").iterdir()))
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")


# --- Settings --------------------------------------------------------------------------------


def test_the_settings_are_read_by_the_servers_own_reader(tmp_path):
    settings = load_settings(SETTINGS)
    check_proxy_settings(settings)
    assert settings.access_log == "/var/log/demarche/access.jsonl"
    offered = re.sub(r"^# (\w+ = )", r"\1", SETTINGS.read_text(), flags=re.MULTILINE)
    every = tmp_path / "every.toml"
    every.write_text(offered)
    check_proxy_settings(load_settings(every))
    assert tomllib.loads(offered).keys() > tomllib.loads(SETTINGS.read_text()).keys()


def test_nginx_goes_by_the_settings():
    settings = load_settings(SETTINGS)
    assert f"server {settings.host}:{settings.port};" in NGINX
    assert settings.host in settings.trusted_proxies
    assert _size("client_max_body_size") > settings.max_write_bytes
    assert _size("large_client_header_buffers 4") > settings.max_url_bytes
    waits = settings.max_query_seconds + 2 * settings.max_queue_seconds
    assert int(re.search(r"proxy_read_timeout (\d+)s", NGINX)[1]) > waits
    assert f"limit_conn demarche {Settings().max_connections_per_address};" in NGINX
    # nginx lets go of idle connections first (60 s), so that no request meets a closing one.
    assert settings.keep_alive_seconds > 60


def _size(directive: str) -> int:
    number, unit = re.search(rf"^ *{directive} (\d+)([km]);", NGINX, re.MULTILINE).groups()
    return int(number) << {"k": 10, "m": 20}[unit]


def test_logrotate_takes_the_log_that_the_settings_name():
    rotated = (DEPLOY / "logrotate" / "demarche").read_text()
    assert f"{load_settings(SETTINGS).access_log} {{" in rotated


# --- systemd ---------------------------------------------------------------------------------


def unit(path: Path = SERVICE) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", path.read_text(), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


@needs_systemd
def test_systemd_takes_the_units(tmp_path):
    program = tmp_path / "demarche"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for path in SERVICE.parent.glob("demarche.s*[ct][ek]*"):
        text = path.read_text().replace("/opt/demarche/bin/demarche", str(program))
        (tmp_path / path.name).write_text(text)
    units = sorted(str(path) for path in tmp_path.glob("demarche.*"))
    assert len(units) == 2
    done = subprocess.run(
        [ANALYZE, "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "demarche" not in done.stderr, done.stderr


@needs_systemd
def test_the_service_is_confined():
    done = subprocess.run(
        [ANALYZE, "security", "--offline=true", "--threshold=15", "--no-pager", str(SERVICE)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze cannot judge units that are not loaded")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr


def test_the_service_lets_the_server_end_in_good_order():
    told = unit()
    assert told["KillMode"] == ["mixed"]
    assert told["OOMPolicy"] == ["continue"]
    assert int(told["TimeoutStopSec"][0]) > GRACE_SECONDS + 10
    codes = {Code(int(code)) for code in told["RestartPreventExitStatus"][0].split()}
    assert codes == {Code.USAGE, Code.INPUT, Code.UNKNOWN}
    settings = load_settings(SETTINGS)
    assert int(told["LimitNOFILE"][0]) > 2 * settings.max_connections
    (listens,) = unit(SERVICE.with_suffix(".socket"))["ListenStream"]
    assert listens == f"{settings.host}:{settings.port}"


# --- The container file ----------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    """The instructions of the container file, in order."""
    text = (DEPLOY / "Containerfile").read_text()
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def last(name: str) -> str:
    return [value for key, value in instructions() if key == name][-1]


def test_what_is_copied_is_there_and_not_kept_out():
    sent = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    copied = [value.split() for key, value in instructions() if key == "COPY"]
    here = [word for words in copied if "--from" not in words[0] for word in words[:-1]]
    assert here
    for path in {*here, *sent} - {"."}:
        assert (ROOT / path).exists(), path
        assert path.split("/")[0] in sent, path
    needed = {"README.md", "LICENSE", "LICENSE-DATA", "pyproject.toml", "requirements.lock"}
    assert needed <= sent


def test_it_installs_as_the_makefile_does():
    makefile = (ROOT / "Makefile").read_text()
    ran = " ".join(value for key, value in instructions() if key == "RUN")
    for words in ("--require-hashes -r requirements.lock", "--no-deps --no-build-isolation"):
        assert words in makefile
        assert words in ran
    assert "npm ci --ignore-scripts" in ran
    assert "npm ci --prefix $(WEB) --ignore-scripts" in makefile


def test_it_runs_as_nobody_of_importance_with_the_home_as_a_volume():
    assert last("USER").split(":")[0].isdigit()
    assert int(last("USER").split(":")[0]) >= 10_000
    assert f"DEMARCHE_HOME={last('VOLUME')}" in last("ENV")


@pytest.fixture(scope="module")
def image() -> str:
    """An image, over base images that are there: nothing is pulled.

    BASE_NODE and BASE_PYTHON name others.
    """
    if shutil.which("podman") is None:
        pytest.skip("podman is not installed")
    ours = dict(value.split("=", 1) for key, value in instructions() if key == "ARG")
    bases = {name: os.environ.get(f"BASE_{name}", image) for name, image in ours.items()}
    for base in bases.values():
        if podman("image", "exists", base).returncode:
            pytest.skip(f"the base image {base} is not here")
    arguments = [f"--build-arg={name}={base}" for name, base in bases.items()]
    name = "localhost/demarche-test/server"
    done = podman(
        *("build", "--pull=never", "--format=docker", *arguments),
        *("-t", name, "-f", str(DEPLOY / "Containerfile"), str(ROOT)),
    )
    assert done.returncode == 0, done.stderr
    return name


def podman(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["podman", *words], capture_output=True, text=True, check=False)


def test_the_image_builds_the_graph_and_serves_it(image, tmp_path):
    tried = podman("run", "--rm", "--network=host", "--no-healthcheck", image, "--version")
    if tried.returncode:
        pytest.skip(f"podman starts no container here: {tried.stderr.strip().splitlines()[-1]}")
    name, address = f"demarche-test-{os.getpid()}", f"http://127.0.0.1:{free_port()}"
    # As docs/operations.md has it, but for the network.
    kept = ("--network=host", "-v", f"{name}:{last('VOLUME')}:U", "--read-only", "--tmpfs=/tmp")
    kept = (*kept, "--cap-drop=all", "--no-healthcheck")
    serve = ("serve", "--host", "127.0.0.1", "--port", address.rpartition(":")[2])
    try:
        built = podman("run", "--rm", *kept, image, "build", "/usr/share/demarche/seeds")
        assert built.returncode == 0, built.stderr
        begun = podman("run", "-d", "--name", name, *kept, image, *serve)
        assert begun.returncode == 0, begun.stderr
        assert eventually(lambda: answers(f"{address}/readyz"))
        asked = {"query": "SELECT (COUNT(*) AS ?n) { ?c a dem:Claim }", "format": "csv"}
        asked["query"] = f"PREFIX dem: <{DEM}> {asked['query']}"
        assert int(httpx.get(f"{address}/sparql", params=asked).text.split()[1]) > 100
        page = httpx.get(f"{address}/", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert "<h1" in page.text
        editor = re.search(r'data-editor="([^"]+)"', httpx.get(f"{address}/query").text)
        assert editor is not None
        assert httpx.get(f"{address}{editor[1]}").status_code == 200
        assert podman("stop", "-t", "60", name).returncode == 0
        ended = podman("inspect", "--format", "{{.State.ExitCode}}", name)
        assert ended.stdout.strip() in ("0", "143"), podman("logs", name).stderr
    finally:
        podman("rm", "-f", name)
        podman("volume", "rm", "-f", name)


def answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The program as the image has it: the wheel, and of the checkout nothing."""
    folder = tmp_path_factory.mktemp("image")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    # Dependencies of the tests' own venv; its .pth files, which lead here, do not count there.
    (libraries,) = venv.glob("lib/python3*/site-packages")
    (theirs,) = Path(sys.prefix).glob("lib/python3*/site-packages")
    pip = [sys.executable, "-m", "pip", "--python", venv / "bin" / "python", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True, cwd=folder)
    (libraries / "dependencies.pth").write_text(f"{theirs}\n")
    return venv / "bin"


def test_the_commands_of_the_image_work_where_the_wheel_is_installed(installed, tmp_path):
    """What the image is told to run, with only host paths and the port changed."""
    python, port = str(installed / "python"), free_port()
    environment = {"PATH": str(installed), "DEMARCHE_HOME": str(tmp_path / "home"), "HOME": "/"}
    entry = json.loads(last("ENTRYPOINT"))
    assert entry[:2] == ["tini", "--"]
    program = [str(installed / entry[2])]
    where = "import demarche_server; print(demarche_server.__file__)"
    told = subprocess.run(
        [python, "-c", where], env=environment, stdout=subprocess.PIPE, cwd=tmp_path, check=True
    )
    assert told.stdout.decode().startswith(str(installed.parent))
    data = tmp_path / "data.ttl"
    data.write_text("<urn:a> <urn:b> <urn:c> .")
    subprocess.run([*program, "load", data], env=environment, check=True, cwd=tmp_path)
    command = [*program, *json.loads(last("CMD")), "--port", str(port)]
    process = subprocess.Popen(command, env=environment, cwd=tmp_path)
    try:
        check = json.loads(last("HEALTHCHECK").partition("CMD ")[2])
        check = [python, *check[1:-1], check[-1].replace(":7878", f":{port}")]
        assert eventually(lambda: healthy(check))
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
    finally:
        process.terminate()
        assert process.wait(30) == 0
    assert not healthy(check)


def healthy(check: list[str]) -> bool:
    return not subprocess.run(check, stderr=subprocess.DEVNULL, check=False).returncode


def test_every_file_of_deploy_is_told_of():
    page = (ROOT / "docs" / "operations.md").read_text()
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            assert f"deploy/{path.relative_to(DEPLOY)}" in page, path
    names = {field.name for field in dataclasses.fields(Settings)}
    assert set(tomllib.loads(SETTINGS.read_text())) <= names
