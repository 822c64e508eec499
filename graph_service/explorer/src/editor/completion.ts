/** Completion from the service's own terms: prefixes, classes, relations and concepts, with labels in both languages. */

import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";

export interface Term {
  readonly term: string;
  readonly kind: "prefix" | "class" | "relation" | "concept";
  readonly iri: string;
  readonly zh: string;
  readonly en: string;
}

const KEYWORDS = [
  "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "DISTINCT", "WHERE", "GRAPH", "OPTIONAL", "UNION", "MINUS", "FILTER",
  "FILTER NOT EXISTS", "BIND", "VALUES", "GROUP BY", "HAVING", "ORDER BY", "DESC", "LIMIT", "OFFSET", "COUNT", "CONTAINS",
];
const SHOWN_AS = { prefix: "namespace", class: "class", relation: "property", concept: "constant" } as const;
const PREFIX = /PREFIX\s+[\w-]*$/i;
const WORD = /[\w:?$\-\u3400-\u9fff]+/;

/** The terms that fit what has been typed: by name, or by a label in either language. */
export function fitting(terms: readonly Term[], typed: string): Term[] {
  const wanted = typed.toLowerCase();
  const spellings = (term: Term): string[] => [term.term, term.term.replace(/^\w+:/, ""), term.zh, term.en];
  return terms.filter((term) => spellings(term).some((name) => name.toLowerCase().includes(wanted)));
}

/** What completes a term: its name, its labels beside it, and where it is a prefix all of its declaration. */
export function completion(term: Term, declares: boolean): Completion {
  const label = [term.zh, term.en].filter(Boolean).join(" · ");
  const apply = declares ? `${term.term} <${term.iri}>` : term.term;
  return { label: term.term, apply, detail: label, type: SHOWN_AS[term.kind] };
}

/** Completes what stands before the cursor: names of variables in the query, terms, and words of SPARQL. */
export function source(terms: () => readonly Term[]): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(WORD);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const line = context.state.doc.lineAt(context.pos);
    const declares = PREFIX.test(line.text.slice(0, context.pos - line.from));
    if (word.text.startsWith("?")) {
      const names = new Set(context.state.doc.toString().match(/\?\w+/g) ?? []);
      return { from: word.from, options: [...names].filter((name) => name !== word.text).map((label) => ({ label, type: "variable" })) };
    }
    const offered = fitting(terms(), word.text).filter((term) => (term.kind === "prefix") === declares || !declares);
    const options = offered.map((term) => completion(term, declares));
    const words = declares ? [] : KEYWORDS.filter((name) => name.startsWith(word.text.toUpperCase()));
    return { from: word.from, filter: false, options: [...options, ...words.map((label) => ({ label, type: "keyword" }))] };
  };
}
