// Gives up root once the capture is open: what reads the network's bytes shall not own the host.
import { execFileSync } from 'node:child_process'
import { OperatorError } from '../model/operator-error.ts'

export interface PrivilegeOptions {
  readonly user: string | null
  readonly keepRoot: boolean
}

/** Becomes `--user`, or the user who called sudo; answers who that is, null where it stays. */
export function dropPrivileges(options: PrivilegeOptions): string | null {
  const { SUDO_UID, SUDO_GID } = process.env
  const user = options.user ?? sudoUser(SUDO_UID)
  if (user === null || options.keepRoot) return null
  const isRoot = process.getuid?.() === 0
  if (!isRoot && options.user === null) return null
  const uid = /^\d+$/.test(user) ? Number(user) : user
  try {
    if (!isRoot && idOf('-u', user) === process.getuid?.()) return null
    const group = options.user === null && SUDO_GID !== undefined ? SUDO_GID : idOf('-g', user)
    initgroups(uid, Number(group))
    process.setgid!(Number(group))
    process.setuid!(uid)
  } catch (error) {
    throw new OperatorError(
      'bad-user',
      `cannot run as user '${user}': ${(error as Error).message.trim().split('\n').at(-1)}`,
      'give --user a name or id of /etc/passwd, or --keep-root to stay root',
    )
  }
  return user
}

function sudoUser(uid: string | undefined): string | null {
  return uid === undefined || uid === '0' ? null : uid
}

/** Of a user: `-u`; of the group that is first theirs: `-g`. */
function idOf(which: '-u' | '-g', user: string): number {
  return Number(execFileSync('id', [which, user], { encoding: 'utf8', stdio: 'pipe' }).trim())
}

// The types of Node leave it out; it is there on every system that has `setuid`.
const { initgroups } = process as unknown as {
  initgroups(user: string | number, extraGroup: number): void
}
