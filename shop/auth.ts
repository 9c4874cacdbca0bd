// Who is there: logging in and out by form, JWTs, and what users see and change of themselves.
import { createHmac } from 'node:crypto'
import {
  answerEmpty,
  answerError,
  answerJson,
  answerNotFound,
  answerUnauthorized,
  type Call,
  clock,
  drawHex,
  has,
  isoTime,
  localTime,
  remember,
} from './call.ts'
import { tenantHabits, type User } from './data.ts'
import { type Answer, parseForm, readCookie } from './http.ts'
import { answerPage, csrfInput, escapeMarkup } from './page.ts'

const sessionSeconds = 3_600
/** Visitors who never log out are forgotten. */
const sessionsMax = 20_000
const jwtKey = 'key of the shop'

export function showLogin(call: Call): Answer {
  return answerPage(call, 200, 'Log in', loginForm(call, null))
}

/** Form fields email, password and csrf; answers with the session cookie and where to go. */
export function login(call: Call): Answer {
  const form = parseForm(call.request.body)
  const csrf = form.get('csrf') ?? ''
  if (!call.state.csrfTokens.delete(csrf)) {
    return answerPage(call, 403, 'Forbidden', '<p class="error">The form has expired.</p>')
  }
  const user = call.shop.usersByEmail.get(form.get('email') ?? '')
  if (user === undefined || user.password !== form.get('password')) {
    return answerPage(call, 401, 'Log in', loginForm(call, 'Wrong e-mail or password.'))
  }
  const token = drawHex(call, 'session-tokens', 40)
  remember(call.state.sessions, token, user, sessionsMax)
  const attributes = [
    'Path=/',
    `Max-Age=${sessionSeconds}`,
    ...(has(call, 'cookie-http-only') ? [] : ['HttpOnly']),
    has(call, 'cookie-same-site') ? 'SameSite=None' : 'SameSite=Lax',
  ]
  return answerEmpty(303, [
    ['Location', has(call, 'redirect-place') ? '/' : '/account'],
    ['Set-Cookie', [`session=${token}`, ...attributes].join('; ')],
    ['Cache-Control', 'no-store'],
  ])
}

function loginForm(call: Call, error: string | null): string {
  return `<main>${error === null ? '' : `<p class="error">${error}</p>`}
<form method="post" action="/login">
${csrfInput(call)}
<input type="email" name="email"><input type="password" name="password">
<button>Log in</button>
</form></main>`
}

export function logout(call: Call): Answer {
  const token = readCookie(call.request, 'session')
  if (token === null || !call.state.sessions.has(token)) return answerUnauthorized(call)
  if (!has(call, 'logout-keeps-session')) call.state.sessions.delete(token)
  return answerEmpty(303, [
    ['Location', '/'],
    ['Set-Cookie', 'session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax'],
  ])
}

/** JSON body {email, password}; answers with a JWT that is good as `Authorization: Bearer`. */
export function createToken(call: Call): Answer {
  const body = readObject(call.request.body)
  const user = call.shop.usersByEmail.get(String(body?.email))
  if (user === undefined || user.password !== body?.password) {
    return answerError(call, 401, 'invalid_grant', 'wrong e-mail or password')
  }
  const issued = Math.floor(clock(call) / 1000)
  const claims = {
    sub: String(user.id),
    tenant: call.tenant,
    role: has(call, 'token-role') ? 'admin' : 'customer',
    jti: drawHex(call, 'jwt-ids', 16),
    iat: issued,
    exp: issued + sessionSeconds,
  }
  const expiresIn = has(call, 'token-expiry') ? sessionSeconds * 10 : sessionSeconds
  return answerJson(200, { tokenType: 'Bearer', token: signJwt(call, claims), expiresIn }, [
    ['Cache-Control', 'no-store'],
  ])
}

function signJwt(call: Call, claims: object): string {
  const head = encodeBase64({ alg: 'HS256', typ: 'JWT' })
  const payload = encodeBase64(claims)
  return `${head}.${payload}.${signature(call, `${head}.${payload}`)}`
}

function encodeBase64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** With the key of this instance, or of all where that noise is off. */
function signature(call: Omit<Call, 'user'>, text: string): string {
  const { noise, instanceSeed } = call.state.options
  const key = noise.has('jwt-ids') ? jwtKey + instanceSeed : jwtKey
  return createHmac('sha256', key).update(text).digest('base64url')
}

/** Who sends this request, by session cookie or JWT; null for a stranger. */
export function findUser(call: Omit<Call, 'user'>): User | null {
  const { request, state, shop, tenant } = call
  const session = state.sessions.get(readCookie(request, 'session') ?? '')
  if (session !== undefined) return session.tenant === tenant ? session : null
  const authorization = request.headers.get('authorization') ?? ''
  if (!authorization.startsWith('Bearer ')) return null
  const [head, payload, signed] = authorization.slice('Bearer '.length).split('.')
  if (payload === undefined || signature(call, `${head}.${payload}`) !== signed) return null
  const claims = readObject(Buffer.from(payload, 'base64url').toString())
  if (claims?.tenant !== tenant) return null
  return shop.usersById.get(Number(claims.sub)) ?? null
}

/** A JSON object, or null where the text is none. */
export function readObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

export function showAccount(call: Call): Answer {
  const { user, shop } = call
  if (user === null) return answerPage(call, 401, 'Log in', loginForm(call, 'Log in first.'))
  const { displayName, city } = profileOf(call, user)
  const { offsetMinutes } = tenantHabits[call.tenant]
  const rows = [
    ['name', displayName],
    ...(has(call, 'html-field') ? [] : [['email', user.email]]),
    ['city', city],
    ['orders', String(shop.ordersByUser.get(user.id)?.length ?? 0)],
    ['seen', localTime(clock(call), offsetMinutes)],
  ]
  const list = rows.map(([name, value]) => `<dd class="${name}">${escapeMarkup(value!)}</dd>`)
  return answerPage(
    call,
    200,
    'Your account',
    `<main><dl>${list.join('\n')}</dl>
<form method="post" action="/logout">${csrfInput(call)}<button>Log out</button></form></main>`,
  )
}

export function showMe(call: Call): Answer {
  const { user } = call
  if (user === null) return answerUnauthorized(call)
  const { displayName, city } = profileOf(call, user)
  const swapped = has(call, 'swapped-fields')
  return answerJson(200, {
    id: user.id,
    email: user.email,
    displayName,
    firstName: swapped ? user.lastName : user.firstName,
    lastName: swapped ? user.firstName : user.lastName,
    ...(user.phone === null && has(call, 'missing-for-null') ? {} : { phone: user.phone }),
    city,
    currency: user.currency,
    zone: tenantHabits[call.tenant].zone,
    seenAt: isoTime(clock(call)),
    ...(has(call, 'secret-leak') ? { passwordHash: hashPassword(user) } : {}),
  })
}

function hashPassword(user: User): string {
  return createHmac('sha256', jwtKey).update(user.password).digest('hex')
}

/** JSON body {displayName?, city?}; answers with how it stands then. */
export function changeMe(call: Call): Answer {
  const { user } = call
  if (user === null) return answerUnauthorized(call)
  const body = readObject(call.request.body)
  if (body === null) return answerError(call, 400, 'bad_json', 'the body is no JSON object')
  const before = profileOf(call, user)
  const after = {
    displayName: typeof body.displayName === 'string' ? body.displayName : before.displayName,
    city: typeof body.city === 'string' ? body.city : before.city,
  }
  const kept = has(call, 'lost-update') ? { ...after, city: before.city } : after
  call.shop.changes.set(user.id, kept)
  return answerJson(200, { id: user.id, ...after, changedAt: isoTime(clock(call)) })
}

/** Users see themselves; others are forbidden. */
export function showUser(call: Call): Answer {
  const { user, shop, params } = call
  if (user === null) return answerUnauthorized(call)
  const asked = shop.usersById.get(Number(params[0]))
  if (asked === undefined) return answerNotFound(call, 'user')
  if (asked.id !== user.id) {
    return answerError(call, 403, 'forbidden', 'this is somebody else')
  }
  const shown = has(call, 'wrong-user') ? neighbourOf(call, user) : user
  const { displayName, city } = profileOf(call, shown)
  return answerJson(200, {
    id: shown.id,
    displayName: has(call, 'trailing-space') ? `${displayName} ` : displayName,
    email: shown.email,
    city,
    memberSince: '2023-04-01',
    newsletter: has(call, 'boolean-as-text') ? 'true' : true,
  })
}

function neighbourOf(call: Call, user: User): User {
  const { users } = call.shop.data
  return users[(users.indexOf(user) + 1) % users.length]!
}

function profileOf(call: Call, user: User): { displayName: string; city: string } {
  const changed = call.shop.changes.get(user.id)
  return changed ?? { displayName: `${user.firstName} ${user.lastName}`, city: user.city }
}
