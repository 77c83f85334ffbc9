// A real identity provider (npm `oidc-provider`) on a port of its own: it issues every token of
// these tests. What differs from a clinic's is only that anybody may sign in under any name.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import * as client from 'openid-client';

/** What Kiln calls itself towards the issuer. */
export const AUDIENCE = 'https://kiln.test/fhir';
/** The same, for tokens that say nothing by themselves. */
export const OPAQUE = 'https://kiln.test/opaque';

/** Every scope that some test asks for; the issuer grants what is asked. */
const SCOPES = [
  'system/AuditEvent.c', 'system/AuditEvent.rs', 'system/AuditEvent.r', 'system/AuditEvent.s',
  'system/AuditEvent.cruds', 'system/AuditEvent.read', 'system/AuditEvent.write', 'system/*.read',
  'user/AuditEvent.rs', 'patient/AuditEvent.rs', 'system/Patient.rs',
  'system/AuditEvent.rs?action=R',
  'openid', 'profile', 'fhirUser', 'launch/patient', 'offline_access', 'roles',
].join(' ');

/** Clients that ask for tokens in their own name, and what their tokens say of them. */
const BACKENDS = {
  sender: { tenant: 'default' },
  reader: { tenant: 'default' },
  'other-tenant': { tenant: 'ward-7' },
  'patient-a': { tenant: 'default', patient: 'a' },
  'patient-nobody': { tenant: 'default' },
  auditor: { tenant: 'default', roles: ['audit-office'] },
};

/** Who signs in, and what is known of them. */
const PEOPLE = {
  chen: { tenant: 'default', name: 'Dr. Sarah Chen', fhirUser: 'Practitioner/chen', roles: ['audit-office'] },
  nurse: { tenant: 'default', name: 'Nurse Johnson', fhirUser: 'Practitioner/johnson', roles: [] },
  anna: { tenant: 'default', name: 'Anna', fhirUser: 'Patient/a', roles: [], patient: 'a' },
};

async function keyPair(alg) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const named = async (key) => ({ ...(await exportJWK(key)), alg, use: 'sig', kid: `${alg}-1` });
  return { publicKey: await named(publicKey), privateKey: await named(privateKey), key: privateKey };
}

/** Starts it. `redirects` are the addresses that browsers may be sent back to. */
export async function startIssuer({ pages = [], apps = [] } = {}) {
  const signing = { RS256: await keyPair('RS256'), ES256: await keyPair('ES256') };
  const own = { RS384: await keyPair('RS384'), ES384: await keyPair('ES384') };
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration({ signing, own, pages, apps }));
  provider.on('server_error', (_ctx, error) => console.error('the issuer failed', error));
  server.on('request', provider.callback());
  return {
    issuer,
    /** The keys of the clients, by the algorithm that they sign with. */
    own,
    signing,
    stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
  };
}

/** A token for one of the clients, which signs its request for it with RS384 or ES384. */
export async function tokenOf(issuer, id, scope, { alg = 'RS384', resource = AUDIENCE } = {}) {
  const config = await configOf(issuer, id, alg);
  return (await client.clientCredentialsGrant(config, { scope, resource })).access_token;
}

/** What `openid-client` knows of the issuer and of one of its clients. */
export function configOf(issuer, id, alg = 'ES384') {
  return client.discovery(
    new URL(issuer.issuer),
    id,
    undefined,
    client.PrivateKeyJwt({ key: issuer.own[alg].key, kid: `${alg}-1` }),
    { execute: [client.allowInsecureRequests] },
  );
}

function configuration({ signing, own, pages, apps }) {
  const backends = Object.keys(BACKENDS).map((client_id) => ({
    client_id,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope: SCOPES,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [own.RS384.publicKey, own.ES384.publicKey] },
  }));
  const browsers = [
    { client_id: 'kiln-pages', redirect_uris: pages, token_endpoint_auth_method: 'none' },
    { client_id: 'smart-app', redirect_uris: apps, token_endpoint_auth_method: 'none' },
  ].filter((client) => client.redirect_uris.length > 0);
  return {
    clients: [
      ...backends,
      ...browsers.map((client) => ({
        ...client,
        application_type: 'native',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        scope: SCOPES,
      })),
      {
        client_id: 'kiln',
        client_secret: 'a secret that only this test knows, 0123456789',
        grant_types: [],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    jwks: { keys: Object.values(signing).map((pair) => pair.privateKey) },
    scopes: SCOPES.split(' '),
    claims: { openid: ['sub'], profile: ['name'], fhirUser: ['fhirUser'], roles: ['roles', 'tenant'] },
    conformIdTokenClaims: false,
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS384', 'ES384'],
      idTokenSigningAlgValues: ['RS256', 'ES256'],
    },
    clientBasedCORS: () => true,
    pkce: { required: () => true },
    ttl: {
      AccessToken: 300, ClientCredentials: 300, IdToken: 300, AuthorizationCode: 60,
      Interaction: 300, Session: 300, Grant: 300,
    },
    cookies: { keys: ['only for this test'] },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => ({
          scope: SCOPES,
          audience: resource,
          accessTokenTTL: 300,
          accessTokenFormat: resource === OPAQUE ? 'opaque' : 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (_ctx, token) => BACKENDS[token.clientId] ?? PEOPLE[token.accountId],
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...PEOPLE[id] }),
    }),
  };
}
