/** Moves between places on outlines of our own; the same as a list below, for those who do not see the map. */

import { outlines, type Moves } from "../api/service";
import { arcs, heightOf, named, outline, project, type Move } from "../movesmap";
import { t } from "../texts";
import { useLoaded, useSession } from "./hooks";
import { Mode } from "./parts";

const WIDTH = 640;

/** How high the names of places are, as the sheet has it: on small screens the whole map is drawn smaller. */
const small = (): boolean => matchMedia("(max-width: 44rem)").matches;

export function MoveMap({ found }: { found: Moves }) {
  const { state } = useSession();
  const moves = found.moves.filter((move) => state.prospects || move.modality === "actual");
  return (
    <>
      <p class="about">{t("map-lead", { n: moves.reduce((sum, move) => sum + move.count, 0), m: found.unplaced })}</p>
      <Drawn found={found} moves={moves} />
      <ul class="x-list x-moves">{moves.map((move, n) => <Line key={n} move={move} found={found} />)}</ul>
    </>
  );
}

type Moved = Moves["moves"][number];

const labelOf = (found: Moves, iri: string | null): string => found.places.find((place) => place.iri === iri)?.label ?? t("unknown-place");
const words = (found: Moves, move: Moved): string => t("move-line", { from: labelOf(found, move.from), to: labelOf(found, move.to), n: move.count });

function Drawn({ found, moves }: { found: Moves; moves: Moved[] }) {
  const { session } = useSession();
  const { value: land } = useLoaded(outlines, []);
  const drawn = arcs(moves.filter((move) => move.from && move.to) as unknown as Move[], found.places, WIDTH);
  const ends = moves.flatMap((move) => [move.from, move.to]);
  const used = found.places.filter((place) => ends.includes(place.iri)).toSorted((a, b) => count(ends, b.iri) - count(ends, a.iri));
  const written = named(used, WIDTH, small() ? 21 : 12);
  return (
    <>
      <svg class="x-map" viewBox={`0 0 ${WIDTH} ${Math.round(heightOf(WIDTH))}`} role="img" aria-label={t("map")}>
        {land?.provinces.map((one) => <path key={one.code} class="land" d={outline(one.ring, WIDTH)} />)}
        {drawn.map((arc, n) => <path key={n} class={`arc ${arc.move.modality}`} d={arc.path} stroke-width={arc.width}><title>{words(found, arc.move)}</title></path>)}
        {used.map((place) => {
          const at = project(place.lon, place.lat, WIDTH);
          return (
            <g key={place.iri} class="place" transform={`translate(${at.x} ${at.y})`} onClick={() => void session.addPath([place.iri], place.label)}>
              <title>{place.label}</title><circle r="4.5" />{written.has(place.iri) && <text x="7" y="4">{place.label}</text>}
            </g>
          );
        })}
        {drawn.map((arc, n) => arc.move.count > 1 && <text key={n} class="number" x={arc.at.x} y={arc.at.y}>{arc.move.count}</text>)}
      </svg>
      {land && <p class="about">{land.note[t("language") as "zh" | "en"]}</p>}
    </>
  );
}

const count = (list: readonly unknown[], one: unknown): number => list.filter((other) => other === one).length;

function Line({ move, found }: { move: Moved; found: Moves }) {
  const { session } = useSession();
  const ends = [move.from, move.to].filter((iri): iri is string => !!iri);
  return (
    <li>
      <span>{words(found, move)} {move.modality !== "actual" && <Mode modality={move.modality} />}</span>
      <button type="button" class="x-plain" onClick={() => void session.addPath([...move.things.map((one) => one.iri), ...ends], words(found, move))}>{t("put-on-graph")}</button>
    </li>
  );
}
