/** Ties components to the store and the session. */

import { createContext } from "preact";
import { useContext, useEffect, useReducer, useState } from "preact/hooks";
import type { State } from "../state/types";
import { asProblem, type Session } from "./session";
import type { Problem } from "../api/client";

export const SessionContext = createContext<Session>(null as never);

/** Return the session; the component is drawn anew when it or the state changes. */
export function useSession(): { session: Session; state: State } {
  const session = useContext(SessionContext);
  const [, again] = useReducer((n: number, _: void) => n + 1, 0);
  useEffect(() => {
    const both = [session.listen(() => again()), session.store.listen(() => again())];
    return () => both.forEach((end) => end());
  }, [session]);
  return { session, state: session.store.state };
}

export interface Loaded<T> {
  value: T | null;
  problem: Problem | null;
  retry(): void;
}

/** Ask for something when what it depends on changes; an answer that comes too late is dropped. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, on: unknown[]): Loaded<T> {
  const [got, set] = useState<{ value: T | null; problem: Problem | null }>({ value: null, problem: null });
  const [turn, again] = useReducer((n: number, _: void) => n + 1, 0);
  useEffect(() => {
    const own = new AbortController();
    set({ value: null, problem: null });
    load(own.signal).then(
      (value) => own.signal.aborted || set({ value, problem: null }),
      (error) => own.signal.aborted || set({ value: null, problem: asProblem(error) }),
    );
    return () => own.abort();
  }, [...on, turn]);
  return { ...got, retry: () => again() };
}
