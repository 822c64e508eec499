import { describe, expect, test } from "vitest";
import { fromAddress, toAddress, viewOf } from "../src/state/address";
import { edgeId, foldText, reduce, remaining, shown, START, type Action } from "../src/state/reducer";
import type { Edge, State, Thing } from "../src/state/types";

const BASE = "https://example.org/id/";

function thing(name: string, degree = 2): Thing {
  return { iri: `${BASE}company/${name}`, label: name, type: "Company", typeLabel: "企业", names: [], page: `/page/company/${name}`, degree };
}

function edge(from: string, to: string, modality: Edge["modality"] = "actual"): Edge {
  return { subject: thing(from).iri, relation: "supplies", label: "供货", object: thing(to).iri, modality, documents: 1, disagree: false };
}

function after(...actions: Action[]): State {
  return actions.reduce(reduce, START);
}

const ADD: Action = { do: "add", things: [thing("a"), thing("b"), thing("c")], edges: [edge("a", "b"), edge("b", "c", "planned")], key: "did-add", words: "a" };

describe("the state store", () => {
  test("draws what was added, and says how much of a thing is not drawn", () => {
    const state = after(ADD);
    expect(shown(state).things).toHaveLength(3);
    expect(remaining(state.view, state.view.things[thing("a").iri]!)).toBe(1);
    expect(remaining(state.view, state.view.things[thing("b").iri]!)).toBe(0);
  });

  test("adding what is there already changes nothing and makes no step", () => {
    const state = after(ADD);
    expect(reduce(state, ADD)).toBe(state);
  });

  test("prospects are left out where they are not wanted", () => {
    expect(shown(after(ADD, { do: "prospects", shown: false })).edges.map(edgeId)).toEqual([edgeId(edge("a", "b"))]);
  });

  test("what is hidden goes with its relations, and comes back", () => {
    const hidden = after(ADD, { do: "hide", iri: thing("b").iri });
    expect(shown(hidden).things).toHaveLength(2);
    expect(shown(hidden).edges).toHaveLength(0);
    expect(shown(reduce(hidden, { do: "reveal" })).things).toHaveLength(3);
  });

  test("isolating leaves a thing and its neighbours", () => {
    const state = after(ADD, { do: "isolate", iri: thing("a").iri });
    expect(shown(state).things.map((one) => one.label)).toEqual(["a", "b"]);
  });

  test("every step can be undone and redone, in order, with what it was", () => {
    const done = after(ADD, { do: "hide", iri: thing("a").iri }, { do: "pin", iri: thing("b").iri });
    expect(done.past.map((step) => [step.key, step.words])).toEqual([["did-add", "a"], ["did-hide", "a"], ["did-pin", "b"]]);
    let state = done;
    for (let n = 0; n < 3; n++) state = reduce(state, { do: "undo" });
    expect(shown(state).things).toHaveLength(0);
    for (let n = 0; n < 3; n++) state = reduce(state, { do: "redo" });
    expect(state.view).toEqual(done.view);
    expect(state.past.map((step) => step.key)).toEqual(done.past.map((step) => step.key));
  });

  test("a new step after undoing ends what could be redone", () => {
    const state = after(ADD, { do: "pin", iri: thing("a").iri }, { do: "undo" }, { do: "pin", iri: thing("b").iri });
    expect(state.future).toHaveLength(0);
    expect(state.view.pinned).toEqual([thing("b").iri]);
  });

  test("places that the layout gave stay when a step before them is undone", () => {
    const iri = thing("a").iri;
    const state = after(ADD, { do: "pin", iri }, { do: "place", positions: { [iri]: { x: 5, y: 6 } } }, { do: "undo" });
    expect(state.view.positions[iri]).toEqual({ x: 5, y: 6 });
  });

  test("choosing changes no place and makes no step", () => {
    const state = after(ADD);
    const chosen = reduce(state, { do: "select", id: thing("a").iri });
    expect(chosen.view).toBe(state.view);
    expect(chosen.past).toBe(state.past);
  });

  test("a folded group says how many of it are drawn, and how many there are", () => {
    const fold = { id: "fold", of: thing("a").iri, relation: "supplies", direction: "out" as const, type: null, label: "供货", total: 214 };
    expect(foldText(after(ADD, { do: "fold", fold }), "fold")).toBe("供货 1 / 214");
  });
});

describe("an address", () => {
  test("restores question, things, places, pins, groups and filters", async () => {
    const [a, b] = [thing("a").iri, thing("b").iri];
    const question = { query: "upstream", parameters: { company: a }, text: "上游" };
    const fold = { id: `fold|${a}|supplies|out|`, of: a, relation: "supplies", direction: "out" as const, type: null, label: "供货", total: 9 };
    const state = after(
      { do: "ask", question, things: [thing("a"), thing("b")], edges: [] }, { do: "place", positions: { [a]: { x: -3, y: 40 }, [b]: { x: 7, y: 8 } } },
      { do: "pin", iri: a }, { do: "hide", iri: b }, { do: "fold", fold }, { do: "prospects", shown: false }, { do: "brush", brush: { from: 2020, to: 2023, undated: true } },
    );
    const text = await toAddress(state, BASE, new URLSearchParams("lang=en"));
    const url = new URL(text, "https://example.org/");
    expect(url.searchParams.get("lang")).toBe("en");
    const read = await fromAddress(url.search, url.hash, BASE);
    expect(read.iris).toEqual([a, b]);
    const view = viewOf(read);
    expect(view.positions[a]).toEqual({ x: -3, y: 40 });
    expect([view.pinned, view.hidden]).toEqual([[a], [b]]);
    expect(view.folds).toEqual([fold]);
    expect(view.question?.parameters).toEqual(question.parameters);
    expect([read.prospects, read.brush]).toEqual([false, { from: 2020, to: 2023, undated: true }]);
  });

  test("of sixty things is short", async () => {
    const things = Array.from({ length: 60 }, (_, n) => thing(`zhe-jiang-qi-ye-${(n * 2654435761 % 4294967296).toString(16)}`));
    const text = await toAddress(after({ do: "add", things, edges: [], key: "did-add", words: "" }), BASE, new URLSearchParams());
    expect(text.length).toBeLessThan(2000);
  });

  test("that cannot be read has no graph", async () => {
    expect((await fromAddress("", "#nonsense!", BASE)).iris).toEqual([]);
  });
});
