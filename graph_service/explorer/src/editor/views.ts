/** An answer as table, bars, graph or map: tabs above it, each made when it is first looked at. */

import type { Outlines } from "../api/service";
import { get, Problem, speak } from "../api/client";
import { toAddress } from "../state/address";
import { EMPTY, reduce, START } from "../state/reducer";
import type { State } from "../state/types";
import { bars, draw } from "./chart";
import type { Term } from "./completion";
import { counted, drawMap, led } from "./map";
import { graphOf, placesOf, statements, type Graph } from "./request";
import type { Triple } from "./results";

const TEXTS = {
  zh: { table: "表格", text: "文本", chart: "柱状图", graph: "图", map: "地图", views: "结果的样子", none: "结果中没有可以画的事物", placeless: "结果中没有地图上找得到的地点", noBars: "结果中没有数字列", open: "在图谱中打开", waiting: "正在绘制…", first: "只画前 {n} 个事物", counts: "{n} 个地点，{m} 个事物" },
  en: { table: "Table", text: "Text", chart: "Chart", graph: "Graph", map: "Map", views: "Views of the answer", none: "The answer names nothing that can be drawn", placeless: "The answer names nothing that stands on the map", noBars: "No column of the answer has numbers", open: "Open in the explorer", waiting: "Drawing…", first: "Only the first {n} things are drawn", counts: "{n} places, {m} things" },
} as const;

/** What is needed to show an answer: its query, where it stands, the words of the page, names of terms. */
export interface Given {
  query: string;
  shown: HTMLElement;
  language: "zh" | "en";
  base: string;
  terms(): readonly Term[];
}

type Make = (into: HTMLElement) => Promise<void> | void;

/** Put tabs above an answer. */
export function views(given: Given): void {
  const texts = TEXTS[given.language];
  speak(given.language, given.language);
  let asked: Promise<Triple[]> | null = null;
  const found = (): Promise<Triple[]> => (asked ??= statements(given.query));
  const isTable = given.shown.tagName !== "PRE";
  const made: [name: string, make: Make | null][] = [
    [isTable ? texts.table : texts.text, null],
    ...(isTable ? [[texts.chart, (into) => chart(given, into)] as [string, Make]] : []),
    [texts.graph, async (into) => graph(given, await found(), into)],
    [texts.map, async (into) => map(given, await found(), into)],
  ];
  given.shown.before(tabs(texts.views, made, given.shown, texts.waiting));
}

/** Return tabs; the first shows what stands there already, each other one is made once (ARIA: tabs with manual activation). */
function tabs(title: string, made: [string, Make | null][], first: HTMLElement, waiting: string): HTMLElement {
  const list = document.createElement("div");
  list.className = "views";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", title);
  const panels = made.map(([, make]) => (make ? panel(first) : first));
  const buttons = made.map(([name], n) => tab(name, n, panels[n]!));
  const show = (chosen: number): void => {
    buttons.forEach((button, n) => (button.setAttribute("aria-selected", String(n === chosen)), (button.tabIndex = n === chosen ? 0 : -1)));
    panels.forEach((one, n) => one.toggleAttribute("hidden", n !== chosen));
    const [, make] = made[chosen]!;
    const into = panels[chosen]!;
    if (make && !into.childElementCount) void fill(into, make, waiting);
  };
  buttons.forEach((button, n) => {
    button.addEventListener("click", () => show(n));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) buttons[(n + step + buttons.length) % buttons.length]!.focus();
    });
  });
  list.append(...buttons);
  show(0);
  return list;
}

function tab(name: string, n: number, of: HTMLElement): HTMLButtonElement {
  const button = document.createElement("button");
  of.id ||= `answer-${n}`;
  Object.assign(button, { type: "button", textContent: name, id: `answer-tab-${n}` });
  button.setAttribute("role", "tab");
  button.setAttribute("aria-controls", of.id);
  return button;
}

function panel(first: HTMLElement): HTMLElement {
  const made = document.createElement("div");
  made.className = "view";
  first.parentElement!.append(made);
  first.after(made);
  return made;
}

/** Make what a tab shows; while it is made it says so, and where it cannot be made, why. */
async function fill(into: HTMLElement, make: Make, waiting: string): Promise<void> {
  const note = said(waiting);
  note.setAttribute("role", "status");
  into.append(note);
  try {
    await make(into);
    note.remove();
  } catch (error) {
    note.textContent = error instanceof Problem ? [error.title, error.detail, error.cure].filter(Boolean).join(" ") : String(error);
    note.setAttribute("role", "alert");
  }
}

function said(words: string): HTMLElement {
  const note = document.createElement("p");
  note.className = "about";
  note.textContent = words;
  return note;
}

// ---- Each of them ---------------------------------------------------------------------------

function chart({ shown, language }: Given, into: HTMLElement): void {
  const texts = TEXTS[language];
  const rows = [...shown.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent?.trim() ?? ""));
  const found = bars(rows);
  into.append(found.length ? draw(found, texts.chart) : said(texts.noBars));
}

async function graph({ terms, language, base }: Given, found: Triple[], into: HTMLElement): Promise<void> {
  const texts = TEXTS[language];
  const nameOf = (iri: string): string => terms().find((term) => term.iri === iri)?.[language] || iri.split(/[/#]/).at(-1)!;
  const made = await graphOf(found, nameOf);
  if (!made.things.length) return into.append(said(texts.none));
  const { Canvas } = await import("../canvas/canvas");
  const [state, holder, link] = [stateOf(made), document.createElement("div"), document.createElement("a")];
  holder.className = "answer-graph";
  holder.setAttribute("role", "img");
  holder.setAttribute("aria-label", `${texts.graph}: ${made.things.length}, ${made.edges.length}`);
  link.textContent = texts.open;
  const whole = new Set(found.flatMap(([subject, , object]) => [subject, object])).size;
  into.append(holder, link, ...(whole > made.things.length ? [said(texts.first.replace("{n}", String(made.things.length)))] : []));
  let now = state;
  const canvas = new Canvas(holder, {
    choose: (id) => { const page = made.things.find((thing) => thing.iri === id)?.page; if (page) location.assign(page); },
    move: (iri, to) => canvas.show((now = reduce(now, { do: "move", iri, to }))),
    place: (positions) => { now = reduce(now, { do: "place", positions }); void lead(link, now, base, language); },
    open: () => undefined, covered: () => 0,
  });
  canvas.show(state);
}

/** Return a state that shows a graph; of things that are drawn alone nothing is said to be left. */
function stateOf({ things, edges }: Graph): State {
  const bare = things.map((thing) => ({ ...thing, degree: 0 }));
  return { ...START, view: reduce({ ...START, view: EMPTY }, { do: "add", things: bare, edges, key: "did-add", words: "" }).view };
}

/** Let a link lead to the same graph in the explorer. */
async function lead(link: HTMLAnchorElement, state: State, base: string, language: string): Promise<void> {
  link.href = `/${await toAddress(state, base, new URLSearchParams({ lang: language }))}`;
}

async function map({ language }: Given, found: Triple[], into: HTMLElement): Promise<void> {
  const texts = TEXTS[language];
  const [{ places, areas }, land] = await Promise.all([placesOf(found), get<Outlines>("/static/outlines.json", {})]);
  if (!places.length) return into.append(said(texts.placeless));
  const count = counted(found, areas);
  const note = texts.counts.replace("{n}", String(count.size)).replace("{m}", String([...count.values()].reduce((sum, n) => sum + n, 0)));
  into.append(drawMap(land, places, count, led(found, areas), texts.map), said(`${note} · ${land.note[language]}`));
}
