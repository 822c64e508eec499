"""Questions in Chinese and English, understood as named queries with their parameters, by rules and without a model."""

from graph_service.asking.asking import Answered, Asking, load

__all__ = ["Answered", "Asking", "load"]
