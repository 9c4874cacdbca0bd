// A run as Parquet files, for tools that read such.
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../../base/make-folder.ts'
import { OperatorError } from '../../model/operator-error.ts'
import { openDatabaseToRead } from './run-database.ts'

/** The files, and what is in them; nested counts stay JSON. */
const exports: Readonly<Record<string, string>> = {
  'endpoints.parquet': `select endpoint, exchanges,
      coalesce((tally->'labels'->>'same')::bigint, 0) as same,
      coalesce((tally->'labels'->>'changed')::bigint, 0) as changed,
      coalesce((tally->'labels'->>'drift')::bigint, 0) as drift,
      coalesce((tally->'labels'->>'unstable')::bigint, 0) as unstable,
      (tally->'failures'->>'candidateOnly')::bigint as candidate_failed_alone,
      (tally->'failures'->>'baselineOnly')::bigint as baseline_failed_alone,
      tally->>'labels' as labels, tally->>'statuses' as statuses, tally->>'latency' as latency
    from (select endpoint, exchanges, tally::json as tally from endpoints)`,
  'paths.parquet': `select endpoint, path->>'path' as path, path->>'kind' as kind,
      (path->>'exchanges')::bigint as exchanges,
      (path->>'candidateOdd')::bigint as candidate_odd,
      (path->>'baselineOdd')::bigint as baseline_odd,
      (path->'broken'->>'candidate')::bigint as broken,
      (path->'reasked'->>'confirmed')::bigint as reasked_confirmed,
      (path->'reasked'->>'refuted')::bigint as reasked_refuted,
      path->>'labels' as labels, path->>'classes' as classes, path->>'pairs' as pairs
    from (select endpoint, unnest(from_json(tally->'paths', '["json"]')) as path
      from (select endpoint, tally::json as tally from endpoints))`,
  'exchanges.parquet': `select exchange, endpoint, signature, slot,
      make_timestamp(micros) as asked_at, label, weight, request, production, baseline, baseline2,
      candidate, outcomes, comparison from exchanges`,
}

/** Writes the files into a folder, which is made, and gives their paths. */
export async function exportRun(folder: string, output: string): Promise<readonly string[]> {
  const database = await openDatabaseToRead(folder)
  try {
    await makeFolder(output, { mkdir, stat })
    const paths: string[] = []
    for (const [name, query] of Object.entries(exports)) {
      const path = join(output, name)
      const quoted = path.replaceAll("'", "''")
      await database.reading.run(`copy (${query}) to '${quoted}' (format parquet, codec zstd)`)
      paths.push(path)
    }
    return paths
  } catch (error) {
    const [what] = (error as Error).message.split('\n')
    throw new OperatorError('bad-export', `${output} cannot be written: ${what}`, 'name a folder')
  } finally {
    database.close()
  }
}
