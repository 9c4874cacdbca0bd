// The flags that choose requests and change them, as GoReplay has them.
import type { ValuesOf } from './flag.ts'

export type RuleFlags = ValuesOf<typeof ruleFlags>

export const ruleFlags = {
  'http-allow-method': {
    type: 'string',
    multiple: true,
    value: 'METHOD',
    help: 'take only requests with this method (or with another such)',
  },
  'http-set-header': {
    type: 'string',
    multiple: true,
    value: "'NAME: VALUE'",
    help: 'set this header before the filters look, or add it',
  },
  'http-set-param': {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'set this parameter of the query before the filters look, or add it',
  },
  'http-allow-url': {
    type: 'string',
    multiple: true,
    value: 'PATTERN',
    help: 'take only requests whose path and query match (this or another such)',
  },
  'http-disallow-url': {
    type: 'string',
    multiple: true,
    value: 'PATTERN',
    help: 'take no request whose path and query match',
  },
  'http-allow-header': {
    type: 'string',
    multiple: true,
    value: "'NAME: PATTERN'",
    help: 'take only requests with this header',
  },
  'http-disallow-header': {
    type: 'string',
    multiple: true,
    value: "'NAME: PATTERN'",
    help: 'take no request with this header',
  },
  'http-basic-auth-filter': {
    type: 'string',
    multiple: true,
    value: 'PATTERN',
    help: 'of requests with Basic credentials take those whose user:password matches',
  },
  'http-header-limiter': {
    type: 'string',
    multiple: true,
    value: 'NAME:25%',
    help: 'take that share of the values of this header; requests without it pass',
  },
  'http-param-limiter': {
    type: 'string',
    multiple: true,
    value: 'NAME:25%',
    help: 'take that share of the values of this parameter; requests without it pass',
  },
  'http-rewrite-url': {
    type: 'string',
    multiple: true,
    value: 'PATTERN:TEXT',
    help: 'change the path and query; $1 is a group; the first that matches counts',
  },
  'http-rewrite-header': {
    type: 'string',
    multiple: true,
    value: "'NAME: PATTERN,TEXT'",
    help: 'change the value of this header',
  },
  'prettify-http': {
    type: 'boolean',
    help: 'undo chunks, gzip, deflate and br for --output-stdout, --output-file and --middleware',
  },
} as const
