/** The other views of what is on the graph: paths, time, moves, and the steps that led here. */

import { useEffect, useState } from "preact/hooks";
import { answer as run, moves, search, type Answer, type Cell, type Value } from "../api/service";
import { bars, pick } from "../histogram";
import type { Thing } from "../state/types";
import { t } from "../texts";
import { useLoaded, useSession } from "./hooks";
import { Fault, Skeleton, Sparql } from "./parts";
import { isCell } from "./session";
import { MoveMap } from "./MoveMap";

export function Paths() {
  const { session, state } = useSession();
  const [from, setFrom] = useState<Thing | null>(session.from);
  const [to, setTo] = useState<Thing | null>(null);
  const [found, setFound] = useState<Answer | null>(null);
  useEffect(() => setFrom(session.from), [session.from]);
  const selected = state.selected ? state.view.things[state.selected] : undefined;
  const find = (): void => {
    if (!from || !to) return;
    void session.run(async (signal) => setFound(await run({ query: "paths", parameters: { from: from.iri, to: to.iri }, text: "" }, signal)));
  };
  return (
    <div class="x-view">
      <p class="about">{t("paths-lead")}</p>
      <div class="x-ends">
        <ThingField label={t("from")} value={from} choose={setFrom} offer={selected} />
        <ThingField label={t("to")} value={to} choose={setTo} offer={selected} />
        <button type="button" disabled={!from || !to} onClick={find}>{t("find-paths")}</button>
      </div>
      {found && !found.rows.length && <p class="none">{t("no-paths")}</p>}
      <ol class="x-paths">{found?.rows.map((row, n) => <Path key={n} steps={row["path"] ?? null} />)}</ol>
      {found?.sparql && <Sparql query={found.sparql} />}
    </div>
  );
}

function Path({ steps }: { steps: Value }) {
  const { session } = useSession();
  const parts = Array.isArray(steps) ? steps.filter(isCell) : [];
  const things = parts.filter((_, n) => n % 2 === 0) as Cell[];
  return (
    <li>
      {parts.map((part, n) => (n % 2 ? <span key={n} class="x-relation">{part.label}{part.label.startsWith("←") ? "" : "→"}</span> : <b key={n}>{part.label}</b>))}
      <button type="button" class="x-plain" onClick={() => void session.addPath(things.map((one) => one.iri), `${things[0]?.label} … ${things.at(-1)?.label}`)}>{t("put-on-graph")}</button>
    </li>
  );
}

function ThingField({ label, value, choose, offer }: { label: string; value: Thing | null; choose: (thing: Thing | null) => void; offer?: Thing }) {
  const [words, setWords] = useState("");
  const { value: names } = useLoaded(async (signal) => (words.trim() ? (await search(words.trim(), signal)).results : []), [words]);
  if (value) return <p class="x-end"><span>{label}</span> <b>{value.label}</b> <button type="button" class="x-plain" aria-label={`${t("close")} ${value.label}`} onClick={() => choose(null)}>×</button></p>;
  return (
    <div class="x-end">
      <label><span>{label}</span><input type="text" value={words} placeholder={t("choose-thing")} onInput={(event) => setWords(event.currentTarget.value)} /></label>
      {offer && !words && <button type="button" class="x-plain" onClick={() => choose(offer)}>{offer.label}</button>}
      <ul class="x-list">{names?.slice(0, 6).map((thing) => <li key={thing.iri}><button type="button" class="x-plain" onClick={() => (choose(thing), setWords(""))}>{thing.label}</button></li>)}</ul>
    </div>
  );
}

export function Time() {
  const { session, state } = useSession();
  const shown = Object.keys(state.view.things).join();
  useEffect(() => void session.refreshEvents().catch(() => undefined), [shown]);
  const columns = bars(session.events);
  const most = Math.max(1, ...columns.map((bar) => bar.count));
  if (!session.events.length) return <div class="x-view"><p class="none">{t("no-events")}</p></div>;
  const on = (year: number | null): boolean => !state.brush || (year === null ? state.brush.undated : year >= state.brush.from && year <= state.brush.to);
  return (
    <div class="x-view">
      <p class="about">{t("time-lead")}</p>
      <div class="x-bars" role="group" aria-label={t("time")}>
        {columns.map((bar) => (
          <button key={bar.year} type="button" aria-pressed={!!state.brush && on(bar.year)} class={`x-bar${on(bar.year) ? " on" : ""}${bar.year === null ? " undated" : ""}`}
            onClick={(event) => session.store.dispatch({ do: "brush", brush: pick(bar, state.brush, event.shiftKey) })}>
            <span class="x-count">{bar.count || ""}<span class="x-hidden">{bar.count ? t("events") : t("no-event")}</span></span>
            <svg viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y={100 - (bar.count / most) * 100} width="10" height={(bar.count / most) * 100} /></svg>
            <span class="x-year">{bar.year === null ? t("undated") : bar.year}</span>
          </button>
        ))}
      </div>
      {columns.every((bar) => bar.year === null) && <p class="about">{t("all-undated")}</p>}
      {state.brush && <button type="button" class="x-plain" onClick={() => session.store.dispatch({ do: "brush", brush: null })}>{t("whole-time")}</button>}
    </div>
  );
}

export function Moves() {
  const { value, problem, retry } = useLoaded(moves, []);
  if (problem) return <Fault problem={problem} retry={retry} />;
  if (!value) return <Skeleton />;
  return <div class="x-view"><MoveMap found={value} /></div>;
}

export function History() {
  const { session, state } = useSession();
  const back = (times: number): void => {
    for (let n = 0; n < times; n++) session.store.dispatch({ do: "undo" });
  };
  return (
    <ol class="x-history x-view">
      <li><button type="button" class="x-plain" disabled={!state.past.length} onClick={() => back(state.past.length)}>{t("beginning")}</button></li>
      {state.past.map((step, n) => (
        <li key={n} aria-current={n === state.past.length - 1 ? "step" : undefined}>
          <button type="button" class="x-plain" onClick={() => back(state.past.length - 1 - n)}>{t(step.key, { n: step.words })}</button>
        </li>
      ))}
      {state.future.map((step, n) => <li key={`f${n}`} class="x-future"><button type="button" class="x-plain" onClick={() => { for (let k = 0; k <= n; k++) session.store.dispatch({ do: "redo" }); }}>{t(step.key, { n: step.words })}</button></li>)}
    </ol>
  );
}
