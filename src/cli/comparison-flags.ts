// The flags of comparing.
import type { ValuesOf } from './flag.ts'

export type ComparisonFlags = ValuesOf<typeof comparisonFlags>

export const comparisonFlags = {
  compare: {
    type: 'string',
    value: 'FOLDER',
    help: 'compare the answers of the first --output-http, and keep the run in this folder',
  },
  'baseline-http': {
    type: 'string',
    multiple: true,
    value: 'URL',
    help: 'the release that is known to be good, on the same data; a second one tells chance',
  },
  'baseline-repeat': {
    type: 'string',
    value: '10%',
    help: 'ask the one baseline twice for that share of safe requests, to tell chance',
  },
  'safe-methods-only': {
    type: 'boolean',
    help: 'replay GET, HEAD and OPTIONS alone, so that no target changes its data',
  },
  route: {
    type: 'string',
    multiple: true,
    value: "'GET /users/{id}'",
    help: 'an endpoint, where what is learnt from the traffic is not right',
  },
  openapi: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'endpoints of an OpenAPI document, JSON or YAML',
  },
  'action-param': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'a parameter that names what is asked for (action, cmd, method, op)',
  },
  'compare-header': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'compare the value of this response header as well',
  },
} as const
