/** Chains that the reference tool served and that no longer exist, with what a user who names one should know. */
export const ENDED_CHAINS: Readonly<Record<string, string>> = {
  bnb: 'BNB Beacon Chain was shut down in December 2024: nothing can be signed for it any more. Its wallets stay readable in the store. BNB Smart Chain is another chain: BSC.',
}
