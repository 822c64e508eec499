/** Draws the state with cytoscape on a plain canvas, without WebGL, and says what was clicked. It decides nothing. */

import cytoscape, { type Core, type EdgeSingular, type ElementDefinition, type NodeSingular } from "cytoscape";
import { edgeId, foldText, remaining, shown, type Shown } from "../state/reducer";
import type { Edge, Point, State, Thing } from "../state/types";
import { spread, type Box, type Line } from "./labels";
import { columns, isChain, layOut, type Wish } from "./layout";
import { badge, colourOf, shapeOf, sheet, sign } from "./look";

export interface Hands {
  /** A node, an edge, a folded group or nothing was chosen. */
  choose(id: string | null): void;
  /** A node was dragged. */
  move(iri: string, to: Point): void;
  /** Nodes were given places by the layout. */
  place(positions: Record<string, Point>): void;
  /** A node was clicked twice, or with the other button. */
  open(iri: string): void;
  /** How much of the right side lies under the panel of what is chosen, in pixels. */
  covered(): number;
}

const QUIET_FROM = 60, LARGE_FROM = 120, MARGIN = 34, MOST_ZOOM = 1.25;
/** How wide the name of a node may be before it goes on in the next line. */
const NAME = 118;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Canvas {
  readonly core: Core;
  private drawn: Shown = { things: [], edges: [], folds: [] };
  private laying = false;
  private busy = "";

  constructor(element: HTMLElement, private readonly hands: Hands) {
    forgoOwnSheet();
    this.core = cytoscape({
      container: element, style: sheet(), minZoom: 0.08, maxZoom: 3, boxSelectionEnabled: false, selectionType: "single",
      pixelRatio: Math.min(devicePixelRatio, 2), hideEdgesOnViewport: false, textureOnViewport: false, autounselectify: true,
    });
    this.core.on("tap", (event) => hands.choose(event.target === this.core ? null : event.target.id()));
    this.core.on("dbltap cxttap", "node", (event) => hands.open(event.target.id()));
    this.core.on("dragfree", "node", (event) => hands.move(event.target.id(), rounded(event.target.position())));
    this.core.on("mouseover mouseout", "edge", (event) => event.target.toggleClass("named", event.type === "mouseover"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.core.style(sheet()));
  }

  /** Show a state: what is new is added, what has gone is taken away, the rest stays where it is. */
  show(state: State): void {
    const next = shown(state);
    const elements = definitions(state, next);
    const wanted = new Set(elements.map((element) => element.data.id!));
    this.core.batch(() => {
      this.core.elements().filter((one) => !wanted.has(one.id())).remove();
      for (const element of elements) this.put(element, state);
      this.core.elements().removeClass("chosen");
      if (state.selected) this.core.getElementById(state.selected).addClass("chosen");
    });
    this.drawn = next;
    this.ease(next.things.length + next.edges.length > LARGE_FROM);
    this.spread();
    void this.settle(state);
  }

  /** Bring everything into sight. */
  fit(): void {
    this.core.resize();
    if (this.core.elements().empty()) return;
    this.core.viewport(this.view());
  }

  /** Return where the view must be to hold everything, beside what lies under the panel. */
  private view(): { zoom: number; pan: Point } {
    const box = this.core.elements().boundingBox({});
    const [width, height] = [this.core.width() - this.hands.covered(), this.core.height()];
    const zoom = Math.max(0.08, Math.min(MOST_ZOOM, (width - 2 * MARGIN) / box.w, (height - 2 * MARGIN) / box.h));
    return { zoom, pan: { x: width / 2 - ((box.x1 + box.x2) / 2) * zoom, y: height / 2 - ((box.y1 + box.y2) / 2) * zoom } };
  }

  zoom(by: number): void {
    const middle = { x: this.core.width() / 2, y: this.core.height() / 2 };
    this.core.zoom({ level: this.core.zoom() * by, renderedPosition: middle });
  }

  /** Bring one node into sight where it is out of it. */
  reveal(id: string): void {
    const chosen = this.core.getElementById(id);
    if (chosen.empty()) return;
    const box = chosen.renderedBoundingBox();
    const right = this.core.width() - this.hands.covered();
    const by = { x: inward(box.x1, box.x2, 20, right), y: inward(box.y1, box.y2, 20, this.core.height() - 20) };
    if (!by.x && !by.y) return;
    if (calm.matches) this.core.panBy(by);
    else this.core.animate({ panBy: by, duration: 200 });
  }

  /** Let only some things stand out; null: all. */
  dim(bright: Set<string> | null): void {
    this.core.batch(() => {
      this.core.elements().forEach((one) => {
        const ends = one.group() === "nodes" ? [one.id()] : [one.data("source"), one.data("target")];
        const seen = !bright || ends.every((id) => bright.has(id));
        one.toggleClass("dim", !seen);
      });
    });
  }

  picture(): Promise<Blob> {
    return this.core.png({ output: "blob-promise", full: true, scale: 2, bg: getComputedStyle(document.body).backgroundColor });
  }

  private put(element: ElementDefinition, state: State): void {
    const old = this.core.getElementById(element.data.id!);
    if (old.empty()) {
      const at = state.view.positions[element.data.id!];
      this.core.add(at && element.group === "nodes" ? { ...element, position: { ...at } } : element);
      return;
    }
    old.data(element.data);
    old.classes(`${element.classes ?? ""}${old.hasClass("quiet") ? " quiet" : ""}`);
    const at = state.view.positions[element.data.id!];
    if (at && old.isNode() && (old.position().x !== at.x || old.position().y !== at.y)) old.position({ ...at });
  }

  /** Give places to what has none; what stands somewhere stays there. */
  private async settle(state: State): Promise<void> {
    const { things, edges, folds } = this.drawn;
    const ids = [...things.map((thing) => thing.iri), ...folds.map((fold) => fold.id)];
    const missing = ids.filter((id) => !state.view.positions[id]);
    const key = missing.join();
    if (!missing.length || (this.laying && key === this.busy)) return;
    this.laying = true;
    this.busy = key;
    const links = [...edges.map((edge) => ({ source: edge.subject, target: edge.object })), ...folds.map((fold) => ({ source: fold.of, target: fold.id }))];
    const wish: Wish = { ids, links, old: state.view.positions };
    const fresh = missing.length === ids.length;
    const positions = fresh && isChain(edges) ? await columns(ids, links) : await layOut(wish);
    if (!positions) return;
    this.laying = false;
    const placed = Object.fromEntries(missing.map((id) => [id, positions[id]!]));
    this.core.batch(() => missing.forEach((id) => this.core.getElementById(id).position({ ...placed[id]! })));
    this.hands.place(placed);
    this.spread();
    if (fresh) this.fit();
    else this.glide();
  }

  /** Let large graphs move smoothly: while they do, they are a picture of themselves, at one dot to the pixel. */
  private ease(large: boolean): void {
    const { renderer } = this.core as unknown as { renderer(): { textureOnViewport: boolean } };
    renderer.call(this.core).textureOnViewport = large;
  }

  /** Put the words of lines where they can be read; those that fit nowhere are read when the line is pointed at. */
  private spread(): void {
    // Lines between nodes that stand on each other, as before they have places, have no course.
    const edges = this.core.edges().filter((edge) => !!edge.data("label") && Number.isFinite(edge.midpoint().x));
    const found = edges.length > QUIET_FROM ? {} : spread(edges.map(lineOf), this.core.nodes().map(boxesOf).flat());
    this.core.batch(() => edges.forEach((edge) => {
      const off = found[edge.id()];
      edge.toggleClass("quiet", !off);
      edge.data({ offX: off?.x ?? 0, offY: off?.y ?? 0 });
    }));
  }

  /** Bring what was added into sight, calmly. */
  private glide(): void {
    const box = this.core.elements().renderedBoundingBox();
    if (box.x1 >= 0 && box.y1 >= 0 && box.x2 <= this.core.width() - this.hands.covered() && box.y2 <= this.core.height()) return;
    if (calm.matches) this.fit();
    else this.core.animate({ ...this.view(), duration: 260 });
  }
}

/** Cytoscape writes a style element where none of this name stands, which our policy does not allow; the sheet has the rule. */
function forgoOwnSheet(): void {
  const id = "__________cytoscape_stylesheet";
  if (document.getElementById(id)) return;
  const stand = document.createElement("meta");
  stand.id = id;
  document.head.append(stand);
}

function lineOf(edge: EdgeSingular): Line {
  return { id: edge.id(), from: edge.sourceEndpoint(), middle: edge.midpoint(), to: edge.targetEndpoint(), width: wide(edge.data("label")), height: 15 };
}

/** Return the room that a node takes, and that of its name below it. */
function boxesOf(node: NodeSingular): Box[] {
  const { x, y } = node.position();
  const [half, below] = [node.outerWidth() / 2, y + node.outerHeight() / 2 + 5];
  const disc = { x1: x - half, x2: x + half, y1: y - node.outerHeight() / 2, y2: y + node.outerHeight() / 2 };
  if (node.hasClass("fold")) return [disc];
  const long = wide(node.data("label")) * 1.13;
  const [across, lines] = [Math.min(long, NAME) / 2, Math.ceil(long / NAME)];
  return [disc, { x1: x - across, x2: x + across, y1: below, y2: below + lines * 17 }];
}

function definitions(state: State, next: Shown): ElementDefinition[] {
  const pinned = new Set(state.view.pinned);
  return [
    ...next.things.map((thing) => node(state, thing, pinned.has(thing.iri))),
    ...next.folds.map((fold): ElementDefinition => ({ group: "nodes", data: { id: fold.id, label: foldText(state, fold.id), shape: "round-rectangle", colour: "#888", pictures: [], width: widthOf(foldText(state, fold.id)) }, classes: "fold" })),
    ...next.folds.map((fold): ElementDefinition => ({ group: "edges", data: { id: `${fold.id}|link`, source: fold.of, target: fold.id, label: "", width: 1.5, offX: 0, offY: 0 }, classes: "once" })),
    ...next.edges.map(link),
  ];
}

/** Return how wide a text is, about: a Chinese character is twice as wide as a Latin one. */
const wide = (text: string): number => [...text].reduce((sum, one) => sum + (one > "\u2e7f" ? 12 : 6.6), 0);
const widthOf = (text: string): number => 22 + wide(text) * 1.1;

function node(state: State, thing: Thing, pinned: boolean): ElementDefinition {
  const left = remaining(state.view, thing);
  const pictures = left ? [sign(thing.type), badge(left)] : [sign(thing.type)];
  const classes = [left ? "open" : "", pinned ? "pinned" : ""].filter(Boolean).join(" ");
  return { group: "nodes", data: { id: thing.iri, label: thing.label, shape: shapeOf(thing.type), colour: colourOf(thing.type), pictures }, classes };
}

function link(edge: Edge): ElementDefinition {
  const classes = [edge.documents < 2 ? "once" : "", edge.modality === "actual" ? "" : "prospect", edge.disagree ? "disagree" : ""];
  const width = 1.4 + Math.min(6, Math.log2(Math.max(1, edge.documents)) * 1.3);
  return { group: "edges", data: { offX: 0, offY: 0, id: edgeId(edge), source: edge.subject, target: edge.object, label: edge.label, width: edge.disagree ? Math.max(7, width) : width }, classes: classes.filter(Boolean).join(" ") };
}

/** Return by how much a stretch must be moved to lie between two bounds. */
function inward(from: number, to: number, first: number, last: number): number {
  if (to > last) return Math.max(last - to, first - from);
  return from < first ? first - from : 0;
}

const rounded = (at: Point): Point => ({ x: Math.round(at.x), y: Math.round(at.y) });
