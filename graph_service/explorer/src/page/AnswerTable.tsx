/** The answer: a table of sentences, what they say beside them, and where they stand. */

import { useMemo, useState } from "preact/hooks";
import { address } from "../api/client";
import type { Answer, Asked, Column, Row, Value } from "../api/service";
import { within } from "../histogram";
import type { Modality } from "../state/types";
import { separator, t } from "../texts";
import { useSession } from "./hooks";
import { Kind, Marked, Mode, namesOf, sentenceAddress, Sparql, ThingLink } from "./parts";
import { cells, isCell } from "./session";

const ASIDE = new Set(["sentence", "document", "start", "end", "modality"]);
const FACETS = ["modality", "document"];
/** Columns that say who did it: they stay where they name what was asked about. */
const LINKING = new Set(["introducedBy", "awardedBy", "by"]);
const PAGE = 60;

/** How a reader wants the rows: with these words, of these facets, sorted by this column. */
interface Choice {
  words: string;
  sort: string;
  facets: Record<string, string>;
}

export function AnswerTable({ answer }: { answer: Answer }) {
  const { session } = useSession();
  const [choice, choose] = useState<Choice>({ words: "", sort: "", facets: {} });
  const [length, setLength] = useState(PAGE);
  const sparql = answer.sparql ?? session.forms.find((form) => form.name === answer.query)?.sparql;
  const { filled, silent } = useColumns(answer);
  const rows = useRows(answer, choice);
  const left = rows.length - length;
  if (!answer.rows.length) return <div class="x-answer"><p class="none">{t("no-rows")}</p>{sparql && <Sparql query={sparql} />}</div>;
  return (
    <div class="x-answer">
      <Tools answer={answer} columns={filled} choice={choice} choose={choose} />
      <p class="x-status">
        <span>{rows.length === answer.rows.length ? t("rows", { n: rows.length }) : t("rows-of", { n: rows.length, all: answer.rows.length })}</span>
        {silent.length > 0 && <span class="x-silent">{t("never-said", { n: silent.map((one) => one.label).join(separator()) })}</span>}
      </p>
      <table class="x-table">
        <thead><tr><th scope="col">{t("sentence")}</th><th scope="col">{t("gist")}</th><th scope="col">{t("source")}</th></tr></thead>
        <tbody>{rows.slice(0, length).map((row, n) => <Line key={n} row={row} columns={filled} />)}</tbody>
      </table>
      {left > 0 && <button type="button" class="x-plain" onClick={() => setLength(length + PAGE)}>{t("more", { n: Math.min(PAGE, left) })}</button>}
      {sparql && <Sparql query={sparql} />}
    </div>
  );
}

/** Return the columns that say something new, and those that no row fills. */
function useColumns(answer: Answer): { filled: Column[]; silent: Column[] } {
  const { state } = useSession();
  const asked = Object.values(state.view.question?.parameters ?? {});
  const columns = answer.columns.filter((column) => !ASIDE.has(column.name));
  const spoken = columns.filter((column) => answer.rows.some((row) => said(row[column.name])));
  const repeats = (name: string): boolean => {
    const first = iriOf(answer.rows[0]?.[name]);
    return asked.includes(first) && answer.rows.every((row) => iriOf(row[name]) === first);
  };
  const filled = spoken.filter(({ name }) => spoken.length === 1 || LINKING.has(name) || !repeats(name));
  return { filled, silent: columns.filter((column) => !spoken.includes(column)) };
}

/** Return the rows that are wanted, in the order wanted. */
function useRows(answer: Answer, { words, sort, facets }: Choice): Row[] {
  const { session, state } = useSession();
  const { brush, prospects } = state;
  return useMemo(() => {
    const dated = new Set(session.events.filter((event) => within(event, brush)).flatMap((event) => event.things));
    const left = answer.rows.filter((row) =>
      (prospects || !row["modality"] || row["modality"] === "actual") &&
      (!words || Object.values(row).some((value) => plain(value).toLowerCase().includes(words.toLowerCase()))) &&
      Object.entries(facets).every(([name, value]) => !value || plain(row[name]) === value) &&
      (!brush || Object.values(row).flatMap(cells).some((cell) => dated.has(cell.iri))),
    );
    return sort ? left.toSorted((a, b) => compare(keyOf(a, sort, session.dates), keyOf(b, sort, session.dates))) : left;
  }, [answer, words, sort, facets, brush, prospects, session.events, session.dates]);
}

function Tools({ answer, columns, choice, choose }: { answer: Answer; columns: Column[]; choice: Choice; choose: (choice: Choice) => void }) {
  const sortable = [...columns, ...answer.columns.filter((one) => FACETS.includes(one.name))];
  return (
    <div class="x-tools">
      <label class="x-filter"><span>{t("filter")}</span><input type="search" value={choice.words} onInput={(event) => choose({ ...choice, words: event.currentTarget.value })} /></label>
      <label><span>{t("sort")}</span>
        <select value={choice.sort} onChange={(event) => choose({ ...choice, sort: event.currentTarget.value })}>
          <option value="">{t("sort-given")}</option>
          {sortable.map((one) => <option key={one.name} value={one.name}>{one.label}</option>)}
        </select>
      </label>
      {FACETS.map((name) => <Facet key={name} name={name} answer={answer} value={choice.facets[name] ?? ""} choose={(value) => choose({ ...choice, facets: { ...choice.facets, [name]: value } })} />)}
    </div>
  );
}

function Line({ row, columns }: { row: Row; columns: Column[] }) {
  const { session, state } = useSession();
  const things = Object.values(row).flatMap(cells);
  const words = things.flatMap((cell) => [cell.label, ...namesOf(state.view.things[cell.iri])]);
  const partly = columns.some((column) => !said(row[column.name]));
  const bright = things.some((cell) => cell.iri === state.selected);
  const document = isCell(row["document"]) ? row["document"] : null;
  const modality = typeof row["modality"] === "string" ? (row["modality"] as Modality) : null;
  const text = typeof row["sentence"] === "string" ? row["sentence"] : "";
  const focus = (on: boolean): void => session.set({ bright: on ? new Set(things.map((cell) => cell.iri)) : null });
  return (
    <tr class={`${partly ? "partly " : ""}${bright ? "bright" : ""}`} onMouseEnter={() => focus(true)} onMouseLeave={() => focus(false)}>
      <td class="x-sentence" lang="zh" data-label={t("sentence")}>{text ? <Marked text={text} words={words} /> : <span class="nothing">–</span>}</td>
      <td class="x-gist" data-label={t("gist")}>
        {modality && <Mode modality={modality} />}
        <dl>
          {columns.map((column) => (
            <div key={column.name}><dt>{column.label}</dt><dd>{said(row[column.name]) ? <Shown value={row[column.name]!} /> : <span class="x-unsaid">{t("not-reported")}</span>}</dd></div>
          ))}
        </dl>
      </td>
      <td class="x-source" data-label={t("source")}>
        {document && <><a href={sentenceAddress(document.iri, text)}>{document.label}</a>{session.dates[document.iri] && <time dateTime={session.dates[document.iri]}>{session.dates[document.iri]}</time>}</>}
      </td>
    </tr>
  );
}

function Shown({ value }: { value: Value }) {
  const { session } = useSession();
  if (Array.isArray(value)) return <>{value.map((one, n) => <span key={n}>{n > 0 && separator()}<Shown value={one} /></span>)}</>;
  if (isCell(value)) return value.iri.startsWith(session.base) && !value.iri.includes("/quantity/") ? <ThingLink iri={value.iri} label={value.label} /> : <>{value.label}</>;
  return <>{typeof value === "number" ? (value > 2999 ? value.toLocaleString() : value) : String(value)}</>;
}

function Facet({ name, answer, value, choose }: { name: string; answer: Answer; value: string; choose: (value: string) => void }) {
  const counted = new Map<string, number>();
  for (const row of answer.rows) if (said(row[name])) counted.set(plain(row[name]), (counted.get(plain(row[name])) ?? 0) + 1);
  if (counted.size < 2) return null;
  return (
    <label><span>{t(name)}</span>
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{t("all")}</option>
        {[...counted].sort((a, b) => b[1] - a[1]).map(([one, n]) => <option key={one} value={one}>{name === "modality" ? t(one) : one} ({n})</option>)}
      </select>
    </label>
  );
}

/** The heading of an answer, with its files beside it. */
export function AnswerHead({ answer, title }: { answer: Answer; title: string }) {
  const { session } = useSession();
  const question = session.store.state.view.question;
  return (
    <div class="x-head">
      <h2 id="x-answer-title">{session.example && <span class="x-example">{t("example")}</span>}{title}</h2>
      {question && answer.rows.length > 0 && question.query !== "ask" && (
        <p class="x-files">
          {["csv", "json", "ttl"].map((format) => <a key={format} href={address(`/queries/${question.query}`, { ...question.parameters, format: format === "ttl" ? null : format, ...(format === "ttl" ? { format: "ttl" } : {}) })} download={`${question.query}.${format}`}>.{format}</a>)}
        </p>
      )}
    </div>
  );
}

/** What an answer does not heed of the words of its question, and what else the names in it may be. */
export function Doubts({ asked }: { asked: Asked }) {
  const { session } = useSession();
  const left = (asked.left ?? []).filter((words) => words.length > 1);
  const others = Object.entries(asked.others ?? {}).filter(([, things]) => things.length);
  if (!left.length && !others.length) return null;
  const instead = (name: string, iri: string): void => {
    const parameters = { ...asked.parameters, ...asked.things, [name]: iri };
    void session.ask({ query: asked.query, parameters, text: "" });
  };
  return (
    <div class="x-note">
      {left.length > 0 && <p>{t("set-aside", { n: left.join(separator()) })}</p>}
      {others.map(([name, things]) => (
        <div key={name}>
          <p>{t("may-be-also", { n: asked.parameters[name] ?? "" })}</p>
          <ul class="x-forms">
            {things.map((one) => <li key={one.iri}><button type="button" onClick={() => instead(name, one.iri)}>{one.label} <Kind type={one.type} label={one.typeLabel} /></button></li>)}
          </ul>
        </div>
      ))}
    </div>
  );
}

/** What to ask instead, where a question was not understood. */
export function NotUnderstood({ asked }: { asked: Asked }) {
  const { session } = useSession();
  return (
    <div class="x-note">
      <p><strong>{t("not-understood")}</strong></p>
      {asked.alternatives?.length ? <p>{t("try-these")}</p> : null}
      <ul class="x-forms">
        {asked.alternatives?.map((one, n) => {
          const words = one.question ?? one.text ?? one.title ?? one.query;
          return <li key={n}><button type="button" onClick={() => void session.askFreely(words)}>{words}</button></li>;
        })}
      </ul>
    </div>
  );
}

const said = (value: Value | undefined): boolean => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length);

const iriOf = (value: Value | undefined): string => (isCell(value) ? value.iri : "");

function plain(value: Value | undefined): string {
  if (Array.isArray(value)) return value.map(plain).join(" ");
  return isCell(value) ? value.label : value == null ? "" : String(value);
}

function keyOf(row: Row, column: string, dates: Record<string, string>): string | number {
  const value = row[column];
  if (column === "document" && isCell(value)) return dates[value.iri] ?? "";
  return typeof value === "number" ? value : plain(value);
}

function compare(a: string | number, b: string | number): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh");
}
