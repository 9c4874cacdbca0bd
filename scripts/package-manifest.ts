// What is published differs from the checkout: compiled, and without the pinned runtime, which the
// checkout has in optionalDependencies so that an older Node can build and test it.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OperatorError } from '../src/model/operator-error.ts'

const manifest = join(import.meta.dirname, '../package.json')
const kept = `${manifest}.kept`

/** prepack writes the manifest to be published, postpack puts the checkout's back. */
const actions: Readonly<Record<string, () => void>> = {
  prepack: () => {
    const text = readFileSync(manifest, 'utf8')
    const { optionalDependencies: _, devDependencies: __, scripts: ___, ...rest } = JSON.parse(text)
    writeFileSync(kept, text)
    writeFileSync(manifest, `${JSON.stringify(rest, null, 2)}\n`)
  },
  postpack: () => renameSync(kept, manifest),
}

const action = actions[process.argv[2] ?? '']
if (action === undefined) {
  throw new OperatorError('bad-argument', 'no such action', 'give prepack or postpack')
}
action()
