/** What the reader does, one function for each action: it asks the service and tells the store. */

import { Problem, speak } from "../api/client";
import * as service from "../api/service";
import type { Answer, Asked, Cell, Event, Form, Group, Value } from "../api/service";
import { foldId, fromAddress, toAddress, viewOf } from "../state/address";
import { edgeId, shown } from "../state/reducer";
import type { Store } from "../state/store";
import type { Direction, Edge, Fold, Question, Thing } from "../state/types";
import { t } from "../texts";

export type Tab = "answer" | "paths" | "time" | "map" | "history";
export const MOST_VISIBLE = 300;
const PAGE = 50;

/** What the page shows beside the state: answers of the service, and what is under way. */
export class Session {
  answer: Answer | Asked | null = null;
  title = "";
  /** The words of the question asked, for the box. */
  words = "";
  /** The language that things, kinds and relations are named in. */
  data: string;
  picked: Thing | null = null;
  forms: Form[] = [];
  dates: Record<string, string> = {};
  events: Event[] = [];
  start: service.Start | null = null;
  example = false;
  tab: Tab = "answer";
  from: Thing | null = null;
  /** Whether the service is being asked; at the very beginning it is about to be. */
  busy = true;
  problem: { error: Problem; again: () => void } | null = null;
  message = "";
  bright: Set<string> | null = null;
  version = 0;
  private running: AbortController | null = null;
  /** How many addresses were begun: packing one takes a moment, and only the last may be shown. */
  private written = 0;
  private readonly listeners = new Set<() => void>();

  constructor(readonly store: Store, readonly base: string, readonly language: string) {
    this.data = new URLSearchParams(location.search).get("data") ?? language;
    speak(language, this.data);
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Change what is shown beside the state, and tell everyone. */
  set(change: Partial<Session>): void {
    Object.assign(this, change);
    this.version += 1;
    for (const listener of this.listeners) listener();
  }

  say(message: string): void {
    this.set({ message });
  }

  cancel(): void {
    this.running?.abort();
    this.set({ busy: false, message: t("cancelled") });
  }

  /** Run one request of the reader's; a later one takes its place. */
  async run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.running?.abort();
    const own = (this.running = new AbortController());
    this.set({ busy: true, problem: null });
    try {
      await work(own.signal);
    } catch (error) {
      if (own.signal.aborted) return;
      this.set({ problem: { error: asProblem(error), again: () => void this.run(work) } });
    } finally {
      if (this.running === own) this.set({ busy: false });
    }
  }

  /** Name things in another language: what is shown is asked for again. */
  nameIn(data: string): void {
    this.set({ data });
    speak(this.language, data);
    void this.remember().then(() => this.begin());
  }

  // ---- Beginning ----------------------------------------------------------------------------

  /** Show what the address says, or the start view. */
  async begin(): Promise<void> {
    service.forms().then((forms) => this.set({ forms }), () => undefined);
    const address = await fromAddress(location.search, location.hash, this.base);
    if (address.iris.length) return this.run((signal) => this.restore(address, signal));
    const words = new URLSearchParams(location.search).get("q");
    if (address.question && address.question.query !== "ask") return this.ask(address.question);
    if (words) return this.askFreely(words);
    return this.run(async (signal) => {
      this.set({ start: await service.start(signal) });
      const first = this.start?.questions.find((one) => Object.keys(one.parameters).length) ?? this.start?.questions[0];
      if (first) await this.take({ query: first.query, parameters: first.parameters, text: first.text }, signal, true);
    });
  }

  private async restore(address: Awaited<ReturnType<typeof fromAddress>>, signal: AbortSignal): Promise<void> {
    const [found, answer] = await Promise.all([
      service.things(address.iris.slice(0, MOST_VISIBLE), signal),
      address.question && again(address.question, signal),
    ]);
    const view = {
      ...viewOf(address),
      things: Object.fromEntries(found.things.map((thing) => [thing.iri, thing])),
      edges: Object.fromEntries(found.relations.map((edge) => [edgeId(edge), edge])),
    };
    this.store.dispatch({ do: "restore", view, prospects: address.prospects, brush: address.brush });
    this.set({ events: found.events });
    const words = address.question?.query === "ask" ? (address.question.parameters["q"] ?? "") : "";
    this.set({ words });
    if (answer) this.show(answer, words || address.question!.text || titleOf(this.forms, answer));
  }

  /** Put the state into the address. */
  async remember(): Promise<void> {
    if (this.example) return;
    const kept = new URLSearchParams(location.search);
    if (this.data === this.language) kept.delete("data");
    else kept.set("data", this.data);
    const own = ++this.written;
    const path = location.pathname + (await toAddress(this.store.state, this.base, kept));
    if (own !== this.written) return; // a later state has its address already, or soon
    if (path !== location.pathname + location.search + location.hash) history.replaceState(null, "", path);
  }

  // ---- Asking -------------------------------------------------------------------------------

  /** Put a thing on the graph and offer the questions that fit it. */
  pick(thing: Thing): void {
    this.running?.abort();
    if (this.example) this.store.dispatch({ do: "clear" });
    this.set({ picked: thing, example: false, start: null, answer: null, title: "", tab: "answer", problem: null, busy: false });
    this.store.dispatch({ do: "add", things: [thing], edges: [], key: "did-add", words: thing.label });
    // On a small screen what is chosen would lie over the questions.
    if (matchMedia("(min-width: 62rem)").matches) this.store.dispatch({ do: "select", id: thing.iri });
  }

  ask(question: Question): Promise<void> {
    return this.run((signal) => this.take(question, signal, false));
  }

  private async take(question: Question, signal: AbortSignal, example: boolean): Promise<void> {
    const answer = await service.answer(question, signal);
    const text = question.text || titleOf(this.forms, answer);
    this.enter({ ...question, text }, answer, example);
  }

  askFreely(words: string): Promise<void> {
    this.set({ words });
    return this.run(async (signal) => {
      const answer = await service.ask(words, signal);
      if (!answer.understood) {
        this.set({ answer, title: words, picked: null, example: false, start: null, tab: "answer" });
        return;
      }
      const parameters = { ...answer.parameters, ...answer.things };
      const question = answer.query ? { query: answer.query, parameters, text: words } : { query: "ask", parameters: { q: words }, text: words };
      this.enter(question, answer, false);
    });
  }

  /** Show an answer as a table, and what it speaks of as a graph. */
  private enter(question: Question, answer: Answer, example: boolean): void {
    const { things, relations, events } = answer.graph ?? { things: [], relations: [], events: [] };
    this.set({ example, picked: null, events, start: example ? this.start : null, tab: "answer" });
    this.store.dispatch({ do: "ask", question, things, edges: relations });
    this.show(answer, question.text);
  }

  private show(answer: Answer, title: string): void {
    const dates = { ...this.dates, ...answer.graph?.dates };
    this.set({ answer, title, dates, message: t("asked-rows", { n: answer.rows.length }) });
  }

  // ---- The graph ----------------------------------------------------------------------------

  /** Put neighbours on the graph, with how they are connected. */
  add(things: Thing[], edges: Edge[], key: string, words: string): void {
    const free = MOST_VISIBLE - shown(this.store.state).things.length;
    const fresh = things.filter((thing) => !this.store.state.view.things[thing.iri]);
    if (fresh.length > free) this.say(t("too-many"));
    this.store.dispatch({ do: "add", things: things.slice(0, Math.max(0, free)), edges, key, words });
    if (fresh.length <= free) this.say(t("added", { n: fresh.length }));
  }

  /** Put all of a group on the graph, as far as they fit; what does not stays as one folded group. */
  addAll(of: Thing, group: Group): Promise<void> {
    return this.run(async (signal) => {
      const wanted = { iri: of.iri, relation: group.relation, direction: group.direction, limit: PAGE };
      const found = await service.neighbours(wanted, signal);
      this.add(found.things, found.relations, "did-expand", `${of.label} · ${group.label}`);
      if (found.total > found.things.length) this.fold(of, group, null);
    });
  }

  fold(of: Thing, group: Group, kind: { type: string; label: string; count: number } | null): void {
    const fold: Fold = {
      id: foldId(of.iri, group.relation, group.direction, kind?.type ?? null), of: of.iri, relation: group.relation, direction: group.direction,
      type: kind?.type ?? null, label: kind ? `${group.label} · ${kind.label}` : group.label, total: kind?.count ?? group.count,
    };
    this.store.dispatch({ do: "fold", fold });
    this.store.dispatch({ do: "select", id: fold.id });
  }

  /** Draw the relations among what is shown. */
  connect(): Promise<void> {
    return this.run(async (signal) => {
      const iris = shown(this.store.state).things.map((thing) => thing.iri);
      if (!iris.length) return;
      const found = await service.things(iris.slice(0, MOST_VISIBLE), signal);
      this.set({ events: found.events });
      this.store.dispatch({ do: "add", things: [], edges: found.relations, key: "did-connect", words: "" });
    });
  }

  /** Put a path on the graph. */
  addPath(iris: string[], words: string): Promise<void> {
    return this.run(async (signal) => {
      const found = await service.things(iris, signal);
      this.add(found.things, found.relations, "did-path", words);
    });
  }

  /** Ask for the events of what is shown. */
  async refreshEvents(): Promise<void> {
    const iris = shown(this.store.state).things.map((thing) => thing.iri).slice(0, MOST_VISIBLE);
    this.set({ events: iris.length ? (await service.things(iris)).events : [] });
  }
}

/** Return the answer to the question of an address. */
function again(question: Question, signal: AbortSignal): Promise<Answer> {
  return question.query === "ask" ? service.ask(question.parameters["q"] ?? "", signal) : service.answer(question, signal);
}

export function cells(value: Value): Cell[] {
  if (Array.isArray(value)) return value.flatMap(cells);
  return isCell(value) ? [value] : [];
}

export function isCell(value: Value | undefined): value is Cell {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "iri" in value;
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) {
    return error.status ? error : new Problem(0, t("unreachable"), "", t("unreachable-cure"));
  }
  return new Problem(0, String(error), "", "");
}

export function titleOf(forms: Form[], answer: Answer): string {
  return answer.title ?? forms.find((form) => form.name === answer.query)?.title ?? answer.query;
}

const PLACES = ["Zone", "Park", "District", "AdministrativeArea", "Facility"];
const FITS: Record<string, string[]> = {
  company: ["Company"], zone: ["Zone", "Park", "District"], lab: ["Laboratory", "Alliance", "University"], place: PLACES, from: ["AdministrativeArea", "Zone"],
  to: PLACES, industry: ["Industry", "IndustryChain"], by: ["Company", "Zone", "Laboratory", "GovernmentBody"],
  maker: ["Company", "Laboratory", "Team"], holder: ["Company", "Laboratory", "Zone"], drafter: ["Company"], alliance: ["Alliance"], whole: PLACES,
};
const LATE = new Set(["evidence", "statements", "possible-duplicates", "contradictions", "corroborated", "names"]);

/** Return the questions that fit a thing: the named queries with a parameter for its kind. */
export function questionsFor(thing: Thing, forms: Form[]): Question[] {
  const fitting = forms.flatMap((form) => {
    const required = form.parameters.filter((one) => one.required);
    if (required.length > 1) return [];
    const slots = required.length ? required : form.parameters;
    const slot = slots.find((one) => FITS[one.name]?.includes(thing.type)) ?? slots.find((one) => one.name === "entity" || one.name === "subject");
    if (!slot) return [];
    const asked = form.asks[slot.name]?.replace(`{${slot.name}}`, thing.label);
    const question = { query: form.name, parameters: { [slot.name]: thing.iri }, text: asked ?? t("titled", { title: form.title, n: thing.label }) };
    return [{ question, rank: (LATE.has(form.name) ? 4 : 0) + (FITS[slot.name] ? 0 : 2) + (asked ? 0 : 1) }];
  });
  return fitting.sort((a, b) => a.rank - b.rank).map((one) => one.question);
}

export type { Direction };
