const days = ["Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];

/** The usual schedules in words; an unusual one has none and stands for itself. */
export function cronWords(cron: string): string | undefined {
  const [minute, hour, day, month, weekday] = cron.trim().split(/\s+/);
  if (day !== "*" || month !== "*") return undefined;
  const everyMinutes = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (everyMinutes && hour === "*" && weekday === "*") return `every ${everyMinutes} minutes`;
  if (!/^\d+$/.test(minute)) return undefined;
  if (hour === "*" && weekday === "*") return minute === "0" ? "every hour" : undefined;
  const everyHours = /^\*\/(\d+)$/.exec(hour)?.[1];
  if (everyHours && weekday === "*" && minute === "0") return `every ${everyHours} hours`;
  if (!/^\d+$/.test(hour)) return undefined;
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (weekday === "*") return `daily at ${time}`;
  return /^[0-7]$/.test(weekday) ? `${days[Number(weekday)]} at ${time}` : undefined;
}
