/** What the page asks of the service: one function for each route, one request for each. */

import type { Direction, Edge, Modality, Question, Thing } from "../state/types";
import { get } from "./client";

export interface Cell {
  iri: string;
  label: string;
}
export type Value = string | number | boolean | null | Cell | Value[];
export interface Column {
  name: string;
  label: string;
}
export type Row = Record<string, Value>;

export interface Answer {
  query: string;
  title?: string;
  parameters: Record<string, string>;
  columns: Column[];
  rows: Row[];
  sparql?: string;
  /** The things that the rows name, with what ties them, and the days of documents. */
  graph?: Things & { dates: Record<string, string> };
}

export interface Asked extends Answer {
  understood: boolean;
  things?: Record<string, string>;
  /** The words that the answer does not heed. */
  left?: string[];
  /** What the things of parameters might have been as well. */
  others?: Record<string, { iri: string; label: string; type: string; typeLabel: string }[]>;
  alternatives?: { query: string; title?: string; text?: string; question?: string; parameters?: Record<string, string> }[];
}

export interface Form {
  name: string;
  title: string;
  description: string;
  parameters: { name: string; label: string; type: string; required: boolean; example: string }[];
  sparql: string;
  /** Questions that people ask it by, with `{parameter}` in them, by the one parameter that they take. */
  asks: Record<string, string>;
}

export interface Found {
  results: (Thing & { matched?: string; score: number })[];
}

export interface Group {
  direction: Direction;
  relation: string;
  label: string;
  count: number;
  prospects: number;
  classes: { type: string; label: string; count: number }[] | null;
}

export interface Neighbours {
  thing: Thing;
  total: number;
  /** Whether `total` is all there is: words that very many names have are looked for only so far. */
  exact: boolean;
  offset: number;
  things: Thing[];
  relations: Edge[];
}

export interface Event {
  iri: string;
  type: string;
  label: string;
  earliest: string | null;
  latest: string | null;
  modality: Modality;
  things: string[];
}

export interface Things {
  things: Thing[];
  relations: Edge[];
  events: Event[];
}

export interface Sentence {
  text: string;
  document: string;
  start: number;
  end: number;
  title?: string;
  published?: string | null;
  paragraph?: string | { text: string; start: number };
  spans?: [number, number][];
  citation?: string;
}

export interface Claim {
  id: string;
  subject: string;
  predicate: string;
  object: string;
  modality: Modality;
  speaker: string | null;
  rule: string;
  /** The rule that concluded something else from it, where that is what was asked about. */
  derivedBy?: string;
  sentences: Sentence[];
}

export interface Start {
  questions: { query: string; title: string; parameters: Record<string, string>; text: string }[];
  things: Thing[];
  counts: { documents: number; claims: number; things: number };
}

export interface Moves {
  places: { iri: string; label: string; code: string; lon: number; lat: number }[];
  moves: { from: string | null; to: string | null; count: number; things: readonly Thing[]; modality: Modality }[];
  unplaced: number;
}

export const ONTOLOGY = "https://w3id.org/zonegraph/ont#";

export const start = (signal?: AbortSignal): Promise<Start> => get("/explorer/start", {}, signal);

export const search = (q: string, signal?: AbortSignal): Promise<Found> => get("/search", { q, limit: 8 }, signal);

export const forms = async (): Promise<Form[]> => (await get<{ queries: Form[] }>("/explorer/forms", {})).queries;

export const answer = (question: Question, signal?: AbortSignal): Promise<Answer> =>
  get(`/queries/${question.query}`, { ...question.parameters, format: "json", with: "graph" }, signal);

export const ask = (q: string, signal?: AbortSignal): Promise<Asked> => get("/ask", { q, format: "json", with: "graph" }, signal);

export const counts = (iri: string, signal?: AbortSignal): Promise<{ thing: Thing; groups: Group[]; sparql: string }> =>
  get("/explorer/counts", { iri }, signal);

export interface Wanted {
  iri: string;
  relation?: string;
  direction?: Direction;
  type?: string | null;
  q?: string;
  offset?: number;
  limit?: number;
}

export const neighbours = (wanted: Wanted, signal?: AbortSignal): Promise<Neighbours> =>
  get("/explorer/neighbours", { ...wanted, q: wanted.q || null }, signal);

export const things = (iri: string[], signal?: AbortSignal): Promise<Things> => get("/explorer/things", { iri }, signal);

export const moves = (signal?: AbortSignal): Promise<Moves> => get("/explorer/moves", {}, signal);

export interface Outlines {
  note: { zh: string; en: string };
  provinces: { code: string; zh: string; en: string; ring: [number, number][] }[];
}

export const outlines = (signal?: AbortSignal): Promise<Outlines> => get("/static/outlines.json", {}, signal);

export const evidence = async (edge: Edge, signal?: AbortSignal): Promise<Claim[]> => {
  const parameters = { subject: edge.subject, predicate: ONTOLOGY + edge.relation, object: edge.object };
  return (await get<{ claims: Claim[] }>("/evidence", parameters, signal)).claims;
};
