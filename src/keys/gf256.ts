/**
 * Arithmetic in GF(2^8) modulo x^8+x^4+x^3+x+1 (FIPS 197 §4.2), without tables and without branches
 * on the values, so that neither time nor cache tells of the secret.
 */

export function multiply(a: number, b: number): number {
  let product = 0
  let left = a
  for (let bit = 0; bit < 8; bit++) {
    product ^= -((b >> bit) & 1) & left
    left = ((left << 1) & 0xff) ^ (-(left >> 7) & 0x1b)
  }
  return product
}

/** a^254, which is 1/a; and 0 for 0. */
export function invert(a: number): number {
  let power = a
  let product = 1
  for (let bit = 1; bit < 8; bit++) {
    power = multiply(power, power)
    product = multiply(product, power)
  }
  return product
}
