/** What is chosen: a thing with its tree of neighbours, a relation with its evidence, or a folded group. */

import { useEffect, useState } from "preact/hooks";
import { evidence, neighbours, ONTOLOGY, type Claim, type Sentence } from "../api/service";
import { edgeId, foldText } from "../state/reducer";
import type { Edge, Fold, Thing } from "../state/types";
import { t } from "../texts";
import { useLoaded, useSession } from "./hooks";
import { copy, Fault, Kind, Marked, Mode, namesOf, sentenceAddress, Skeleton, ThingLink } from "./parts";
import { Tree } from "./Tree";

export function Panel() {
  const { session, state } = useSession();
  const id = state.selected;
  const thing = id ? state.view.things[id] : undefined;
  const edge = id ? state.view.edges[id] : undefined;
  const fold = id ? state.view.folds.find((one) => one.id === id) : undefined;
  if (!thing && !edge && !fold) return null;
  return (
    <aside class="x-panel" aria-label={t(edge ? "evidence" : "details")}>
      <button type="button" class="x-close" aria-label={t("close")} onClick={() => session.store.dispatch({ do: "select", id: null })}>×</button>
      {thing && <ThingPanel key={thing.iri} thing={thing} />}
      {edge && <EdgePanel key={edgeId(edge)} edge={edge} />}
      {fold && <FoldPanel key={fold.id} fold={fold} />}
    </aside>
  );
}

function ThingPanel({ thing }: { thing: Thing }) {
  const { session, state } = useSession();
  const pinned = state.view.pinned.includes(thing.iri);
  const act = session.store.dispatch;
  return (
    <>
      <h3>{thing.label}</h3>
      <p class="x-meta"><Kind type={thing.type} label={thing.typeLabel} /> {thing.names.filter((name) => name !== thing.label).map((name) => <span key={name} class="x-alias">{name}</span>)}</p>
      <div class="x-acts">
        <button type="button" onClick={() => act({ do: pinned ? "unpin" : "pin", iri: thing.iri })}>{t(pinned ? "unpin" : "pin")}</button>
        <button type="button" onClick={() => act({ do: "hide", iri: thing.iri })}>{t("hide")}</button>
        <button type="button" onClick={() => act({ do: "isolate", iri: thing.iri })}>{t("isolate")}</button>
        <button type="button" onClick={() => session.set({ from: thing, tab: "paths" })}>{t("to-paths")}</button>
        {thing.page && <a href={thing.page}>{t("page")}</a>}
      </div>
      <Tree thing={thing} />
    </>
  );
}

function EdgePanel({ edge }: { edge: Edge }) {
  const { state } = useSession();
  const { value, problem, retry } = useLoaded((signal) => evidence(edge, signal), [edgeId(edge)]);
  const ends = [state.view.things[edge.subject], state.view.things[edge.object]];
  const sentences = value?.flatMap((claim) => claim.sentences).length ?? 0;
  return (
    <>
      <h3 class="x-triple"><ThingLink iri={edge.subject} label={ends[0]?.label ?? edge.subject} /> <span class="x-relation">{edge.label}</span> <ThingLink iri={edge.object} label={ends[1]?.label ?? edge.object} /></h3>
      <p class="x-meta"><Mode modality={edge.modality} />{edge.disagree && <strong class="x-bad"> {t("disagree")}</strong>} {value && t("evidence-count", { n: value.length, m: sentences })}</p>
      {edge.derived && <p class="x-note">{t("derived", { n: edge.derived })}</p>}
      {problem && <Fault problem={problem} retry={retry} />}
      {!value && !problem && <Skeleton />}
      {value?.map((claim) => claim.sentences.map((sentence, n) => <Evidence key={`${claim.id}${n}`} claim={claim} sentence={sentence} words={ends.flatMap(namesOf)} />))}
      {value && !sentences && !edge.derived && <p class="none">{t("no-evidence")}</p>}
      <details class="x-sparql"><summary>{t("triple")}</summary><pre tabIndex={0}><code>{`<${edge.subject}>\n<${ONTOLOGY}${edge.relation}>\n<${edge.object}> .`}</code></pre></details>
    </>
  );
}

function Evidence({ claim, sentence, words }: { claim: Claim; sentence: Sentence; words: string[] }) {
  const { session } = useSession();
  const [copied, setCopied] = useState(false);
  const date = sentence.published ?? session.dates[sentence.document];
  const title = sentence.title ?? t("document");
  const paragraph = typeof sentence.paragraph === "string" ? sentence.paragraph : sentence.paragraph?.text;
  const citation = sentence.citation ?? `“${sentence.text}”（${title}${date ? `，${date}` : ""}）`;
  return (
    <figure class="x-evidence">
      <blockquote lang="zh"><Marked text={sentence.text} words={words} /></blockquote>
      <figcaption>
        <a href={sentenceAddress(sentence.document, sentence.text)}>{sentence.title ?? t("open-document")}</a>{date && <time dateTime={date}>{date}</time>}
        {claim.modality !== "actual" && <Mode modality={claim.modality} />}
        {claim.speaker && <span>{t("speaker")} {claim.speaker}</span>}
        <span>{t("rule")} <code>{claim.rule}</code></span>
        {claim.derivedBy && <span>{t("derived-from")}</span>}
        <button type="button" class="x-plain" onClick={() => void copy(citation).then(() => (setCopied(true), session.say(t("copied"))))}>{t(copied ? "copied" : "copy-citation")}</button>
      </figcaption>
      {paragraph && paragraph !== sentence.text && <details><summary>{t("paragraph")}</summary><p lang="zh" class="x-paragraph"><Marked text={paragraph} words={[sentence.text]} /></p></details>}
    </figure>
  );
}

const GROUP_PAGE = 20;

function FoldPanel({ fold }: { fold: Fold }) {
  const { session, state } = useSession();
  const [q, setQ] = useState("");
  const [length, setLength] = useState(GROUP_PAGE);
  useEffect(() => setLength(GROUP_PAGE), [q]);
  const of = state.view.things[fold.of];
  const wanted = { iri: fold.of, relation: fold.relation, direction: fold.direction, type: fold.type, q, limit: length };
  const { value, problem, retry } = useLoaded((signal) => neighbours(wanted, signal), [fold.id, q, length]);
  return (
    <>
      <h3>{foldText(state, fold.id)}</h3>
      <p class="x-meta">{t("group-of", { n: of?.label ?? "", label: fold.label, way: fold.direction === "out" ? "→" : "←" })}</p>
      <div class="x-acts"><button type="button" onClick={() => session.store.dispatch({ do: "unfold", id: fold.id })}>{t("unfold")}</button></div>
      <label class="x-filter"><span>{t("in-group")}</span><input type="search" value={q} onInput={(event) => setQ(event.currentTarget.value)} /></label>
      {problem && <Fault problem={problem} retry={retry} />}
      {!value && !problem && <Skeleton />}
      <ul class="x-list">
        {value?.things.map((thing) => {
          const there = thing.iri in state.view.things;
          const edges = value.relations.filter((edge) => edge.subject === thing.iri || edge.object === thing.iri);
          return (
            <li key={thing.iri}>
              <span>{thing.label}</span>
              {there ? <small>{t("on-graph")}</small> : <button type="button" class="x-plain" onClick={() => session.add([thing], edges, "did-add", thing.label)}>{t("put-on-graph")}</button>}
            </li>
          );
        })}
      </ul>
      {value && !value.exact && <p class="about">{t("too-common", { n: value.total })}</p>}
      {value && value.total > value.things.length && <button type="button" class="x-plain" onClick={() => setLength(length + GROUP_PAGE)}>{t("more", { n: Math.min(GROUP_PAGE, value.total - value.things.length) })}</button>}
    </>
  );
}
