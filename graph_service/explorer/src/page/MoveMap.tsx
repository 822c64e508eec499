/** Moves between places on outlines of our own; the same as a list below, for those who do not see the map. */

import { outlines, type Moves } from "../api/service";
import { arcs, heightOf, outline, project, type Move } from "../movesmap";
import { t } from "../texts";
import { useLoaded, useSession } from "./hooks";
import { Mode } from "./parts";

const WIDTH = 640;

export function MoveMap({ found }: { found: Moves }) {
  const { session, state } = useSession();
  const { value: land } = useLoaded(outlines, []);
  const moves = found.moves.filter((move) => state.prospects || move.modality === "actual");
  const known = moves.filter((move) => move.from && move.to) as unknown as Move[];
  const drawn = arcs(known, found.places, WIDTH);
  const used = new Set(moves.flatMap((move) => [move.from, move.to]));
  const label = (iri: string | null): string => found.places.find((place) => place.iri === iri)?.label ?? t("unknown-place");
  const show = (iris: string[], words: string): void => void session.addPath(iris, words);
  return (
    <>
      <p class="about">{t("map-lead", { n: moves.reduce((sum, move) => sum + move.count, 0), m: found.unplaced })}</p>
      <svg class="x-map" viewBox={`0 0 ${WIDTH} ${Math.round(heightOf(WIDTH))}`} role="img" aria-label={t("map")}>
        {land?.provinces.map((one) => <path key={one.code} class="land" d={outline(one.ring, WIDTH)} />)}
        {drawn.map((arc, n) => <path key={n} class={`arc ${arc.move.modality}`} d={arc.path} stroke-width={arc.width}><title>{t("move-line", { from: label(arc.move.from), to: label(arc.move.to), n: arc.move.count })}</title></path>)}
        {found.places.filter((place) => used.has(place.iri)).map((place) => {
          const at = project(place.lon, place.lat, WIDTH);
          return <g key={place.iri} class="place" transform={`translate(${at.x} ${at.y})`} onClick={() => show([place.iri], place.label)}><circle r="4.5" /><text x="7" y="4">{place.label}</text></g>;
        })}
        {drawn.map((arc, n) => arc.move.count > 1 && <text key={n} class="number" x={arc.at.x} y={arc.at.y}>{arc.move.count}</text>)}
      </svg>
      {land && <p class="about">{land.note[t("language") as "zh" | "en"]}</p>}
      <ul class="x-list x-moves">
        {moves.map((move, n) => (
          <li key={n}>
            <span>{t("move-line", { from: label(move.from), to: label(move.to), n: move.count })} {move.modality !== "actual" && <Mode modality={move.modality} />}</span>
            <button type="button" class="x-plain" onClick={() => show([...move.things.map((one) => one.iri), ...[move.from, move.to].filter((iri): iri is string => !!iri)], t("move-line", { from: label(move.from), to: label(move.to), n: move.count }))}>{t("put-on-graph")}</button>
          </li>
        ))}
      </ul>
    </>
  );
}
