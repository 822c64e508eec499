/** The page: the box on top, the answer beside the graph, what is chosen over it. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Asked } from "../api/service";
import { t } from "../texts";
import { AnswerHead, AnswerTable, Doubts, NotUnderstood } from "./AnswerTable";
import { GraphPane } from "./GraphPane";
import { useSession } from "./hooks";
import { turn, useKeys } from "./keys";
import { Panel } from "./Panel";
import { Fault, Skeleton } from "./parts";
import { SearchBox } from "./SearchBox";
import { questionsFor, type Tab } from "./session";
import { Help, StartView } from "./Start";
import { History, Moves, Paths, Time } from "./Views";

/** How many questions about a thing are offered at once. */
const FIRST = 8;
const VIEWS: Record<Tab, ComponentType> = { answer: AnswerView, paths: Paths, time: Time, map: Moves, history: History };
const TABS = Object.keys(VIEWS) as Tab[];

export function App() {
  const { session, state } = useSession();
  const [help, setHelp] = useState(false);
  useKeys(() => setHelp((now) => !now));
  useEffect(() => {
    const timer = setTimeout(() => void session.remember(), 250);
    return () => clearTimeout(timer);
  }, [state.view, state.prospects, state.brush, session.example, session.data]);
  return (
    <div class={`x-page${state.selected ? " with-panel" : ""}`}>
      <h1 class="x-hidden">ZoneGraph</h1>
      <div class="x-top">
        <SearchBox />
        <button type="button" class="x-plain x-help-button" aria-expanded={help} aria-label={t("help")} onClick={() => setHelp(!help)}>? <span>{t("help")}</span></button>
      </div>
      {help && <Help close={() => setHelp(false)} />}
      {session.start && <StartView start={session.start} />}
      <div class="x-work">
        <section class="x-left" aria-label={t(session.tab)}>
          <Tabs />
          <View />
        </section>
        <GraphPane />
        <Panel />
      </div>
      <p class="x-hidden" aria-live="polite" role="status">{session.message}</p>
    </div>
  );
}

function Tabs() {
  const { session, state } = useSession();
  const to = (tab: Tab): void => session.set({ tab });
  return (
    <div class="x-tabs" role="tablist">
      {TABS.map((tab) => (
        <button key={tab} type="button" role="tab" id={`x-tab-${tab}`} aria-selected={session.tab === tab} aria-controls="x-view" tabIndex={session.tab === tab ? 0 : -1} onClick={() => to(tab)} onKeyDown={(event) => turn(event, TABS, tab, to)}>
          {t(tab)}{tab === "history" && state.past.length > 0 && <small> {state.past.length}</small>}
        </button>
      ))}
    </div>
  );
}

function View() {
  const { session } = useSession();
  const Shown = VIEWS[session.tab];
  return (
    <div id="x-view" role="tabpanel" aria-labelledby={`x-tab-${session.tab}`} tabIndex={-1}>
      {session.busy && <p class="x-busy" role="status"><span class="x-spinner" aria-hidden="true" />{t("answering")} <button type="button" class="x-plain" onClick={() => session.cancel()}>{t("cancel")}</button></p>}
      {session.problem && <Fault problem={session.problem.error} retry={session.problem.again} />}
      <Shown />
    </div>
  );
}

function AnswerView() {
  const { session } = useSession();
  const { answer, picked, title } = session;
  if (picked) return <Questions />;
  if (!answer) return session.busy ? <Skeleton lines={7} /> : session.problem ? null : <p class="none">{t("graph-empty")}</p>;
  if ("understood" in answer && !answer.understood) return <><h2>{title}</h2><NotUnderstood asked={answer as Asked} /></>;
  return <><AnswerHead answer={answer} title={title} />{"understood" in answer && <Doubts asked={answer as Asked} />}<AnswerTable key={answer.query + title} answer={answer} /></>;
}

/** The questions that fit the thing picked. */
function Questions() {
  const { session } = useSession();
  const [all, setAll] = useState(false);
  const questions = questionsFor(session.picked!, session.forms);
  const more = questions.length - FIRST;
  return (
    <>
      <h2>{t("pick-question", { n: session.picked!.label })}</h2>
      <ul class="x-forms">{questions.slice(0, all ? undefined : FIRST).map((question) => <li key={question.query}><button type="button" onClick={() => void session.ask(question)}>{question.text}</button></li>)}</ul>
      {more > 0 && !all && <button type="button" class="x-plain" onClick={() => setAll(true)}>{t("more", { n: more })}</button>}
    </>
  );
}
