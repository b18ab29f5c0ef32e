// oidc-provider as the card service: private_key_jwt, ES256, acr aal3, four basic items by userinfo.
import { issue, newKey } from './issuer.mjs';

const { CLIENT, CALLBACK, JWK, ALG = 'ES256' } = process.env;

await issue({
  issuerOf: (url) => `${url}/api/realms/main`,
  configure: () => ({
    jwks: { keys: [newKey('ec', { kid: 'a', alg: 'ES256' }), newKey('ec', { kid: 'b', alg: 'ES256' })] },
    acrValues: ['aal3', 'crl'],
    scopes: ['openid', 'name', 'address', 'birthdate', 'gender'],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (_, account) => `pairwise-of-${account}`,
    enabledJWA: { clientAuthSigningAlgValues: ['ES256', 'RS256'], idTokenSigningAlgValues: ['ES256'] },
    clientAuthMethods: ['private_key_jwt'],
    claims: {
      openid: ['sub'],
      name: ['name'],
      address: ['address'],
      birthdate: ['birthdate'],
      gender: ['gender'],
      acr: null,
      amr: null,
    },
    clients: [
      {
        client_id: CLIENT,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: ALG,
        jwks: { keys: [JSON.parse(JWK)] },
        id_token_signed_response_alg: 'ES256',
        subject_type: 'pairwise',
        redirect_uris: [CALLBACK],
      },
    ],
  }),
});
