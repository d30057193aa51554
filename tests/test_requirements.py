"""Every version that is installed is pinned: `make lock` writes constraints.txt."""

import json
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
WITH_PYTHON = {"pip"}


def requirements_of(name: str) -> list[Requirement]:
    lines = [line.split(" #")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]


def pinned() -> dict[str, Requirement]:
    here = [pin for pin in requirements_of("constraints.txt") if pin.marker is None or pin.marker.evaluate()]
    return {canonicalize_name(pin.name): pin for pin in here}


def test_all_that_is_installed_is_pinned_to_the_version_that_is_installed():
    pins = pinned()
    found = {canonicalize_name(each.name): each.version for each in distributions()}
    loose = {
        name: version
        for name, version in found.items()
        if name not in WITH_PYTHON and (name not in pins or not pins[name].specifier.contains(version))
    }
    assert loose == {}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-bench.txt"])
def test_lock_follows_the_requirements(name):
    pins = pinned()
    assert [str(each) for each in requirements_of(name)] == [
        f"{each.name}{pins[canonicalize_name(each.name)].specifier}" for each in requirements_of(name)
    ]


def test_lock_names_no_place():
    text = (ROOT / "constraints.txt").read_text()
    assert "://" not in text
    assert "--" not in text


def test_lock_of_npm_pins_by_checksum_and_names_no_registry():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    assert packages.pop("")["devDependencies"] == wanted
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in package and "resolved" not in package for package in packages.values())
