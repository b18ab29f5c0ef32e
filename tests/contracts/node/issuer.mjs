// npm oidc-provider as an issuer whose people sign in without pages: POST /as says who comes next.
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';
import { serve } from './serving.mjs';

export function newKey(kind, more) {
  const options = kind === 'ec' ? { namedCurve: 'P-256' } : { modulusLength: 2048 };
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', ...more };
}

export async function issue({ issuerOf, configure }) {
  let next = { account: 'nobody' };
  let provider;
  let prefix = '';
  const asked = [];

  function start(url) {
    const issuer = issuerOf(url);
    const local = issuer.startsWith(url);
    prefix = local ? new URL(issuer).pathname.replace(/\/$/, '') : '';
    provider = new Provider(issuer, {
      cookies: { keys: ['for tests only'] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, interaction) => `${prefix}/interaction/${interaction.uid}` },
      pkce: { required: () => true },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...next.claims }) }),
      loadExistingGrant: async (ctx) => {
        const { client, session, params } = ctx.oidc;
        const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
        grant.addOIDCScope(params.scope);
        await grant.save();
        return grant;
      },
      ...configure(url),
    });
    provider.on('authorization.accepted', (ctx) => asked.push({ ...ctx.oidc.params }));
    provider.on('server_error', (_, error) => console.error(error));
    for (const event of ['authorization.error', 'grant.error']) {
      provider.on(event, (_, error) => console.error(event, error.message, error.error_detail));
    }
    return { issuer };
  }

  async function fallback(request, response) {
    request.originalUrl = request.url;
    request.url = request.url.slice(prefix.length);
    if (!request.url.startsWith('/interaction/')) return provider.callback()(request, response);
    const { account, acr, amr, at } = next;
    const result = next.refuses
      ? { error: 'access_denied', error_description: 'the person said no' }
      : { login: { accountId: account, acr, amr, ts: at } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  await serve(
    {
      '/as': async ({ body }) => ((next = body), {}),
      '/asked': async () => asked.at(-1) ?? {},
    },
    { tell: start, fallback },
  );
}
