"""The files a Docker host reads: they fit the Compose Specification and start what the supervisor starts."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from laborcoop.processes import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((Path(__file__).parent / "compose-spec.json").read_text(encoding="utf-8"))
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::[-?]([^}]*))?\}")


def compose(name):
    """A compose file with its variables filled in as Docker would."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return yaml.safe_load(VARIABLE.sub(lambda match: match[2] or "x" * 40, text))


@pytest.mark.parametrize("name", ["docker-compose.yml", "docker-compose.tls.yml"])
def test_fits_the_compose_specification(name):
    faults = [
        f"{fault.json_path}: {fault.message}" for fault in Draft202012Validator(SCHEMA).iter_errors(compose(name))
    ]
    assert faults == []


def test_schema_would_refuse_a_wrong_file():
    wrong = {**compose("docker-compose.yml"), "service": {}}
    assert [fault.validator for fault in Draft202012Validator(SCHEMA).iter_errors(wrong)] == ["additionalProperties"]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_container_runs_the_supervisors_command(name):
    assert tuple(compose("docker-compose.yml")["services"][name]["command"]) == COMMANDS[name]


def test_image_without_a_command_is_the_web_server():
    (command,) = re.findall(r"^CMD (.+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert tuple(json.loads(command)) == COMMANDS["web"]


def test_every_service_but_the_one_time_migration_has_a_health_check():
    services = compose("docker-compose.yml")["services"]
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"migrate"}
    assert set(services) == {"migrate", "web", "worker", "beat", "postgres", "redis", "nginx"}


def test_every_dependency_and_volume_is_declared():
    document = compose("docker-compose.yml")
    services = document["services"]
    assert {needed for service in services.values() for needed in service.get("depends_on", ())} <= set(services)
    mounted = [mount.split(":")[0] for service in services.values() for mount in service.get("volumes", ())]
    assert {name for name in mounted if not name.startswith(".")} == set(document["volumes"])
    assert all((ROOT / name).exists() for name in mounted if name.startswith("."))


def test_variables_of_the_example_are_the_ones_the_file_reads():
    read = {name for name, _ in VARIABLE.findall((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))}
    example = (ROOT / "deploy/env.example").read_text(encoding="utf-8")
    given = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert given <= read
    assert {"SECRET_KEY", "POSTGRES_PASSWORD"} <= given


def test_nginx_braces_and_included_files():
    for name in ("nginx.conf", "site.conf", "tls.conf"):
        text = re.sub(r"#.*", "", (ROOT / "deploy" / name).read_text(encoding="utf-8"))
        assert text.count("{") == text.count("}")
        assert [line for line in map(str.strip, text.splitlines()) if line and line[-1] not in ";{}"] == []
