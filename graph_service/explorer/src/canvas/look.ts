/** How things and edges look: a shape for each family of kinds and a colour for each kind, so that neither stands alone. */

import type { StylesheetJson } from "cytoscape";

export type Shape = "rectangle" | "ellipse" | "diamond" | "hexagon" | "round-rectangle" | "triangle" | "pentagon" | "octagon";

const SHAPES: Record<string, Shape> = {
  Zone: "rectangle", Park: "rectangle", District: "rectangle", AdministrativeArea: "rectangle", Facility: "rectangle",
  Company: "ellipse", CompanyGroup: "ellipse", Laboratory: "ellipse", University: "ellipse", Alliance: "ellipse",
  GovernmentBody: "ellipse", Team: "ellipse", Person: "ellipse", OrganisationGroup: "ellipse", TalentGroup: "ellipse",
  Industry: "hexagon", IndustryChain: "hexagon", ChainSegment: "hexagon", IndustryCategory: "hexagon",
  Product: "diamond", Technology: "diamond",
  Award: "pentagon", Certification: "pentagon", Standard: "pentagon", DesignationList: "pentagon",
  Project: "round-rectangle", ProjectGroup: "round-rectangle", Investment: "round-rectangle", Policy: "round-rectangle",
  Campaign: "round-rectangle", Target: "triangle",
};

/** What stands inside the shape: one character says the kind where colour and shape do not suffice. */
const SIGNS: Record<string, string> = {
  Zone: "区", Park: "园", District: "片", AdministrativeArea: "地", Facility: "厂", Company: "企", CompanyGroup: "群",
  Laboratory: "研", University: "校", Alliance: "盟", GovernmentBody: "政", Team: "队", Person: "人", Industry: "业",
  IndustryChain: "链", ChainSegment: "环", Product: "品", Technology: "技", Award: "奖", Certification: "证", Standard: "标",
  Project: "项", ProjectGroup: "项", Investment: "资", Policy: "策", Campaign: "动", Target: "标", DesignationList: "榜",
};

export const shapeOf = (type: string): Shape => SHAPES[type] ?? "octagon";
export const signOf = (type: string): string => SIGNS[type] ?? "·";

/** Return the value of a custom property of the page. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export const colourOf = (type: string): string => token(`--kind-${type}`) || token("--kind-Entity") || "#5c676c";

/** Return a picture of the number of connections that are not drawn, as the badge of a node. */
export function badge(count: number): string {
  const text = count > 999 ? `${Math.floor(count / 1000)}k` : `+${count}`;
  const width = 9 + text.length * 7;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="17"><rect x=".5" y=".5" width="${width - 1}" height="16" rx="8" fill="${token("--card")}" stroke="${token("--soft")}"/><text x="${width / 2}" y="12.3" font-family="sans-serif" font-size="10.5" font-weight="600" text-anchor="middle" fill="${token("--ink")}">${text}</text></svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}

/** Return a picture of the character that says the kind. */
export function sign(type: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="26" height="26"><text x="13" y="18" font-family="PingFang SC,Microsoft YaHei,Noto Sans CJK SC,WenQuanYi Micro Hei,sans-serif" font-size="14" font-weight="600" text-anchor="middle" fill="${token("--on-kind") || token("--card")}">${signOf(type)}</text></svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}

export function sheet(): StylesheetJson {
  const [ink, paper, soft, accent, warn, card] = ["--ink", "--paper", "--soft", "--accent", "--warn", "--card"].map(token) as [string, string, string, string, string, string];
  const font = getComputedStyle(document.body).fontFamily;
  return [
    {
      selector: "node",
      style: {
        shape: "data(shape)" as never, "background-color": "data(colour)", width: 34, height: 34, label: "data(label)",
        "font-family": font, "font-size": 13, color: ink, "text-valign": "bottom", "text-margin-y": 5, "text-wrap": "wrap",
        "text-max-width": "118px", "text-overflow-wrap": "anywhere", "line-height": 1.25, "text-background-color": paper,
        "text-background-opacity": 0.82, "text-background-padding": "2px", "text-background-shape": "roundrectangle",
        "background-image": "data(pictures)" as never, "background-image-containment": ["inside", "over"] as never,
        "background-clip": ["node", "none"] as never, "bounds-expansion": 14 as never, "background-position-x": ["50%", "26px"] as never,
        "background-position-y": ["50%", "-9px"] as never, "background-width": ["26px", "auto"] as never, "background-height": ["26px", "auto"] as never,
        "border-width": 2, "border-color": paper, "overlay-opacity": 0,
      },
    },
    { selector: "node.open", style: { "border-style": "dashed", "border-color": "data(colour)", "border-width": 2, "background-opacity": 0.88, "outline-width": 0 } },
    {
      selector: "node.fold",
      style: {
        shape: "round-rectangle", width: "data(width)", height: 28, "text-valign": "center", "text-margin-y": 0,
        "background-color": card, "border-color": soft, "border-width": 1.5, "border-style": "double", "text-background-opacity": 0, "background-image": "none", "text-max-width": "220px",
      } as never,
    },
    { selector: "node.pinned", style: { "border-style": "solid", "border-color": ink, "border-width": 2.5 } },
    { selector: "node.chosen", style: { "border-style": "solid", "border-color": accent, "border-width": 4, "font-weight": 700 } as never },
    {
      selector: "edge",
      style: {
        width: "data(width)" as never, "line-color": soft, "line-opacity": 0.75, "curve-style": "bezier", "target-arrow-shape": "triangle", "target-arrow-color": soft,
        "arrow-scale": 0.9, label: "data(label)", "font-family": font, "font-size": 11.5, color: soft, "text-background-color": paper, "text-background-opacity": 0.9,
        "text-background-padding": "2px", "text-rotation": "autorotate", "min-zoomed-font-size": 8, "overlay-opacity": 0, "control-point-step-size": 44,
        "text-margin-x": "data(offX)", "text-margin-y": "data(offY)",
      } as never,
    },
    { selector: "edge.once", style: { "line-style": "dashed", "line-dash-pattern": [7, 4] } },
    { selector: "edge.prospect", style: { "line-color": warn, "target-arrow-color": warn, color: warn, "line-style": "dotted", "target-arrow-shape": "vee", "target-arrow-fill": "hollow" } as never },
    // Hatched: strokes across the line, so that it is told apart without its colour too.
    { selector: "edge.disagree", style: { "line-color": token("--bad"), "target-arrow-color": token("--bad"), "line-style": "dashed", "line-dash-pattern": [2, 3.5], "line-opacity": 0.9, "arrow-scale": 0.7 } as never },
    { selector: "edge.chosen", style: { "line-color": accent, "target-arrow-color": accent, color: ink, "line-opacity": 1, width: 4 } as never },
    { selector: ".dim", style: { opacity: 0.22 } },
    { selector: "edge.quiet", style: { label: "" } },
    { selector: "edge.named, edge.chosen", style: { label: "data(label)", "z-index": 9, "text-background-opacity": 1, color: ink } as never },
  ];
}
