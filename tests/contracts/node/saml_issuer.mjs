// An office's SAML issuer, by samlify: verifies what we ask, signs (and encrypts) what it answers.
import samlify from 'samlify';
import { serve } from './serving.mjs';

// samlify insists on a schema validator and brings none; signatures are what it is here for.
samlify.setSchemaValidator({ validate: async () => 'not validated' });

const { ENTITY, KEY, CERTIFICATE } = process.env;
const MFA = 'https://refeds.org/profile/mfa';
const statement = (context, at) =>
  `<saml:AuthnStatement AuthnInstant="${at}" SessionIndex="_s1"><saml:AuthnContext>` +
  `<saml:AuthnContextClassRef>${context}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`;
// An attribute, since samlify's statement is empty without one, which the schema forbids.
const attributes = [{ name: 'department', valueTag: 'department', valueXsiType: 'xs:string',
  nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic' }];
let sp; let idp;

function meet({ metadata, encrypted, sso }) {
  sp = samlify.ServiceProvider({ metadata });
  idp = samlify.IdentityProvider({
    entityID: ENTITY,
    privateKey: KEY,
    signingCert: CERTIFICATE,
    wantAuthnRequestsSigned: true,
    isAssertionEncrypted: Boolean(encrypted),
    messageSigningOrder: 'sign-then-encrypt',
    dataEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
    requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    singleSignOnService: [{ Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', Location: sso }],
    loginResponseTemplate: { context: samlify.SamlLib.defaultLoginResponseTemplate.context, attributes },
  });
  return { wantsSigned: sp.entityMeta.isWantAssertionsSigned(), signs: sp.entityMeta.isAuthnRequestSigned() };
}

async function sso({ query, url }) {
  const raw = url.search.slice(1).split('&');
  const octetString = ['SAMLRequest', 'RelayState', 'SigAlg']
    .map((name) => raw.find((part) => part.startsWith(`${name}=`))).join('&');
  const asked = await idp.parseLoginRequest(sp, 'redirect', { query, octetString });
  const { id, assertionConsumerServiceUrl: acs } = asked.extract.request;
  const at = new Date().toISOString();
  const later = new Date(Date.now() + 300_000).toISOString();
  const fill = (template) => {
    const made = samlify.SamlLib.replaceTagsByValue(template.replace('{AuthnStatement}', statement(MFA, at)), {
      ID: `_${crypto.randomUUID()}`, AssertionID: `_${crypto.randomUUID()}`, Issuer: ENTITY,
      IssueInstant: at, AuthnInstant: at, Destination: acs, SubjectRecipient: acs, InResponseTo: id,
      StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success', Audience: sp.entityMeta.getEntityID(),
      NameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', NameID: 'oid-0001',
      attrDepartment: '広報課', ConditionsNotBefore: at, ConditionsNotOnOrAfter: later, SubjectConfirmationDataNotOnOrAfter: later,
    });
    return { id, context: made };
  };
  const told = await idp.createLoginResponse(sp, asked, 'post', {}, {
    customTagReplacement: fill, relayState: query.RelayState,
  });
  return { acs, response: told.context, relayState: query.RelayState, force: asked.extract.request.forceAuthn };
}

await serve({ '/meet': async ({ body }) => meet(body), '/sso': sso });
