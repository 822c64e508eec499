"""The web service: Flask, an app factory, one blueprint a concern. Nothing else in ZoneGraph knows HTTP."""

from graph_service.web.app import create_app

__all__ = ["create_app"]
