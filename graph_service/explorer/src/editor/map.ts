/** An answer on the map: how many of its things stand in each area, and what ties areas together. */

import { arcs, heightOf, named, outline, project, type Move, type Place } from "../movesmap";
import type { Outlines } from "../api/service";
import type { Triple } from "./results";
import { element } from "./svg";

const [WIDTH, SIZE, SMALLEST, LARGEST] = [760, 12, 4, 22];

/** Return how many of the things that statements name stand in each area; areas named themselves count too. */
export function counted(found: readonly Triple[], areas: Readonly<Record<string, string>>): Map<string, number> {
  const count = new Map<string, number>();
  for (const iri of new Set(found.flatMap(([subject, , object]) => [subject, object]))) {
    const area = areas[iri];
    if (area) count.set(area, (count.get(area) ?? 0) + 1);
  }
  return count;
}

/** Return what leads from one area to another: statements whose ends stand in two. */
export function led(found: readonly Triple[], areas: Readonly<Record<string, string>>): Move[] {
  const count = new Map<string, number>();
  for (const [subject, , object] of found) {
    const [from, to] = [areas[subject], areas[object]];
    if (from && to && from !== to) count.set(`${from} ${to}`, (count.get(`${from} ${to}`) ?? 0) + 1);
  }
  return [...count].map(([ends, many]) => ({ from: ends.split(" ")[0]!, to: ends.split(" ")[1]!, count: many, things: [], modality: "actual" }));
}

/** Return the map as a picture with a title. */
export function drawMap(land: Outlines, places: readonly Place[], count: ReadonlyMap<string, number>, moves: readonly Move[], title: string): SVGElement {
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${Math.round(heightOf(WIDTH))}`, role: "img", "aria-label": title, class: "answer-map" });
  const used = places.filter((place) => count.has(place.iri)).toSorted((a, b) => count.get(b.iri)! - count.get(a.iri)!);
  const written = named(used, WIDTH, SIZE);
  svg.append(...land.provinces.map((one) => element("path", { class: "land", d: outline(one.ring, WIDTH) })));
  svg.append(...arcs(moves, places, WIDTH).map((arc) => element("path", { class: "arc", d: arc.path, "stroke-width": arc.width })));
  svg.append(...used.map((place) => dot(place, count.get(place.iri)!, written.has(place.iri))));
  return svg;
}

function dot(place: Place, many: number, written: boolean): SVGElement {
  const at = project(place.lon, place.lat, WIDTH);
  const radius = Math.min(LARGEST, SMALLEST + 2 * (Math.sqrt(many) - 1));
  const group = element("g", { transform: `translate(${at.x} ${at.y})` });
  group.append(element("title", {}, `${place.label}: ${many}`), element("circle", { r: radius }));
  if (written) group.append(element("text", { x: radius + 3, y: 4 }, many > 1 ? `${place.label} ${many}` : place.label));
  return group;
}
