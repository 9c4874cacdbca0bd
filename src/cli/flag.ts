// What a flag of the command line is; the tables of them are beside this file, by area.

export interface Flag {
  readonly type: 'boolean' | 'string'
  readonly multiple?: true
  /** What stands for the value in the help; those of `checkFlagValue` are checked. */
  readonly value?: string
  /** 0 is a value of its own, or stands for the default as in GoReplay. */
  readonly mayBeZero?: true
  /** All that the value may be. */
  readonly oneOf?: readonly string[]
  readonly help: string
}

/** Flags that the help shows together. */
export interface FlagGroup {
  readonly heading: string
  readonly flags: Readonly<Record<string, Flag>>
}

/** What the operator wrote, by flag of a table; a flag that was not given is absent. */
export type ValuesOf<Table> = {
  readonly [Name in keyof Table]?: Table[Name] extends { readonly type: 'boolean' }
    ? boolean
    : Table[Name] extends { readonly multiple: true }
      ? readonly string[]
      : string
}
