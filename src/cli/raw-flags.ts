// The flags of `--input-raw`, as GoReplay has them.

import type { ValuesOf } from './flag.ts'

export type RawFlags = ValuesOf<typeof rawFlags>

export const rawFlags = {
  'input-raw': {
    type: 'string',
    multiple: true,
    value: 'ADDRESS',
    help: 'capture requests to a port: :80, 10.0.0.5:8080, eth0:80, eth*:80, :80,8080; :0 is every',
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
  'input-raw-ignore-interface': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'capture nothing of this interface',
  },
  'input-raw-promisc': {
    type: 'boolean',
    help: 'take packets for other hosts too, in both directions: for a mirror port',
  },
  'input-raw-tunnels': {
    type: 'boolean',
    help: 'look inside GRE, VXLAN, Geneve, IP-in-IP, MPLS and PPPoE; all of it is then captured',
  },
  'input-raw-bpf-filter': {
    type: 'string',
    value: 'EXPRESSION',
    help: "take only what tcpdump's expression does, of the ports named; it needs libpcap",
  },
  'input-raw-workers': {
    type: 'string',
    value: 'COUNT',
    help: 'threads that share the packets, by connection (1)',
  },
  'input-raw-stats': {
    type: 'boolean',
    help: 'print what the capture sees, a line a second',
  },
  'input-raw-timestamp-type': {
    type: 'string',
    value: 'TYPE',
    help: 'PCAP_TSTAMP_HOST: the time at which the kernel saw a packet; there is no other',
  },
  'input-raw-buffer-timeout': {
    type: 'string',
    value: 'TIME',
    mayBeZero: true,
    help: 'how long packets may wait to be handed over; they carry their own time (20ms)',
  },
  'input-raw-buffer-size': {
    type: 'string',
    value: 'SIZE',
    mayBeZero: true,
    help: 'memory for packets that wait to be read (32mb)',
  },
  'input-raw-track-response': {
    type: 'boolean',
    help: 'capture the responses, too, each paired with its request',
  },
  'input-raw-protocol': {
    type: 'string',
    value: 'PROTOCOL',
    oneOf: ['http', 'binary'],
    help: 'http, or binary: what is sent between two reads is a message, not looked into (http)',
  },
  'input-raw-realip-header': {
    type: 'string',
    value: 'NAME',
    help: "set this header of captured requests to the client's address",
  },
  'input-raw-allow-incomplete': {
    type: 'boolean',
    help: 'keep messages whose body was cut by lost packets or by the end of the connection',
  },
  'input-raw-expire': {
    type: 'string',
    value: 'TIME',
    help: 'wait so long for missing packets; with binary, the silence that ends a message (2s)',
  },
  'copy-buffer-size': {
    type: 'string',
    value: 'SIZE',
    help: 'longest message; a longer one is dropped and counted (5mb)',
  },
} as const
