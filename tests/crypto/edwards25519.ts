// The curve of RFC 8032 section 5.1, by its definition and slowly: only to
// derive what lib/crypto/ed25519.ts states as constants.
import type { Bytes } from "../../lib/bytes.ts";

/** The field's prime. */
export const P = 2n ** 255n - 19n;
/** The order of the base point. */
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const D = mod(-121665n * invert(121666n));

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

const NEUTRAL: Point = { x: 0n, y: 1n };

/**
 * The points whose order divides 8. Doubling gives y^2 + x^2 as the numerator
 * of y (the curve's a is -1), so:
 *
 * - orders 1 and 2: x = 0, hence y^2 = 1;
 * - order 4: the double is (0, -1), hence y = 0 and x^2 = -1;
 * - order 8: the double has y = 0, hence x^2 = -y^2, which turns the curve's
 *   equation -x^2 + y^2 = 1 + d x^2 y^2 into d y^4 + 2 y^2 - 1 = 0.
 */
export function torsionPoints(): readonly Point[] {
  const ys = [1n, P - 1n, 0n];
  for (const root of roots(mod(1n + D))) {
    ys.push(...roots(mod((root - 1n) * invert(D))));
  }
  return ys.flatMap((y) => {
    const xx = mod((y * y - 1n) * invert(mod(D * y * y + 1n)));
    return roots(xx).map((x) => ({ x, y }));
  });
}

/** Whether the point is on the curve and eight times it is the neutral one. */
export function isTorsion(point: Point): boolean {
  const [xx, yy] = [point.x ** 2n, point.y ** 2n];
  if (mod(yy - xx - 1n - D * xx * yy) !== 0n) return false;
  const two = add(point, point);
  const four = add(two, two);
  const eight = add(four, four);
  return eight.x === NEUTRAL.x && eight.y === NEUTRAL.y;
}

/** 32 bytes, little-endian, with the sign of x in the highest bit. */
export function encodeY(y: bigint, sign: 0 | 1): Bytes {
  const hex = (y | BigInt(sign) << 255n).toString(16).padStart(64, "0");
  return Uint8Array.fromHex(hex).reverse();
}

function add(a: Point, b: Point): Point {
  const product = D * a.x * b.x * a.y * b.y;
  return {
    x: mod((a.x * b.y + b.x * a.y) * invert(mod(1n + product))),
    y: mod((a.y * b.y + a.x * b.x) * invert(mod(1n - product))),
  };
}

/** Every square root of `value` in the field: none, one (of zero) or two. */
function roots(value: bigint): bigint[] {
  // p = 5 mod 8: either candidate or candidate * sqrt(-1) is a root, if any is.
  const candidate = power(value, (P + 3n) / 8n);
  const other = mod(candidate * power(2n, (P - 1n) / 4n));
  const root = [candidate, other].find((r) => mod(r * r - value) === 0n);
  if (root === undefined) return [];
  return root === 0n ? [0n] : [root, P - root];
}

function invert(value: bigint): bigint {
  return power(value, P - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let rest = exponent, square = mod(base); rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P;
}
