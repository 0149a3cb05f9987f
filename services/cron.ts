import { Cron } from "croner";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

type Field = { name: string; least: number; most: number; names?: string[]; namesBegin?: number };

const FIELDS: Field[] = [
  { name: "minute", least: 0, most: 59 },
  { name: "hour", least: 0, most: 23 },
  { name: "day", least: 1, most: 31 },
  { name: "month", least: 1, most: 12, names: MONTHS, namesBegin: 1 },
  {
    name: "weekday",
    least: 0,
    most: 7,
    names: WEEKDAYS.map((day) => day.slice(0, 3).toLowerCase()),
    namesBegin: 0,
  },
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

/** The first moment after `after` that a usable schedule names, in the time zone of the machine. */
export function nextRun(cron: string, after: Date): Date | undefined {
  return new Cron(cron.trim(), { mode: "5-part", paused: true }).nextRun(after) ?? undefined;
}

/** The usual schedules in words: "every 15 minutes", "daily at 02:00", "Sundays at 04:00". */
export function describeCron(cron: string): string {
  const [minute, hour, day, month, weekday] = cron.trim().toLowerCase().split(/\s+/);
  const anyDay = day === "*" && month === "*" && weekday === "*";
  if (anyDay && hour === "*") return everyMinutes(minute) ?? OTHER;
  if (!isNumber(minute)) return OTHER;
  const hours = /^\*\/(\d+)$/.exec(hour)?.[1];
  if (anyDay && hours && 24 % Number(hours) === 0) return `${every(Number(hours), "hour")}${past(minute)}`;
  if (!isNumber(hour) || month !== "*") return OTHER;
  const at = `at ${two(hour)}:${two(minute)}`;
  if (anyDay) return `daily ${at}`;
  if (day === "*") return `${weekdays(weekday) ?? "on some weekdays"} ${at}`;
  return weekday === "*" && isNumber(day) ? `on day ${Number(day)} of each month ${at}` : OTHER;
}

const OTHER = "at times of its own";

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

function everyMinutes(minute: string): string | undefined {
  if (minute === "*") return "every minute";
  if (isNumber(minute)) return `every hour${past(minute)}`;
  const minutes = Number(/^\*\/(\d+)$/.exec(minute)?.[1]);
  return 60 % minutes === 0 ? every(minutes, "minute") : undefined;
}

function weekdays(list: string): string | undefined {
  if (list === "1-5" || list === "mon-fri") return "on weekdays";
  if (list === "6,0" || list === "0,6" || list === "sat,sun") return "on weekends";
  const names = list.split(",").map((day) => {
    const value = valueOf(day, FIELDS[4]);
    return value === undefined ? undefined : `${WEEKDAYS[value % 7]}s`;
  });
  return names.includes(undefined) ? undefined : new Intl.ListFormat("en-GB").format(names as string[]);
}

function every(n: number, unit: string): string {
  return n === 1 ? `every ${unit}` : `every ${n} ${unit}s`;
}

function past(minute: string): string {
  return Number(minute) === 0 ? "" : ` at ${Number(minute)} minutes past`;
}

function two(n: string): string {
  return n.padStart(2, "0").slice(-2);
}

function isNumber(text: string): boolean {
  return /^\d{1,2}$/.test(text);
}
