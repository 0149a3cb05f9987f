import type { ComponentChildren } from "preact";

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "hx-partial": { children?: ComponentChildren; "hx-target": string; "hx-swap": string };
    }
  }
}

/** One of several parts in an answer: htmx puts each where its target is. Morphing keeps focus and scroll. */
export function Partial(
  { target, swap = "outerMorph", children }: { target: string; swap?: string; children: ComponentChildren },
) {
  return <hx-partial hx-target={target} hx-swap={swap}>{children}</hx-partial>;
}
