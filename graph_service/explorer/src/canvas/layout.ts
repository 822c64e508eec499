/** Asks for places: a force layout in a worker, or columns by role for chains. */

import type { Edge, Point } from "../state/types";
import type { Done, Job } from "./layout.worker";

export interface Wish {
  ids: string[];
  links: { source: string; target: string }[];
  old: Record<string, Point>;
}

const CHAIN = new Set(["upstreamOf", "supplies", "feedsInto"]);

let worker: Worker | null = null;
let last = 0;

/** Return places for all nodes of a wish; null where a later wish has been made meanwhile. */
export function layOut(wish: Wish): Promise<Record<string, Point> | null> {
  worker ??= new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
  const id = ++last;
  const nodes = wish.ids.map((one) => ({ id: one, ...wish.old[one] }));
  const running = worker;
  return new Promise((resolve) => {
    const heard = (event: MessageEvent<Done>): void => {
      if (event.data.id !== id) return;
      running.removeEventListener("message", heard);
      resolve(id === last ? event.data.positions : null);
    };
    running.addEventListener("message", heard);
    running.postMessage({ id, nodes, links: wish.links } satisfies Job);
  });
}

/** Tell whether a graph is a chain: most of what connects it says who stands upstream. */
export function isChain(edges: Edge[]): boolean {
  return edges.length > 2 && edges.filter((edge) => CHAIN.has(edge.relation)).length * 2 > edges.length;
}

/** Return places in columns, from the upstream at the left to the downstream at the right. */
export async function columns(ids: string[], links: Wish["links"]): Promise<Record<string, Point>> {
  const { default: dagre } = await import("@dagrejs/dagre");
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 50, ranksep: 140 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(id, { width: 110, height: 60 });
  for (const { source, target } of links) graph.setEdge(source, target);
  dagre.layout(graph);
  return Object.fromEntries(ids.map((id) => [id, { x: Math.round(graph.node(id).x ?? 0), y: Math.round(graph.node(id).y ?? 0) }]));
}
