// Commands that the tests, the demo and the bench need from the system, installed where missing.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, globSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { OperatorError } from '../src/model/operator-error.ts'

const packages = {
  curl: 'curl',
  nginx: 'nginx-light',
  ip: 'iproute2',
  setpriv: 'util-linux',
  'redis-server': 'redis-server',
  chromium: 'chromium',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  script: 'bsdutils',
} as const

export type SystemCommand = keyof typeof packages

/** The command's path; installs its Debian package as root, else throws the command to run. */
export function ensureCommand(command: SystemCommand): string {
  return ensure(command, packages[command], () => findCommand(command))
}

/** The path of libpcap, which the tests that compile filters need; else as `ensureCommand`. */
export function ensureLibpcap(): string {
  return ensure('libpcap', 'libpcap0.8', findLibpcap)
}

/** A font with Chinese characters, for screenshots; else as `ensureCommand`. */
export function ensureChineseFont(): void {
  ensure('a Chinese font', 'fonts-wqy-microhei', () => {
    const { stdout } = spawnSync('fc-list', [':lang=zh', 'file'], { encoding: 'utf8' })
    return stdout?.trim() || null
  })
}

function ensure(what: string, debianPackage: string, find: () => string | null): string {
  const present = find()
  if (present !== null) return present
  if (findCommand('apt-get') === null) {
    throw missing(what, `install ${what} with this system's package manager`)
  }
  if (process.getuid?.() !== 0) throw missing(what, `run: sudo ${installLine(debianPackage)}`)
  console.error(`installing ${debianPackage}, which brings ${what}`)
  withoutServiceStarts(() => install(debianPackage))
  const installed = find()
  if (installed === null) throw missing(what, `run: ${installLine(debianPackage)}`)
  return installed
}

function findLibpcap(): string | null {
  const folders = ['/usr/lib', '/lib', '/usr/lib64', '/usr/local/lib']
  const names = ['libpcap.so.0.8', 'libpcap.so.1']
  const patterns = folders.flatMap((folder) =>
    names.flatMap((name) => [`${folder}/${name}`, `${folder}/*-linux-gnu/${name}`]),
  )
  return globSync(patterns)[0] ?? null
}

function findCommand(command: string): string | null {
  // Users other than root rarely have the sbin folders on their path.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  for (const folder of folders) {
    const path = join(folder, command)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {}
  }
  return null
}

function install(debianPackage: string): void {
  // The package lists may be absent or stale: fetch them only when the first attempt fails.
  if (aptGet(installArguments(debianPackage)).status === 0) return
  const updated = aptGet(['update', '-qq'])
  const installed = aptGet(installArguments(debianPackage))
  if (installed.status === 0) return
  process.stderr.write(updated.output + installed.output)
  throw new OperatorError(
    'cannot-install',
    `apt-get could not install ${debianPackage} (its messages stand above)`,
    `put that right, then run: ${installLine(debianPackage)}`,
  )
}

function aptGet(args: readonly string[]): { readonly status: number; readonly output: string } {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const result = spawnSync('apt-get', args, { env, encoding: 'utf8' })
  return { status: result.status ?? 1, output: result.stdout + result.stderr }
}

function installArguments(debianPackage: string): readonly string[] {
  const waitForLock = 'DPkg::Lock::Timeout=120'
  return ['install', '-y', '-qq', '-o', waitForLock, '--no-install-recommends', debianPackage]
}

function installLine(debianPackage: string): string {
  return `apt-get install -y --no-install-recommends ${debianPackage}`
}

/** Debian starts a service on installation unless this file says no (invoke-rc.d(8)). */
const servicePolicy = '/usr/sbin/policy-rc.d'

function withoutServiceStarts(work: () => void): void {
  const own = createServicePolicy()
  try {
    work()
  } finally {
    if (own) rmSync(servicePolicy, { force: true })
  }
}

/** False where the system has a policy of its own, which stays as it is. */
function createServicePolicy(): boolean {
  try {
    writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function missing(command: string, hint: string): OperatorError {
  return new OperatorError('missing-command', `${command} is not installed`, hint)
}
