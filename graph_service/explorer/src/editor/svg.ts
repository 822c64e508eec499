/** Pictures made of SVG elements. */

const SVG = "http://www.w3.org/2000/svg";

/** Return an SVG element with attributes and words. */
export function element(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}
