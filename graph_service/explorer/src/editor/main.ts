/** The editor of SPARQL: takes the place of the text field on /sparql, which stays what the form sends. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, linter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";
import { type Term, source } from "./completion";
import { views } from "./views";

const TEXTS = {
  zh: { examples: "载入示例", choose: "选择一个常用查询…", hint: "Ctrl+Enter 运行，Ctrl+空格 补全" },
  en: { examples: "Load an example", choose: "Choose a named query…", hint: "Ctrl+Enter runs, Ctrl+Space completes" },
} as const;

interface Verdict {
  readonly ok: boolean;
  readonly message: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly cure: string | null;
}

/** Where a verdict of the engine points in a text; the whole first line where it names no place. */
export function diagnostics(verdict: Verdict, state: EditorState): Diagnostic[] {
  if (verdict.ok || state.doc.length === 0) return [];
  const line = state.doc.line(Math.min(Math.max(verdict.line ?? 1, 1), state.doc.lines));
  const from = Math.min(line.from + Math.max((verdict.column ?? 1) - 1, 0), state.doc.length);
  const to = Math.min(Math.max(from + 1, verdict.column ? from + 1 : line.to), state.doc.length);
  return [{ from: Math.min(from, to), to, severity: "error", message: [verdict.message, verdict.cure].filter(Boolean).join("\n") }];
}

async function lint(view: EditorView): Promise<Diagnostic[]> {
  const query = view.state.doc.toString();
  if (!query.trim()) return [];
  const answer = await fetch("/explorer/lint", { method: "POST", body: query, headers: { "Content-Type": "text/plain" } });
  return answer.ok ? diagnostics((await answer.json()) as Verdict, view.state) : [];
}

const THEME = EditorView.theme({
  "&": { background: "var(--card)", color: "var(--ink)", border: "1px solid var(--soft)", borderRadius: ".35rem", fontSize: ".9rem" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", minHeight: "14rem", maxHeight: "32rem" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { background: "transparent", color: "var(--soft)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "color-mix(in srgb, var(--accent) 8%, transparent)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { background: "color-mix(in srgb, var(--accent) 28%, transparent) !important" },
  ".cm-tooltip": { background: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: ".8" },
});
const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--kind-Company)" },
  { tag: [tags.string, tags.literal], color: "var(--kind-Industry)" },
  { tag: [tags.number, tags.bool], color: "var(--kind-Award)" },
  { tag: [tags.namespace, tags.propertyName, tags.typeName, tags.url], color: "var(--kind-Zone)" },
  { tag: tags.comment, color: "var(--soft)" },
]);

function editor(field: HTMLTextAreaElement, form: HTMLFormElement, label: string, terms: () => readonly Term[]): EditorView {
  const run = (): boolean => { form.requestSubmit(); return true; };
  const host = document.createElement("div");
  field.before(host);
  const root = host.attachShadow({ mode: "open" });
  const state = EditorState.create({
    doc: field.value,
    extensions: [
      lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), highlightActiveLine(), lintGutter(),
      sparql(), syntaxHighlighting(COLOURS), THEME, linter(lint, { delay: 500 }),
      autocompletion({ override: [source(terms)] }),
      EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
      EditorView.updateListener.of((update) => { if (update.docChanged) field.value = update.state.doc.toString(); }),
      keymap.of([{ key: "Mod-Enter", run }, ...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
    ],
  });
  const view = new EditorView({ state, root, parent: root as unknown as DocumentFragment });
  field.hidden = true;
  field.required = false;
  return view;
}

async function examples(view: EditorView, form: HTMLFormElement, texts: (typeof TEXTS)["zh" | "en"], language: string): Promise<void> {
  const answer = await fetch(`/queries?lang=${language}`, { headers: { Accept: "application/json" } });
  const { queries } = (await answer.json()) as { queries: { name: string; title: string; sparql: string }[] };
  const choice = document.createElement("select");
  choice.setAttribute("aria-label", texts.examples);
  choice.append(new Option(texts.choose, ""), ...queries.filter((query) => query.sparql).map((query) => new Option(query.title, query.name)));
  choice.addEventListener("change", () => {
    const chosen = queries.find((query) => query.name === choice.value);
    if (chosen) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: `${chosen.sparql.trim()}\n` } });
  });
  const hint = document.createElement("p");
  hint.className = "about";
  hint.textContent = texts.hint;
  form.prepend(choice);
  form.append(hint);
}

const field = document.querySelector<HTMLTextAreaElement>("form.editor textarea");
if (field?.form) {
  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  const label = document.querySelector<HTMLLabelElement>(`label[for="${field.id}"]`);
  let terms: readonly Term[] = [];
  void fetch("/explorer/terms").then(async (answer) => { terms = ((await answer.json()) as { terms: Term[] }).terms; });
  const view = editor(field, field.form, label?.textContent ?? "SPARQL", () => terms);
  label?.addEventListener("click", () => view.focus());
  void examples(view, field.form, TEXTS[language], language);
  const shown = document.querySelector<HTMLElement>("section .scroll, section.answer pre");
  if (shown) views({ query: field.value, shown, language, base: field.form.dataset["base"] ?? "", terms: () => terms });
}
