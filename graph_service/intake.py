"""Sources as users name them, paths and addresses alike: into a store, or to a running service."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from graph_service.client import Service, download
from graph_service.errors import DocumentError
