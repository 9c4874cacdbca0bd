// The tables of a run, by version. A new version adds its step to `runMigrations`; steps that have
// been released are never changed.

/** What this program writes. */
export const runTablesVersion = 1

/** The step to each version from the one before: statements, in order. */
export const runMigrations: ReadonlyMap<number, readonly string[]> = new Map([
  [
    1,
    [
      // One row: what there is one of. JSON, but for the version.
      `create table run (version integer not null, info varchar not null, summary varchar,
        ledger varchar, verdict varchar)`,
      'create table endpoints (endpoint varchar not null, exchanges bigint not null, ' +
        'tally varchar not null)',
      `create table exchanges (signature varchar not null, slot integer not null,
        exchange varchar not null, endpoint varchar not null, micros bigint not null,
        label varchar not null, weight varchar not null, request blob not null,
        production blob, baseline blob, baseline2 blob, candidate blob,
        outcomes varchar not null, comparison varchar not null)`,
      `create table series (micros bigint not null, seconds integer not null, role varchar not null,
        requests bigint not null, errors bigint not null, p50 bigint, p95 bigint, p99 bigint)`,
    ],
  ],
])

/** The statements that bring tables of a version, 0 for none, to another. */
export function migrationSteps(
  from: number,
  to: number,
  migrations: ReadonlyMap<number, readonly string[]> = runMigrations,
): readonly string[] {
  const steps: string[] = []
  for (let version = from + 1; version <= to; version++) {
    steps.push(...(migrations.get(version) ?? []))
    // The first step makes the row that holds the version; whoever makes the run fills it.
    if (version > 1) steps.push(`update run set version = ${version}`)
  }
  return steps
}
