/** Where the words on lines stand: along their line, clear of nodes, of names, of each other, and where they can of other lines. */

import type { Point } from "../shown";

/** A line as it is drawn, a curve through its middle, and how long and high its words are. */
export interface Line {
  readonly id: string;
  readonly from: Point;
  readonly middle: Point;
  readonly to: Point;
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Places along a line that are tried, the middle first. */
const PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73];
const SAMPLES = 24;

/** Return by how much the words of each line stand off its middle; null where they fit nowhere along it. */
export function spread(lines: readonly Line[], boxes: readonly Box[]): Record<string, Point | null> {
  const taken: Point[] = [];
  const courses = new Map(lines.map((line) => [line.id, course(line)]));
  const found: Record<string, Point | null> = {};
  for (const line of lines) {
    const others = lines.filter((one) => one !== line).flatMap((one) => courses.get(one.id)!);
    const best = PLACES.map((place) => at(line, place))
      .map((centre, order) => ({ centre, words: words(line, centre), order }))
      .filter((one) => one.words.every((dot) => boxes.every((box) => !touches(dot, line.height / 2, box)) && taken.every((other) => !near(dot, other, line.height))))
      .map((one) => ({ ...one, crossed: crossings(one.words, others, line.height / 2) }))
      .sort((a, b) => a.crossed - b.crossed || a.order - b.order)[0];
    found[line.id] = best ? { x: best.centre.x - line.middle.x, y: best.centre.y - line.middle.y } : null;
    if (best) taken.push(...best.words);
  }
  return found;
}

/** Return the point of a line at a part of its way. */
function at({ from, middle, to }: Line, part: number): Point {
  const bend = { x: 2 * middle.x - (from.x + to.x) / 2, y: 2 * middle.y - (from.y + to.y) / 2 };
  const [a, b, c] = [(1 - part) ** 2, 2 * part * (1 - part), part ** 2];
  return { x: a * from.x + b * bend.x + c * to.x, y: a * from.y + b * bend.y + c * to.y };
}

const course = (line: Line): Point[] => Array.from({ length: SAMPLES }, (_, n) => at(line, (n + 1) / (SAMPLES + 1)));

/** Return words around a centre, turned as their line is, as dots one height apart. */
function words(line: Line, centre: Point): Point[] {
  const [dx, dy] = [line.to.x - line.from.x, line.to.y - line.from.y];
  const far = Math.hypot(dx, dy) || 1;
  const count = Math.max(2, Math.ceil(line.width / line.height));
  return Array.from({ length: count }, (_, n) => {
    const off = (n / (count - 1) - 0.5) * Math.max(0, line.width - line.height);
    return { x: centre.x + (dx / far) * off, y: centre.y + (dy / far) * off };
  });
}

const near = (one: Point, other: Point, by: number): boolean => (one.x - other.x) ** 2 + (one.y - other.y) ** 2 < by * by;

const touches = (dot: Point, radius: number, box: Box): boolean =>
  dot.x + radius > box.x1 && dot.x - radius < box.x2 && dot.y + radius > box.y1 && dot.y - radius < box.y2;

const crossings = (dots: readonly Point[], others: readonly Point[], by: number): number =>
  others.filter((other) => dots.some((dot) => near(dot, other, by))).length;
