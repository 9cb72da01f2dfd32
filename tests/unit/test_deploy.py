"""What stands in deploy/: the limits are the house's own, and every figure in it is published."""

import asyncio
import json
import re
import shutil
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.domain.watch import CONDITIONS, Condition
from bot.telemetry.metrics import exposition

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "rules.yml"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
ALERT = re.compile(
    r"- alert: (?P<name>\w+)\n"
    r" +expr: >-\n +(?P<expr>.+)\n"
    r" +for: (?P<minutes>\d+)m\n"
    r" +labels:\n +condition: (?P<condition>\w+)\n +urgent: \"(?P<urgent>yes|no)\"\n"
)
FIGURE = re.compile(r"\b(?:emdia|process)_[a-z_]+\b")
RECORDED = re.compile(r"\bemdia:[a-z0-9_:]+\b")
SUFFIX = re.compile(r"_(bucket|count|sum|total)$")
MINUTES_RANGE = re.compile(r"(?:ratio)?(\d+)m\b")


def alerts() -> dict[str, re.Match[str]]:
    """Every alert by the condition it stands for."""
    return {found["condition"]: found for found in ALERT.finditer(RULES.read_text("utf-8"))}


def published() -> set[str]:
    families = text_string_to_metric_families(exposition().decode())
    return {family.name for family in families} | {"process_cpu_seconds"}


def expressions() -> str:
    """Everything that is asked of a Prometheus."""
    asked = [RULES.read_text("utf-8")]
    for board in DASHBOARDS:
        panels = json.loads(board.read_text("utf-8"))["panels"]
        asked += [target["expr"] for panel in panels for target in panel["targets"]]
    return "\n".join(asked)


def test_prometheus_watches_what_the_house_watches() -> None:
    assert set(alerts()) == {condition.name for condition in CONDITIONS}


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_the_limits_are_the_same(condition: Condition) -> None:
    alert = alerts()[condition.name]
    sign = "<" if condition.below else ">"
    compared = re.search(r"([<>]) ([\d.]+)", alert["expr"])
    assert compared is not None
    assert (compared[1], float(compared[2])) == (sign, condition.limit)
    assert int(alert["minutes"]) == condition.minutes
    assert (alert["urgent"] == "yes") is condition.urgent


@pytest.mark.parametrize(
    "condition",
    [condition for condition in CONDITIONS if condition.window > 1],
    ids=lambda condition: condition.name,
)
def test_shares_are_counted_over_the_same_time(condition: Condition) -> None:
    windows = {int(minutes) for minutes in MINUTES_RANGE.findall(alerts()[condition.name]["expr"])}
    assert windows == {condition.window}


def test_every_figure_that_is_asked_for_is_published() -> None:
    asked = {SUFFIX.sub("", name) for name in FIGURE.findall(expressions())}
    known = published()
    assert sorted(name for name in asked if name not in known) == []


def test_every_recorded_figure_that_is_asked_for_is_recorded() -> None:
    recorded = set(re.findall(r"- record: (\S+)", RULES.read_text("utf-8")))
    assert set(RECORDED.findall(expressions())) == recorded


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board.stem)
def test_a_dashboard_is_one_that_grafana_takes_in(board: Path) -> None:
    content = json.loads(board.read_text("utf-8"))
    assert content["uid"] == board.stem
    ids = [panel["id"] for panel in content["panels"]]
    assert len(ids) == len(set(ids))
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in content["panels"])


async def tool(name: str, *arguments: str) -> None:
    """Ask Prometheus's own tools, where they are on this machine."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"there is no {name} on this machine")
    process = await asyncio.create_subprocess_exec(
        found, *arguments, cwd=DEPLOY, stdout=PIPE, stderr=STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


async def test_every_alert_fires_when_it_should_and_only_then() -> None:
    await tool("promtool", "test", "rules", "prometheus/rules_test.yml")


def test_every_alert_is_tried() -> None:
    tried = (DEPLOY / "prometheus" / "rules_test.yml").read_text("utf-8")
    for alert in alerts().values():
        assert f"- name: {alert['name']}, trouble" in tried
        assert f"- name: {alert['name']}, none" in tried


async def test_prometheus_takes_its_settings() -> None:
    await tool("promtool", "check", "config", "prometheus/prometheus.yml")


async def test_alertmanager_takes_its_settings() -> None:
    await tool("amtool", "check-config", "alertmanager/alertmanager.yml")


ROOT = DEPLOY.parent
IMAGE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
OURS, _, REST = COMPOSE.partition("\nservices:\n")
SERVICES = dict(
    re.findall(
        r"^  (\w+):\n(.*?)(?=^  \w+:\n|\Z)",
        REST.partition("\nsecrets:\n")[0],
        re.MULTILINE | re.DOTALL,
    )
)


def test_no_more_rights_means_just_that() -> None:
    assert "x-no-more-rights: &no-more-rights\n  - no-new-privileges:true\n" in OURS


def test_the_image_runs_as_somebody_without_rights() -> None:
    last = IMAGE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!root|0\b)\w+$", last, re.MULTILINE)
    assert last.index("\nUSER ") < last.index("\nCMD ")
    assert "--shell /usr/sbin/nologin" in last


def test_the_image_says_how_it_is() -> None:
    assert re.search(r"^HEALTHCHECK .*\n  CMD .*/healthz", IMAGE, re.MULTILINE)


def test_nothing_secret_goes_into_the_image() -> None:
    assert (ROOT / ".dockerignore").read_text("utf-8").splitlines()[1] == "*"
    assert not re.search(r"^(ARG|ENV).*(TOKEN|SECRET|PASSWORD|_KEY)", IMAGE, re.MULTILINE)


@pytest.mark.parametrize(
    "line",
    [
        "read_only: true",
        "cap_drop:\n    - ALL",
        "security_opt: *no-more-rights",
        "- /tmp",
        "- data:/data",
    ],
)
def test_our_containers_may_change_nothing_but_their_data(line: str) -> None:
    assert line in OURS
    ours = {name for name, said in SERVICES.items() if "<<: *emdia" in said}
    assert ours >= {"web", "worker"}
    for name in ours:
        for undone in (
            "read_only:",
            "cap_add:",
            "privileged:",
            "security_opt:",
            "user:",
            "volumes:",
        ):
            assert undone not in SERVICES[name], f"{name} takes {undone} back"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_container_gains_rights_or_is_reached_from_outside(name: str) -> None:
    said = SERVICES[name]
    assert "privileged" not in said
    assert "docker.sock" not in said
    assert "<<: *emdia" in said or "security_opt: *no-more-rights" in said
    for port in re.findall(r'- "([^"]*:\d+)"', said):
        assert port.startswith("127.0.0.1:"), f"{name} listens at {port}"


def test_every_container_of_the_house_itself_tells_whether_it_is_well() -> None:
    assert {"postgres", "redis", "worker"} <= {
        name for name, said in SERVICES.items() if "healthcheck:" in said
    }
