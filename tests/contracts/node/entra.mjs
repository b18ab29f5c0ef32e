// oidc-provider in the shape of Entra ID: an issuer under a tenant, tid, oid and roles in ID tokens.
import { issue, newKey } from './issuer.mjs';

const { CLIENT, SECRET, CALLBACK, TENANT, METHOD = 'client_secret_post' } = process.env;

await issue({
  issuerOf: (url) => `${url}/${TENANT}/v2.0`,
  configure: () => ({
    jwks: { keys: [newKey('rsa', { kid: 'a', alg: 'RS256' }), newKey('rsa', { kid: 'b' })] },
    conformIdTokenClaims: false,
    claims: {
      openid: ['sub', 'tid', 'oid', 'roles', 'idp', 'acct', 'amr'],
      profile: ['name', 'preferred_username'],
      email: ['email'],
    },
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        token_endpoint_auth_method: METHOD,
        id_token_signed_response_alg: 'RS256',
        redirect_uris: [CALLBACK],
      },
    ],
  }),
});
