/**
 * Signing in with Solana: for keys and webhooks. Reads and claims need no account.
 */
import { getBase64Decoder, type Address } from '@solana/kit';
import { FormatError, WalletError } from '../errors.js';
import { answered, createApi, type Api, type ApiOptions } from './client.js';

/** Somebody who signed in. */
export interface Session {
  readonly account: Address;
  /** Goes with every request of {@link Session.api}; keep it to yourself. */
  readonly token: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** The API with the token. */
  readonly api: Api;
}

/** What is asked. */
export interface SignInQuery {
  readonly api: Api;
  readonly address: Address;
  /** Signs the message: a wallet's `signMessage`, or a key pair. */
  readonly signText: (text: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  /** Host and port of the page; the server's first when left out. */
  readonly domain?: string;
  readonly options?: ApiOptions;
}

/**
 * Signs in. The message is checked before it is shown to the wallet: it names the
 * host that was asked for and the account, and promises nothing.
 *
 * @example
 * ```ts
 * const signText = (text: Uint8Array<ArrayBuffer>) => signBytes(signer.keyPair.privateKey, text);
 * const session = await signIn({ api, address: signer.address, signText });
 * const { data: keys } = await session.api.client.GET('/v1/keys');
 * ```
 */
export async function signIn({ api, address, signText, domain, options }: SignInQuery): Promise<Session> {
  const asked = { address, ...(domain === undefined ? {} : { domain }) };
  const challenge = await answered(api.client.POST('/v1/auth/challenge', { body: asked }));
  const { message } = challenge;
  const begins = `${domain ?? challenge.domain} wants you to sign in with your Solana account:\n${address}\n\n`;
  if (!message.startsWith(begins)) {
    throw new FormatError('the sign-in message', 'it names another host or account; nothing was signed.');
  }
  let signature: Uint8Array;
  try {
    signature = await signText(new TextEncoder().encode(message));
  } catch (cause) {
    const next = 'You are not signed in. Approve the request in the wallet to go on.';
    throw new WalletError('The wallet did not sign.', next, { cause });
  }
  const body = { address, message, signature: getBase64Decoder().decode(signature) };
  const { token, expires_at } = await answered(api.client.POST('/v1/auth/session', { body }));
  return {
    account: address,
    token,
    expiresAt: expires_at,
    api: createApi(api.baseUrl, { ...options, token }),
  };
}
