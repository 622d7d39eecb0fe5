import type { AlgorandTransaction } from './fields.js'
import { encodeMap } from './msgpack.js'
import type { MsgMap } from './msgpack.js'

/** The bytes that are signed and hashed, without their prefix. Names: https://developer.algorand.org/docs/get-details/transactions/transactions/ */
export const encodeTransaction = (transaction: AlgorandTransaction): Buffer =>
  encodeMap({
    type: transaction.type,
    snd: present(transaction.from),
    fee: transaction.fee,
    fv: transaction.firstRound,
    lv: transaction.lastRound,
    gen: transaction.genesisID,
    gh: transaction.genesisHash,
    note: transaction.note,
    lx: present(transaction.lease),
    ...ownMembers(transaction),
  })

function ownMembers(transaction: AlgorandTransaction): MsgMap {
  switch (transaction.type) {
    case 'pay':
      return {
        amt: transaction.amount,
        rcv: present(transaction.to),
        close: present(transaction.closeRemainderTo),
      }
    case 'axfer':
      return {
        xaid: transaction.assetIndex,
        aamt: transaction.amount,
        arcv: present(transaction.to),
        aclose: present(transaction.closeRemainderTo),
        asnd: present(transaction.assetRevocationTarget),
      }
    case 'acfg':
      return { caid: transaction.assetIndex, apar: parameters(transaction) }
    case 'afrz':
      return {
        faid: transaction.assetIndex,
        fadd: present(transaction.freezeAccount),
        afrz: transaction.freezeState,
      }
  }
}

const parameters = (transaction: Extract<AlgorandTransaction, { type: 'acfg' }>): MsgMap => ({
  t: transaction.assetTotal,
  dc: transaction.assetDecimals,
  df: transaction.assetDefaultFrozen,
  un: transaction.assetUnitName,
  an: transaction.assetName,
  au: transaction.assetURL,
  am: present(transaction.assetMetadataHash),
  m: present(transaction.assetManager),
  r: present(transaction.assetReserve),
  f: present(transaction.assetFreeze),
  c: present(transaction.assetClawback),
})

/** Keys and hashes of zeros only are the ones that are not given. */
const present = (bytes: Uint8Array | undefined): Uint8Array | undefined =>
  bytes?.some((byte) => byte !== 0) === true ? bytes : undefined
