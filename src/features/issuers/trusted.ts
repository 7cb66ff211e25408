/** Whom we trust, as the configuration says it: read once, and refused at boot where it is unsound. */
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { issuerOf } from '#features/tokens/service.ts';
import type { Settings } from '#kernel/ports.ts';
import { Refusal } from '#kernel/refusal.ts';

const algorithms = ['EdDSA', 'ES256', 'RS256'] as const;

type Issuer = {
  /** Under which its people are kept. */
  readonly name: string;
  /** What `iss` may read. */
  readonly spellings: readonly string[];
  /** What `aud` may name, where there is one. */
  readonly audiences: readonly string[];
};

/** Signs with keys whose public halves it publishes (RFC 7517). */
export type KeySetIssuer = Issuer & {
  readonly jwksUrl: string;
  readonly algorithms: readonly string[];
  readonly needsAudience: boolean;
};

/** Signs with a secret that we hold too (HS256). */
export type SecretIssuer = Issuer & {
  readonly secret: Uint8Array;
  /** What `iss` may not read, where nobody said what it is. */
  readonly reserved: ReadonlySet<string>;
};

export type Trusted = {
  readonly keySets: readonly KeySetIssuer[];
  readonly secret: SecretIssuer | undefined;
  /** Whose API keys are good here too. */
  readonly keys: { readonly name: string; readonly verifyUrl: string } | undefined;
};

const Name = Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\s\\p{Cc}]+$' });
const TrustedIssuers = Type.Array(
  Type.Object(
    {
      issuer: Name,
      jwks_url: Type.String({ maxLength: 2_048 }),
      audience: Type.Optional(Type.Union([Name, Type.Array(Name, { minItems: 1, maxItems: 20 })])),
      algorithms: Type.Optional(
        Type.Array(Type.Enum(algorithms), { minItems: 1, uniqueItems: true }),
      ),
    },
    { additionalProperties: false },
  ),
  { maxItems: 20 },
);

/** The people of a secret whose holder nobody named. */
const secretHolder = 'urn:plinth:shared-secret';

/**
 * Reads who else may say who is calling. Asks nobody.
 *
 * @throws Refusal naming the variable, and no value
 */
export function trustedIssuers(settings: Settings): Trusted {
  const ours = [issuerOf(settings), ...(settings.PUBLIC_URL ? [settings.PUBLIC_URL] : [])];
  const betterAuth = betterAuthOf(settings);
  const keySets = [...(betterAuth ? [betterAuth] : []), ...furtherIssuers(settings, ours)];
  const taken = new Set([issuerOf(settings), secretHolder].map(bare));
  for (const names of keySets.map(({ spellings }) => new Set(spellings.map(bare)))) {
    if (!names.isDisjointFrom(taken)) {
      throw new Refusal(
        'BETTER_AUTH_URL and TRUSTED_ISSUERS must name issuers that differ from each other and from us (JWT_ISSUER, or else PUBLIC_URL).',
      );
    }
    for (const name of names) taken.add(name);
  }
  return {
    keySets,
    secret: secretIssuer(settings, betterAuth, taken, ours),
    keys: betterAuth && { name: betterAuth.name, verifyUrl: betterAuth.verifyUrl },
  };
}

/** Names that differ by a slash at the end are the same to a person. */
export const bare = (name: string) => name.replace(/\/+$/, '');

type BetterAuth = KeySetIssuer & { readonly verifyUrl: string };

/** Better Auth names itself and its audience by its origin, whatever path it is set up under. */
function betterAuthOf(settings: Settings): BetterAuth | undefined {
  if (!settings.BETTER_AUTH_URL) return undefined;
  const base = bare(address(settings, 'BETTER_AUTH_URL', settings.BETTER_AUTH_URL));
  const { origin, search } = new URL(base);
  if (search) throw new Refusal('BETTER_AUTH_URL must hold no query.');
  const spellings = [...new Set([origin, base])].flatMap((name) => [name, `${name}/`]);
  const endpoints = `${base.replace(/\/api\/auth$/, '')}/api/auth`;
  return {
    name: origin,
    spellings,
    audiences: spellings,
    needsAudience: true,
    algorithms,
    jwksUrl: `${endpoints}/jwks`,
    verifyUrl: `${endpoints}/verify-api-key`,
  };
}

/** A token for somebody else is none for us: unless told more, its audience is us or its issuer. */
function furtherIssuers(settings: Settings, ours: readonly string[]): KeySetIssuer[] {
  const { TRUSTED_ISSUERS } = settings;
  if (!TRUSTED_ISSUERS) return [];
  const given = parsed(TRUSTED_ISSUERS);
  if (!Value.Check(TrustedIssuers, given)) {
    const [first] = Value.Errors(TrustedIssuers, given);
    const place = first?.instancePath || '/';
    throw new Refusal(`TRUSTED_ISSUERS is wrong at ${place}: ${first?.message}.`);
  }
  return given.map(({ issuer, jwks_url, audience, ...more }) => ({
    name: issuer,
    spellings: [issuer],
    audiences: audience === undefined ? [...ours, issuer] : [audience].flat(),
    needsAudience: audience !== undefined,
    algorithms: more.algorithms ?? algorithms,
    jwksUrl: address(settings, 'TRUSTED_ISSUERS', jwks_url),
  }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('TRUSTED_ISSUERS is not JSON.'); // the parser's own words would show the value
  }
}

/** Hosts that no stranger stands between: this machine, and names that mean something only inside. */
const inside = /^(localhost|127(\.\d+){3}|\[::1\]|[^.:]+|.+\.(local|internal))$/;

/** Who can change an answer on its way can be anybody; so it comes over TLS where strangers are. */
function address({ ENVIRONMENT }: Settings, variable: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash) {
    throw new Refusal(`${variable} must hold addresses: http or https, without user or fragment.`);
  }
  if (url.protocol === 'http:' && ENVIRONMENT !== 'development' && !inside.test(url.hostname)) {
    throw new Refusal(`${variable} must be reached by https in ${ENVIRONMENT}.`);
  }
  return text;
}

/**
 * The secret is Better Auth's where we know of one, and its people are the same as by its keys. Who
 * holds it may call itself anything else but us, or whom we know by keys.
 */
function secretIssuer(
  { BETTER_AUTH_SECRET, JWT_SECRET }: Settings,
  betterAuth: KeySetIssuer | undefined,
  reserved: ReadonlySet<string>,
  ours: readonly string[],
): SecretIssuer | undefined {
  const text = BETTER_AUTH_SECRET ?? JWT_SECRET;
  if (text === undefined) return undefined;
  if (JWT_SECRET !== undefined && JWT_SECRET !== text) {
    throw new Refusal('JWT_SECRET is another name of BETTER_AUTH_SECRET; set one of them.');
  }
  if (/^\s*(-----BEGIN|\{)/.test(text)) {
    throw new Refusal(
      'BETTER_AUTH_SECRET must be a secret; a key that is public signs for nobody.',
    );
  }
  return {
    name: betterAuth?.name ?? secretHolder,
    spellings: betterAuth?.spellings ?? [],
    audiences: betterAuth?.spellings.concat(ours) ?? ours,
    secret: new TextEncoder().encode(text),
    reserved,
  };
}
