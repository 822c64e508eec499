/** The one box: names from the first character on, questions that fit, or words to ask. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Thing } from "../state/types";
import { t } from "../texts";
import { useSession } from "./hooks";
import { meant, offers, useNames, type Names, type Option } from "./names";
import { Kind } from "./parts";

export function SearchBox() {
  const { session } = useSession();
  const [words, setWords] = useState("");
  const [composing, setComposing] = useState(false);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const names = useNames(words, composing);
  const asked = words.trim();
  const options = offers(asked, names, active, session.forms);
  // The words of a question that came by another way than this box stand in it too.
  useEffect(() => setWords(session.words), [session.words]);

  const take = (option: Option): void => {
    setOpen(false);
    setActive(-1);
    input.current?.blur();
    if (option.kind === "thing") session.pick(option.thing as Thing);
    else if (option.kind === "question") void session.ask(option.question);
    else void session.askFreely(asked);
  };
  const enter = (): void => (asked ? take(options[active] ?? meant(asked, names)) : input.current?.focus());
  const point = (step: number): void => (setOpen(true), setActive((now) => next(now, step, options.length)));
  const acts: Record<string, () => void> = { ArrowDown: () => point(1), ArrowUp: () => point(-1), Enter: enter, Escape: () => setOpen(false) };
  const key = (event: KeyboardEvent): void => void (event.isComposing || composing || obey(event, acts));
  const shown = open && asked.length > 0;
  return (
    <div class="x-search" role="search">
      <label for="x-question">{t("ask-label")}</label>
      <div class="x-box">
        <input
          id="x-question" ref={input} type="text" role="combobox" autocomplete="off" spellcheck={false} enterkeyhint="search" placeholder={t("ask-hint")} maxLength={200}
          aria-expanded={shown} aria-controls="x-options" aria-autocomplete="list" aria-activedescendant={shown && active >= 0 ? `x-option-${active}` : undefined} value={words}
          onInput={(event) => (setWords(event.currentTarget.value), setActive(-1), setOpen(true))} onKeyDown={key}
          onCompositionStart={() => setComposing(true)} onCompositionEnd={(event) => (setComposing(false), setWords(event.currentTarget.value))}
          onFocus={() => setOpen(true)} onBlur={() => setTimeout(() => setOpen(false), 160)}
        />
        <button type="button" onClick={enter}>{t("ask")}</button>
      </div>
      <Options shown={shown} asked={asked} names={names} options={options} active={active} point={setActive} take={take} />
    </div>
  );
}

function obey(event: KeyboardEvent, acts: Record<string, () => void>): void {
  if (!acts[event.key]) return;
  if (event.key !== "Escape") event.preventDefault();
  acts[event.key]!();
}

/** Return what is pointed at a step further; past either end it begins at the other. */
const next = (now: number, step: number, count: number): number => (count ? (now + step + count + (now < 0 && step < 0 ? 1 : 0)) % count : -1);

interface Offered {
  shown: boolean;
  asked: string;
  names: Names;
  options: Option[];
  active: number;
  point(n: number): void;
  take(option: Option): void;
}

function Options({ shown, asked, names, options, active, point, take }: Offered) {
  const none = names.of === asked && !names.found.length;
  return (
    <ul id="x-options" role="listbox" aria-label={t("ask-label")} hidden={!shown} data-for={names.of}>
      {shown && options.map((option, n) => (
        <li key={n} id={`x-option-${n}`} role="option" aria-selected={n === active} class={`x-option ${option.kind}${first(options, n) ? " headed" : ""}`} data-heading={heading(option)}
          onMouseDown={(event) => event.preventDefault()} onClick={() => take(option)} onMouseEnter={() => option.kind !== "question" && point(n)}>
          <OptionText option={option} words={asked} />
        </li>
      ))}
      {shown && none && <li class="x-note" role="option" aria-disabled="true" aria-selected={false}>{names.problem ? `${names.problem.title} ${names.problem.cure}` : t("nothing-found", { q: asked })}</li>}
    </ul>
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
