/** What the question box offers: names that are like the words typed, questions that fit them, and the words themselves. */

import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../api/client";
import { search, type Form, type Found } from "../api/service";
import type { Question } from "../state/types";
import { asProblem, questionsFor } from "./session";

export type Option = { kind: "thing"; thing: Found["results"][number] } | { kind: "question"; question: Question } | { kind: "free" };

/** Names that were found, for which words, and what went wrong. */
export interface Names {
  found: Found["results"];
  of: string;
  problem: Problem | null;
}

const WAIT = 70, BUSY = 700, QUESTIONS = 4;
const NONE: Names = { found: [], of: "", problem: null };

/** Names that are like the words typed; while the input method composes nothing is asked, and late answers are dropped. */
export function useNames(words: string, composing: boolean): Names {
  const [names, set] = useState<Names>(NONE);
  useEffect(() => {
    if (composing) return;
    const q = words.trim();
    if (!q) return set(NONE);
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

/** Return what is offered for words; the questions are those about the name pointed at, else the first. */
export function offers(words: string, names: Names, active: number, forms: Form[]): Option[] {
  if (!words) return [];
  const found = names.of === words ? names.found : [];
  const lead = found[active] ?? found[0];
  const questions = lead ? questionsFor(lead, forms).slice(0, QUESTIONS) : [];
  return [
    ...found.map((thing): Option => ({ kind: "thing", thing })),
    ...questions.map((question): Option => ({ kind: "question", question })),
    { kind: "free" },
  ];
}

const LONGEST_NAME = 8;

/** Return what the enter key takes where nothing is pointed at: the thing of that very name, a short name's best fit, else the words. */
export function meant(words: string, names: Names): Option {
  const found = names.of === words ? names.found : [];
  const exact = found.find((one) => one.label === words || one.names.includes(words) || one.matched === words);
  const thing = exact ?? (words.length < LONGEST_NAME ? found[0] : undefined);
  return thing ? { kind: "thing", thing } : { kind: "free" };
}
