/** What the page shows, as plain values: the shapes of `/explorer/…` and where things stand on the canvas. */

export interface Thing {
  readonly iri: string;
  readonly label: string;
  readonly type: string;
  readonly typeLabel: string;
  readonly names: readonly string[];
  readonly page: string | null;
  readonly degree: number;
}

export type Modality = "actual" | "planned" | "target" | "possible";

export interface Edge {
  readonly subject: string;
  readonly relation: string;
  readonly label: string;
  readonly object: string;
  readonly modality: Modality;
  readonly documents: number;
  readonly disagree: boolean;
  /** The rule that derived it; null where a document says it. */
  readonly derived?: string | null;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A view: its things, the relations among them, and where each thing stands, by IRI. */
export interface Shown {
  readonly things: readonly Thing[];
  readonly relations: readonly Edge[];
  readonly positions: Readonly<Record<string, Point>>;
}

/** The relations of which both ends are shown. */
export function drawn(shown: Shown): Edge[] {
  const there = new Set(shown.things.map((thing) => thing.iri));
  return shown.relations.filter((edge) => there.has(edge.subject) && there.has(edge.object));
}
