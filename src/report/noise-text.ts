// The weaker checks for noise, for people: what each still checks, how often, and what it hides.
import type { NoiseRule } from '../model/comparison.ts'
import type { NoiseUse } from '../model/verdict.ts'
import { fit, plural } from './plain-text.ts'

/** What a value is still held to; docs/comparing.md says the same. */
export const noiseChecks: Readonly<Record<NoiseRule, string>> = {
  timestamp: 'format, zone, and how near it is to its answer',
  uuid: 'format and length',
  opaque: 'format and length',
  hash: 'format and length',
  jwt: 'the claims, each by its own class',
  alias: 'one identifier here stands for one there',
  counter: 'sign and direction',
  count: 'type, and whether it is zero',
  float: 'equal but for the last binary digits',
  unordered: 'the same elements in any order',
  text: 'the text around parts that have classes of their own',
  header: 'whether it is there',
  learned: 'type, null or not, and size',
}

const hidesMax = 3

/** For a terminal: a line for each, and under it the places at which it hides something. */
export function formatNoise(noise: readonly NoiseUse[]): readonly string[] {
  return noise.flatMap(({ rule, hits, places, hides, warning }) => {
    const counts = `${plural(hits, 'hit')} at ${plural(places, 'place')}`
    return [
      fit(`${rule}: ${counts}; checks ${noiseChecks[rule]}`),
      ...(warning === null ? [] : [fit(`  warning: ${warning}`)]),
      ...hides
        .slice(0, hidesMax)
        .map(({ endpoint, path, exchanges }) =>
          fit(`    ${endpoint} ${path}: ${plural(exchanges, 'exchange')}`),
        ),
    ]
  })
}
