/** The graph with its tools; the canvas itself is loaded when there is something to draw. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Canvas } from "../canvas/canvas";
import { save, toCsv, toGexf, toSvg, toTurtle } from "../exports";
import { within } from "../histogram";
import { shown } from "../state/reducer";
import { t } from "../texts";
import { useSession } from "./hooks";
import { copy, Kind } from "./parts";

export function GraphPane() {
  const { session, state } = useSession();
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<Canvas | null>(null);
  const [ready, setReady] = useState(false);
  const drawn = shown(state);
  const empty = drawn.things.length === 0;

  useEffect(() => {
    let gone = false;
    void import("../canvas/canvas").then(({ Canvas }) => {
      if (gone || !holder.current) return;
      canvas.current = new Canvas(holder.current, {
        choose: (id) => session.store.dispatch({ do: "select", id: id?.endsWith("|link") ? id.slice(0, -5) : id }),
        move: (iri, to) => session.store.dispatch({ do: "move", iri, to }),
        place: (positions) => session.store.dispatch({ do: "place", positions }),
        open: (iri) => (session.store.dispatch({ do: "select", id: iri }), setTimeout(() => document.querySelector<HTMLElement>(".x-tree [role=treeitem]")?.focus(), 350)),
      });
      canvas.current.show(session.store.state);
      canvas.current.fit();
      setReady(true);
      // For tests in a browser, and for the curious: nothing in the page reads it.
      (window as unknown as { zonegraph?: unknown }).zonegraph = { core: canvas.current.core, store: session.store };
    });
    return () => { gone = true; canvas.current?.core.destroy(); };
  }, []);
  useEffect(() => canvas.current?.show(state), [state.view, state.prospects, state.selected, ready]);
  useEffect(() => {
    if (!canvas.current) return;
    const wide = matchMedia("(min-width: 62rem)").matches;
    canvas.current.covered = wide ? (document.querySelector<HTMLElement>(".x-panel")?.offsetWidth ?? 0) + 20 : 0;
    if (state.selected) canvas.current.reveal(state.selected);
  }, [state.selected, ready]);
  useEffect(() => {
    const dated = state.brush && new Set(session.events.filter((event) => within(event, state.brush)).flatMap((event) => event.things));
    canvas.current?.dim(session.bright ?? dated);
  }, [session.bright, state.brush, session.events, ready]);
  useEffect(() => {
    if (!holder.current) return;
    const watch = new ResizeObserver(() => canvas.current?.core.resize());
    watch.observe(holder.current);
    return () => watch.disconnect();
  }, []);

  return (
    <section class={`x-graph${empty ? " empty" : ""}`} aria-label={t("graph")}>
      <Toolbar canvas={() => canvas.current} />
      <div class="x-canvas" ref={holder} role="img" aria-label={t("graph-label", { n: drawn.things.length, m: drawn.edges.length })} />
      {empty && <p class="x-empty">{t("graph-empty")}</p>}
      {!empty && <Legend />}
    </section>
  );
}

function Toolbar({ canvas }: { canvas: () => Canvas | null }) {
  const { session, state } = useSession();
  const act = session.store.dispatch;
  const hiding = state.view.hidden.length > 0 || state.view.isolated !== null;
  return (
    <div class="x-toolbar" role="toolbar" aria-label={t("graph")}>
      <button type="button" disabled={!state.past.length} title="Ctrl+Z" onClick={() => act({ do: "undo" })}>↶ {t("undo")}</button>
      <button type="button" disabled={!state.future.length} title="Ctrl+Shift+Z" onClick={() => act({ do: "redo" })}>↷ {t("redo")}</button>
      <button type="button" title={t("connect-hint")} onClick={() => void session.connect()}>{t("connect")}</button>
      {hiding && <button type="button" onClick={() => act({ do: "reveal" })}>{t("reveal")}</button>}
      <label class="x-switch"><input type="checkbox" checked={state.prospects} onChange={(event) => act({ do: "prospects", shown: event.currentTarget.checked })} />{t("show-prospects")}</label>
      <span class="x-spring" />
      <button type="button" aria-label={t("zoom-out")} title={t("zoom-out")} onClick={() => canvas()?.zoom(1 / 1.3)}>−</button>
      <button type="button" aria-label={t("zoom-in")} title={t("zoom-in")} onClick={() => canvas()?.zoom(1.3)}>＋</button>
      <button type="button" onClick={() => canvas()?.fit()}>{t("fit")}</button>
      <SaveMenu canvas={canvas} />
    </div>
  );
}

function SaveMenu({ canvas }: { canvas: () => Canvas | null }) {
  const { session, state } = useSession();
  const menu = useRef<HTMLDetailsElement>(null);
  const what = () => {
    const { things, edges } = shown(state);
    return { things, relations: edges, positions: state.view.positions };
  };
  const acts: Record<string, () => void> = {
    PNG: () => void canvas()?.picture().then((blob) => save("zonegraph.png", blob)),
    SVG: () => void import("../canvas/look").then(({ colourOf, token }) => save("zonegraph.svg", toSvg(what(), { ink: token("--ink"), paper: token("--paper"), soft: token("--soft"), colour: colourOf }), "image/svg+xml")),
    CSV: () => save("zonegraph.csv", toCsv(what()), "text/csv;charset=utf-8"),
    GEXF: () => save("zonegraph.gexf", toGexf(what()), "application/gexf+xml"),
    Turtle: () => save("zonegraph.ttl", toTurtle(what()), "text/turtle;charset=utf-8"),
    [t("share")]: () => void session.remember().then(() => copy(location.href)).then(() => session.say(t("copied"))),
    [t("clear")]: () => (session.set({ answer: null, title: "", picked: null, example: false }), session.store.dispatch({ do: "clear" })),
  };
  return (
    <details class="x-menu" ref={menu}>
      <summary>{t("save")}</summary>
      <ul>{Object.entries(acts).map(([name, act]) => <li key={name}><button type="button" onClick={() => (act(), menu.current && (menu.current.open = false))}>{name}</button></li>)}</ul>
    </details>
  );
}

function Legend() {
  const { state } = useSession();
  const { things } = shown(state);
  const kinds = new Map(things.map((thing) => [thing.type, thing.typeLabel]));
  return (
    <details class="x-legend">
      <summary>{t("legend")}</summary>
      <p>{[...kinds].map(([type, label]) => <Kind key={type} type={type} label={label} />)}</p>
      <ul>{["legend-once", "legend-many", "legend-prospect", "legend-disagree", "legend-open"].map((key) => <li key={key}>{t(key)}</li>)}</ul>
    </details>
  );
}
