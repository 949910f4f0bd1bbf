/**
 * What is wrong with a payload, and the payload: the items of its array or, where
 * no encoder would make it, its bytes in hexadecimal.
 */
export type RefusedPayload = readonly [
  why: string,
  payload: string | readonly unknown[],
];
