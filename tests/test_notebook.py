"""The example of an analyst's work runs as it stands, against a service of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "data" / "notebook" / "questions.py"


def test_five_questions_are_answered_and_two_plots_drawn(tmp_path: Path) -> None:
    """What it prints has an answer to each question; the plots are pictures."""
    environment = {**os.environ, "ZONEGRAPH_STORE": str(tmp_path / "store"), "MPLCONFIGDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-m", "graph_service", "serve", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
    ) as service:  # fmt: skip
        assert service.stdout
        try:
            server = service.stdout.readline().removeprefix("Serving ").strip()
            done = subprocess.run(
                [sys.executable, "-W", "error", str(SCRIPT), server, "--plots", str(tmp_path)],
                capture_output=True, text=True, env=environment, timeout=120, check=False,
            )  # fmt: skip
        finally:
            service.send_signal(signal.SIGTERM)
    assert done.returncode == 0, done.stderr
    blocks = done.stdout.strip().split("\n\n")
    assert [block[0] for block in blocks] == list("12345")
    assert all(len(block.splitlines()) > 1 for block in blocks)
    for answer in (
        "两家上游企业 | 2 | actual",
        "深圳市 | 1",
        "诸暨智能视觉产业园 | 超500亿元",
        "上游 | 锂矿与锂盐",
        "智能视觉产业",
    ):
        assert answer in done.stdout
    for name in ("origins.png", "investment.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
