/** Keys that hold everywhere on the page, and those that turn from tab to tab. */

import { useEffect } from "preact/hooks";
import { useSession } from "./hooks";
import type { Session } from "./session";

/** Listen to the keys of the page, except where text is typed. */
export function useKeys(help: () => void): void {
  const { session } = useSession();
  useEffect(() => {
    const heard = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (typing || event.isComposing || event.altKey) return;
      const act = meaning(event, session, help);
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, []);
}

function meaning(event: KeyboardEvent, session: Session, help: () => void): (() => void) | undefined {
  const key = event.key.toLowerCase();
  const { dispatch } = session.store;
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return () => dispatch({ do: event.shiftKey ? "redo" : "undo" });
    return key === "y" ? () => dispatch({ do: "redo" }) : undefined;
  }
  const acts: Record<string, () => void> = {
    "/": () => document.getElementById("x-question")?.focus(),
    "?": help,
    escape: () => dispatch({ do: "select", id: null }),
  };
  return acts[key];
}

/** Turn to the tab before or behind, which gets the focus. */
export function turn<T extends string>(event: KeyboardEvent, tabs: readonly T[], tab: T, to: (tab: T) => void): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]!;
  to(next);
  document.getElementById(`x-tab-${next}`)?.focus();
}
