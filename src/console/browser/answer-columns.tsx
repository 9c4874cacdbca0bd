// All answers as they were, beside one another.
import type { JSX } from 'preact'
import type { ExchangeView } from '../../model/console.ts'
import { AnswerFacts, rolesOf } from './answer-tree.tsx'
import { Message } from './message.tsx'
import { RoleName } from './widgets.tsx'

export function AnswerColumns({ view }: { readonly view: ExchangeView }): JSX.Element {
  return (
    <div class="columns">
      {rolesOf(view).map((role) => {
        const answer = view.answers[role]!
        return (
          <div>
            <h3>
              <RoleName role={role} /> <AnswerFacts answer={answer} />
            </h3>
            {answer.message !== null && <Message message={answer.message} />}
          </div>
        )
      })}
    </div>
  )
}
