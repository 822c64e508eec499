/** Where the explorer begins: it takes the place of what the server wrote, which has the same answers without a script. */

import { h, render } from "preact";
import "./explorer.css";
import { App } from "./page/App";
import { SessionContext } from "./page/hooks";
import { Session } from "./page/session";
import { Store } from "./state/store";
import { choose } from "./texts";

const root = document.getElementById("explorer");
if (root) {
  const language = root.dataset["lang"] ?? "zh";
  choose(language);
  const session = new Session(new Store(), root.dataset["base"] ?? "", language);
  root.replaceChildren();
  document.body.classList.add("x-on");
  render(h(SessionContext.Provider, { value: session }, h(App, null)), root);
  void session.begin();
}
