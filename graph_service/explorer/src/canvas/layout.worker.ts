/** Where nodes stand, by d3-force, away from the page's thread. The same nodes and links give the same places. */

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationNodeDatum } from "d3-force";

export interface Job {
  id: number;
  /** A node with a place has stood there before, and stays. */
  nodes: { id: string; x?: number; y?: number }[];
  links: { source: string; target: string }[];
}

export interface Done {
  id: number;
  positions: Record<string, { x: number; y: number }>;
}

type Node = SimulationNodeDatum & { id: string };

const TICKS = 220, LINK = 165, APART = 62;

self.onmessage = (event: MessageEvent<Job>): void => {
  const { id, nodes, links } = event.data;
  self.postMessage({ id, positions: place(nodes, links) } satisfies Done);
};

function place(given: Job["nodes"], links: Job["links"]): Done["positions"] {
  const nodes = begin(given, links);
  const simulation = forceSimulation(nodes)
    .force("link", forceLink<Node, { source: string; target: string }>(links.map((link) => ({ ...link }))).id((node) => node.id).distance(LINK))
    .force("charge", forceManyBody().strength(-620).distanceMax(900))
    .force("collide", forceCollide(APART))
    .force("x", forceX(0).strength(0.03))
    .force("y", forceY(0).strength(0.055))
    .stop();
  simulation.tick(nodes.length > 600 ? TICKS / 2 : TICKS);
  return Object.fromEntries(nodes.map((node) => [node.id, { x: Math.round(node.x ?? 0), y: Math.round(node.y ?? 0) }]));
}

/** Return the nodes as they begin: old ones fixed, new ones around what they hang on. */
function begin(given: Job["nodes"], links: Job["links"]): Node[] {
  const old = new Map(given.filter((node) => node.x !== undefined).map((node) => [node.id, node]));
  return given.map((node, index): Node => {
    if (node.x !== undefined && node.y !== undefined) return { id: node.id, x: node.x, y: node.y, fx: node.x, fy: node.y };
    const link = links.find((one) => (one.source === node.id && old.has(one.target)) || (one.target === node.id && old.has(one.source)));
    const near = link && old.get(old.has(link.target) ? link.target : link.source);
    const angle = index * 2.399963;
    const far = near ? LINK : 40 * Math.sqrt(index + 1);
    return { id: node.id, x: (near?.x ?? 0) + Math.cos(angle) * far, y: (near?.y ?? 0) + Math.sin(angle) * far };
  });
}
