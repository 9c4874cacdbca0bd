// Evidence that can be looked at at any moment, as e-values: numbers that under "nothing changed"
// have a mean of at most 1, so that a large one is as unlikely as its inverse (Vovk and Wang,
// E-values, 2021). They are kept as natural logarithms, and independent ones add up.

/**
 * Of three answers of which one differs from the two others, it is the candidate's `candidateOdd`
 * times and one of the baseline's two `baselineOdd` times. Where nothing changed each is the odd
 * one as often, so the candidate's share is a third; against it stands every share alike (a
 * beta-binomial mixture), and only a share above a third counts. Valid after every exchange.
 */
export function oddOneOut(candidateOdd: number, baselineOdd: number): number {
  return shareAbove(candidateOdd, baselineOdd, 1 / 3)
}

/**
 * Of two servers asked the same, exactly one failed: the candidate `candidateOnly` times, the
 * baseline `baselineOnly` times (McNemar's counts).
 */
export function pairedFailures(candidateOnly: number, baselineOnly: number): number {
  return shareAbove(candidateOnly, baselineOnly, 1 / 2)
}

function shareAbove(hits: number, misses: number, share: number): number {
  const total = hits + misses
  if (total === 0 || hits <= total * share) return 0
  const mixture = logBeta(hits + 1, misses + 1)
  return mixture - hits * Math.log(share) - misses * Math.log(1 - share)
}

/** Answers of each of the two servers when a request is asked again. */
export const reaskAnswers = 3

/**
 * Of requests asked again three times at both: in `confirmed` of them each server agreed with
 * itself and not with the other. By chance six answers of two values fall that way in 2 of 20
 * orders, so a bet of 70 % pays 7.3 for each that does and leaves 0.3 of the stake for each that
 * does not. Half of all is not bet, since what a release does only sometimes is refuted as well.
 */
export function reasked(confirmed: number, refuted: number): number {
  const staked = 0.7
  const odds = 20 / 2
  const won = confirmed * Math.log(1 - staked + staked * odds) + refuted * Math.log(1 - staked)
  const larger = Math.max(won, 0)
  return larger + Math.log((Math.exp(won - larger) + Math.exp(-larger)) / 2)
}

/**
 * Which of the hypotheses are rejected so that the expected share of false ones among them is at
 * most `rate` (e-BH, Wang and Ramdas 2022), whatever depends on what. Takes logarithms of e-values.
 */
export function rejectEvidence(evidence: readonly number[], rate: number): readonly boolean[] {
  const sorted = [...evidence].sort((a, b) => b - a)
  let least = Number.POSITIVE_INFINITY
  sorted.forEach((value, index) => {
    if (value >= Math.log(evidence.length / (rate * (index + 1)))) least = value
  })
  return evidence.map((value) => value >= least)
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
]

/** ln Γ(x) for x ≥ 0.5 (Lanczos, g = 7, 9 terms; Numerical Recipes, section 6.1). */
export function logGamma(x: number): number {
  const z = x - 1
  let sum = 0.9999999999998099
  lanczos.forEach((coefficient, index) => {
    sum += coefficient / (z + index + 1)
  })
  const t = z + lanczos.length - 0.5
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum)
}
