/** The page: the box on top, the answer beside the graph, what is chosen over it. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Asked } from "../api/service";
import { t } from "../texts";
import { AnswerHead, AnswerTable, NotUnderstood } from "./AnswerTable";
import { GraphPane } from "./GraphPane";
import { useSession } from "./hooks";
import { Panel } from "./Panel";
import { Fault, Kind, Skeleton } from "./parts";
import { SearchBox } from "./SearchBox";
import { questionsFor, type Tab } from "./session";
import { History, Moves, Paths, Time } from "./Views";

/** How many questions about a thing are offered at once. */
const FIRST = 8;
const TABS: Tab[] = ["answer", "paths", "time", "map", "history"];

export function App() {
  const { session, state } = useSession();
  const [help, setHelp] = useState(false);
  useKeys(() => setHelp((now) => !now));
  useEffect(() => {
    const timer = setTimeout(() => void session.remember(), 250);
    return () => clearTimeout(timer);
  }, [state.view, state.prospects, state.brush, session.example]);
  return (
    <div class={`x-page${state.selected ? " with-panel" : ""}`}>
      <h1 class="x-hidden">ZoneGraph</h1>
      <div class="x-top">
        <SearchBox />
        <button type="button" class="x-plain x-help-button" aria-expanded={help} onClick={() => setHelp(!help)}>? {t("help")}</button>
      </div>
      {help && <Help close={() => setHelp(false)} />}
      {session.start && <StartView />}
      <div class="x-work">
        <section class="x-left" aria-label={t(session.tab)}>
          <div class="x-tabs" role="tablist">
            {TABS.map((tab) => (
              <button key={tab} type="button" role="tab" id={`x-tab-${tab}`} aria-selected={session.tab === tab} aria-controls="x-view" tabIndex={session.tab === tab ? 0 : -1} onClick={() => session.set({ tab })} onKeyDown={(event) => turn(event, tab, (next) => session.set({ tab: next }))}>
                {t(tab)}{tab === "history" && state.past.length > 0 && <small> {state.past.length}</small>}
              </button>
            ))}
          </div>
          <div id="x-view" role="tabpanel" aria-labelledby={`x-tab-${session.tab}`} tabIndex={-1}>
            {session.busy && <p class="x-busy" role="status"><span class="x-spinner" aria-hidden="true" />{t("answering")} <button type="button" class="x-plain" onClick={() => session.cancel()}>{t("cancel")}</button></p>}
            {session.problem && <Fault problem={session.problem.error} retry={session.problem.again} />}
            {session.tab === "answer" ? <AnswerView /> : session.tab === "paths" ? <Paths /> : session.tab === "time" ? <Time /> : session.tab === "map" ? <Moves /> : <History />}
          </div>
        </section>
        <GraphPane />
        <Panel />
      </div>
      <p class="x-hidden" aria-live="polite" role="status">{session.message}</p>
    </div>
  );
}

function AnswerView() {
  const { session } = useSession();
  const { answer, picked, title } = session;
  const [all, setAll] = useState(false);
  if (picked) {
    const questions = questionsFor(picked, session.forms);
    return (
      <>
        <h2>{t("pick-question", { n: picked.label })}</h2>
        <ul class="x-forms">{questions.slice(0, all ? undefined : FIRST).map((question) => <li key={question.query}><button type="button" onClick={() => void session.ask(question)}>{question.text}</button></li>)}</ul>
        {questions.length > FIRST && !all && <button type="button" class="x-plain" onClick={() => setAll(true)}>{t("more", { n: questions.length - FIRST })}</button>}
      </>
    );
  }
  if (!answer) return session.busy ? <Skeleton lines={7} /> : <p class="none">{t("graph-empty")}</p>;
  if ("understood" in answer && !answer.understood) return <><h2>{title}</h2><NotUnderstood asked={answer as Asked} /></>;
  return <><AnswerHead answer={answer} title={title} /><AnswerTable key={answer.query + title} answer={answer} /></>;
}

function StartView() {
  const { session } = useSession();
  const start = session.start!;
  return (
    <section class="x-start" aria-labelledby="x-start-title">
      <h2 id="x-start-title">{t("start-title")}</h2>
      <p class="lead">{t("start-lead", start.counts)}</p>
      <ol class="x-steps">{["start-1", "start-2", "start-3"].map((key) => <li key={key}>{t(key)}</li>)}</ol>
      <div class="x-begin"><div><h3>{t("start-questions")}</h3>
      <ul class="x-forms">
        {start.questions.slice(0, 6).map((question) => <li key={question.query}><button type="button" onClick={() => void session.ask({ query: question.query, parameters: question.parameters, text: question.text })}>{question.text}</button></li>)}
      </ul>
      </div><div><h3>{t("start-things")}</h3>
      <ul class="x-chips">{start.things.slice(0, 6).map((thing) => <li key={thing.iri}><button type="button" onClick={() => session.pick(thing)}>{thing.label} <Kind type={thing.type} label={thing.typeLabel} /></button></li>)}</ul>
      </div></div>
    </section>
  );
}

function Help({ close }: { close: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <section class="x-help" aria-label={t("help")} onKeyDown={(event) => event.key === "Escape" && close()}>
      <ul>{[1, 2, 3, 4, 5, 6, 7].map((n) => <li key={n}>{t(`help-${n}`)}</li>)}</ul>
      <button type="button" class="x-plain" ref={button} onClick={close}>{t("close")}</button>
    </section>
  );
}

function turn(event: KeyboardEvent, tab: Tab, to: (tab: Tab) => void): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (!step) return;
  event.preventDefault();
  const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length]!;
  to(next);
  document.getElementById(`x-tab-${next}`)?.focus();
}

/** The keys that hold everywhere, except where text is typed. */
function useKeys(help: () => void): void {
  const { session } = useSession();
  useEffect(() => {
    const heard = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (typing || event.isComposing || event.altKey) return;
      const control = event.ctrlKey || event.metaKey;
      if (control && event.key.toLowerCase() === "z") session.store.dispatch({ do: event.shiftKey ? "redo" : "undo" });
      else if (control && event.key.toLowerCase() === "y") session.store.dispatch({ do: "redo" });
      else if (!control && event.key === "/") document.getElementById("x-question")?.focus();
      else if (!control && event.key === "?") help();
      else if (!control && event.key === "Escape") session.store.dispatch({ do: "select", id: null });
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, []);
}
