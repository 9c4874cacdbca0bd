// A command as an operator writes it in one flag, cut into words as a shell would.

/** The words, with quotes and backslashes resolved; null where a quote is not closed. */
export function splitCommand(text: string): readonly string[] | null {
  const pattern = /\s*((?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+)/y
  const words: string[] = []
  let end = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    words.push(unquote(match[1]!))
    end = pattern.lastIndex
  }
  return text.slice(end).trim() === '' ? words : null
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g,
    (_, single, double, one) => {
      // In double quotes a backslash keeps its meaning for few characters only (POSIX, 2.2.3).
      return single ?? one ?? (double as string).replace(/\\([$`"\\])/g, '$1').replace(/\\\n/g, '')
    },
  )
}
