/** Shows moments in one time zone. */
export interface ClockFace {
  /** `HH:MM` of a moment in milliseconds since the epoch. */
  time(at: number): string;
  /** `YYYY-MM-DD HH:MM`. */
  date(at: number): string;
  /** The day of that moment in words, such as `Tuesday 3 March 2026`. */
  day(at: number): string;
}

/** The last moment a `Date` can hold (ECMA-262 section 21.4.1.1). */
const MAX_DATE_MS = 8.64e15;

/** @param timeZone IANA name; the zone of this computer when left out. */
export function clockFace(timeZone?: string): ClockFace {
  const zone = timeZone === undefined ? {} : { timeZone };
  const time = new Intl.DateTimeFormat("en-GB", {
    ...zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const date = new Intl.DateTimeFormat("sv-SE", { // the locale that writes so
    ...zone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const day = new Intl.DateTimeFormat("en-GB", {
    ...zone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  return {
    time: (at) => isDate(at) ? time.format(at) : "--:--",
    date: (at) => isDate(at) ? date.format(at) : "----------",
    day: (at) => isDate(at) ? day.format(at).replace(",", "") : "another time",
  };
}

/** Whether `at`, which a server chose, is a moment a calendar knows. */
export function isDate(at: number): boolean {
  return Math.abs(at) <= MAX_DATE_MS;
}
