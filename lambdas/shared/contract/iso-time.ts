/** A time in UTC as `Date.toISOString` writes it, `2026-11-20T12:00:00.000Z`. */
export type IsoTime = string;
