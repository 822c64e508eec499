/** What is shown, to take away: CSV (RFC 4180), GEXF 1.3, Turtle, SVG; and saving a text as a file. */

import { drawn, type Edge, type Shown, type Thing } from "./shown";

const ONTOLOGY = "https://w3id.org/zonegraph/ont#";
const NOT_IN_IRI = /[\u0000-\u0020<>"{}|\\^`]/g;

/** The relations as a table with the names of both ends; things that no relation touches have a line of their own. */
export function toCsv(shown: Shown): string {
  const labels = new Map(shown.things.map((thing) => [thing.iri, thing]));
  const edges = drawn(shown);
  const touched = new Set(edges.flatMap((edge) => [edge.subject, edge.object]));
  const lines = [["subject", "subjectType", "relation", "object", "objectType", "modality", "documents", "subjectIri", "objectIri"]];
  for (const edge of edges) {
    const [from, to] = [labels.get(edge.subject) as Thing, labels.get(edge.object) as Thing];
    lines.push([from.label, from.typeLabel, edge.label, to.label, to.typeLabel, edge.modality, String(edge.documents), from.iri, to.iri]);
  }
  for (const thing of shown.things) {
    if (!touched.has(thing.iri)) lines.push([thing.label, thing.typeLabel, "", "", "", "", "", thing.iri, ""]);
  }
  return lines.map((line) => line.map(cell).join(",") + "\r\n").join("");
}

/** A cell; one that a spreadsheet would take for a formula is led by an apostrophe. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The view as GEXF 1.3 with labels, types and positions, for Gephi. */
export function toGexf(shown: Shown): string {
  const nodes = shown.things.map((thing) => {
    const at = shown.positions[thing.iri];
    const place = at ? `<viz:position x="${round(at.x)}" y="${round(-at.y)}" z="0"/>` : "";
    return `<node id="${xml(thing.iri)}" label="${xml(thing.label)}"><attvalues><attvalue for="type" value="${xml(thing.type)}"/></attvalues>${place}</node>`;
  });
  const edges = drawn(shown).map(
    (edge, number) =>
      `<edge id="${number}" source="${xml(edge.subject)}" target="${xml(edge.object)}" label="${xml(edge.label)}" weight="${Math.max(1, edge.documents)}">` +
      `<attvalues><attvalue for="relation" value="${xml(edge.relation)}"/><attvalue for="modality" value="${edge.modality}"/></attvalues></edge>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">',
    '<graph defaultedgetype="directed">',
    '<attributes class="node"><attribute id="type" title="type" type="string"/></attributes>',
    '<attributes class="edge"><attribute id="relation" title="relation" type="string"/><attribute id="modality" title="modality" type="string"/></attributes>',
    `<nodes>${nodes.join("\n")}</nodes>`,
    `<edges>${edges.join("\n")}</edges>`,
    "</graph></gexf>",
    "",
  ].join("\n");
}

/**
 * The view as Turtle. What is not actual is no triple: it stands as a statement with its modality, so that nobody reads a
 * plan as a fact.
 */
export function toTurtle(shown: Shown): string {
  const lines = [
    `@prefix zg: <${ONTOLOGY}> .`,
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .",
    "",
  ];
  for (const thing of shown.things) {
    lines.push(`${iri(thing.iri)} a zg:${thing.type} ; skos:prefLabel ${literal(thing.label)} .`);
  }
  drawn(shown).forEach((edge, number) => lines.push(statement(edge, number)));
  return lines.join("\n") + "\n";
}

function statement(edge: Edge, number: number): string {
  const [subject, object] = [iri(edge.subject), iri(edge.object)];
  if (edge.modality === "actual") return `${subject} zg:${edge.relation} ${object} .`;
  const modality = edge.modality[0]?.toUpperCase() + edge.modality.slice(1);
  return `<#prospect-${number + 1}> a zg:Claim ; rdf:subject ${subject} ; rdf:predicate zg:${edge.relation} ; rdf:object ${object} ; zg:modality zg:${modality} .`;
}

function iri(text: string): string {
  return `<${text.replace(NOT_IN_IRI, (c) => encodeURIComponent(c))}>`;
}

function literal(text: string): string {
  const escaped = text.replace(/["\\\n\r\t]/g, (c) => ({ '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" })[c] ?? c);
  return `"${escaped}"@zh`;
}

/** Colours of a drawing: by type of thing, and of text and paper. */
export interface Style {
  readonly ink: string;
  readonly paper: string;
  readonly soft: string;
  readonly colour: (type: string) => string;
}

const [MARGIN, RADIUS, LINE] = [70, 13, 8];

/** The view as an SVG file of its own: no script, no outside reference; titles for those who cannot see it. */
export function toSvg(shown: Shown, style: Style): string {
  const placed = shown.things.filter((thing) => shown.positions[thing.iri]);
  const xs = placed.map((thing) => shown.positions[thing.iri]!.x);
  const ys = placed.map((thing) => shown.positions[thing.iri]!.y);
  const [left, top] = [Math.min(0, ...xs) - MARGIN, Math.min(0, ...ys) - MARGIN];
  const [width, height] = [Math.max(0, ...xs) + MARGIN - left, Math.max(0, ...ys) + MARGIN - top];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${round(left)} ${round(top)} ${round(width)} ${round(height)}" font-family="sans-serif">`,
    `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" fill="${xml(style.paper)}"/>`,
    ...drawn(shown).map((edge) => line(edge, shown, style)),
    ...placed.map((thing) => dot(thing, shown, style)),
    "</svg>",
    "",
  ];
  return parts.join("\n");
}

function line(edge: Edge, shown: Shown, style: Style): string {
  const [from, to] = [shown.positions[edge.subject], shown.positions[edge.object]];
  if (!from || !to) return "";
  const dashes = edge.modality === "actual" ? "" : ' stroke-dasharray="5 4"';
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  return (
    `<line x1="${round(from.x)}" y1="${round(from.y)}" x2="${round(to.x)}" y2="${round(to.y)}" stroke="${xml(style.soft)}" stroke-width="${Math.min(LINE, 1 + edge.documents)}"${dashes}/>` +
    `<text x="${round(x)}" y="${round(y - 3)}" font-size="9" text-anchor="middle" fill="${xml(style.soft)}">${xml(edge.label)}</text>`
  );
}

function dot(thing: Thing, shown: Shown, style: Style): string {
  const at = shown.positions[thing.iri]!;
  return (
    `<g><title>${xml(`${thing.label} (${thing.typeLabel})`)}</title><circle cx="${round(at.x)}" cy="${round(at.y)}" r="${RADIUS}" fill="${xml(style.colour(thing.type))}"/>` +
    `<text x="${round(at.x)}" y="${round(at.y + RADIUS + 12)}" font-size="11" text-anchor="middle" fill="${xml(style.ink)}">${xml(thing.label)}</text></g>`
  );
}

function round(number: number): string {
  return String(Math.round(number * 10) / 10);
}

/** Text for XML, without the characters that XML 1.0 does not allow. */
export function xml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);
}

/** Let the reader save a text, or a picture, as a file. */
export function save(name: string, content: string | Blob, type = "text/plain;charset=utf-8"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
