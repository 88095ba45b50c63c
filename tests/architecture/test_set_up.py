"""What set-up promises: exact versions with hashes, no addresses, nothing foreign in the repository, commands explained."""

import json
import re
import subprocess

from scripts.bootstrap import main as _bootstrap  # noqa: F401 - importable with the standard library alone
from tests.architecture.house import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")


def pins(lock: str) -> dict[str, str]:
    """Package and version of each line of a lock."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE))


def tracked() -> list[str]:
    """Every file in the repository."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


def test_every_package_is_pinned_with_hashes_and_without_an_address():
    for lock in LOCKS:
        text = (ROOT / lock).read_text()
        blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
        assert all("==" in block and "--hash=sha256:" in block for block in blocks if block.strip()), lock
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text), lock


def test_what_runs_is_what_is_tested():
    run, test = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: test.get(name) for name in run} == run


def test_front_end_packages_are_pinned_without_an_address():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages.values())
    wanted = json.loads((ROOT / "package.json").read_text())
    for versions in (wanted["dependencies"], wanted["devDependencies"]):
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())


def test_nothing_made_or_foreign_is_in_the_repository():
    made = re.compile(
        r"^(\.venv|node_modules|instance|static/vendor|tests/vendor)/|\.(mo|gz|br|pyc|db|sqlite|whl)$|\.min\.(js|css)$"
    )
    assert [name for name in tracked() if made.search(name)] == []


def test_every_command_explains_itself():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z][a-z-]*):(.*)$", makefile, re.MULTILINE)
    assert targets
    assert [name for name, rest in targets if "## " not in rest] == []
    declared = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert declared
    assert set(declared.group(1).split()) == {name for name, _ in targets}


def test_ci_runs_the_command_of_the_readme():
    assert "make test" in (ROOT / "README.md").read_text()
    assert "make test" in (ROOT / ".ci" / "run").read_text()
