/**
 * SQL for the id of an entry: `room << 40 | seq`.
 *
 * Deno binds every number as a floating-point one, and a sum with one of those is
 * one: of ids from 2^53 on, in rooms from 8192 on, it would round the last digits.
 *
 * @param room Number of the parameter that is the number of the room.
 * @param seq Number of the parameter that is the number of the entry.
 */
export function entryId(room: number, seq: number): string {
  return `((?${room} << 40) + CAST(?${seq} AS INTEGER))`;
}
