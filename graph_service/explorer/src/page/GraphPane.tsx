/** The graph with its tools; the canvas itself is loaded when there is something to draw. */

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Canvas, Hands } from "../canvas/canvas";
import { save, toCsv, toGexf, toSvg, toTurtle } from "../exports";
import { within } from "../histogram";
import { shown } from "../state/reducer";
import { t } from "../texts";
import { useSession } from "./hooks";
import { copy, Kind } from "./parts";
import type { Session } from "./session";

/** Milliseconds after which the tree of a thing is there; pixels that the graph keeps from the panel. */
const TREE_COMES = 350, BESIDE = 20;

export function GraphPane() {
  const { state } = useSession();
  const [holder, canvas] = useCanvas();
  const drawn = shown(state);
  const empty = drawn.things.length === 0;
  return (
    <section class={`x-graph${empty ? " empty" : ""}`} aria-label={t("graph")}>
      <Toolbar canvas={() => canvas.current} />
      <div class="x-canvas" ref={holder} role="img" aria-label={t("graph-label", { n: drawn.things.length, m: drawn.edges.length })} />
      {empty && <p class="x-empty">{t("graph-empty")}</p>}
      {!empty && <Legend />}
    </section>
  );
}

/** Return where the canvas is to stand, and the canvas once it stands there, kept in step with the state. */
function useCanvas(): [RefObject<HTMLDivElement | null>, RefObject<Canvas | null>] {
  const { session, state } = useSession();
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<Canvas | null>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let gone = false;
    void import("../canvas/canvas").then(({ Canvas }) => {
      if (gone || !holder.current) return;
      canvas.current = new Canvas(holder.current, handsOf(session));
      canvas.current.show(session.store.state);
      canvas.current.fit();
      setReady(true);
      // For tests in a browser, and for the curious: nothing in the page reads it.
      (window as unknown as { zonegraph?: unknown }).zonegraph = { core: canvas.current.core, store: session.store };
    });
    const watch = new ResizeObserver(() => canvas.current?.core.resize());
    watch.observe(holder.current!);
    return () => { gone = true; watch.disconnect(); canvas.current?.core.destroy(); };
  }, []);
  useEffect(() => canvas.current?.show(state), [state.view, state.prospects, state.selected, ready]);
  useEffect(() => {
    if (!state.selected) return;
    // Once the panel stands there, what is chosen is moved out from under it.
    const frame = requestAnimationFrame(() => canvas.current?.reveal(state.selected!));
    return () => cancelAnimationFrame(frame);
  }, [state.selected, ready]);
  useEffect(() => {
    const dated = state.brush && new Set(session.events.filter((event) => within(event, state.brush)).flatMap((event) => event.things));
    canvas.current?.dim(session.bright ?? dated);
  }, [session.bright, state.brush, session.events, ready]);
  return [holder, canvas];
}

/** Return what is done when something is done on the canvas. */
function handsOf({ store }: Session): Hands {
  const choose = (id: string | null): void => store.dispatch({ do: "select", id: id?.endsWith("|link") ? id.slice(0, -5) : id });
  return {
    choose,
    move: (iri, to) => store.dispatch({ do: "move", iri, to }),
    place: (positions) => store.dispatch({ do: "place", positions }),
    open: (iri) => (choose(iri), setTimeout(() => document.querySelector<HTMLElement>(".x-tree [role=treeitem]")?.focus(), TREE_COMES)),
    covered: () => (matchMedia("(min-width: 62rem)").matches ? (document.querySelector<HTMLElement>(".x-panel")?.offsetWidth ?? -BESIDE) + BESIDE : 0),
  };
}

function Toolbar({ canvas }: { canvas: () => Canvas | null }) {
  const { session, state } = useSession();
  const act = session.store.dispatch;
  const hiding = state.view.hidden.length > 0 || state.view.isolated !== null;
  return (
    <div class="x-toolbar" role="toolbar" aria-label={t("graph")}>
      <button type="button" disabled={!state.past.length} title="Ctrl+Z" aria-label={t("undo")} onClick={() => act({ do: "undo" })}>↶<span class="x-word"> {t("undo")}</span></button>
      <button type="button" disabled={!state.future.length} title="Ctrl+Shift+Z" aria-label={t("redo")} onClick={() => act({ do: "redo" })}>↷<span class="x-word"> {t("redo")}</span></button>
      <button type="button" title={t("connect-hint")} onClick={() => void session.connect()}>{t("connect")}</button>
      {hiding && <button type="button" onClick={() => act({ do: "reveal" })}>{t("reveal")}</button>}
      <label class="x-switch"><input type="checkbox" checked={state.prospects} onChange={(event) => act({ do: "prospects", shown: event.currentTarget.checked })} />{t("show-prospects")}</label>
      <span class="x-spring" />
      <button type="button" class="x-zoom" aria-label={t("zoom-out")} title={t("zoom-out")} onClick={() => canvas()?.zoom(1 / 1.3)}>−</button>
      <button type="button" class="x-zoom" aria-label={t("zoom-in")} title={t("zoom-in")} onClick={() => canvas()?.zoom(1.3)}>＋</button>
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
