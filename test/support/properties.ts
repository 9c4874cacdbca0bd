// fast-check as all tests have it: with the same values each time, so that what fails was broken by
// what was changed; `npm run sim` tries other values, and a failure names their seed.
import fc from 'fast-check'

if (process.env.SEEDS === undefined) fc.configureGlobal({ seed: 1 })

export { fc }
