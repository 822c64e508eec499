/** The view as an address: the question in the query, where the server understands it too, the graph behind `#`. */

import { EMPTY } from "./reducer";
import type { Brush, Fold, Point, Question, State, View } from "./types";

/** What an address holds; the things themselves are asked for again. */
export interface Address {
  question: Question | null;
  iris: string[];
  positions: Record<string, Point>;
  pinned: string[];
  hidden: string[];
  isolated: string[] | null;
  folds: Fold[];
  prospects: boolean;
  brush: Brush | null;
}

interface Packed {
  n: [string, number, number, number][];
  f?: [number, string, string, string | null, string, number, number, number][];
  p?: 0;
  y?: [number, number, 0 | 1];
}

/** What the address says of the page, not of the question. */
const OURS = ["lang", "data"];
const PINNED = 1, HIDDEN = 2, APART = 4, UNPLACED = 8;
const WAY: Record<string, "out" | "in"> = { o: "out", i: "in" };

/** Return the query and fragment for a state; `base` is what the IRIs of the service begin with. */
export async function toAddress(state: State, base: string, kept: URLSearchParams): Promise<string> {
  const query = new URLSearchParams();
  const question = state.view.question;
  for (const name of OURS) if (kept.get(name)) query.set(name, kept.get(name)!);
  if (question) {
    query.set("query", question.query);
    for (const [name, value] of Object.entries(question.parameters)) query.set(name, short(value, base));
  }
  const packed = pack(state, base);
  const hash = packed.n.length ? `#${await deflate(JSON.stringify(packed))}` : "";
  const text = query.toString().replace(/%2F/g, "/");
  return `${text ? `?${text}` : ""}${hash}`;
}

/** Return what an address says; one that cannot be read has no graph. */
export async function fromAddress(search: string, hash: string, base: string): Promise<Address> {
  const query = new URLSearchParams(search);
  const question = questionOf(query, base);
  try {
    const packed = hash.length > 1 ? (JSON.parse(await inflate(hash.slice(1))) as Packed) : { n: [] };
    return { question, ...unpack(packed, base) };
  } catch {
    return { question, ...unpack({ n: [] }, base) };
  }
}

/** Return the view of an address, when its things are there. */
export function viewOf(address: Address): View {
  const { question, positions, pinned, hidden, isolated, folds } = address;
  return { ...EMPTY, question, positions, pinned, hidden, isolated, folds };
}

function questionOf(query: URLSearchParams, base: string): Question | null {
  const name = query.get("query");
  if (!name) return null;
  const others = [...query].filter(([key]) => key !== "query" && !OURS.includes(key));
  const parameters = Object.fromEntries(others.map(([key, value]) => [key, long(value, base)]));
  return { query: name, parameters, text: "" };
}

function pack(state: State, base: string): Packed {
  const { view } = state;
  const iris = Object.keys(view.things);
  const n = iris.map((iri): Packed["n"][number] => {
    const place = view.positions[iri], at = place ?? { x: 0, y: 0 };
    const flags =
      (place ? 0 : UNPLACED) |
      (view.pinned.includes(iri) ? PINNED : 0) |
      (view.hidden.includes(iri) ? HIDDEN : 0) |
      (view.isolated?.includes(iri) ? APART : 0);
    return [short(iri, base), Math.round(at.x), Math.round(at.y), flags];
  });
  const packed: Packed = { n };
  if (view.folds.length) {
    packed.f = view.folds.map((fold) => {
      const at = view.positions[fold.id] ?? { x: 0, y: 0 };
      return [iris.indexOf(fold.of), fold.relation, fold.direction[0]!, fold.type, fold.label, fold.total, Math.round(at.x), Math.round(at.y)];
    });
  }
  if (!state.prospects) packed.p = 0;
  if (state.brush) packed.y = [state.brush.from, state.brush.to, state.brush.undated ? 1 : 0];
  return packed;
}

function unpack(packed: Packed, base: string): Omit<Address, "question"> {
  const iris = packed.n.map(([name]) => long(name, base));
  const positions: Record<string, Point> = {};
  // A thing without a place, as its layout was not done when the address was taken, is laid out anew.
  packed.n.forEach(([, x, y, flags], index) => {
    if (!(flags & UNPLACED)) positions[iris[index]!] = { x, y };
  });
  const flagged = (flag: number): string[] => iris.filter((_, index) => packed.n[index]![3] & flag);
  const apart = flagged(APART);
  const folds = (packed.f ?? []).map(([of, relation, way, type, label, total, x, y]): Fold => {
    const direction = WAY[way] ?? "out";
    const id = foldId(iris[of]!, relation, direction, type);
    positions[id] = { x, y };
    return { id, of: iris[of]!, relation, direction, type, label, total };
  });
  return {
    iris, positions, folds, pinned: flagged(PINNED), hidden: flagged(HIDDEN),
    isolated: apart.length ? apart : null, prospects: packed.p !== 0, brush: packed.y ? { from: packed.y[0], to: packed.y[1], undated: !!packed.y[2] } : null,
  };
}

/** Return the name of a folded group. */
export function foldId(of: string, relation: string, direction: string, type: string | null): string {
  return `fold|${of}|${relation}|${direction}|${type ?? ""}`;
}

const short = (iri: string, base: string): string => (base && iri.startsWith(base) ? `*${iri.slice(base.length)}` : iri);
const long = (name: string, base: string): string => (name.startsWith("*") ? base + name.slice(1) : name);

async function deflate(text: string): Promise<string> {
  const bytes = await through(new Blob([text]), new CompressionStream("deflate-raw"));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

async function inflate(text: string): Promise<string> {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return new TextDecoder().decode(await through(new Blob([bytes]), new DecompressionStream("deflate-raw")));
}

async function through(blob: Blob, change: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const stream = blob.stream().pipeThrough(change as unknown as ReadableWritablePair<Uint8Array, Uint8Array>);
  return new Uint8Array(await new Response(stream as unknown as ReadableStream).arrayBuffer());
}
