"""Reading: a document in, claims with their evidence out. Pure; knows no graph, no network, no clock.

`stages.read` runs the stages in order, `documents.load` gives it its input, `claims` is what comes out.
"""
