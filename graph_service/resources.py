"""Where the ontology, the queries and the bundled documents are.

In a checkout (editable installs too) they stand beside the package; a wheel carries them inside it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(*parts: str) -> Path:
    """Return the path of a bundled file or folder, such as `resource("ontology", "zonegraph.ttl")`."""
    inside = _PACKAGE / "resources"
    return (inside if inside.is_dir() else _PACKAGE.parent).joinpath(*parts)
