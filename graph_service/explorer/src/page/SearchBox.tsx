/** The one box: names from the first character on, questions that fit, or words to ask. */

import { useEffect, useRef, useState } from "preact/hooks";
import { search, type Found } from "../api/service";
import type { Question, Thing } from "../state/types";
import { t } from "../texts";
import { useSession } from "./hooks";
import { Kind } from "./parts";
import { asProblem, questionsFor } from "./session";
import type { Problem } from "../api/client";

type Option = { kind: "thing"; thing: Found["results"][number] } | { kind: "question"; question: Question } | { kind: "free" };

const WAIT = 70, BUSY = 700;

/** Names that are like the words typed; while the input method composes nothing is asked, and late answers are dropped. */
function useNames(words: string, composing: boolean): { found: Found["results"]; of: string; problem: Problem | null } {
  const [names, set] = useState<{ found: Found["results"]; of: string; problem: Problem | null }>({ found: [], of: "", problem: null });
  useEffect(() => {
    if (composing) return;
    const q = words.trim();
    if (!q) return set({ found: [], of: "", problem: null });
    const own = new AbortController();
    let timer = 0;
    const look = (): void => {
      search(q, own.signal).then(
        (answer) => own.signal.aborted || set({ found: answer.results, of: q, problem: null }),
        (error) => {
          if (own.signal.aborted) return;
          const problem = asProblem(error);
          set({ found: [], of: q, problem });
          // The index of names is being made: it will be there in a moment.
          if (problem.status === 503) timer = window.setTimeout(look, BUSY);
        },
      );
    };
    timer = window.setTimeout(look, WAIT);
    return () => (clearTimeout(timer), own.abort());
  }, [words, composing]);
  return names;
}

export function SearchBox() {
  const { session } = useSession();
  const [words, setWords] = useState("");
  const [composing, setComposing] = useState(false);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const names = useNames(words, composing);
  const asked = words.trim();
  const fresh = names.of === asked;
  const lead = fresh ? (names.found[active]?.iri ? names.found[active] : names.found[0]) : undefined;
  const questions = lead ? questionsFor(lead, session.forms).slice(0, 4) : [];
  const options: Option[] = asked
    ? [
        ...(fresh ? names.found.map((thing): Option => ({ kind: "thing", thing })) : []),
        ...questions.map((question): Option => ({ kind: "question", question })),
        { kind: "free" },
      ]
    : [];

  const take = (option: Option): void => {
    setOpen(false);
    setActive(-1);
    input.current?.blur();
    if (option.kind === "thing") session.pick(option.thing as Thing);
    else if (option.kind === "question") void session.ask(option.question);
    else void session.askFreely(asked);
  };
  const enter = (): void => {
    if (!asked) return;
    const chosen = options[active];
    const exact = fresh && names.found.find((one) => one.label === asked || one.names.includes(asked) || one.matched === asked);
    take(chosen ?? (exact ? { kind: "thing", thing: exact } : fresh && lead && asked.length < 8 ? { kind: "thing", thing: lead } : { kind: "free" }));
  };
  const key = (event: KeyboardEvent): void => {
    if (event.isComposing || composing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((now) => (options.length ? (now + step + options.length + (now < 0 && step < 0 ? 1 : 0)) % options.length : -1));
    } else if (event.key === "Escape") setOpen(false);
    else if (event.key === "Enter") {
      event.preventDefault();
      enter();
    }
  };
  const shownList = open && asked.length > 0;
  return (
    <div class="x-search" role="search">
      <label for="x-question">{t("ask-label")}</label>
      <div class="x-box">
        <input
          id="x-question" ref={input} type="text" role="combobox" autocomplete="off" spellcheck={false} enterkeyhint="search" placeholder={t("ask-hint")} maxLength={200}
          aria-expanded={shownList} aria-controls="x-options" aria-autocomplete="list" aria-activedescendant={shownList && active >= 0 ? `x-option-${active}` : undefined}
          value={words}
          onInput={(event) => (setWords(event.currentTarget.value), setActive(-1), setOpen(true))}
          onCompositionStart={() => setComposing(true)}
          onCompositionEnd={(event) => (setComposing(false), setWords(event.currentTarget.value))}
          onFocus={() => setOpen(true)} onBlur={() => setTimeout(() => setOpen(false), 160)} onKeyDown={key}
        />
        <button type="button" onClick={enter}>{t("ask")}</button>
      </div>
      <ul id="x-options" role="listbox" aria-label={t("ask-label")} hidden={!shownList} data-for={names.of}>
        {shownList && options.map((option, n) => (
          <li key={n} id={`x-option-${n}`} role="option" aria-selected={n === active} class={`x-option ${option.kind}${first(options, n) ? " headed" : ""}`} data-heading={heading(option)}
            onMouseDown={(event) => event.preventDefault()} onClick={() => take(option)} onMouseEnter={() => option.kind !== "question" && setActive(n)}>
            <OptionText option={option} words={asked} />
          </li>
        ))}
        {shownList && fresh && !names.found.length && <li class="x-note" role="option" aria-disabled="true" aria-selected={false}>{names.problem ? `${names.problem.title} ${names.problem.cure}` : t("nothing-found", { q: asked })}</li>}
      </ul>
    </div>
  );
}

const heading = (option: Option): string => (option.kind === "thing" ? t("things-found") : option.kind === "question" ? t("questions-for") : "");
const first = (options: Option[], n: number): boolean => options[n]!.kind !== "free" && options[n - 1]?.kind !== options[n]!.kind;

function OptionText({ option, words }: { option: Option; words: string }) {
  if (option.kind === "free") return <span>{t("ask-freely", { q: words })}</span>;
  if (option.kind === "question") return <span>{option.question.text}</span>;
  const { thing } = option;
  const alias = thing.matched && thing.matched !== thing.label ? thing.matched : "";
  return (
    <>
      <span class="x-name">{thing.label}{alias && <small> {t("matched", { n: alias })}</small>}</span>
      <Kind type={thing.type} label={thing.typeLabel ?? thing.type} />
      {thing.degree != null && <small class="x-degree">{t("links", { n: thing.degree })}</small>}
    </>
  );
}
