/** The neighbours of a thing by relation, as a tree: the menu to expand from, and the graph for those who do not see it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { counts, neighbours, type Group, type Neighbours } from "../api/service";
import { edgeId } from "../state/reducer";
import type { Edge, Thing } from "../state/types";
import { t } from "../texts";
import { useLoaded, useSession } from "./hooks";
import { Fault, Mode, Skeleton } from "./parts";

const PAGE = 20, FEW = 50;

type Opened = Record<string, Neighbours>;

export function Tree({ thing }: { thing: Thing }) {
  const { session, state } = useSession();
  const { value, problem, retry } = useLoaded((signal) => counts(thing.iri, signal), [thing.iri]);
  const [opened, setOpened] = useState<Opened>({});
  const [closed, setClosed] = useState<Set<string>>(new Set());
  const [at, setAt] = useState("");
  const tree = useRef<HTMLUListElement>(null);
  useEffect(() => setAt(""), [thing.iri]);

  const open = (group: Group, more = false): void => {
    const key = keyOf(group);
    setClosed((now) => new Set([...now].filter((one) => one !== key)));
    const had = opened[key];
    if (had && !more) return;
    void session.run(async (signal) => {
      const offset = had?.things.length ?? 0;
      const found = await neighbours({ iri: thing.iri, relation: group.relation, direction: group.direction, offset, limit: PAGE }, signal);
      setOpened((now) => ({ ...now, [key]: had ? { ...found, things: [...had.things, ...found.things], relations: [...had.relations, ...found.relations] } : found }));
    });
  };
  const close = (group: Group): void => setClosed((now) => new Set([...now, keyOf(group)]));
  const isOpen = (group: Group): boolean => keyOf(group) in opened && !closed.has(keyOf(group));
  const put = (other: Thing, edges: Edge[]): void => {
    if (state.view.things[other.iri]) session.store.dispatch({ do: "select", id: other.iri });
    else session.add([other], edges, "did-add", other.label);
  };
  const prove = (edge: Edge | undefined): void => {
    if (!edge) return;
    const ends = [edge.subject, edge.object].filter((iri) => !state.view.things[iri]);
    const found = Object.values(opened).flatMap((page) => page.things).filter((one) => ends.includes(one.iri));
    if (!state.view.edges[edgeId(edge)]) session.add(found, [edge], "did-add", found[0]?.label ?? edge.label);
    session.store.dispatch({ do: "select", id: edgeId(edge) });
  };
  const key = (event: KeyboardEvent, group: Group, other?: Thing, edges: Edge[] = []): void => {
    const items = [...(tree.current?.querySelectorAll<HTMLElement>("[role=treeitem]") ?? [])];
    const index = items.indexOf(event.currentTarget as HTMLElement);
    const go = (n: number): void => items[Math.max(0, Math.min(items.length - 1, n))]?.focus();
    const acts: Record<string, () => void> = {
      ArrowDown: () => go(index + 1), ArrowUp: () => go(index - 1), Home: () => go(0), End: () => go(items.length - 1),
      ArrowRight: () => (other ? undefined : isOpen(group) ? go(index + 1) : open(group)),
      ArrowLeft: () => (other ? (event.currentTarget as HTMLElement).closest("[role=none]")?.querySelector<HTMLElement>("[role=treeitem]")?.focus() : close(group)),
      Enter: () => (other ? put(other, edges) : isOpen(group) ? close(group) : open(group)),
      e: () => {
        const known = edges[0] ?? [...(opened[keyOf(group)]?.relations ?? []), ...Object.values(state.view.edges)].find((edge) => belongs(edge, thing, group));
        if (known) prove(known);
        else open(group);
      },
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  if (problem) return <Fault problem={problem} retry={retry} />;
  if (!value) return <Skeleton lines={6} />;
  const first = value.groups[0] ? keyOf(value.groups[0]) : "";
  return (
    <section class="x-neighbours">
      <h4 id="x-tree-title">{t("neighbours")}</h4>
      <p class="about x-hint">{t("tree-help")}</p>
      <ul role="tree" aria-labelledby="x-tree-title" ref={tree} class="x-tree">
        {value.groups.map((group) => {
          const id = keyOf(group), page = opened[id], shownGroup = isOpen(group);
          return (
            <li key={id} role="none">
              <div class="x-group" role="treeitem" aria-expanded={shownGroup} aria-level={1} aria-owns={shownGroup && page ? `x-${id}` : undefined} tabIndex={(at || first) === id ? 0 : -1}
                onFocus={(event) => event.target === event.currentTarget && setAt(id)} onKeyDown={(event) => key(event, group)}>
                <button type="button" tabIndex={-1} class="x-toggle" onClick={() => (shownGroup ? close(group) : open(group))}>
                  <span class="x-caret" aria-hidden="true">{shownGroup ? "▾" : "▸"}</span>
                  <span class={`x-way ${group.direction}`} aria-hidden="true">{group.direction === "out" ? "→" : "←"}</span>
                  <span>{group.label}</span> <b>{group.count.toLocaleString()}</b>
                </button>
                <span class="x-group-acts">
                  {group.count <= FEW && <button type="button" tabIndex={-1} onClick={() => void session.addAll(thing, group)}>{t("add-all")}</button>}
                  {group.count > 3 && <button type="button" tabIndex={-1} onClick={() => session.fold(thing, group, null)}>{t("fold")}</button>}
                </span>
              </div>
              {group.classes && (group.classes.length > 1 || group.prospects > 0) && (
                <p class="x-classes">
                  {group.classes.length > 1 && group.classes.map((kind) => <button key={kind.type} type="button" tabIndex={-1} onClick={() => session.fold(thing, group, kind)}>{kind.label} {kind.count.toLocaleString()}</button>)}
                  {group.prospects > 0 && <small>{t("prospects-of", { n: group.prospects })}</small>}
                </p>
              )}
              {shownGroup && page && (
                <ul role="group" id={`x-${id}`}>
                  {page.things.map((other) => {
                    const edges = page.relations.filter((edge) => edge.subject === other.iri || edge.object === other.iri);
                    const own = edges.find((edge) => edge.relation === group.relation) ?? edges[0];
                    const there = other.iri in state.view.things;
                    return (
                      <li key={other.iri} role="treeitem" aria-level={2} aria-selected={state.selected === other.iri} tabIndex={at === `${id}|${other.iri}` ? 0 : -1} onFocus={() => setAt(`${id}|${other.iri}`)}
                        onKeyDown={(event) => key(event, group, other, own ? [own, ...edges.filter((edge) => edge !== own)] : [])}>
                        <button type="button" tabIndex={-1} class={there ? "there" : ""} onClick={() => put(other, edges)}><span aria-hidden="true">{there ? "● " : "＋ "}</span>{other.label}{there && <span class="x-hidden"> {t("on-graph")}</span>}</button>
                        {own && own.modality !== "actual" && <Mode modality={own.modality} />}
                        {own && <button type="button" tabIndex={-1} class="x-plain" onClick={() => prove(own)}>{t("evidence")}</button>}
                      </li>
                    );
                  })}
                  {page.things.length < page.total && <li role="none"><button type="button" class="x-plain" onClick={() => open(group, true)}>{t("more", { n: Math.min(PAGE, page.total - page.things.length) })}</button></li>}
                </ul>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const belongs = (edge: Edge, thing: Thing, group: Group): boolean =>
  edge.relation === group.relation && edge[group.direction === "out" ? "subject" : "object"] === thing.iri;

const keyOf = (group: Group): string => `${group.direction}|${group.relation}`;
