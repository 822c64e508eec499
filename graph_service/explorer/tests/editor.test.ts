import { expect, test } from "vitest";
import { bars } from "../src/editor/chart";
import { type Term, completion, fitting } from "../src/editor/completion";

const TERMS: Term[] = [
  { term: "zg:Company", kind: "class", iri: "https://w3id.org/zonegraph/ont#Company", zh: "企业", en: "Company" },
  { term: "zg:relocatedTo", kind: "relation", iri: "https://w3id.org/zonegraph/ont#relocatedTo", zh: "迁至", en: "relocated to" },
  { term: "zg:", kind: "prefix", iri: "https://w3id.org/zonegraph/ont#", zh: "", en: "" },
];

test("terms are found by name and by a label in either language", () => {
  const found = (typed: string): string[] => fitting(TERMS, typed).map((term) => term.term);
  expect(found("reloc")).toEqual(["zg:relocatedTo"]);
  expect(found("企业")).toEqual(["zg:Company"]);
  expect(found("zg:")).toHaveLength(3);
});

test("a prefix is completed to its declaration only where one is being declared", () => {
  expect(completion(TERMS[2]!, true).apply).toBe("zg: <https://w3id.org/zonegraph/ont#>");
  expect(completion(TERMS[2]!, false).apply).toBe("zg:");
});

test("bars are drawn of the last column of numbers, named by another; of none where no column has numbers", () => {
  expect(bars([["深圳市", "1,200"], ["诸暨市", "3"]])).toEqual([{ label: "深圳市", value: 1200 }, { label: "诸暨市", value: 3 }]);
  expect(bars([["2", "园区"]])).toEqual([{ label: "园区", value: 2 }]);
  expect(bars([["甲", "乙"]])).toEqual([]);
  expect(bars([["5"]])).toEqual([]);
  expect(bars([])).toEqual([]);
});
