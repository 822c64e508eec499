import { describe, expect, test } from "vitest";
import { toCsv, toGexf, toSvg, toTurtle, xml } from "../src/exports";
import type { Edge, Shown, Thing } from "../src/shown";

const thing = (iri: string, label: string, type = "Company"): Thing => ({
  iri: `https://example.org/id/${iri}`, label, type, typeLabel: type, names: [], page: `/page/${iri}`, degree: 1,
});
const edge = (subject: string, object: string, modality: Edge["modality"] = "actual"): Edge => ({
  subject: `https://example.org/id/${subject}`, relation: "relocatedTo", label: "迁至", object: `https://example.org/id/${object}`, modality, documents: 2, disagree: false,
});
const shown: Shown = {
  things: [thing("a", '甲"公司", 与'), thing("b", "=乙<园>&", "Park"), thing("c", "丙")],
  relations: [edge("a", "b"), edge("a", "b", "possible"), edge("a", "gone")],
  positions: { "https://example.org/id/a": { x: 0, y: 0 }, "https://example.org/id/b": { x: 100, y: 50 } },
};

describe("CSV", () => {
  test("has the names of both ends, quoted where they must be, and no formula", () => {
    const lines = toCsv(shown).split("\r\n");
    expect(lines[1]).toBe(`"甲""公司"", 与",Company,迁至,'=乙<园>&,Park,actual,2,https://example.org/id/a,https://example.org/id/b`);
    expect(lines[3]).toBe("丙,Company,,,,,,https://example.org/id/c,");
    expect(lines).toHaveLength(5);
  });
});

describe("GEXF", () => {
  test("has every thing and the relations among them, well escaped", () => {
    const text = toGexf(shown);
    expect(text.match(/<node /g)).toHaveLength(3);
    expect(text.match(/<edge /g)).toHaveLength(2);
    expect(text).toContain('label="=乙&lt;园&gt;&amp;"');
    expect(text).toContain('<viz:position x="100" y="-50" z="0"/>');
  });
});

describe("Turtle", () => {
  test("states what is so, and only tells of what is possible", () => {
    const text = toTurtle(shown);
    expect(text).toContain('<https://example.org/id/a> a zg:Company ; skos:prefLabel "甲\\"公司\\", 与"@zh .');
    expect(text.match(/^<https:\/\/example.org\/id\/a> zg:relocatedTo <https:\/\/example.org\/id\/b> \.$/gm)).toHaveLength(1);
    expect(text).toContain("zg:modality zg:Possible");
  });
  test("keeps an IRI an IRI", () => {
    expect(toTurtle({ ...shown, relations: [], things: [thing("a> .<b", "甲")] })).toContain("<https://example.org/id/a%3E%20.%3Cb>");
  });
});

describe("SVG", () => {
  test("draws what has a place, with a title, in the colours given", () => {
    const text = toSvg(shown, { ink: "#111", paper: "#fff", soft: "#888", colour: (type) => (type === "Park" ? "green" : "blue") });
    expect(text.match(/<circle /g)).toHaveLength(2);
    expect(text).toContain('fill="green"');
    expect(text).toContain('stroke-dasharray="5 4"');
    expect(text).toContain("<title>=乙&lt;园&gt;&amp; (Park)</title>");
  });
  test("drops what XML does not allow", () => {
    expect(xml("a\u0000b\u000bc")).toBe("abc");
  });
});
