import type { Random } from './random.ts';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const HEX = '0123456789abcdef';

/** Ids in the forms that OpenAI gives them, the same ones for the same random numbers. */
export function createIds(random: Random) {
  const draw = (prefix: string, length: number, alphabet = ALPHANUMERIC) =>
    prefix + Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');
  return {
    job: () => draw('ftjob-', 24),
    /** The short id that ends a fine-tuned model's name. */
    model: () => draw('', 8),
    checkpoint: () => draw('ftckpt_', 24),
    permission: () => draw('cp_', 24),
    webhookEndpoint: () => draw('whe_', 24),
    /** `whsec_` and the base64 of 32 bytes. */
    webhookSecret: () => `whsec_${Buffer.from(draw('', 64, HEX), 'hex').toString('base64')}`,
    /** Of something that OpenAI has nowhere: in the events that only test an endpoint. */
    sample: (prefix: string) => draw(prefix, 24),
    identityProvider: () => draw('idp_', 24),
    federationRule: () => draw('wifr_', 24),
    /** In three parts, as access tokens mostly are; nobody documents their form. */
    accessToken: () => `${draw('eyJ', 33)}.${draw('eyJ', 60)}.${draw('', 86)}`,
    file: () => draw('file-', 22),
    request: () => draw('req_', 32, HEX),
    auditLog: () => draw('audit_log-', 24),
    /** The tracking id of a key, as the audit log names it; not the key itself. */
    key: () => draw('key_', 16),
    serviceAccount: () => draw('user-', 24),
    serviceAccountKeyValue: () => draw('sk-svcacct-', 48),
    adminKeyValue: () => draw('sk-admin-', 48),
    projectKeyValue: () => draw('sk-proj-', 48),
  };
}

export type Ids = ReturnType<typeof createIds>;
