// A tool behind our SAML sign-in, by node-saml: asks by redirect, judges the posted answer.
import { SAML } from '@node-saml/node-saml';
import { serve } from './serving.mjs';

let saml; let others = {};

function meet({ entryPoint, issuer, certificate, entityId, acs, key, login }) {
  others = login ?? {};
  saml = new SAML({
    entryPoint, issuer: entityId, callbackUrl: acs, idpCert: certificate, idpIssuer: issuer, audience: entityId,
    wantAssertionsSigned: true, wantAuthnResponseSigned: false, validateInResponseTo: 'always',
    identifierFormat: null, disableRequestedAuthnContext: true, acceptedClockSkewMs: 0, maxAssertionAgeMs: 0,
    ...(key ? { privateKey: key, signatureAlgorithm: 'sha256' } : {}), ...others,
  });
  return {};
}

async function take({ body }) {
  const { profile } = await saml.validatePostResponseAsync(body);
  return { nameId: profile.nameID, format: profile.nameIDFormat, index: profile.sessionIndex, issuer: profile.issuer };
}

await serve({
  '/meet': async ({ body }) => meet(body),
  '/begin': async ({ query }) => ({ url: await saml.getAuthorizeUrlAsync(query.state ?? '', undefined, {}) }),
  '/saml/acs': take,
});
