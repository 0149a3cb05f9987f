const numbers = new Intl.NumberFormat("en");
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayOfYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayOfAnyYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** "1,250" */
export function count(n: number): string {
  return numbers.format(n);
}

/** "1 album", "1,250 albums" */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${numbers.format(n)} ${n === 1 ? one : many}`;
}

/** Rounds down: nothing is 100 before it is complete. */
export function percent(part: number, whole: number): number {
  return whole > 0 ? Math.floor((100 * part) / whole) : 0;
}

/** "3:29", "1:02:07" */
export function trackLength(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const two = (n: number) => String(n).padStart(2, "0");
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** "48 s", "4 min 02 s", "6 h 12 min" */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds} s`;
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "412 MB", "1.9 GB" */
export function fileSize(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** "today 14:02", "yesterday 21:18", "tomorrow 02:00", "3 Nov", "3 Nov 2024" */
export function when(at: Date, now: Date): string {
  const day = (date: Date) => Math.round(new Date(date).setHours(12, 0, 0, 0) / 86_400_000);
  const name = new Map([[0, "today"], [-1, "yesterday"], [1, "tomorrow"]]).get(day(at) - day(now));
  if (name) return `${name} ${clock.format(at)}`;
  return (at.getFullYear() === now.getFullYear() ? dayOfYear : dayOfAnyYear).format(at);
}
