"""ZoneGraph: documents about Chinese development zones as an RDF graph that keeps its evidence."""
