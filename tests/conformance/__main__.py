"""The W3C's tests as figures: `python -m tests.conformance` says what engine and service pass, folder by folder."""

import sys
import tempfile
from pathlib import Path

from tests.conformance.evaluation import KINDS, Engine, Service, remote, verdict
from tests.conformance.manifests import SUITE, entries, folders
from tests.conformance.server import Server


def main() -> int:
    """Print a row for each folder and what the service fails; return 1 where it fails what the engine passes."""
    if not SUITE.is_dir():
        print(f"the W3C tests are not at {SUITE}", file=sys.stderr)
        return 2
    worse = 0
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        print(f"{'folder':22} tests engine service  left out (SERVICE, LOAD)")
        for name in folders(KINDS):
            worse += _row(name, server)
        server.end()
    return 1 if worse else 0


def _row(name: str, server: Server) -> int:
    """Print a row and return how many tests the engine alone passes."""
    tests = [test for test in entries(f"{name}/manifest.ttl") if test.kind in KINDS]
    tried = [test for test in tests if not remote(test)]
    engine, service = Engine(), Service(server)
    inside = {test.name for test in tried if not verdict(test, engine)}
    outside = {test.name for test in tried if not verdict(test, service)}
    print(f"{name:22} {len(tests):5} {len(inside):6} {len(outside):7}  {len(tests) - len(tried)}")
    for test in tried:
        if test.name not in outside:
            print(
                f"    {test.name}: {'engine passes, service fails' if test.name in inside else 'both fail'}"
            )
    return len(inside - outside)


if __name__ == "__main__":
    sys.exit(main())
