// A city tool built on npm openid-client: every step of it is told over JSON.
import * as oidc from 'openid-client';
import { createRemoteJWKSet, exportJWK, jwtVerify } from 'jose';
import { serve } from './serving.mjs';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
  'sign',
  'verify',
]);
const publicKey = { ...(await exportJWK(key.publicKey)), kid: 'tool', alg: 'ES256', use: 'sig' };
const ways = {
  client_secret_basic: (secret) => oidc.ClientSecretBasic(secret),
  client_secret_post: (secret) => oidc.ClientSecretPost(secret),
  private_key_jwt: () => oidc.PrivateKeyJwt({ key: key.privateKey, kid: publicKey.kid }),
  none: () => oidc.None(),
};
const logouts = [];
let config, registered, how, checks, tokens, calls;

async function register({ body }) {
  registered = body;
  calls = [];
  config = await oidc.discovery(
    new URL(body.issuer),
    body.client_id,
    { id_token_signed_response_alg: body.alg ?? 'ES256', use_mtls_endpoint_aliases: false },
    ways[body.way](body.secret),
    { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] },
  );
  config[oidc.customFetch] = async (url, options) => {
    const response = await fetch(url, options);
    const wantsNonce = (await response.clone().text()).includes('use_dpop_nonce');
    calls.push({ path: new URL(url).pathname, status: response.status, wantsNonce });
    return response;
  };
  how = {};
  if (body.dpop) how.DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair());
  return config.serverMetadata();
}

async function begin({ body }) {
  checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  };
  if (body.max_age !== undefined) checks.maxAge = body.max_age;
  const params = {
    redirect_uri: registered.redirect_uri,
    scope: registered.scope,
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)])),
  };
  const url = registered.par
    ? await oidc.buildAuthorizationUrlWithPAR(config, params, how)
    : oidc.buildAuthorizationUrl(config, params);
  return { url: url.href };
}

async function back({ url }) {
  tokens = await oidc.authorizationCodeGrant(config, url, checks, {}, how);
  return { claims: tokens.claims(), ...tokens };
}

async function refresh({ body }) {
  const used = body.refresh_token ?? tokens.refresh_token;
  tokens = await oidc.refreshTokenGrant(config, used, {}, how);
  return { used, claims: tokens.claims(), ...tokens };
}

async function backchannel({ body }) {
  const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
  const { payload } = await jwtVerify(body.logout_token, keys, {
    issuer: registered.issuer,
    audience: registered.client_id,
    typ: 'logout+jwt',
    algorithms: ['ES256', 'RS256'],
    requiredClaims: ['iat', 'jti', 'events'],
  });
  if (!payload.events[EVENT] || 'nonce' in payload || !(payload.sub || payload.sid)) {
    throw Object.assign(new Error('not a logout token'), { status: 400 });
  }
  logouts.push(payload);
  return {};
}

await serve(
  {
    '/register': register,
    '/begin': begin,
    '/back': back,
    '/refresh': refresh,
    '/userinfo': ({ body }) =>
      oidc.fetchUserInfo(
        config,
        body.access_token ?? tokens.access_token,
        body.subject ?? oidc.skipSubjectCheck,
        how,
      ),
    '/introspect': ({ body }) => oidc.tokenIntrospection(config, body.token),
    '/revoke': async ({ body }) => ({ done: await oidc.tokenRevocation(config, body.token) }),
    '/leave': ({ body }) => ({ url: oidc.buildEndSessionUrl(config, body).href }),
    '/backchannel': backchannel,
    '/logouts': () => ({ logouts }),
    '/calls': () => ({ calls }),
  },
  { tell: { jwks: { keys: [publicKey] } } },
);
