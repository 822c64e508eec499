/** What a reader does with the tree of neighbours: open and close its groups, put things on the graph, ask for evidence. */

import { useEffect, useState } from "preact/hooks";
import { neighbours, type Group, type Neighbours } from "../api/service";
import { edgeId } from "../state/reducer";
import type { Edge, State, Thing } from "../state/types";
import { useSession } from "./hooks";
import type { Session } from "./session";

export const PAGE = 20;

/** A group of the tree, and where the reader stands in it a thing with the relations that tie it to the one in the middle. */
export interface Place {
  group: Group;
  other?: Thing;
  edges: Edge[];
}

export interface Branches {
  /** Of the item that the tab key leads to. */
  at: string;
  setAt(id: string): void;
  page(group: Group): Neighbours | undefined;
  isOpen(group: Group): boolean;
  open(group: Group, more?: boolean): void;
  close(group: Group): void;
  put(other: Thing, edges: Edge[]): void;
  prove(edge: Edge): void;
  key(event: KeyboardEvent, place: Place): void;
}

export const keyOf = (group: Group): string => `${group.direction}|${group.relation}`;

/** Return the branches of the tree of a thing, and what opens them. */
export function useBranches(thing: Thing): Branches {
  const { session, state } = useSession();
  const [opened, setOpened] = useState<Record<string, Neighbours>>({});
  const [closed, setClosed] = useState<Set<string>>(new Set());
  const [at, setAt] = useState("");
  useEffect(() => setAt(""), [thing.iri]);
  const page = (group: Group): Neighbours | undefined => opened[keyOf(group)];
  const open = (group: Group, more = false): void => {
    setClosed((now) => new Set([...now].filter((one) => one !== keyOf(group))));
    const had = page(group);
    if (!had || more) void load(session, thing, group, had, (found) => setOpened((now) => ({ ...now, [keyOf(group)]: found })));
  };
  const branches: Omit<Branches, "key"> = {
    at, setAt, page, open,
    isOpen: (group) => keyOf(group) in opened && !closed.has(keyOf(group)),
    close: (group) => setClosed((now) => new Set([...now, keyOf(group)])),
    put: (other, edges) => {
      if (state.view.things[other.iri]) session.store.dispatch({ do: "select", id: other.iri });
      else session.add([other], edges, "did-add", other.label);
    },
    prove: (edge) => prove(session, edge, Object.values(opened).flatMap((one) => one.things)),
  };
  return { ...branches, key: (event, place) => press(branches, thing, state, event, place) };
}

/** Ask for the next page of a group. */
function load(session: Session, thing: Thing, group: Group, had: Neighbours | undefined, take: (found: Neighbours) => void): Promise<void> {
  return session.run(async (signal) => {
    const wanted = { iri: thing.iri, relation: group.relation, direction: group.direction, offset: had?.things.length ?? 0, limit: PAGE };
    const found = await neighbours(wanted, signal);
    take(had ? { ...found, things: [...had.things, ...found.things], relations: [...had.relations, ...found.relations] } : found);
  });
}

/** Show the evidence of a relation, which is put on the graph with its ends. */
function prove(session: Session, edge: Edge, known: Thing[]): void {
  const { view } = session.store.state;
  const ends = [edge.subject, edge.object].filter((iri) => !view.things[iri]);
  const found = known.filter((one) => ends.includes(one.iri));
  if (!view.edges[edgeId(edge)]) session.add(found, [edge], "did-add", found[0]?.label ?? edge.label);
  session.store.dispatch({ do: "select", id: edgeId(edge) });
}

/** Do what a key means in the tree (the pattern of ARIA for trees), and `e`, which asks for evidence. */
function press(branches: Omit<Branches, "key">, thing: Thing, state: State, event: KeyboardEvent, place: Place): void {
  const { group, other, edges } = place;
  const item = event.currentTarget as HTMLElement;
  const items = [...(item.closest("[role=tree]")?.querySelectorAll<HTMLElement>("[role=treeitem]") ?? [])];
  const index = items.indexOf(item);
  const go = (n: number): void => items[Math.max(0, Math.min(items.length - 1, n))]?.focus();
  const opened = branches.isOpen(group);
  const acts: Record<string, () => void> = {
    ArrowDown: () => go(index + 1), ArrowUp: () => go(index - 1), Home: () => go(0), End: () => go(items.length - 1),
    ArrowRight: () => (other ? undefined : opened ? go(index + 1) : branches.open(group)),
    ArrowLeft: () => (other ? parentOf(item)?.focus() : branches.close(group)),
    Enter: () => (other ? branches.put(other, edges) : opened ? branches.close(group) : branches.open(group)),
    e: () => {
      const near = [...edges, ...(branches.page(group)?.relations ?? []), ...Object.values(state.view.edges)];
      const edge = other ? edges[0] : near.find((one) => belongs(one, thing, group));
      if (edge) branches.prove(edge);
      else branches.open(group);
    },
  };
  const act = acts[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

const parentOf = (item: HTMLElement): HTMLElement | null | undefined => item.closest("[role=none]")?.querySelector<HTMLElement>("[role=treeitem]");

const belongs = (edge: Edge, thing: Thing, group: Group): boolean =>
  edge.relation === group.relation && edge[group.direction === "out" ? "subject" : "object"] === thing.iri;
