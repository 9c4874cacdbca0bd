// All answers as they were, beside one another.
import type { JSX } from 'preact'
import type { ExchangeView } from '../../model/console.ts'
import { AnswerFacts, ColumnName, columnsOf } from './answer-tree.tsx'
import { Message } from './message.tsx'

export function AnswerColumns({ view }: { readonly view: ExchangeView }): JSX.Element {
  return (
    <div class="columns">
      {columnsOf(view).map((column) => {
        const answer = view.answers[column]!
        return (
          <div>
            <h3>
              <ColumnName column={column} /> <AnswerFacts answer={answer} />
            </h3>
            {answer.message !== null && <Message message={answer.message} />}
          </div>
        )
      })}
    </div>
  )
}
