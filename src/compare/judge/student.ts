// Student's distribution.
import { logGamma } from './e-values.ts'

/** Student's t at 0.999 for 1, 2, … degrees of freedom (NIST, e-Handbook, section 1.3.6.7.2). */
const quantiles = [
  318.313, 22.327, 10.215, 7.173, 5.893, 5.208, 4.782, 4.499, 4.296, 4.143, 4.024, 3.929, 3.852,
  3.787, 3.733, 3.686, 3.646, 3.61, 3.579, 3.552, 3.527, 3.505, 3.485, 3.467, 3.45, 3.435, 3.421,
  3.408, 3.396, 3.385,
]
const normalQuantile = 3.09

/** The quantile at 0.999. */
export function studentQuantile(degrees: number): number {
  const known = quantiles[degrees - 1]
  // Beyond the table the quantile nears the normal one by about 1 / degrees.
  return known ?? normalQuantile + ((quantiles.at(-1)! - normalQuantile) * 30) / degrees
}

/** The chance of `t` or more. */
export function studentSurvival(t: number, degrees: number): number {
  if (t < 0) return 1 - studentSurvival(-t, degrees)
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 1 / 2) / 2
}

const termsMax = 300
const precision = 1e-12

/** Regularized; by its continued fraction (Numerical Recipes, section 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  return (Math.exp(front) * continuedFraction(x, a, b)) / a
}

/** Lentz's method. */
function continuedFraction(x: number, a: number, b: number): number {
  let numerator = 1
  let denominator = 1 / apart(1 - ((a + b) * x) / (a + 1))
  let fraction = denominator
  const step = (term: number) => {
    denominator = 1 / apart(1 + term * denominator)
    numerator = apart(1 + term / numerator)
    fraction *= denominator * numerator
    return denominator * numerator
  }
  for (let m = 1; m <= termsMax; m++) {
    step((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)))
    const change = step((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)))
    if (Math.abs(change - 1) < precision) break
  }
  return fraction
}

/** Not 0. */
function apart(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}
