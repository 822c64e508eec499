/** An answer of the endpoint as a graph: what it names, and what ties that together. */

import type { Edge, Thing } from "../shown";

export interface Term {
  readonly type: "uri" | "literal" | "bnode" | "triple";
  readonly value: string;
}
export type Binding = Readonly<Record<string, Term | undefined>>;
export type Triple = readonly [subject: string, predicate: string, object: string];

/** Up to how many things are drawn. */
export const MOST = 300;
const ONTOLOGY = "https://w3id.org/zonegraph/ont#";
const TRIPLE = /^<([^>]*)> <([^>]*)> <([^>]*)> \.$/;

/** Return the statements between IRIs in N-Triples; those that end in words are left out. */
export function triples(text: string): Triple[] {
  return text.split("\n").flatMap((line) => {
    const found = TRIPLE.exec(line.trim());
    return found ? [[unescape(found[1]!), unescape(found[2]!), unescape(found[3]!)] as const] : [];
  });
}

const unescape = (iri: string): string => iri.replace(/\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})/g, (_, four, eight) => String.fromCodePoint(parseInt(four ?? eight, 16)));

/** Return the ties of rows: `?s ?p ?o` where the second of three neighbouring columns has relations, else those that share a row. */
export function tied(columns: readonly string[], rows: readonly Binding[], isRelation: (iri: string) => boolean): Triple[] {
  const iri = (row: Binding, column: string): string | null => (row[column]?.type === "uri" ? row[column].value : null);
  const middle = columns.findIndex((column, n) => n > 0 && n < columns.length - 1 && rows.some((row) => isRelation(iri(row, column) ?? "")));
  return rows.flatMap((row): Triple[] => {
    if (middle > 0) {
      const [subject, predicate, object] = [columns[middle - 1]!, columns[middle]!, columns[middle + 1]!].map((column) => iri(row, column));
      return subject && predicate && object ? [[subject, predicate, object]] : [];
    }
    const named = columns.map((column) => iri(row, column)).filter((one): one is string => one !== null);
    return named.slice(1).map((other) => [named[0]!, "", other]);
  });
}

/** Return whether an IRI is one of the ontology's. */
export const isTerm = (iri: string): boolean => iri.startsWith(ONTOLOGY);

/** Return the things that statements name, those that are named first before others, as far as they are drawn. */
export function things(found: readonly Triple[]): string[] {
  return [...new Set(found.flatMap(([subject, , object]) => [subject, object]))].filter((iri) => !isTerm(iri)).slice(0, MOST);
}

/** Return statements as edges with a name; what only shares a row is tied where nothing else ties it. */
export function edges(found: readonly Triple[], known: readonly Edge[], nameOf: (iri: string) => string): Edge[] {
  const pair = (one: string, other: string): string => [one, other].sort().join(" ");
  const told = new Set(known.map((edge) => pair(edge.subject, edge.object)));
  const made = new Map<string, Edge>();
  for (const [subject, predicate, object] of found) {
    if (subject === object || isTerm(object) || isTerm(subject) || (!predicate && told.has(pair(subject, object)))) continue;
    const relation = predicate.startsWith(ONTOLOGY) ? predicate.slice(ONTOLOGY.length) : predicate;
    const same = known.find((edge) => edge.subject === subject && edge.relation === relation && edge.object === object);
    made.set(`${subject} ${relation} ${object}`, same ?? { subject, relation, object, label: predicate ? nameOf(predicate) : "", modality: "actual", documents: predicate ? 2 : 1, disagree: false });
  }
  return [...made.values()];
}

/** Return a thing that the service does not know by the end of its IRI. */
export function stranger(iri: string): Thing {
  const label = decodeURIComponent(iri.split(/[/#]/).filter(Boolean).at(-1) ?? iri).slice(0, 40);
  return { iri, label, type: "Entity", typeLabel: "", names: [], page: null, degree: 0 };
}
