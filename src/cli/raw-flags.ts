// The flags of `--input-raw`, as GoReplay has them.

import type { ValuesOf } from './flag.ts'

export type RawFlags = ValuesOf<typeof rawFlags>

export const rawFlags = {
  'input-raw': {
    type: 'string',
    multiple: true,
    value: 'ADDRESS',
    help: 'capture requests to a port of this host: :80, 10.0.0.5:8080, [::1]:80 or :80,:8080',
  },
  'input-raw-engine': {
    type: 'string',
    value: 'ENGINE',
    help: 'af_packet; pcap_file: --input-raw is FILE, FILE:80 or "*.pcap.gz"; vxlan (af_packet)',
  },
  'input-raw-vxlan-port': {
    type: 'string',
    value: 'PORT',
    help: 'the UDP port that mirrored traffic is sent to, with engine vxlan (4789)',
  },
  'input-raw-vxlan-vni': {
    type: 'string',
    multiple: true,
    value: 'NUMBER',
    help: 'take this VXLAN network only; a negative number leaves that one out (all)',
  },
  'input-raw-vlan-vid': {
    type: 'string',
    multiple: true,
    value: 'NUMBER',
    help: 'take only packets with this VLAN tag, outermost (all, and those without)',
  },
  'input-raw-interface': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'capture on this interface only, in both directions (default: what comes in on any)',
  },
  'input-raw-buffer-size': {
    type: 'string',
    value: 'SIZE',
    help: 'memory for packets that wait to be read (32mb)',
  },
  'copy-buffer-size': {
    type: 'string',
    value: 'SIZE',
    help: 'longest message; a longer one is dropped and counted (5mb)',
  },
} as const
