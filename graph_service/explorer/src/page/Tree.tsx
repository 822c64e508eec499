/** The neighbours of a thing by relation, as a tree: the menu to expand from, and the graph for those who do not see it. */

import { counts, type Group, type Neighbours } from "../api/service";
import type { Thing } from "../state/types";
import { t } from "../texts";
import { useLoaded, useSession } from "./hooks";
import { Fault, Mode, Skeleton, Sparql, Way } from "./parts";
import { keyOf, PAGE, useBranches, type Branches } from "./tree";

/** Up to how many things all of a group can be put on the graph at once. */
const FEW = 50;

export function Tree({ thing }: { thing: Thing }) {
  const { value, problem, retry } = useLoaded((signal) => counts(thing.iri, signal), [thing.iri]);
  const branches = useBranches(thing);
  if (problem) return <Fault problem={problem} retry={retry} />;
  if (!value) return <Skeleton lines={6} />;
  if (!value.groups.length) return <p class="none">{t("no-neighbours")}</p>;
  const first = branches.at || keyOf(value.groups[0]!);
  return (
    <section class="x-neighbours">
      <h4 id="x-tree-title">{t("neighbours")}</h4>
      <p class="about x-hint">{t("tree-help")}</p>
      <ul role="tree" aria-labelledby="x-tree-title" class="x-tree">
        {value.groups.map((group) => <Branch key={keyOf(group)} thing={thing} group={group} first={first} branches={branches} />)}
      </ul>
      <Sparql query={value.sparql} />
    </section>
  );
}

interface Grown {
  thing: Thing;
  group: Group;
  branches: Branches;
}

function Branch({ thing, group, first, branches }: Grown & { first: string }) {
  const id = keyOf(group), page = branches.page(group), opened = branches.isOpen(group);
  return (
    <li role="none">
      <div role="treeitem" aria-expanded={opened} aria-level={1} aria-owns={opened && page ? `x-${id}` : undefined} tabIndex={first === id ? 0 : -1}
        onFocus={(event) => event.target === event.currentTarget && branches.setAt(id)} onKeyDown={(event) => branches.key(event, { group, edges: [] })}>
        <div class="x-group">
          <button type="button" tabIndex={-1} class="x-toggle" onClick={() => (opened ? branches.close(group) : branches.open(group))}>
            <span class={`x-caret${opened ? " open" : ""}`} aria-hidden="true" />
            <Way direction={group.direction} /><span>{group.label}</span> <b>{group.count.toLocaleString()}</b>
          </button>
          <GroupActs thing={thing} group={group} />
        </div>
        <Classes thing={thing} group={group} />
      </div>
      {opened && page && <Leaves thing={thing} group={group} page={page} branches={branches} />}
    </li>
  );
}

function GroupActs({ thing, group }: { thing: Thing; group: Group }) {
  const { session } = useSession();
  return (
    <span class="x-group-acts">
      {group.count <= FEW && <button type="button" tabIndex={-1} onClick={() => void session.addAll(thing, group)}>{t("add-all")}</button>}
      {group.count > 3 && <button type="button" tabIndex={-1} onClick={() => session.fold(thing, group, null)}>{t("fold")}</button>}
    </span>
  );
}

/** How many of a group are of which class, each to be kept as a group of its own. */
function Classes({ thing, group }: { thing: Thing; group: Group }) {
  const { session } = useSession();
  const kinds = group.classes && group.classes.length > 1 ? group.classes : [];
  if (!kinds.length && !group.prospects) return null;
  return (
    <p class="x-classes">
      {kinds.map((kind) => <button key={kind.type} type="button" tabIndex={-1} title={t("fold")} onClick={() => session.fold(thing, group, kind)}>{kind.label} {kind.count.toLocaleString()}</button>)}
      {group.prospects > 0 && <small>{t("prospects-of", { n: group.prospects })}</small>}
    </p>
  );
}

function Leaves({ thing, group, page, branches }: Grown & { page: Neighbours }) {
  const left = page.total - page.things.length;
  return (
    <ul role="group" id={`x-${keyOf(group)}`}>
      {page.things.map((other) => <Leaf key={other.iri} thing={thing} group={group} page={page} branches={branches} other={other} />)}
      {left > 0 && <li role="none"><button type="button" class="x-plain" onClick={() => branches.open(group, true)}>{t("more", { n: Math.min(PAGE, left) })}</button></li>}
    </ul>
  );
}

function Leaf({ group, page, branches, other }: Grown & { page: Neighbours; other: Thing }) {
  const { state } = useSession();
  const id = `${keyOf(group)}|${other.iri}`;
  const edges = page.relations.filter((edge) => edge.subject === other.iri || edge.object === other.iri);
  const own = edges.find((edge) => edge.relation === group.relation) ?? edges[0];
  const ordered = own ? [own, ...edges.filter((edge) => edge !== own)] : [];
  const there = other.iri in state.view.things;
  return (
    <li role="treeitem" aria-level={2} aria-selected={state.selected === other.iri} tabIndex={branches.at === id ? 0 : -1}
      onFocus={() => branches.setAt(id)} onKeyDown={(event) => branches.key(event, { group, other, edges: ordered })}>
      <button type="button" tabIndex={-1} class={there ? "there" : ""} onClick={() => branches.put(other, edges)}>
        <span aria-hidden="true">{there ? "● " : "＋ "}</span>{other.label}{there && <span class="x-hidden"> {t("on-graph")}</span>}
      </button>
      {own && own.modality !== "actual" && <Mode modality={own.modality} />}
      {own && <button type="button" tabIndex={-1} class="x-plain" onClick={() => branches.prove(own)}>{t("evidence")}</button>}
    </li>
  );
}
