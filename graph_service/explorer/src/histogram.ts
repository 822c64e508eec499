/** When things happened: bars by year that narrow the view to a stretch of time, with a bar of its own for what has no date. */

export interface Dated {
  readonly iri: string;
  /** First and last day, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; empty or null where no document says it. */
  readonly earliest: string | null;
  readonly latest: string | null;
}

/** A bar: a year, or null for what has no date, and how many events are in it. */
export interface Bar {
  readonly year: number | null;
  readonly count: number;
}

/** The years that are shown, both included, and whether what has no date is shown too. */
export interface Brush {
  readonly from: number;
  readonly to: number;
  readonly undated: boolean;
}

const MOST_BARS = 60;

function yearOf(date: string | null): number | null {
  const year = Number.parseInt(date?.slice(0, 4) ?? "", 10);
  return Number.isNaN(year) ? null : year;
}

/** Bars of every year from the first to the last event (the latest sixty of them), then the undated ones where there are any. */
export function bars(events: readonly Dated[]): Bar[] {
  const counted = new Map<number | null, number>();
  for (const event of events) {
    const year = yearOf(event.earliest) ?? yearOf(event.latest);
    counted.set(year, (counted.get(year) ?? 0) + 1);
  }
  const years = [...counted.keys()].filter((year): year is number => year !== null);
  const last = Math.max(...years);
  const first = Math.max(Math.min(...years), last - MOST_BARS + 1);
  const found: Bar[] = [];
  for (let year = first; year <= last; year++) found.push({ year, count: counted.get(year) ?? 0 });
  return counted.has(null) ? [...found, { year: null, count: counted.get(null) ?? 0 }] : found;
}

/** Whether an event lies within the brush, be it in part. */
export function within(event: Dated, brush: Brush | null): boolean {
  if (!brush) return true;
  const [from, to] = [yearOf(event.earliest), yearOf(event.latest)];
  if (from === null && to === null) return brush.undated;
  return (from ?? to ?? 0) <= brush.to && (to ?? from ?? 0) >= brush.from;
}

/** The brush that a reader gets who picks a bar; with `stretch` the one before is drawn out to it, and picked again it ends. */
export function pick(bar: Bar, brush: Brush | null, stretch: boolean): Brush | null {
  if (bar.year === null) {
    return brush && brush.from > brush.to ? null : { from: 1, to: 0, undated: true };
  }
  if (brush && stretch && brush.from <= brush.to) {
    return { from: Math.min(brush.from, bar.year), to: Math.max(brush.to, bar.year), undated: brush.undated };
  }
  const again = brush?.from === bar.year && brush.to === bar.year;
  return again ? null : { from: bar.year, to: bar.year, undated: false };
}
