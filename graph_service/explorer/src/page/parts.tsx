/** Small parts that several views share. */

import type { Problem } from "../api/client";
import type { Direction, Modality, Thing } from "../state/types";
import { t } from "../texts";
import { useSession } from "./hooks";

export function Kind({ type, label }: { type: string; label: string }) {
  return <span class={`kind ${type}`}>{label}</span>;
}

/** The way a relation leads, as seen from the thing in the middle. */
export function Way({ direction }: { direction: Direction }) {
  return <span class={`x-way ${direction}`}><span aria-hidden="true">{direction === "out" ? "→" : "←"}</span><span class="x-hidden">{t(direction === "out" ? "from-here" : "to-here")}</span></span>;
}

export function Mode({ modality }: { modality: Modality }) {
  return <span class={`modality ${modality}`}>{t(modality)}</span>;
}

export function Fault({ problem, retry }: { problem: Problem; retry: () => void }) {
  return (
    <div class="x-fault" role="alert">
      <strong>{problem.title}</strong>
      {problem.detail && <p>{problem.detail}</p>}
      {problem.cure && <p class="about">{problem.cure}</p>}
      <button type="button" class="x-plain" onClick={retry}>{t("retry")}</button>
    </div>
  );
}

export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div class="x-skeleton" role="status" aria-label={t("loading")}>
      {Array.from({ length: lines }, (_, n) => <span key={n} class={`w${n % 3}`} />)}
    </div>
  );
}

/** A thing by its name; a click chooses it, and puts it on the graph where it is not. */
export function ThingLink({ iri, label }: { iri: string; label: string }) {
  const { session, state } = useSession();
  const there = state.view.things[iri];
  return (
    <button type="button" class={`x-thing${state.selected === iri ? " on" : ""}`} onClick={() => (there ? session.store.dispatch({ do: "select", id: iri }) : void session.addPath([iri], label))}>
      {label}
    </button>
  );
}

/** The query behind a table or path, one click away. */
export function Sparql({ query }: { query: string }) {
  return (
    <details class="x-sparql">
      <summary>{t("see-sparql")}</summary>
      <pre tabIndex={0}><code>{query}</code></pre>
      <a href={`/sparql?query=${encodeURIComponent(query)}`}>{t("open-editor")}</a>
    </details>
  );
}

/** Return a sentence with the words that matter marked. */
export function Marked({ text, words }: { text: string; words: string[] }) {
  const known = [...new Set(words)].filter((word) => word.length > 1 && text.includes(word)).sort((a, b) => b.length - a.length);
  if (!known.length) return <>{text}</>;
  const pattern = new RegExp(`(${known.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "g");
  return <>{text.split(pattern).map((piece, n) => (n % 2 ? <mark key={n}>{piece}</mark> : piece))}</>;
}

export const namesOf = (thing: Thing | undefined): string[] => (thing ? [thing.label, ...thing.names] : []);

/** Return the address of a sentence in its document: the browser scrolls to it and marks it. */
export function sentenceAddress(document: string, text: string): string {
  const id = document.slice(document.lastIndexOf("/") + 1);
  return `/documents/${id}#:~:text=${encodeURIComponent(text.slice(0, 40))}`;
}

export async function copy(text: string): Promise<void> {
  await navigator.clipboard?.writeText(text).catch(() => undefined);
}
