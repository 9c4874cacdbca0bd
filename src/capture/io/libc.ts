// The few C library calls that a packet socket needs and Node does not have. A result of -1 means
// failure, and `lastError` says why.
import koffi from 'koffi'

const library = koffi.load(null)

export const socket: (family: number, type: number, protocol: number) => number = library.func(
  'int socket(int, int, int)',
)

export const bind: (file: number, address: Uint8Array, addressBytes: number) => number =
  library.func('int bind(int, const void *, unsigned int)')

export const getsockname: (file: number, address: Uint8Array, addressBytes: Uint32Array) => number =
  library.func('int getsockname(int, void *, void *)')

export const setsockopt: (
  file: number,
  level: number,
  option: number,
  value: ArrayBufferView,
  valueBytes: number,
) => number = library.func('int setsockopt(int, int, int, const void *, unsigned int)')

export const getsockopt: (
  file: number,
  level: number,
  option: number,
  value: ArrayBufferView,
  valueBytes: Uint32Array,
) => number = library.func('int getsockopt(int, int, int, void *, void *)')

/** The address fits a double: Linux gives no addresses beyond 2^47 unless asked to. */
export const mmap: (
  address: null,
  bytes: number,
  protection: number,
  flags: number,
  file: number,
  offset: number,
) => number = library.func('intptr_t mmap(void *, size_t, int, int, int, int64_t)')

export const munmap: (address: number, bytes: number) => number = library.func(
  'int munmap(intptr_t, size_t)',
)

export const poll: (files: Int32Array, count: number, timeoutMillis: number) => number =
  library.func('int poll(void *, unsigned long, int)')

export const close: (file: number) => number = library.func('int close(int)')

/** The error number of the last call and its name (`EPERM`). */
export function lastError(): { readonly number: number; readonly name: string } {
  const number = koffi.errno()
  const known = Object.entries(koffi.os.errno).find(([, value]) => value === number)
  return { number, name: known?.[0] ?? `error ${number}` }
}

/** The address of memory, which the caller must keep alive. */
export function addressOf(memory: ArrayBufferView): bigint {
  return koffi.address(memory)
}

/** The memory at an address; touching it after `munmap` would end the process. */
export function viewMemory(address: number, bytes: number): ArrayBuffer {
  return koffi.view(BigInt(address), bytes)
}
