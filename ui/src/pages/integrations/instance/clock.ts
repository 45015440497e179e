const hours = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const seconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

const dayMs = 86_400_000;

/** An instant on an axis that is so long, as the viewer's clock shows it. */
export function clockText(at: number, lengthMs: number): string {
  const date = new Date(at);
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
  return lengthMs > 3 * dayMs || (isMidnight && lengthMs > dayMs / 2) ? days.format(date) : hours.format(date);
}

export function secondsText(at: string): string {
  return seconds.format(new Date(at));
}

/** The day an instant is on, as people say it. */
export function dayName(at: string, now: number): string {
  const day = days.format(new Date(at));
  if (day === days.format(new Date(now))) return "Today";
  return day === days.format(new Date(now - dayMs)) ? "Yesterday" : day;
}
