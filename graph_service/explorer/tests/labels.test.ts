import { expect, test } from "vitest";
import { spread, type Line } from "../src/canvas/labels";
import { named } from "../src/movesmap";

const line = (id: string, from: [number, number], to: [number, number]): Line => {
  const [a, b] = [{ x: from[0], y: from[1] }, { x: to[0], y: to[1] }];
  return { id, from: a, to: b, middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, width: 40, height: 14 };
};

test("words stay at the middle of a line that is free", () => {
  expect(spread([line("a", [0, 0], [300, 0])], [])).toEqual({ a: { x: 0, y: 0 } });
});

test("words move along their line, away from a node in its middle", () => {
  const off = spread([line("a", [0, 0], [300, 0])], [{ x1: 130, x2: 170, y1: -20, y2: 20 }])["a"]!;
  expect(Math.abs(off.x)).toBeGreaterThan(40);
  expect(off.y).toBe(0);
});

test("words of lines that cross do not lie on each other, nor on the other line", () => {
  const found = spread([line("a", [0, 0], [300, 0]), line("b", [150, -150], [150, 150])], []);
  expect(Math.abs(found["a"]!.x)).toBeGreaterThan(20);
  expect(Math.abs(found["b"]!.y)).toBeGreaterThan(20);
});

test("words that fit nowhere are left out", () => {
  expect(spread([line("a", [0, 0], [60, 0])], [{ x1: -50, x2: 110, y1: -20, y2: 20 }])).toEqual({ a: null });
});

test("names on the map do not lie on each other", () => {
  const place = (iri: string, lon: number, lat: number) => ({ iri, label: "诸暨市", code: "330681", lon, lat });
  expect([...named([place("a", 120, 30), place("b", 120.1, 30.1), place("c", 100, 40)], 640, 12)]).toEqual(["a", "c"]);
});
