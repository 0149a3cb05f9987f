const DAYS = ["Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];
const SPANS: Record<string, string> = {
  "1-5": "on weekdays",
  "mon-fri": "on weekdays",
  "0,6": "on weekends",
  "6,0": "on weekends",
  "6,7": "on weekends",
  "sat,sun": "on weekends",
};

/** The usual schedules in words: "every 15 minutes", "daily at 02:00". An unusual one stands for itself. */
export function cronWords(cron: string): string | undefined {
  const [minute, hour, day, month, weekday] = cron.trim().toLowerCase().split(/\s+/);
  if (weekday === undefined || month !== "*") return undefined;
  if (hour === "*" || hour.startsWith("*/")) {
    return day === "*" && weekday === "*" ? roundTheClock(minute, hour) : undefined;
  }
  if (!isNumber(minute) || !isNumber(hour)) return undefined;
  const time = `at ${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  const on = day === "*" ? onWeekdays(weekday) : weekday === "*" ? onDay(day) : undefined;
  return on && `${on} ${time}`;
}

function roundTheClock(minute: string, hour: string): string | undefined {
  if (hour === "*" && !isNumber(minute)) return minute === "*" ? "every minute" : every(minute, 60, "minute");
  const hours = hour === "*" ? "every hour" : every(hour, 24, "hour");
  if (!hours || !isNumber(minute)) return undefined;
  return Number(minute) === 0 ? hours : `${hours} at ${Number(minute)} minutes past`;
}

/** Only what divides the round evenly comes at even distances. */
function every(field: string, round: number, unit: string): string | undefined {
  const n = Number(/^\*\/(\d+)$/.exec(field)?.[1]);
  if (round % n !== 0) return undefined;
  return n === 1 ? `every ${unit}` : `every ${n} ${unit}s`;
}

function onWeekdays(weekday: string): string | undefined {
  if (weekday === "*") return "daily";
  if (SPANS[weekday]) return SPANS[weekday];
  const days = weekday.split(",").map((one) =>
    DAYS.find((day, n) => one === String(n) || one === day.slice(0, 3).toLowerCase())
  );
  const named = days.filter((day) => day !== undefined);
  return named.length === days.length ? new Intl.ListFormat("en-GB").format(named) : undefined;
}

function onDay(day: string): string | undefined {
  return isNumber(day) ? `on day ${Number(day)} of each month` : undefined;
}

function isNumber(text: string): boolean {
  return /^\d{1,2}$/.test(text);
}
