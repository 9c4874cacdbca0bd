// The kinds of noise: where two runs of one release answer differently though nothing is wrong.

export const noiseKinds = {
  'request-ids': 'X-Request-Id is random',
  'trace-ids': 'traceparent, and the trace in an error, are random',
  timestamps: 'Date, generatedAt, createdAt and all other times follow the clock',
  'tag-order': 'the tags of a product come in any order',
  'warehouse-order': 'the warehouses of a product come in any order',
  'session-tokens': 'session cookies are random',
  'csrf-tokens': 'CSRF tokens in HTML forms are random',
  nonces: 'nonces in HTML and in Content-Security-Policy are random',
  'jwt-ids': 'each JWT has an id of its own, each instance its key',
  'order-ids': 'ids of new orders are random strings instead of increasing numbers',
  'score-jitter': 'scores of search results differ in the fourth place',
  'instance-names': 'X-Served-By names one of several servers',
  'recommendation-picks': 'recommendations are picked by chance',
  'view-counters': 'views of a product grow by other visitors, too',
  'etag-salts': 'ETags are salted by instance',
  'elapsed-times': 'tookMs and Server-Timing tell how long it took',
  'visitors-online': 'the home page tells how many others are there',
} as const

export type NoiseKind = keyof typeof noiseKinds

export const allNoise: ReadonlySet<NoiseKind> = new Set(Object.keys(noiseKinds) as NoiseKind[])
