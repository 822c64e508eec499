/** The moves between places on a map: where each place is drawn, and the arcs between them. */

import type { Modality, Point, Thing } from "./shown";

export interface Place {
  readonly iri: string;
  readonly label: string;
  readonly code: string;
  readonly lon: number;
  readonly lat: number;
}

export interface Move {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly things: readonly Thing[];
  readonly modality: Modality;
}

/** An arc: an SVG path with the move that it stands for, where its number is written, and how thick it is drawn. */
export interface Arc {
  readonly path: string;
  readonly at: Point;
  readonly width: number;
  readonly move: Move;
}

/** The stretch of the earth that is drawn, in degrees. */
export const FRAME = { west: 73, east: 136, south: 17, north: 54 } as const;
const STRETCH = Math.cos((35 * Math.PI) / 180);
const [BEND, THICKEST] = [0.18, 9];

/** Where a place is drawn on a map of this width: equirectangular, true to shape at 35° north. */
export function project(lon: number, lat: number, width: number): Point {
  const scale = width / ((FRAME.east - FRAME.west) * STRETCH);
  return { x: (lon - FRAME.west) * STRETCH * scale, y: (FRAME.north - lat) * scale };
}

/** The height of a map of this width. */
export function heightOf(width: number): number {
  return ((FRAME.north - FRAME.south) / ((FRAME.east - FRAME.west) * STRETCH)) * width;
}

/** An outline of longitudes and latitudes as an SVG path. */
export function outline(ring: readonly (readonly [number, number])[], width: number): string {
  const points = ring.map(([lon, lat]) => project(lon, lat, width));
  return points.map((point, number) => `${number ? "L" : "M"}${show(point)}`).join("") + "Z";
}

/** The arcs of moves; moves of which a place is unknown, or that stay in one place, have none. */
export function arcs(moves: readonly Move[], places: readonly Place[], width: number): Arc[] {
  const known = new Map(places.map((place) => [place.iri, project(place.lon, place.lat, width)]));
  return moves.flatMap((move) => {
    const [from, to] = [known.get(move.from), known.get(move.to)];
    return from && to && move.from !== move.to ? [arc(move, from, to)] : [];
  });
}

/** The places whose names can be written beside them without lying on each other, those named first before others. */
export function named(places: readonly Place[], width: number, size: number): Set<string> {
  const written: { x1: number; x2: number; y: number }[] = [];
  const found = places.filter((place) => {
    const at = project(place.lon, place.lat, width);
    const box = { x1: at.x, x2: at.x + size * (place.label.length + 1), y: at.y };
    const free = written.every((one) => Math.abs(one.y - box.y) > size || one.x1 > box.x2 || one.x2 < box.x1);
    if (free) written.push(box);
    return free;
  });
  return new Set(found.map((place) => place.iri));
}

/** An arc that bends to its left, so that a move there and one back do not lie on each other. */
function arc(move: Move, from: Point, to: Point): Arc {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const bend = { x: (from.x + to.x) / 2 + dy * BEND, y: (from.y + to.y) / 2 - dx * BEND };
  const at = { x: (from.x + 2 * bend.x + to.x) / 4, y: (from.y + 2 * bend.y + to.y) / 4 };
  return { path: `M${show(from)}Q${show(bend)} ${show(to)}`, at, width: Math.min(THICKEST, 1 + Math.sqrt(move.count) * 1.2), move };
}

function show(point: Point): string {
  return `${Math.round(point.x * 10) / 10},${Math.round(point.y * 10) / 10}`;
}
