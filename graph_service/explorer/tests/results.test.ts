import { expect, test } from "vitest";
import { counted, led } from "../src/editor/map";
import { edges, isTerm, stranger, things, tied, triples } from "../src/editor/results";

const ZG = "https://w3id.org/zonegraph/ont#";
const uri = (value: string) => ({ type: "uri", value }) as const;
const known = { subject: "e:a", relation: "locatedIn", object: "e:b", label: "位于", modality: "actual", documents: 3, disagree: false } as const;

test("statements between IRIs are read from N-Triples, escapes included", () => {
  const text = `<e:a> <${ZG}locatedIn> <e:\\u8BF8> .\n<e:a> <e:p> "words" .\n_:b <e:p> <e:c> .\n`;
  expect(triples(text)).toEqual([["e:a", `${ZG}locatedIn`, "e:诸"]]);
});

test("a column of relations ties those on either side of it", () => {
  const rows = [{ s: uri("e:a"), p: uri(`${ZG}locatedIn`), o: uri("e:b"), n: { type: "literal", value: "3" } as const }];
  expect(tied(["s", "p", "o", "n"], rows, isTerm)).toEqual([["e:a", `${ZG}locatedIn`, "e:b"]]);
});

test("without such a column things of a row are tied to its first", () => {
  const rows = [{ company: uri("e:a"), place: uri("e:b"), name: { type: "literal", value: "和光" } as const }];
  expect(tied(["company", "name", "place"], rows, isTerm)).toEqual([["e:a", "", "e:b"]]);
  expect(things([["e:a", "", "e:b"], ["e:a", "", `${ZG}Company`]])).toEqual(["e:a", "e:b"]);
});

test("what the service knows of a relation is kept, and sharing a row adds nothing to it", () => {
  const found = edges([["e:a", `${ZG}locatedIn`, "e:b"], ["e:b", "", "e:a"], ["e:a", "", "e:c"]], [known], () => "?");
  expect(found.map((edge) => [edge.object, edge.label, edge.documents])).toEqual([["e:b", "位于", 3], ["e:c", "", 1]]);
});

test("a thing that the service does not know is called by the end of its IRI", () => {
  expect(stranger("https://example.org/x/%E8%AF%B8%E6%9A%A8").label).toBe("诸暨");
});

test("things count for the area they stand in, and statements lead from area to area", () => {
  const areas = { "e:a": "e:city", "e:b": "e:town", "e:c": "e:town" };
  const found = [["e:a", "", "e:b"], ["e:b", "", "e:c"]] as const;
  expect([...counted(found, areas)]).toEqual([["e:city", 1], ["e:town", 2]]);
  expect(led(found, areas).map((move) => [move.from, move.to, move.count])).toEqual([["e:city", "e:town", 1]]);
});
