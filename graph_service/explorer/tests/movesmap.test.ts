import { expect, test } from "vitest";
import { arcs, heightOf, outline, project, type Move, type Place } from "../src/movesmap";

const places: Place[] = [
  { iri: "sz", label: "深圳", code: "4403", lon: 114.06, lat: 22.55 },
  { iri: "zj", label: "诸暨", code: "330681", lon: 120.24, lat: 29.71 },
];
const move = (from: string, to: string, count = 1): Move => ({ from, to, count, things: [], modality: "actual" });

test("the map has the corners of its frame at its corners", () => {
  expect(project(73, 54, 600)).toEqual({ x: 0, y: 0 });
  const corner = project(136, 17, 600);
  expect(corner.x).toBeCloseTo(600);
  expect(corner.y).toBeCloseTo(heightOf(600));
});

test("north is above south and east is right of west", () => {
  const [south, north] = places.map((place) => project(place.lon, place.lat, 600));
  expect(north!.y).toBeLessThan(south!.y);
  expect(north!.x).toBeGreaterThan(south!.x);
});

test("a move there and one back bend apart; more moves are thicker, within bounds", () => {
  const [there, back, many] = arcs([move("sz", "zj"), move("zj", "sz"), move("sz", "zj", 10_000)], places, 600);
  expect(there!.at).not.toEqual(back!.at);
  expect(many!.width).toBeGreaterThan(there!.width);
  expect(many!.width).toBeLessThanOrEqual(9);
});

test("a move within a place, or to one that is not on the map, has no arc", () => {
  expect(arcs([move("sz", "sz"), move("sz", "mars")], places, 600)).toEqual([]);
});

test("an outline is a closed path", () => {
  expect(outline([[73, 54], [136, 54], [136, 17]], 600)).toMatch(/^M0,0L600,0L600,[\d.]+Z$/);
});
