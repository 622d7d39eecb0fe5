import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { ErrorCode } from '../../core/errors.js'
import { answered } from '../common/remote-failure.js'
import type { FailureOf, RemoteFailure } from '../common/remote-failure.js'
import { vaultNameOf } from './config.js'
import { identityFailure } from './identity-errors.js'
import type { Exchange } from './pipeline.js'
import { ServiceFailure } from './service-failure.js'
import type { Permission } from './service-failure.js'
import { SignInFailure } from './sign-in/credential.js'

/** A refusal of Key Vault in our terms. */
interface Meaning {
  readonly code: ErrorCode
  /** Completes "Key Vault …". */
  readonly says: string
  readonly advice: string
}

const PROPAGATION = 'A new role or policy takes up to ten minutes to be in force.'

/** 403, by inner code. `vault` is its plain name. */
const DENIALS: Readonly<Record<string, (vault: string, permission: Permission) => Meaning>> = {
  SecretDisabled: () => ({
    code: 'WALLET_DISABLED',
    says: 'has this secret switched off',
    advice: 'Switch it on again: az keyvault secret set-attributes --enabled true, with --vault-name and --name.',
  }),
  ForbiddenByRbac: (_, permission) => ({
    code: 'BACKEND_DENIED',
    says: `does not allow the identity to ${permission} secrets`,
    advice: `Assign the role "Key Vault Secrets Officer" for the vault to the identity; for signing alone "Key Vault Secrets User" is enough. ${PROPAGATION}`,
  }),
  AccessDenied: (vault, permission) => ({
    code: 'BACKEND_DENIED',
    says: `does not allow the identity to ${permission} secrets`,
    advice: `Add the permission: az keyvault set-policy --name ${vault} --object-id ID --secret-permissions get list set delete purge. ${PROPAGATION}`,
  }),
  ForbiddenByFirewall: (vault) => ({
    code: 'BACKEND_DENIED',
    says: 'does not let this address through its firewall',
    advice: `Add this machine's public address or its subnet to the network rules: az keyvault network-rule add --name ${vault}.`,
  }),
  ForbiddenByConnection: () => ({
    code: 'BACKEND_DENIED',
    says: 'has public network access switched off',
    advice: 'Reach it through its private endpoint: the name of the vault must resolve to the private address here.',
  }),
  ForbiddenByPolicy: () => ({
    code: 'BACKEND_DENIED',
    says: 'has an access policy for this application together with a user',
    advice: 'Make the access policy for the identity alone, without an authorised application.',
  }),
}

/** 409, by inner code. */
const CONFLICTS: Readonly<Record<string, Meaning>> = {
  ObjectIsDeletedButRecoverable: {
    code: 'WALLET_DELETED',
    says: 'has a deleted secret of this name',
    advice:
      'Recover it (az keyvault secret recover) or purge it (az keyvault secret purge) first, with --vault-name and --name.',
  },
  ObjectIsBeingDeleted: {
    code: 'BACKEND_CONFLICT',
    says: 'is deleting a secret of this name just now',
    advice: 'Wait half a minute and repeat. Nothing was changed.',
  },
  ObjectIsBeingRecovered: {
    code: 'BACKEND_CONFLICT',
    says: 'is recovering a secret of this name just now',
    advice: 'Wait a few seconds; the recovered wallet can then be read. Nothing was changed.',
  },
}

const TLS_CODES = /CERT|ISSUER|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/

/** Turns what `AzureClient` throws into errors of the taxonomy. Built from codes and numbers; no text of an answer gets in. */
export function failures(vaultUrl: string): FailureOf {
  const vault = vaultNameOf(vaultUrl)
  return (thrown, what) => {
    if (thrown instanceof SignInFailure) return identityFailure(thrown, what)
    if (!(thrown instanceof ServiceFailure)) return answered(asKeywardError(thrown))
    if (thrown.reason === 'unguarded') return answered(unguarded(what))
    if (thrown.reason === 'foreign-host') return answered(foreignHost(what, vaultUrl))
    const { networkCode } = thrown.exchange
    if (networkCode !== undefined) return connectionFailure(networkCode, what, vaultUrl)
    return answerFailure(thrown, what, vault)
  }
}

function answerFailure({ exchange, permission }: ServiceFailure, what: string, vault: string): RemoteFailure {
  const { status = 0 } = exchange
  if (status === 429) return { kind: 'throttled', ...waits(exchange), error: throttled(what, exchange) }
  if (status >= 500 || status === 408 || status < 300) {
    const says = status < 300 ? 'gave half an answer, or one that is not its own' : `is unwell (${status})`
    const advice = 'Check the state of Azure, and for proxies that answer in its place; then repeat.'
    const meaning: Meaning = { code: 'BACKEND_UNREACHABLE', says, advice }
    return { kind: 'outage', ...waits(exchange), error: errorOf(meaning, what, exchange) }
  }
  return answered(errorOf(meaningOf(exchange, permission, vault), what, exchange))
}

function meaningOf(exchange: Exchange, permission: Permission, vault: string): Meaning {
  const { status, code, innerCode = '', textCode } = exchange
  switch (status) {
    case 401:
      return {
        code: 'BACKEND_UNAUTHENTICATED',
        says: `does not accept the token (${textCode ?? code ?? 'no reason given'})`,
        advice: 'Check that vault and identity belong to the same tenant and cloud, and the clock of this machine.',
      }
    case 403:
      return denial(exchange, permission, vault)
    case 404:
      return {
        code: 'WALLET_NOT_FOUND',
        says: 'has no such secret',
        advice: 'Check the name and the address of the vault.',
      }
    case 409:
      return (
        CONFLICTS[innerCode] ?? {
          code: 'BACKEND_CONFLICT',
          says: 'is still busy with a secret of this name',
          advice: 'Wait half a minute and repeat. Nothing was changed.',
        }
      )
    default:
      return {
        code: 'BACKEND_UNSUPPORTED',
        says: `does not take the request (${status ?? 'no status'} ${code ?? ''})`.replace(' )', ')'),
        advice: 'Check that `vaultUrl` is the address of a Key Vault, and what stands between it and here.',
      }
  }
}

function denial(exchange: Exchange, permission: Permission, vault: string): Meaning {
  if (exchange.purgeProtected === true) {
    return {
      code: 'BACKEND_UNSUPPORTED',
      says: 'is protected against purging',
      advice: 'It removes what is deleted by itself, at the end of the retention time.',
    }
  }
  const known = DENIALS[exchange.innerCode ?? '']
  return (
    known?.(vault, permission) ?? {
      code: 'BACKEND_DENIED',
      says: `does not allow this (${exchange.innerCode ?? exchange.code ?? '403'})`,
      advice: `The identity needs the permission to ${permission} secrets, from this network. ${PROPAGATION}`,
    }
  )
}

const waits = ({ retryAfterMs }: Exchange): { readonly retryAfterMs?: number } =>
  retryAfterMs === undefined ? {} : { retryAfterMs }

const errorOf = ({ code, says, advice }: Meaning, what: string, exchange: Exchange): KeywardError =>
  new KeywardError(code, `Key Vault ${says}: ${what}`, {
    advice,
    context: {
      status: exchange.status,
      reason: exchange.innerCode ?? exchange.textCode ?? exchange.code,
      requestId: exchange.requestId,
    },
  })

const throttled = (what: string, exchange: Exchange): KeywardError =>
  errorOf(
    {
      code: 'BACKEND_THROTTLED',
      says: 'is asked too often',
      advice:
        'A vault takes 4,000 requests and 300 creations in 10 seconds from all its callers. Lower `limits` if others share it, or spread the wallets over vaults.',
    },
    what,
    exchange,
  )

function connectionFailure(networkCode: string, what: string, vaultUrl: string): RemoteFailure {
  const context = { host: new URL(vaultUrl).hostname, reason: networkCode }
  if (TLS_CODES.test(networkCode)) {
    const message = `no trusted connection to Key Vault (${networkCode}): ${what}`
    const advice = 'Set `tls.caFile` when a proxy inspects TLS or the vault has a certificate of your own authority.'
    return answered(new KeywardError('BACKEND_UNREACHABLE', message, { advice, context }))
  }
  const advice =
    networkCode === 'ENOTFOUND'
      ? 'Check `vaultUrl`: there is no such host. For a private endpoint, check the private DNS zone.'
      : 'Check the network, the proxy and the firewall between here and the vault.'
  const error = new KeywardError('BACKEND_UNREACHABLE', `no answer from Key Vault (${networkCode}): ${what}`, {
    advice,
    context,
  })
  return { kind: 'outage', error }
}

const unguarded = (what: string): KeywardError =>
  new KeywardError('BACKEND_UNAUTHENTICATED', `not sent, as the vault was not signed in to: ${what}`, {
    advice: 'Check that `vaultUrl` is the address of a Key Vault: this one did not ask for a token.',
  })

const foreignHost = (what: string, vaultUrl: string): KeywardError =>
  new KeywardError(
    'CONFIG_INVALID',
    `${new URL(vaultUrl).hostname} is no host of Key Vault, so no token was sent to it: ${what}`,
    {
      advice:
        'Correct `vaultUrl`. For a private name of the vault, or an emulator, set `disableChallengeResourceVerification: true`.',
    },
  )
