// oidc-provider as LINE Login's web flow: HS256 ID tokens by the channel secret, static metadata.
import { issue, newKey } from './issuer.mjs';

const { CHANNEL, SECRET, CALLBACK } = process.env;

await issue({
  issuerOf: () => 'https://access.line.me',
  configure: () => ({
    jwks: { keys: [newKey('ec', { kid: 'liff', alg: 'ES256' })] },
    routes: { authorization: '/oauth2/v2.1/authorize', token: '/oauth2/v2.1/token' },
    enabledJWA: { idTokenSigningAlgValues: ['HS256', 'ES256'] },
    claims: { openid: ['sub'], profile: ['name', 'picture'], amr: null },
    clients: [
      {
        client_id: CHANNEL,
        client_secret: SECRET,
        token_endpoint_auth_method: 'client_secret_post',
        id_token_signed_response_alg: 'HS256',
        redirect_uris: [CALLBACK],
        require_auth_time: false,
      },
    ],
  }),
});
