// Certificates and keys that the operator names, read and checked before anything is opened.
import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'
import { OperatorError } from '../../model/operator-error.ts'

/** A flag and the PEM file that it names; null where it is not given. */
export interface NamedFile {
  readonly flag: string
  readonly path: string | null
}

export interface Identity {
  readonly cert: Buffer
  readonly key: Buffer
}

/** A certificate and its key: both, or null where neither is named. */
export function readIdentity(certificate: NamedFile, key: NamedFile): Identity | null {
  if (certificate.path === null && key.path === null) return null
  // One file may hold both.
  const keyFile = key.path === null ? certificate : key
  if (certificate.path === null) {
    throw new OperatorError(
      'bad-certificate',
      `--${key.flag} names a key without a certificate`,
      `name its certificate as well: --${certificate.flag} FILE`,
    )
  }
  const identity = { cert: readPem(certificate), key: readPem(keyFile) }
  checkPem(certificate, () => createSecureContext({ cert: identity.cert }))
  checkPem(keyFile, () => createSecureContext(identity))
  return identity
}

/** What a client trusts, and what it shows of itself. */
export function readClientContext(ca: NamedFile, identity: Identity | null): SecureContext {
  if (ca.path === null) return createSecureContext({ ...identity })
  const pem = readPem(ca)
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw badPem(ca, 'it holds no certificate')
  return checkPem(ca, () => createSecureContext({ ca: pem, ...identity }))
}

function readPem(file: NamedFile): Buffer {
  try {
    return readFileSync(file.path ?? '')
  } catch (error) {
    throw badPem(file, (error as NodeJS.ErrnoException).code ?? (error as Error).message)
  }
}

function checkPem<T>(file: NamedFile, use: () => T): T {
  try {
    return use()
  } catch (error) {
    throw badPem(file, (error as Error).message)
  }
}

function badPem({ flag, path }: NamedFile, why: string): OperatorError {
  return new OperatorError(
    'bad-certificate',
    `cannot use --${flag} ${path}: ${why}`,
    'give a PEM file that this user may read; a key has to fit its certificate',
  )
}
