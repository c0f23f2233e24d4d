const bits = new BigUint64Array(1);
const view = new Float64Array(bits.buffer);

/** The next representable number above a positive one. */
export function nextFloat(value: number): number {
  view[0] = value;
  bits[0] = (bits[0] ?? 0n) + 1n;
  return view[0] ?? value;
}
