// How `--output-http` speaks TLS with its targets.
import type { Dial } from '../model/world.ts'
import { createDial } from '../network/io/tcp-client.ts'
import { readClientContext, readIdentity } from '../network/io/tls-files.ts'
import type { TargetFlags } from './target-flags.ts'

type FileFlag = 'output-http-ca' | 'output-http-client-cert' | 'output-http-client-key'

/** Reads the files that the flags name; a wrong one is refused. */
export function createTargetDial(flags: TargetFlags): Dial {
  const named = (flag: FileFlag) => ({ flag, path: flags[flag] ?? null })
  const identity = readIdentity(named('output-http-client-cert'), named('output-http-client-key'))
  const ca = named('output-http-ca')
  return createDial({
    skipVerify: flags['output-http-skip-verify'] ?? false,
    context: ca.path === null && identity === null ? null : readClientContext(ca, identity),
    onTlsError: (host, why) => {
      process.stderr.write(`rehearsal: TLS with ${host} fails: ${explainTlsError(why)}\n`)
    },
  })
}

/** What went wrong, without Node's advice to who writes programs, and what to do about it. */
export function explainTlsError(why: string): string {
  const [what] = why.split('; if the root CA')
  return `${what}; ${chooseHint(why)}`
}

function chooseHint(why: string): string {
  // An alert is what the target says: it does not like what it was shown, or misses it.
  if (/alert .*(?:certificate|unknown ca|handshake failure)/.test(why)) {
    return 'show it a certificate that it knows with --output-http-client-cert'
  }
  if (/wrong version number/.test(why)) return 'it may speak no TLS: try http://'
  if (/has expired|not yet valid/.test(why)) {
    return 'renew its certificate, see that the clock is right, or give --output-http-skip-verify'
  }
  if (/not in the cert's|does not match/.test(why)) {
    return 'name it as its certificate does, or give --output-http-skip-verify'
  }
  return 'name its authority with --output-http-ca, or give --output-http-skip-verify'
}
