// Lines for a terminal of a hundred columns.

const columnsMax = 100

/** The text in lines that fit, those behind the first indented; longer words stay whole. */
export function wrapText(text: string, indent: number): string {
  return fill(text.split(/(?<=\S) /), indent, '')
}

/** A command in lines that a shell joins, each flag on the line of its value. */
export function wrapCommand(words: readonly string[]): string {
  const isValue = (index: number) => index > 0 && !/^-/.test(words[index]!)
  const groups: string[] = []
  words.forEach((word, index) => {
    if (isValue(index)) groups[groups.length - 1] += ` ${word}`
    else groups.push(index === 0 ? `$ ${word}` : word)
  })
  return fill(groups, 4, ' \\')
}

function fill(words: readonly string[], indent: number, end: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    if (line === '') line = word
    else if (line.length + 1 + word.length + end.length <= columnsMax) line += ` ${word}`
    else {
      lines.push(line + end)
      line = ' '.repeat(indent) + word
    }
  }
  return [...lines, line].join('\n')
}
