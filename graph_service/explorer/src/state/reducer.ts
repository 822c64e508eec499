/** The state store: a pure function from a state and an action to the next state; it knows no page and no canvas. */

import type { Brush, Edge, Fold, Point, Question, State, Step, Thing, View } from "./types";

export type Action =
  | { do: "ask"; question: Question; things: Thing[]; edges: Edge[] }
  | { do: "add"; things: Thing[]; edges: Edge[]; key: string; words: string }
  | { do: "place"; positions: Record<string, Point> }
  | { do: "move"; iri: string; to: Point }
  | { do: "pin" | "unpin" | "hide" | "isolate"; iri: string }
  | { do: "reveal" | "clear" | "undo" | "redo" }
  | { do: "fold"; fold: Fold }
  | { do: "unfold"; id: string }
  | { do: "select"; id: string | null }
  | { do: "prospects"; shown: boolean }
  | { do: "brush"; brush: Brush | null }
  | { do: "restore"; view: View; prospects: boolean; brush: Brush | null };

const MOST_STEPS = 200;

export const EMPTY: View = {
  question: null, things: {}, edges: {}, positions: {}, pinned: [], hidden: [], isolated: null, folds: [],
};

export const START: State = { view: EMPTY, past: [], future: [], selected: null, prospects: true, brush: null };

/** Return the name an edge goes by: one for each triple, whatever graph it stands in. */
export function edgeId(edge: Edge): string {
  return `${edge.subject}|${edge.relation}|${edge.object}`;
}

export function reduce(state: State, action: Action): State {
  switch (action.do) {
    case "select":
      return { ...state, selected: action.id };
    case "prospects":
      return { ...state, prospects: action.shown };
    case "brush":
      return { ...state, brush: action.brush };
    case "place":
      return { ...state, view: placed(state.view, action.positions) };
    case "restore":
      return { ...START, view: action.view, prospects: action.prospects, brush: action.brush };
    case "undo":
      return back(state);
    case "redo":
      return forth(state);
    default:
      return changed(state, action);
  }
}

/** Return the state after an action that the history keeps; the same state where nothing changed. */
function changed(state: State, action: Action): State {
  const view = viewAfter(state.view, action);
  if (view === state.view) return state;
  const step: Step = { view: state.view, ...told(state.view, action) };
  const selected = state.selected && (shows(view, state.selected) || view.edges[state.selected]) ? state.selected : null;
  return { ...state, view, past: [...state.past, step].slice(-MOST_STEPS), future: [], selected };
}

function viewAfter(view: View, action: Action): View {
  switch (action.do) {
    case "ask":
      return added({ ...EMPTY, question: action.question }, action.things, action.edges);
    case "add":
      return added(view, action.things, action.edges);
    case "move":
      return { ...placed(view, { [action.iri]: action.to }), pinned: withOne(view.pinned, action.iri) };
    case "pin":
      return { ...view, pinned: withOne(view.pinned, action.iri) };
    case "unpin":
      return { ...view, pinned: view.pinned.filter((iri) => iri !== action.iri) };
    case "hide":
      return { ...view, hidden: withOne(view.hidden, action.iri) };
    case "isolate":
      return { ...view, isolated: [action.iri, ...neighboursOf(view, action.iri)] };
    case "reveal":
      return view.hidden.length || view.isolated ? { ...view, hidden: [], isolated: null } : view;
    case "fold":
      return view.folds.some((fold) => fold.id === action.fold.id) ? view : folded(view, action.fold);
    case "unfold":
      return { ...view, folds: view.folds.filter((fold) => fold.id !== action.id) };
    case "clear":
      return { ...EMPTY };
    default:
      return view;
  }
}

/** Return what the history says of a step. */
function told(view: View, action: Action): { key: string; words: string } {
  switch (action.do) {
    case "ask":
      return { key: "did-ask", words: action.question.text };
    case "add":
      return { key: action.key, words: action.words };
    case "fold":
      return { key: "did-fold", words: action.fold.label };
    case "unfold":
      return { key: "did-unfold", words: view.folds.find((fold) => fold.id === action.id)?.label ?? "" };
    default: {
      const iri = "iri" in action ? action.iri : "";
      return { key: `did-${action.do}`, words: view.things[iri]?.label ?? "" };
    }
  }
}

function added(view: View, things: Thing[], edges: Edge[]): View {
  const fresh = things.filter((thing) => !view.things[thing.iri]);
  const found = edges.filter((edge) => !view.edges[edgeId(edge)]);
  const back = things.filter((thing) => view.hidden.includes(thing.iri)).map((thing) => thing.iri);
  if (!fresh.length && !found.length && !back.length && view.question === null) return view;
  return {
    ...view,
    things: { ...view.things, ...Object.fromEntries(fresh.map((thing) => [thing.iri, thing])) },
    edges: { ...view.edges, ...Object.fromEntries(found.map((edge) => [edgeId(edge), edge])) },
    hidden: back.length ? view.hidden.filter((iri) => !back.includes(iri)) : view.hidden,
    isolated: view.isolated && [...view.isolated, ...fresh.map((thing) => thing.iri)],
  };
}

function folded(view: View, fold: Fold): View {
  return { ...view, folds: [...view.folds, fold] };
}

function placed(view: View, positions: Record<string, Point>): View {
  return { ...view, positions: { ...view.positions, ...positions } };
}

function withOne(list: string[], one: string): string[] {
  return list.includes(one) ? list : [...list, one];
}

function back(state: State): State {
  const step = state.past.at(-1);
  if (!step) return state;
  const undone: Step = { ...step, view: state.view };
  return { ...state, view: kept(step.view, state.view), past: state.past.slice(0, -1), future: [undone, ...state.future], selected: null };
}

function forth(state: State): State {
  const [step, ...rest] = state.future;
  if (!step) return state;
  const done: Step = { ...step, view: state.view };
  return { ...state, view: step.view, past: [...state.past, done], future: rest, selected: null };
}

/** Return a view that is gone back to, with the places that its things have got since by the layout. */
function kept(view: View, since: View): View {
  const missing = Object.keys(view.things).filter((iri) => !view.positions[iri] && since.positions[iri]);
  return missing.length ? placed(view, Object.fromEntries(missing.map((iri) => [iri, since.positions[iri]!]))) : view;
}

/** Return the IRIs of what a thing is connected with. */
export function neighboursOf(view: View, iri: string): string[] {
  const ends = Object.values(view.edges).flatMap((edge) =>
    edge.subject === iri ? [edge.object] : edge.object === iri ? [edge.subject] : [],
  );
  return [...new Set(ends)];
}

/** Tell whether a thing or a folded group is shown. */
export function shows(view: View, id: string): boolean {
  if (view.folds.some((fold) => fold.id === id)) return true;
  return id in view.things && !view.hidden.includes(id) && (!view.isolated || view.isolated.includes(id));
}

export interface Shown {
  things: Thing[];
  edges: Edge[];
  folds: Fold[];
}

/** Return what is to be drawn: nothing hidden, prospects only where they are wanted. */
export function shown(state: State): Shown {
  const { view } = state;
  const things = Object.values(view.things).filter((thing) => shows(view, thing.iri));
  const there = new Set(things.map((thing) => thing.iri));
  const edges = Object.values(view.edges).filter(
    (edge) => there.has(edge.subject) && there.has(edge.object) && (state.prospects || edge.modality === "actual"),
  );
  return { things, edges, folds: view.folds.filter((fold) => there.has(fold.of) && unfolded(view, fold) < fold.total) };
}

/** Return how many connections of a thing are not on the canvas. */
export function remaining(view: View, thing: Thing): number {
  const drawn = Object.values(view.edges).filter((edge) => edge.subject === thing.iri || edge.object === thing.iri);
  return Math.max(0, thing.degree - drawn.length);
}

/** Return how many things of a folded group are on the canvas by themselves. */
function unfolded(view: View, fold: Fold): number {
  const [near, far] = fold.direction === "out" ? (["subject", "object"] as const) : (["object", "subject"] as const);
  return Object.values(view.edges).filter(
    (edge) => edge[near] === fold.of && edge.relation === fold.relation && (!fold.type || view.things[edge[far]]?.type === fold.type),
  ).length;
}

/** Return "供应商 20 / 214": how many of a folded group are drawn by themselves, and how many there are. */
export function foldText(state: State, id: string): string {
  const fold = state.view.folds.find((one) => one.id === id);
  return fold ? `${fold.label} ${unfolded(state.view, fold).toLocaleString()} / ${fold.total.toLocaleString()}` : "";
}
