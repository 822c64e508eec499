/** What the editor asks of the service: an answer as data, the things it names, and where they stand. */

import { get, send } from "../api/client";
import type { Edge, Thing } from "../shown";
import type { Place } from "../movesmap";
import { edges, isTerm, stranger, things, tied, triples, type Binding, type Triple } from "./results";

export interface Graph {
  things: Thing[];
  edges: Edge[];
}

interface Rows {
  head: { vars?: string[] };
  results?: { bindings: Binding[] };
}

/** Up to how many things are asked for at once, so that an address does not grow too long. */
const AT_ONCE = 100;

/** Return what ties the things of an answer together. */
export async function statements(query: string): Promise<Triple[]> {
  const accept = "application/n-triples, application/sparql-results+json;q=0.9";
  const answer = await send("/sparql", { method: "POST", body: query, headers: { Accept: accept, "Content-Type": "application/sparql-query" } });
  const text = await answer.text();
  if (answer.headers.get("Content-Type")?.includes("n-triples")) return triples(text);
  const { head, results } = JSON.parse(text) as Rows;
  return tied(head.vars ?? [], results?.bindings ?? [], isTerm);
}

/** Return the graph of statements, with what the service knows of its things. */
export async function graphOf(found: Triple[], nameOf: (iri: string) => string): Promise<Graph> {
  const wanted = things(found);
  const asked = await Promise.all(parts(wanted).map((iri) => get<{ things: Thing[]; relations: Edge[] }>("/explorer/things", { iri })));
  const known = new Map(asked.flatMap((one) => one.things).map((thing) => [thing.iri, thing]));
  const shown = new Set(wanted);
  const drawn = edges(found, asked.flatMap((one) => one.relations), nameOf).filter((edge) => shown.has(edge.subject) && shown.has(edge.object));
  return { things: wanted.map((iri) => known.get(iri) ?? stranger(iri)), edges: drawn };
}

/** Return where the things of statements stand, and the area of each. */
export async function placesOf(found: Triple[]): Promise<{ places: Place[]; areas: Record<string, string> }> {
  const asked = await Promise.all(parts(things(found)).map((iri) => get<{ places: Place[]; areas: Record<string, string> }>("/explorer/places", { iri })));
  const places = new Map(asked.flatMap((one) => one.places).map((place) => [place.iri, place]));
  return { places: [...places.values()], areas: Object.assign({}, ...asked.map((one) => one.areas)) as Record<string, string> };
}

function parts(iris: string[]): string[][] {
  return Array.from({ length: Math.ceil(iris.length / AT_ONCE) }, (_, n) => iris.slice(n * AT_ONCE, (n + 1) * AT_ONCE));
}
