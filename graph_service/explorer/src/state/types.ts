/** What the service says of things and what connects them, and what the page remembers. */

import type { Brush } from "../histogram";
import type { Edge, Modality, Point, Thing } from "../shown";

export type { Brush, Edge, Modality, Point, Thing };

/** A question: a named query with its parameters, or words for `/ask`. */
export interface Question {
  query: string;
  parameters: Record<string, string>;
  text: string;
}

export type Direction = "out" | "in";

/** Neighbours of one kind kept as one node, "供应商 20 / 214". */
export interface Fold {
  id: string;
  of: string;
  relation: string;
  direction: Direction;
  type: string | null;
  label: string;
  total: number;
}

/** What is undone and redone, and what an address restores. */
export interface View {
  question: Question | null;
  things: Record<string, Thing>;
  edges: Record<string, Edge>;
  positions: Record<string, Point>;
  pinned: string[];
  hidden: string[];
  isolated: string[] | null;
  folds: Fold[];
}

/** A step of the history: the view before it, and what was done, as a key of the texts with its words. */
export interface Step {
  view: View;
  key: string;
  words: string;
}

export interface State {
  view: View;
  past: Step[];
  future: Step[];
  selected: string | null;
  prospects: boolean;
  brush: Brush | null;
}
