// HTML from templates in which every value is text unless a template made it.

const made: unique symbol = Symbol('made')

/** Markup of our own; what is captured can only be put into it as text. */
export interface Html {
  readonly [made]: string
}

export type HtmlValue = string | number | null | Html | readonly HtmlValue[]

/** Values are escaped, for text and quoted attributes alike; null is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const text = parts.reduce((sum, part, index) => `${sum}${render(values[index - 1]!)}${part}`)
  return { [made]: text }
}

/** For constants of the program, such as its style sheet; never for what was captured. */
export function trusted(text: string): Html {
  return { [made]: text }
}

export function htmlText(value: Html): string {
  return value[made]
}

function render(value: HtmlValue): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return escapeHtml(value)
  return made in value ? value[made] : value.map(render).join('')
}

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' } as const

/** Control codes, and those that turn the direction of text, are shown as U+FFFD. */
function escapeHtml(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[&<>"']/g, (character) => entities[character as '&'])
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
  )
}
