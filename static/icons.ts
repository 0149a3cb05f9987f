/**
 * Writes views/icon_paths.ts: the shapes of the lucide icons that views/ draws, each as one path, so that nothing
 * of lucide is needed when the program runs. Add a name here and run `deno task icons`.
 */
const names = [
  "activity",
  "arrow-down-narrow-wide",
  "arrow-down-to-line",
  "arrow-down-wide-narrow",
  "arrow-left",
  "arrow-right",
  "bookmark",
  "bookmark-x",
  "chart-no-axes-column",
  "check",
  "chevron-down",
  "chevron-right",
  "circle-alert",
  "circle-check",
  "circle-dashed",
  "circle-question-mark",
  "circle-x",
  "clock",
  "copy",
  "disc-2",
  "disc-3",
  "disc-album",
  "ellipsis",
  "equal",
  "external-link",
  "eye",
  "eye-off",
  "file-up",
  "file-x",
  "filter-x",
  "folder-open",
  "folder-search",
  "git-compare-arrows",
  "grid-3x3",
  "hard-drive",
  "heart",
  "import",
  "inbox",
  "key-round",
  "keyboard",
  "layout-grid",
  "library-big",
  "link",
  "list-checks",
  "list-music",
  "lock",
  "lock-open",
  "log-out",
  "maximize-2",
  "menu",
  "minus",
  "monitor",
  "moon",
  "package-open",
  "play",
  "plus",
  "rotate-cw",
  "rows-3",
  "search",
  "settings",
  "shopping-bag",
  "sliders-horizontal",
  "square-check",
  "sun",
  "table-2",
  "triangle-alert",
  "undo-2",
  "user-plus",
  "wifi-off",
  "x",
];

type Attributes = Record<string, string>;

const number = (attributes: Attributes, name: string) => Number(attributes[name] ?? 0);

function ellipse(cx: number, cy: number, rx: number, ry: number): string {
  return `M${cx - rx} ${cy}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`;
}

function rectangle(x: number, y: number, width: number, height: number, r: number): string {
  const corner = (dx: number, dy: number) => r === 0 ? "" : `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${x + r} ${y}h${width - 2 * r}${corner(r, r)}v${height - 2 * r}${corner(-r, r)}` +
    `h${-(width - 2 * r)}${corner(-r, -r)}v${-(height - 2 * r)}${corner(r, -r)}z`;
}

/** "m6 9 6 6" starts at 6,9 and goes on relatively; behind another path the start must be said absolutely. */
function startAbsolute(d: string): string {
  const start = d.match(/^m\s*(-?\d*\.?\d+)[\s,]*(-?\d*\.?\d+)\s*/);
  if (!start) return d;
  const rest = d.slice(start[0].length);
  return `M${start[1]} ${start[2]}${/^[-.\d]/.test(rest) ? "l" : ""}${rest}`;
}

function toPath(element: string, a: Attributes): string {
  switch (element) {
    case "path":
      return startAbsolute(a.d);
    case "circle":
      return ellipse(number(a, "cx"), number(a, "cy"), number(a, "r"), number(a, "r"));
    case "ellipse":
      return ellipse(number(a, "cx"), number(a, "cy"), number(a, "rx"), number(a, "ry"));
    case "rect":
      return rectangle(
        number(a, "x"),
        number(a, "y"),
        number(a, "width"),
        number(a, "height"),
        number(a, "rx"),
      );
    case "line":
      return `M${a.x1} ${a.y1}L${a.x2} ${a.y2}`;
    case "polyline":
      return `M${a.points}`;
    case "polygon":
      return `M${a.points}z`;
    default:
      throw new Error(`<${element}> cannot be turned into a path yet`);
  }
}

function readIcon(name: string): string {
  const svg = Deno.readTextFileSync(
    new URL(`../node_modules/lucide-static/icons/${name}.svg`, import.meta.url),
  );
  const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.indexOf("</svg>"));
  return [...body.matchAll(/<(\w+)([^>]*)>/g)].map(([, element, rest]) =>
    toPath(
      element,
      Object.fromEntries([...rest.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])),
    )
  ).join("");
}

const lines = names.map((name) => `  ${/^\w+$/.test(name) ? name : `"${name}"`}: "${readIcon(name)}",`);
Deno.writeTextFileSync(
  new URL("../views/icon_paths.ts", import.meta.url),
  `// Written by static/icons.ts from lucide (ISC licence). Do not edit.\n// deno-fmt-ignore-file\n` +
    `export const iconPaths = {\n${lines.join("\n")}\n} as const;\n`,
);
