import { Cron } from "croner";

const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

type Field = { name: string; least: number; most: number; names?: string[]; namesBegin?: number };

const FIELDS: Field[] = [
  { name: "minute", least: 0, most: 59 },
  { name: "hour", least: 0, most: 23 },
  { name: "day", least: 1, most: 31 },
  { name: "month", least: 1, most: 12, names: MONTHS, namesBegin: 1 },
  { name: "weekday", least: 0, most: 7, names: WEEKDAYS, namesBegin: 0 },
];
const COUNTS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven"];

/** Says in a sentence what is wrong with a schedule of five fields; undefined when it can be used. */
export function cronProblem(cron: string): string | undefined {
  const parts = cron.trim().split(/\s+/).filter((part) => part !== "");
  if (parts.length !== FIELDS.length) {
    const count = COUNTS[parts.length] ?? String(parts.length);
    return `${count} field${
      parts.length === 1 ? "" : "s"
    }. A schedule has five: minute, hour, day, month, weekday.`;
  }
  for (const [index, field] of FIELDS.entries()) {
    const problem = parts[index].split(",").map((item) => itemProblem(item, field)).find((found) => found);
    if (problem) return problem;
  }
  return nextRun(cron, new Date()) ? undefined : "This never comes: the month has no such day.";
}

/**
 * The first moment after `after` that a usable schedule names, in the time zone of the machine. With `seconds` a
 * field for them stands in front; that is for what the program does by itself.
 */
export function nextRun(cron: string, after: Date, options: { seconds?: boolean } = {}): Date | undefined {
  return new Cron(cron.trim(), { mode: options.seconds ? "6-part" : "5-part", paused: true }).nextRun(
    after,
  ) ?? undefined;
}

function itemProblem(item: string, field: Field): string | undefined {
  const [, range, step] = /^([^/]*)(?:\/(.*))?$/.exec(item) ?? [];
  const [from, to, ...more] = range.split("-");
  const unreadable = `“${item}” is not understood as ${field.name}.`;
  if (more.length > 0 || range === "") return unreadable;
  if (step !== undefined && !(isNumber(step) && Number(step) > 0 && Number(step) <= field.most)) {
    return unreadable;
  }
  if (range === "*") return undefined;
  // A step needs something to step through.
  if (step !== undefined && to === undefined) return unreadable;
  const ends = [from, to ?? from].map((text) => valueOf(text, field));
  if (ends.some((value) => value === undefined)) return unreadable;
  const [first, end] = ends as number[];
  // A week may end on Sunday, which is 0 and 7.
  const last = field.name === "weekday" && end === 0 ? (first > 0 ? 7 : 0) : end;
  const outside = [first, last].find((value) => value < field.least || value > field.most);
  if (outside !== undefined) {
    return `The ${field.name} ${outside} is not between ${field.least} and ${field.most}.`;
  }
  return first > last ? `“${item}” runs backwards.` : undefined;
}

function valueOf(text: string, { names = [], namesBegin = 0 }: Field): number | undefined {
  const index = names.indexOf(text.toLowerCase());
  if (index >= 0) return index + namesBegin;
  return isNumber(text) ? Number(text) : undefined;
}

function isNumber(text: string): boolean {
  return /^\d{1,2}$/.test(text);
}
