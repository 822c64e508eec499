/** The one place that holds the state; the page and the canvas listen to it. */

import { reduce, START, type Action } from "./reducer";
import type { State } from "./types";

export class Store {
  state: State = START;
  private readonly listeners = new Set<() => void>();

  readonly dispatch = (action: Action): void => {
    const next = reduce(this.state, action);
    if (next === this.state) return;
    this.state = next;
    for (const listener of this.listeners) listener();
  };

  /** Call a function after every change; the function returned ends it. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
