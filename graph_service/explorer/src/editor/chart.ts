/** An answer as bars, where a column of the table has numbers: read off the page, drawn as SVG. */

import { element } from "./svg";

export interface Bar {
  readonly label: string;
  readonly value: number;
}

const [MOST, STEP, LEFT, WIDTH] = [40, 26, 230, 760];

/** The bars of a table: the last column whose cells are all numbers, named by the first other one; none where there is no such. */
export function bars(rows: readonly (readonly string[])[]): Bar[] {
  const width = rows[0]?.length ?? 0;
  const numbers = (column: number): boolean =>
    rows.length > 0 && rows.every((row) => row[column] !== undefined && /^-?[\d,]+(\.\d+)?$/.test(row[column] ?? ""));
  const column = Array.from({ length: width }, (_, at) => width - 1 - at).find(numbers);
  if (column === undefined || width < 2) return [];
  const named = column === 0 ? 1 : 0;
  return rows.slice(0, MOST).map((row) => ({ label: row[named] ?? "", value: Number((row[column] ?? "").replaceAll(",", "")) }));
}

/** Bars as a picture with a title; its words are read out as they are. */
export function draw(found: readonly Bar[], title: string): SVGSVGElement {
  const most = Math.max(...found.map((bar) => Math.abs(bar.value)), 1);
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${found.length * STEP}`, role: "img", "aria-label": title, class: "chart" });
  found.forEach((bar, place) => {
    const [y, length] = [place * STEP, (Math.abs(bar.value) / most) * (WIDTH - LEFT - 130)];
    svg.append(
      element("text", { x: String(LEFT - 10), y: String(y + 17), class: "name" }, short(bar.label)),
      element("rect", { x: String(LEFT), y: String(y + 4), width: String(Math.max(length, 1)), height: String(STEP - 8) }),
      element("text", { x: String(LEFT + length + 8), y: String(y + 17) }, bar.value.toLocaleString()),
    );
  });
  return svg as SVGSVGElement;
}

function short(text: string): string {
  return text.length > 16 ? `${text.slice(0, 15)}…` : text;
}
