// GoReplay's flags that have no work to do here: read with one line that says why, or refused with
// one that says what to do instead. docs/goreplay.md goes through all of GoReplay's flags.

interface GoreplayFlag {
  readonly type: 'boolean' | 'string'
  /** none: read, and changes nothing; refused: without it the run would do something else. */
  readonly effect: 'none' | 'refused'
  readonly why: string
  readonly hint: string
}

const withoutEffect = [
  [
    'http-pprof',
    'string',
    '--ledger FILE holds the counts, --cpuprofile and --memprofile profiles',
  ],
  ['recognize-tcp-sessions', 'boolean', 'client connections are always recognised, and kept whole'],
  ['verbose', 'string', 'what is lost is counted by its reason; --stats and --ledger show it'],
  ['input-raw-override-snaplen', 'boolean', 'packets are always captured whole'],
  ['input-raw-vlan', 'boolean', 'VLAN tags are always read'],
  ['output-binary-debug', 'boolean', '--stats and --ledger show what becomes of each message'],
  ['output-binary-workers', 'string', 'client connections have their own to the target'],
  ['output-file-buffer', 'string', 'in GoReplay it is where recordings for S3 wait'],
  ['output-http-queue-len', 'string', '--output-queue-size is the limit, in bytes'],
  ['output-http-stats', 'boolean', '--stats prints every output'],
  ['output-http-stats-ms', 'string', '--stats prints a line a second'],
  ['output-http-worker-timeout', 'string', 'connections are opened and closed as the clients did'],
  [
    'output-http-workers',
    'string',
    'client connections have their own; --output-http-connections-max is the limit',
  ],
  ['output-http-workers-min', 'string', 'client connections have their own to the target'],
  ['output-tcp-stats', 'boolean', '--stats prints every output'],
  ['output-tcp-sticky', 'boolean', 'a client connection always keeps to one of the wires'],
  ['output-ws-stats', 'boolean', '--stats prints every output'],
  ['output-ws-sticky', 'boolean', 'a client connection always keeps to one of the wires'],
  ['output-tcp-response-buffer', 'string', 'answers are read whole'],
] as const

const kafka = 'Kafka comes in a later release'
const insteadOfKafka =
  'until then link the hosts with --output-tcp and --input-tcp, or record with --output-file'

const refused = [
  ['input-kafka-host', 'string', kafka, insteadOfKafka],
  ['input-kafka-json-format', 'boolean', kafka, insteadOfKafka],
  ['input-kafka-mechanism', 'string', kafka, insteadOfKafka],
  ['input-kafka-password', 'string', kafka, insteadOfKafka],
  ['input-kafka-topic', 'string', kafka, insteadOfKafka],
  ['input-kafka-use-sasl', 'boolean', kafka, insteadOfKafka],
  ['input-kafka-username', 'string', kafka, insteadOfKafka],
  ['input-kafka-offset', 'string', kafka, insteadOfKafka],
  ['output-kafka-host', 'string', kafka, insteadOfKafka],
  ['output-kafka-json-format', 'boolean', kafka, insteadOfKafka],
  ['output-kafka-mechanism', 'string', kafka, insteadOfKafka],
  ['output-kafka-password', 'string', kafka, insteadOfKafka],
  ['output-kafka-topic', 'string', kafka, insteadOfKafka],
  ['output-kafka-use-sasl', 'boolean', kafka, insteadOfKafka],
  ['output-kafka-username', 'string', kafka, insteadOfKafka],
  ['kafka-tls-ca-cert', 'string', kafka, insteadOfKafka],
  ['kafka-tls-client-cert', 'string', kafka, insteadOfKafka],
  ['kafka-tls-client-key', 'string', kafka, insteadOfKafka],
  [
    'input-raw-monitor',
    'boolean',
    'frames of a wireless monitor are not read',
    'capture them to a file and decrypt it first, or capture behind the access point',
  ],
  [
    'output-http-elasticsearch',
    'string',
    'answers are not sent to Elasticsearch',
    'write them with --output-stdout --output-stdout-format gor, or keep the --ledger',
  ],
] as const

/** By name; a name that has a flag of ours as well is that flag. */
export const goreplayFlags: ReadonlyMap<string, GoreplayFlag> = new Map<string, GoreplayFlag>([
  ...withoutEffect.map(
    ([name, type, why]) => [name, { type, effect: 'none', why, hint: '' }] as const,
  ),
  ...refused.map(
    ([name, type, why, hint]) => [name, { type, effect: 'refused', why, hint }] as const,
  ),
])
