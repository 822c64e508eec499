/** What a new reader sees first, and the keys and gestures for those who ask. */

import { useEffect, useRef } from "preact/hooks";
import type { Start } from "../api/service";
import { t } from "../texts";
import { useSession } from "./hooks";
import { Kind } from "./parts";

/** How many questions, and how many things, a reader can begin with. */
const FIRST = 6;
const STEPS = ["start-1", "start-2", "start-3"];

export function StartView({ start }: { start: Start }) {
  const { session } = useSession();
  // A bare title is no question; such are shown only where there is nothing better.
  const asked = start.questions.filter(({ text }) => /[?？]$/.test(text));
  return (
    <section class="x-start" aria-labelledby="x-start-title">
      <h2 id="x-start-title">{t("start-title")}</h2>
      <p class="lead">{t("start-lead", start.counts)}</p>
      <ol class="x-steps">{STEPS.map((key) => <li key={key}>{t(key)}</li>)}</ol>
      <div class="x-begin">
        <div>
          <h3>{t("start-questions")}</h3>
          <ul class="x-forms">
            {(asked.length ? asked : start.questions).slice(0, FIRST).map(({ query, parameters, text }) => <li key={query}><button type="button" onClick={() => void session.ask({ query, parameters, text })}>{text}</button></li>)}
          </ul>
        </div>
        <div>
          <h3>{t("start-things")}</h3>
          <ul class="x-chips">{start.things.slice(0, FIRST).map((thing) => <li key={thing.iri}><button type="button" onClick={() => session.pick(thing)}>{thing.label} <Kind type={thing.type} label={thing.typeLabel} /></button></li>)}</ul>
        </div>
      </div>
    </section>
  );
}

const HELP = [1, 2, 3, 4, 5, 6, 7].map((n) => `help-${n}`);

export function Help({ close }: { close: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <section class="x-help" aria-label={t("help")} onKeyDown={(event) => event.key === "Escape" && close()}>
      <ul>{HELP.map((key) => <li key={key}>{t(key)}</li>)}</ul>
      <DataLanguage />
      <button type="button" class="x-plain" ref={button} onClick={close}>{t("close")}</button>
    </section>
  );
}

/** Things, kinds and relations may be named in another language than that of the page. */
function DataLanguage() {
  const { session } = useSession();
  return (
    <label class="x-switch">{t("data-language")}
      <select value={session.data} onChange={(event) => session.nameIn(event.currentTarget.value)}>
        <option value="zh" lang="zh">中文</option>
        <option value="en" lang="en">English</option>
      </select>
    </label>
  );
}
