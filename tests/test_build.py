"""The package is built where there is no Node, and what is built serves the page."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = "graph_service/web/static/explorer"
MODULES = ROOT / "graph_service" / "explorer" / "node_modules"
LEFT = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", "__pycache__", "dist", "zonegraph-store", ".mypy_cache", ".ruff_cache"
)


def build(folder: Path, kind: str, path: Path) -> Path:
    """Return what hatchling builds of the sources in a folder with nothing on PATH but what is in another one."""
    out = folder / "dist"
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(out)],
        cwd=folder, env={"PATH": str(path), "HOME": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


@pytest.mark.skipif(not MODULES.is_dir(), reason="the page has not been built here: run make page")
def test_sdist_and_wheel_are_built_without_node(tmp_path: Path) -> None:
    """The sdist is built with Node from PyPI, the wheel from it without any; the page is in it, its sources are not."""
    sources, path = tmp_path / "sources", tmp_path / "bin"
    shutil.copytree(ROOT, sources, ignore=LEFT)
    shutil.rmtree(sources / PAGE, ignore_errors=True)
    # What npm installs is taken from here: a build in a test asks no registry.
    shutil.copytree(MODULES, sources / "graph_service" / "explorer" / "node_modules", symlinks=True)
    path.mkdir()
    for tool in ("sh", "env"):
        (path / tool).symlink_to(str(shutil.which(tool)))
    sdist = build(sources, "sdist", path)
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / sdist.name.removesuffix(".tar.gz")
    # What the sdist carries is built already: were it not, there is nothing here to build it with.
    wheel = build(unpacked, "wheel", path)
    assert not (unpacked / "graph_service" / "explorer" / "node_modules").exists()
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        f"{PAGE}/{name}" for name in ("explorer.js", "explorer.css", "editor.js", "layout.worker.js")
    } <= set(names)
    assert not [name for name in names if name.startswith("graph_service/explorer/")]
