"""Claims as a graph: mapping, store and snapshots, derivations, checks, export. Knows no HTTP."""
