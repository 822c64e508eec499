import { describe, expect, test } from "vitest";
import { bars, pick, within, type Dated } from "../src/histogram";

const event = (earliest: string | null, latest = earliest): Dated => ({ iri: "e", earliest, latest });

describe("bars", () => {
  test("has every year between the first and the last, and what has no date", () => {
    expect(bars([event("2020-05"), event("2022"), event("2022-01-01", "2022-12-31"), event(null)])).toEqual([
      { year: 2020, count: 1 }, { year: 2021, count: 0 }, { year: 2022, count: 2 }, { year: null, count: 1 },
    ]);
  });
  test("has none where nothing happened, and no thousand for a slip of a date", () => {
    expect(bars([])).toEqual([]);
    expect(bars([event("0202"), event("2020")])).toHaveLength(60);
  });
  test("has the undated alone where no event has a date", () => {
    expect(bars([event(null), event("")])).toEqual([{ year: null, count: 2 }]);
  });
});

describe("the brush", () => {
  test("takes in what lies in it, be it in part", () => {
    const brush = { from: 2020, to: 2021, undated: false };
    expect(within(event("2019-01", "2020-03"), brush)).toBe(true);
    expect(within(event("2022"), brush)).toBe(false);
    expect(within(event(null), brush)).toBe(false);
    expect(within(event(null), { ...brush, undated: true })).toBe(true);
    expect(within(event("1990"), null)).toBe(true);
  });
  test("is set by a bar, drawn out by another, and taken back by the same", () => {
    const one = pick({ year: 2020, count: 1 }, null, false);
    expect(one).toEqual({ from: 2020, to: 2020, undated: false });
    expect(pick({ year: 2023, count: 1 }, one, true)).toEqual({ from: 2020, to: 2023, undated: false });
    expect(pick({ year: 2020, count: 1 }, one, false)).toBeNull();
    const undated = pick({ year: null, count: 1 }, null, false);
    expect(within(event("2020"), undated)).toBe(false);
    expect(within(event(null), undated)).toBe(true);
    expect(pick({ year: null, count: 1 }, undated, false)).toBeNull();
  });
});
