import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOtelSettings } from './otel-settings.ts'

const standard = { protocol: 'http/protobuf', intervalMillis: 60_000, timeoutMillis: 30_000 }
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }

const cases: readonly (readonly [why: string, Record<string, string>, object | null])[] = [
  ['nothing is set', {}, null],
  ['variables are empty', { OTEL_METRICS_EXPORTER: '', OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, null],
  ['only other variables are set', { OTEL_SERVICE_NAME: 'shop' }, null],
  ['an endpoint is set', endpoint, standard],
  ['one for metrics is set', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://h/m' }, standard],
  ['the exporter is named', { OTEL_METRICS_EXPORTER: 'otlp' }, standard],
  ['metrics are not wanted', { ...endpoint, OTEL_METRICS_EXPORTER: 'none' }, null],
  ['the SDK is disabled', { ...endpoint, OTEL_SDK_DISABLED: 'True' }, null],
  [
    'the protocol is set',
    { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    { ...standard, protocol: 'http/json' },
  ],
  [
    'the protocol of metrics differs',
    {
      ...endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
    },
    { ...standard, protocol: 'http/json' },
  ],
  [
    'the interval is shorter than the time-out',
    { ...endpoint, OTEL_METRIC_EXPORT_INTERVAL: '1000' },
    { ...standard, intervalMillis: 1_000, timeoutMillis: 1_000 },
  ],
]

for (const [why, environment, expected] of cases) {
  test(`where ${why}, ${expected === null ? 'nothing is exported' : 'metrics are'}`, () => {
    assert.deepEqual(readOtelSettings(environment), expected)
  })
}

test('what cannot be done is refused, with what to do', () => {
  const read = (more: Record<string, string>) => () => readOtelSettings({ ...endpoint, ...more })
  assert.throws(read({ OTEL_METRICS_EXPORTER: 'prometheus' }), { code: 'bad-otel' })
  assert.throws(read({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }), { code: 'bad-otel' })
  assert.throws(read({ OTEL_METRIC_EXPORT_INTERVAL: '1s' }), /OTEL_METRIC_EXPORT_INTERVAL=1s/)
})
