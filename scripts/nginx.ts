// A private nginx for tests, demo and bench: own folder, own ports, nothing of the system's.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startChild, waitUntil } from './child.ts'
import { ensureCommand } from './system-packages.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

export interface NginxOptions {
  /** As in `listen`: a port, or an address and a port. */
  readonly listen: readonly string[]
  /** Goes into the server block: locations and what else it needs. */
  readonly server: string
  /** Goes into the http block, before the server. */
  readonly http?: string
  /** A `log_format`, its fields quoted as nginx wants them; without it nothing is logged. */
  readonly accessLogFormat?: string
  /** Words to start it through, such as `ip netns exec preview`. */
  readonly through?: readonly string[]
}

export interface Nginx extends AsyncDisposable {
  /** Of the master process. */
  readonly pid: number
  /** One entry per request that has been answered; empty without a log format. */
  accessLog(): readonly string[]
  /** Ends it and deletes its folder. */
  stop(): Promise<void>
}

/** Resolves when nginx listens. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const command = ensureCommand('nginx')
  const folder = createTemporaryFolder('nginx')
  const configuration = join(folder.path, 'nginx.conf')
  writeFileSync(configuration, renderConfiguration(options, folder.path))
  const args = ['-p', folder.path, '-e', join(folder.path, 'error.log'), '-c', configuration]
  const { through = [] } = options
  const child = startChild({ command, args, through })
  const stop = async () => {
    await child.stop()
    folder[Symbol.dispose]()
  }
  try {
    // It writes this file after it has begun to listen, in whichever network namespace.
    await waitUntil(child, 'nginx', () => existsSync(join(folder.path, 'nginx.pid')))
  } catch (error) {
    await stop()
    throw error
  }
  const accessLog = () => readLines(join(folder.path, 'access.log'))
  return { pid: child.pid, accessLog, stop, [Symbol.asyncDispose]: stop }
}

function readLines(path: string): readonly string[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8').split('\n').slice(0, -1)
}

const temporaryPaths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

function renderConfiguration(options: NginxOptions, folder: string): string {
  const { listen, server, http = '', accessLogFormat } = options
  // The worker of a root nginx would be another user, to whom the folder is closed.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const log =
    accessLogFormat === undefined
      ? 'access_log off;'
      : `log_format own ${accessLogFormat}; access_log ${folder}/access.log own;`
  return `
daemon off;
master_process on;
worker_processes 1;
${user}
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  ${temporaryPaths.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  ${log}
  keepalive_requests 1000000;
  client_max_body_size 16m;
  default_type text/plain;
  ${http}
  server {
    ${listen.map((address) => `listen ${address};`).join('\n    ')}
    ${server}
  }
}
`
}
