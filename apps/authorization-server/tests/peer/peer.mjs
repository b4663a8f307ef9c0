// An app of another maker: oauth4webapi, a FAPI 2.0 certified client library,
// goes the whole way and judges every answer. It speaks with the test in lines
// of JSON: what it needs comes in, what it did goes out.
import * as oauth from 'oauth4webapi'
import { webcrypto } from 'node:crypto'
import https from 'node:https'
import readline from 'node:readline'

// Node.js 18, which Debian 12 carries, has WebCrypto but no globals for it.
globalThis.crypto ??= webcrypto
globalThis.CryptoKey ??= webcrypto.CryptoKey

const say = (line) => console.log(JSON.stringify(line))
const input = readline.createInterface({ input: process.stdin })
const lines = input[Symbol.asyncIterator]()
const hear = async () => JSON.parse((await lines.next()).value)

// `none` stands for tls_client_auth, which needs no key.
const algorithms = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  // One curve under two names: RFC 8037 and RFC 9864.
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
}
const algorithm = process.argv[2]
let pair
if (algorithm !== 'none') {
  pair = await crypto.subtle.generateKey(algorithms[algorithm], true, ['sign', 'verify'])
  const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
  say({ jwk: { ...jwk, alg: algorithm, kid: 'peer', use: 'sig', key_ops: undefined, ext: undefined } })
}
const config = await hear()

const agent = new https.Agent({
  ca: config.ca,
  cert: config.certificate,
  key: config.key,
  minVersion: 'TLSv1.3',
})
// What was sent, by the member of the metadata document that publishes it.
const used = {}
const use = (member, values) => (used[member] = [...new Set([...(used[member] ?? []), ...values])])
const published = {
  response_type: 'response_types_supported',
  response_mode: 'response_modes_supported',
  grant_type: 'grant_types_supported',
  code_challenge_method: 'code_challenge_methods_supported',
  scope: 'scopes_supported',
}
const note = (sent) => {
  for (const [name, member] of Object.entries(published)) if (sent.has(name)) use(member, sent.get(name).split(' '))
  const assertion = sent.get('client_assertion')
  use('token_endpoint_auth_methods_supported', [assertion ? 'private_key_jwt' : 'tls_client_auth'])
  if (!assertion) return
  const { alg } = JSON.parse(Buffer.from(assertion.split('.')[0], 'base64url'))
  use('token_endpoint_auth_signing_alg_values_supported', [alg])
}
const fetchOverMutualTls = (url, { method, headers, body }) =>
  new Promise((resolve, reject) => {
    const text = body === undefined || body === null ? undefined : body.toString()
    if (text) note(new URLSearchParams(text))
    const request = https.request(url, { agent, method, headers: Object.fromEntries(new Headers(headers)) }, (answer) => {
      const chunks = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.on('end', () => {
        const headers = Object.entries(answer.headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
        resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode, headers }))
      })
    })
    request.on('error', reject)
    request.end(text)
  })
const options = { [oauth.customFetch]: fetchOverMutualTls }

const issuer = new URL(config.issuer)
const server = await oauth.processDiscoveryResponse(
  issuer,
  await oauth.discoveryRequest(issuer, { ...options, algorithm: 'oauth2' }),
)
const client = { client_id: config.client_id, use_mtls_endpoint_aliases: true }
// The library signs with a key of Ed25519 under its newer name; the older one is asked for by its own hook.
const named = { [oauth.modifyAssertion]: (header) => (header.alg = algorithm) }
const authentication = pair ? oauth.PrivateKeyJwt({ key: pair.privateKey, kid: 'peer' }, named) : oauth.TlsClientAuth()

const verifier = oauth.generateRandomCodeVerifier()
const state = oauth.generateRandomState()
const parameters = new URLSearchParams({
  response_type: 'code',
  response_mode: 'query',
  redirect_uri: config.redirect_uri,
  scope: config.scope,
  state,
  nonce: 'n'.repeat(64),
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
})
const pushed = await oauth.processPushedAuthorizationResponse(
  server,
  client,
  await oauth.pushedAuthorizationRequest(server, client, authentication, parameters, options),
)
const authorize = new URL(server.authorization_endpoint)
authorize.searchParams.set('client_id', client.client_id)
authorize.searchParams.set('request_uri', pushed.request_uri)
say({ authorize: authorize.href })

const { callback } = await hear()
// Checks state and the issuer of RFC 9207.
const answer = oauth.validateAuthResponse(server, client, new URL(callback), state)
const exchange = () =>
  oauth.authorizationCodeGrantRequest(server, client, authentication, answer, config.redirect_uri, verifier, options)
const tokens = await oauth.processAuthorizationCodeResponse(server, client, await exchange())
// Checks type, issuer, audience, times and claims as a resource server does by
// RFC 9068. The library then stops, because of RFC 8705 bindings it knows none.
const call = new Request(config.audience, { headers: { authorization: `Bearer ${tokens.access_token}` } })
const claims = await oauth.validateJwtAccessToken(server, call, config.audience, options).catch((error) => {
  if (error.message !== 'unsupported JWT Confirmation method') throw error
  return error.cause.claims
})
// So the signature is checked here, by the published key and the runtime's own cryptography.
const [head, body, signature] = tokens.access_token.split('.')
const { kid, alg } = JSON.parse(Buffer.from(head, 'base64url'))
const { keys } = await (await fetchOverMutualTls(server.jwks_uri, { method: 'GET' })).json()
const key = await crypto.subtle.importKey('jwk', keys.find((one) => one.kid === kid), algorithms[alg], false, ['verify'])
const signed = new TextEncoder().encode(`${head}.${body}`)
const verified = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, Buffer.from(signature, 'base64url'), signed)

let replay = 'accepted'
try {
  await oauth.processAuthorizationCodeResponse(server, client, await exchange())
} catch (error) {
  replay = error instanceof oauth.ResponseBodyError ? `${error.status} ${error.error}` : String(error)
}
say({ used, claims, verified, expires_in: tokens.expires_in, token_type: tokens.token_type, details: tokens.authorization_details, replay })
agent.destroy()
input.close()
process.stdin.destroy()
