/** A percentage as bar and number; the number is always there. `terse`: alone, where a phone has no room. */
export function Confidence({ score, terse }: { score: number; terse?: boolean }) {
  const tone = score >= 90 ? "owned" : score >= 60 ? "warn" : "danger";
  const inks = { owned: "text-owned-ink", warn: "text-warn-ink", danger: "text-danger-ink" };
  return (
    <span class="inline-flex items-center gap-2">
      <span class={`bar block h-1.5! w-24 ${terse ? "max-md:hidden" : ""}`} aria-hidden="true">
        <i style={`width:${score}%;background:var(--${tone})`} />
      </span>
      <span class={`font-semibold num ${inks[tone]}`}>{`${score} %`}</span>
    </span>
  );
}
